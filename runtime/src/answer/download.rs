//! Bytes that are handed on as they arrive.

use std::{fmt, pin::Pin, task};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt as _;
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, HeaderMap};

use super::{Answer, Decoding, xml};
use crate::{
    Accept, Error, Response,
    response::{Origin, broken, too_large},
    transport::ResponseBody,
};

/// The content of a file, or of a zip the server makes of several, as a stream of chunks.
///
/// The length the server announced is checked: a download that ends early ends in an error,
/// never in silence. Dropping it closes the connection.
pub struct Download {
    origin: Origin,
    headers: HeaderMap,
    body: ResponseBody,
    expected: Option<u64>,
    received: u64,
    done: bool,
}

/// An error in place of a file is short, and may come with more in its envelope.
const LONGEST_ERROR: usize = 256 * 1024;

impl Download {
    /// How many bytes the server announced.
    pub fn len(&self) -> Option<u64> {
        self.expected
    }

    /// Whether the server announced that there are none.
    pub fn is_empty(&self) -> bool {
        self.expected == Some(0)
    }

    /// The answer's headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The file name the server proposes. Its bytes are UTF-8 as they stand; a name in another
    /// encoding is left out.
    pub fn file_name(&self) -> Option<&str> {
        let value = self.headers.get(CONTENT_DISPOSITION)?.as_bytes();
        let (_, name) = std::str::from_utf8(value).ok()?.split_once("filename=\"")?;
        name.strip_suffix('"').filter(|name| !name.is_empty())
    }

    /// The next chunk; `None` at the end.
    ///
    /// # Errors
    ///
    /// [`Error::Transport`] when the connection breaks or fewer bytes come than were announced.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        self.next().await.transpose()
    }

    /// The whole content, if it is not longer than `limit` bytes.
    ///
    /// # Errors
    ///
    /// [`Error::TooLarge`] past the limit, and those of [`Self::chunk`].
    pub async fn bytes(mut self, limit: u64) -> Result<Vec<u8>, Error> {
        let mut whole = Vec::new();
        while let Some(chunk) = self.chunk().await? {
            if (whole.len() + chunk.len()) as u64 > limit {
                return Err(too_large(&self.origin, limit));
            }
            whole.extend_from_slice(&chunk);
        }
        Ok(whole)
    }

    /// Whether the headers are those of a file, even when its type is that of an answer.
    pub(super) fn is_announced(response: &Response) -> bool {
        response.headers.contains_key(CONTENT_DISPOSITION)
            || response.headers.contains_key(CONTENT_RANGE)
    }

    fn new(response: Response) -> Self {
        let length = response.headers.get(CONTENT_LENGTH).and_then(|v| v.to_str().ok());
        Self {
            expected: length.and_then(|length| length.trim().parse().ok()),
            origin: response.origin,
            headers: response.headers,
            body: response.body,
            received: 0,
            done: false,
        }
    }
}

impl Answer for Download {
    const ACCEPT: Accept = Accept::Any;

    fn decode(response: Response) -> Decoding<Self> {
        Box::pin(async {
            let is_xml = response.media_type().ends_with("xml");
            if is_xml && !Self::is_announced(&response) {
                return refuse_error_document(response).await;
            }
            Ok(Self::new(response))
        })
    }
}

/// Looks at the beginning of an XML body: the server's report of a failure, or an XML file.
async fn refuse_error_document(mut response: Response) -> Result<Download, Error> {
    let mut head = Vec::new();
    let mut ended = false;
    while head.len() < LONGEST_ERROR && !ended {
        match response.body.next().await {
            Some(chunk) => {
                head.extend_from_slice(&chunk.map_err(|e| broken(&response.origin, e))?);
            }
            None => ended = true,
        }
    }
    if ended && is_report(&head) {
        xml::refuse_errors(&response.origin, &head).await?;
    }
    let rest = std::mem::replace(&mut response.body, Box::pin(futures_util::stream::empty()));
    let head = futures_util::stream::once(async { Ok(Bytes::from(head)) });
    response.body = Box::pin(head.chain(rest));
    Ok(Download::new(response))
}

/// How the server begins a report of its own, to the byte: a file that only resembles it passes.
fn is_report(head: &[u8]) -> bool {
    const OPENING: &[u8] = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><tree";
    let Some(rest) = head.strip_prefix(OPENING) else { return false };
    let rest = rest.trim_ascii_start();
    let Some(rest) = rest.strip_prefix(b">") else { return false };
    rest.starts_with(b"<message type=\"ERROR\">") || rest.starts_with(b"<require_auth")
}

impl Stream for Download {
    type Item = Result<Bytes, Error>;

    fn poll_next(
        mut self: Pin<&mut Self>,
        cx: &mut task::Context<'_>,
    ) -> task::Poll<Option<Self::Item>> {
        if self.done {
            return task::Poll::Ready(None);
        }
        let item = match task::ready!(self.body.poll_next_unpin(cx)) {
            Some(Ok(chunk)) => {
                self.received += chunk.len() as u64;
                return task::Poll::Ready(Some(Ok(chunk)));
            }
            Some(Err(error)) => Some(Err(broken(&self.origin, error))),
            None => self.expected.filter(|expected| *expected != self.received).map(|expected| {
                let message = format!("{} of {expected} bytes arrived", self.received);
                Err(Error::Transport(self.origin.failure(message)))
            }),
        };
        self.done = true;
        task::Poll::Ready(item)
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("call", &self.origin.call)
            .field("length", &self.expected)
            .field("received", &self.received)
            .finish_non_exhaustive()
    }
}
