//! Reads XML while it arrives, with the traits of tokio.

use std::{io, pin::Pin, task};

use quick_xml::events::Event;
use tokio::io::{AsyncBufRead, AsyncRead, ReadBuf};

use super::raw::Reader;

/// Reads the next event of a document.
pub(super) async fn next_event<'b>(
    reader: &mut quick_xml::Reader<Reader>,
    buffer: &'b mut Vec<u8>,
) -> quick_xml::Result<Event<'b>> {
    reader.read_event_into_async(buffer).await
}

impl AsyncBufRead for Reader {
    fn poll_fill_buf(
        self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
    ) -> task::Poll<io::Result<&[u8]>> {
        self.get_mut().poll_fill(cx)
    }

    fn consume(self: Pin<&mut Self>, length: usize) {
        self.get_mut().advance(length);
    }
}

impl AsyncRead for Reader {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> task::Poll<io::Result<()>> {
        let this = self.get_mut();
        let here = task::ready!(this.poll_fill(cx))?;
        let length = here.len().min(buffer.remaining());
        buffer.put_slice(&here[..length]);
        this.advance(length);
        task::Poll::Ready(Ok(()))
    }
}
