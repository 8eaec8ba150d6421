//! Bytes that are handed on as they arrive.

use std::{fmt, pin::Pin, task};

use bytes::Bytes;
use futures_core::Stream;
use futures_util::StreamExt as _;
use http::header::{CONTENT_DISPOSITION, CONTENT_RANGE, HeaderMap};

use super::{Answer, Decoding, plain, xml};
use crate::{
    Accept, Error, Response,
    response::{Length, Origin, broken, not_api, too_large},
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
    length: Length,
}

/// An error in place of a file is short, and may come with more in its envelope.
const LONGEST_ERROR: usize = 256 * 1024;

impl Download {
    /// How many bytes the server announced.
    pub fn len(&self) -> Option<u64> {
        match self.length {
            Length::Known(length) => Some(length),
            Length::Open | Length::Contradictory => None,
        }
    }

    /// Whether the server announced that there are none.
    pub fn is_empty(&self) -> bool {
        self.length == Length::Known(0)
    }

    /// The answer's headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The file name the server proposes. Its bytes are UTF-8 as they stand; a name in another
    /// encoding is left out, and so is one that could lead out of a folder.
    pub fn file_name(&self) -> Option<&str> {
        let value = self.headers.get(CONTENT_DISPOSITION)?.as_bytes();
        let (_, name) = std::str::from_utf8(value).ok()?.split_once("filename=\"")?;
        let (name, _) = name.rsplit_once('"')?;
        let is_path = matches!(name, "" | "." | "..") || name.contains(['/', '\\']);
        (!is_path && !name.contains(char::is_control)).then_some(name)
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
    pub(crate) fn is_announced(response: &Response) -> bool {
        response.headers.contains_key(CONTENT_DISPOSITION)
            || response.headers.contains_key(CONTENT_RANGE)
    }

    fn new(response: Response) -> Self {
        let Response { origin, headers, body, length, .. } = response;
        Self { origin, headers, body, length }
    }
}

impl Answer for Download {
    const ACCEPT: Accept = Accept::Any;

    fn decode(response: Response) -> Decoding<Self> {
        Box::pin(async {
            let media_type = response.media_type();
            if Self::is_announced(&response) {
                return Ok(Self::new(response));
            }
            match &*media_type {
                // PHP's own type, which the server gives to no file without announcing one.
                "text/html" => Err(refuse_web_page(response).await),
                other if other.ends_with("xml") || other == "application/json" => {
                    refuse_error_document(response).await
                }
                _ => Ok(Self::new(response)),
            }
        })
    }
}

/// Tells an expired session's silence from a page of something in between.
async fn refuse_web_page(mut response: Response) -> Error {
    let origin = response.origin;
    loop {
        match response.body.next().await {
            None => {
                return Error::Empty(origin.failure("a file was expected, and nothing came"));
            }
            Some(Err(error)) => return broken(&origin, error),
            Some(Ok(chunk)) if chunk.is_empty() => {}
            Some(Ok(_)) => return not_api(&origin),
        }
    }
}

/// Looks at the beginning of a body in XML or JSON: the server's report of a failure, or a file.
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
        xml::read_document(&response.origin, &head).await?;
    } else if ended
        && let Err(error) = plain::json(&response.origin, &head)
        && !matches!(error, Error::Malformed(_))
    {
        return Err(error);
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
        let chunk = task::ready!(self.body.poll_next_unpin(cx));
        task::Poll::Ready(chunk.map(|chunk| chunk.map_err(|error| broken(&self.origin, error))))
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("call", &self.origin.call)
            .field("length", &self.length)
            .finish_non_exhaustive()
    }
}
