//! Reads XML that is in memory, where no client is compiled and so nothing arrives.

use std::{
    io::{self, BufRead, Read},
    task,
};

use quick_xml::events::Event;

use super::raw::Reader;

/// Reads the next event of a document.
pub(super) async fn next_event<'b>(
    reader: &mut quick_xml::Reader<Reader>,
    buffer: &'b mut Vec<u8>,
) -> quick_xml::Result<Event<'b>> {
    reader.read_event_into(buffer)
}

impl BufRead for Reader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        match self.poll_fill(&mut task::Context::from_waker(task::Waker::noop())) {
            task::Poll::Ready(bytes) => bytes,
            task::Poll::Pending => Err(io::ErrorKind::WouldBlock.into()),
        }
    }

    fn consume(&mut self, length: usize) {
        self.advance(length);
    }
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(buffer)?;
        self.consume(length);
        Ok(length)
    }
}
