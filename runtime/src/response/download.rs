//! Downloads, whose bytes are returned as they arrive.

use std::{fmt, pin::Pin, task};

use bytes::{Buf as _, Bytes};
use futures_core::Stream;
use futures_util::StreamExt as _;
use http::{
    StatusCode,
    header::{CONTENT_DISPOSITION, CONTENT_RANGE, HeaderMap, LAST_MODIFIED},
};

use super::{
    Accept, Decoding, FromResponse, Origin, Response, plain,
    raw::{Length, broken, not_api, too_large},
    xml,
};
use crate::types::{Error, ErrorKind, Failure, ResponseBody, Span};

/// The content of a file, or of a zip the server creates from several, as a stream of chunks.
///
/// The length that the server announced is checked: a download that ends early ends in an error,
/// never silently. Dropping it closes the connection.
pub struct Download {
    origin: Origin,
    headers: HeaderMap,
    body: ResponseBody,
    extent: Extent,
}

/// Which bytes of the file are received, and which of them are returned.
struct Extent {
    /// How many are returned, as far as known.
    length: Option<u64>,
    /// The first one that is returned.
    offset: u64,
    /// How many the file has.
    total: Option<u64>,
    /// How many precede the first requested one.
    skip: u64,
    left: Left,
}

/// How many bytes are returned before the rest is ignored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Left {
    /// All that are received.
    All,
    /// This many, or fewer if the file ends before.
    AtMost(u64),
    /// This many: fewer are an error.
    Exactly(u64),
}

/// An error in place of a file is short, and may have more content in its envelope.
const LONGEST_ERROR: usize = 256 * 1024;

impl Download {
    /// Returns the number of bytes that the server announced.
    pub fn len(&self) -> Option<u64> {
        self.extent.length
    }

    /// Returns whether the server announced an empty body.
    pub fn is_empty(&self) -> bool {
        self.extent.length == Some(0)
    }

    /// Returns the offset of the first byte in the file: 0, unless a range was requested.
    pub fn offset(&self) -> u64 {
        self.extent.offset
    }

    /// Returns the size of the whole file, in bytes, if the server sent it.
    pub fn total(&self) -> Option<u64> {
        self.extent.total
    }

    /// Returns the time of the last change of the file, as the server writes it.
    pub fn last_modified(&self) -> Option<&str> {
        self.headers.get(LAST_MODIFIED)?.to_str().ok()
    }

    /// Returns the headers of the response.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the file name that the server proposes. It is UTF-8; a name in another encoding is
    /// dropped, and so is one that could lead out of a folder.
    pub fn file_name(&self) -> Option<&str> {
        let value = self.headers.get(CONTENT_DISPOSITION)?.as_bytes();
        let (_, name) = std::str::from_utf8(value).ok()?.split_once("filename=\"")?;
        let (name, _) = name.rsplit_once('"')?;
        let is_path = matches!(name, "" | "." | "..") || name.contains(['/', '\\']);
        (!is_path && !name.contains(char::is_control)).then_some(name)
    }

    /// Returns the next chunk; `None` at the end.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Transport`] when the connection breaks or fewer bytes arrive than were
    /// announced.
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        self.next().await.transpose()
    }

    /// Returns the whole content, if it is not longer than `limit` bytes.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::TooLarge`] past the limit, and those of [`Self::chunk`].
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

    /// Returns whether the headers are those of a file, even if its type is that of a response.
    pub(crate) fn is_announced(response: &Response) -> bool {
        response.headers.contains_key(CONTENT_DISPOSITION)
            || response.headers.contains_key(CONTENT_RANGE)
    }

    fn new(response: Response) -> Result<Self, Error> {
        let Response { origin, headers, body, length, span, .. } = response;
        let extent = Extent::of(&headers, length, origin.status, span);
        let extent =
            extent.map_err(|message| Error::new(ErrorKind::Malformed, origin.failure(message)))?;
        Ok(Self { origin, headers, body, extent })
    }

    /// A failure in handling the bytes.
    pub(crate) fn failure(&self, message: impl Into<String>) -> Failure {
        self.origin.failure(message)
    }
}

impl Extent {
    /// Reads the head of a response, or returns why it is invalid.
    fn of(
        headers: &HeaderMap,
        length: Length,
        status: Option<StatusCode>,
        span: Option<Span>,
    ) -> Result<Self, String> {
        let announced = Announced::of(headers);
        let known = match length {
            Length::Known(length) => Some(length),
            Length::Open | Length::Contradictory => None,
        };
        // A server without ranges sends the whole file, from its first byte.
        let (first, whole) = match (status == Some(StatusCode::PARTIAL_CONTENT), &announced) {
            (false, _) => (0, known),
            (true, Some(range)) if span.is_some() => (range.first, None),
            // `audio_proxy` of 8.2.5 sends the whole file as a part of itself.
            (true, Some(range)) if range.first == 0 && known.is_some() && range.total == known => {
                (0, known)
            }
            (true, Some(_)) => {
                return Err("a part of the file came, and nobody asked for one".into());
            }
            (true, None) => {
                return Err(
                    "a part of the file came, and does not say which (Content-Range)".into()
                );
            }
        };
        let offset = span.map_or(0, |span| span.start);
        let skip = offset.checked_sub(first).ok_or_else(|| {
            format!("byte {offset} was asked for, and those from {first} on came")
        })?;
        let total = announced.and_then(|range| range.total).or(whole);
        if whole.is_some() && whole != total {
            return Err(
                "Content-Length and Content-Range tell different lengths of the file".into()
            );
        }
        let end = match (span.and_then(|span| span.end), total) {
            (None, None) => None,
            (end, total) => Some(end.unwrap_or(u64::MAX).min(total.unwrap_or(u64::MAX))),
        };
        let wanted = end.map(|end| end.saturating_sub(offset));
        let comes = known.map(|known| known.saturating_sub(skip));
        let (left, length) = match wanted {
            None => (Left::All, comes),
            // Read until the end, so that errors there are detected.
            Some(wanted) if known == Some(skip + wanted) => (Left::All, comes),
            Some(wanted) if total.is_some() => (Left::Exactly(wanted), Some(wanted)),
            Some(wanted) => (Left::AtMost(wanted), comes.map(|comes| comes.min(wanted))),
        };
        Ok(Self { length, offset, total, skip, left })
    }

    /// Returns the requested part of a chunk.
    fn wanted(&mut self, mut chunk: Bytes) -> Bytes {
        let skipped = self.skip.min(chunk.len() as u64);
        self.skip -= skipped;
        chunk.advance(usize::try_from(skipped).unwrap_or(usize::MAX));
        if let Left::AtMost(left) | Left::Exactly(left) = &mut self.left {
            chunk.truncate(usize::try_from(*left).unwrap_or(usize::MAX));
            *left -= chunk.len() as u64;
        }
        chunk
    }
}

/// The content of `Content-Range`.
struct Announced {
    first: u64,
    total: Option<u64>,
}

impl Announced {
    /// The header is also sent for whole files, and followed by a `;`; past the end of a file the
    /// last byte is before the first.
    fn of(headers: &HeaderMap) -> Option<Self> {
        let value = headers.get(CONTENT_RANGE)?.to_str().ok()?;
        let (range, total) = value.trim().strip_prefix("bytes")?.trim().split_once('/')?;
        let (first, _) = range.split_once('-')?;
        let total = total.trim_end_matches(';').trim();
        Some(Self { first: first.trim().parse().ok()?, total: total.parse().ok() })
    }
}

impl FromResponse for Download {
    const ACCEPT: Accept = Accept::Any;

    fn decode(response: Response) -> Decoding<Self> {
        Box::pin(async {
            let media_type = response.media_type();
            if Self::is_announced(&response) {
                return Self::new(response);
            }
            match &*media_type {
                // PHP's own type, which the server sends for no file without announcing one.
                "text/html" => Err(refuse_web_page(response).await),
                other if other.ends_with("xml") || other == "application/json" => {
                    refuse_error_document(response).await
                }
                _ => Self::new(response),
            }
        })
    }
}

/// Distinguishes the empty response of an expired session from a page of something in between.
async fn refuse_web_page(mut response: Response) -> Error {
    match response.first_chunk().await {
        Ok(_) => not_api(&response.origin),
        Err(error) => error,
    }
}

/// Checks the beginning of a body in XML or JSON: it is the server's report of a failure, or a
/// file.
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
    let head = Bytes::from(head);
    if ended && is_report(&head) {
        xml::read_document(&response.origin, head.clone()).await?;
    } else if ended
        && let Err(error) = plain::json(&response.origin, &head)
        && error.kind() != ErrorKind::Malformed
    {
        return Err(error);
    }
    response.put_back(head);
    Download::new(response)
}

/// Returns whether the bytes begin exactly like a report of the server: a file that only resembles
/// one passes.
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
        loop {
            if matches!(self.extent.left, Left::AtMost(0) | Left::Exactly(0)) {
                return task::Poll::Ready(None);
            }
            let chunk = task::ready!(self.body.poll_next_unpin(cx));
            return task::Poll::Ready(match chunk {
                Some(Ok(chunk)) => match self.extent.wanted(chunk) {
                    chunk if chunk.is_empty() => continue,
                    chunk => Some(Ok(chunk)),
                },
                Some(Err(error)) => Some(Err(broken(&self.origin, error))),
                None => match std::mem::replace(&mut self.extent.left, Left::AtMost(0)) {
                    Left::Exactly(left) => {
                        let error = format!("{left} bytes are missing at its end");
                        Some(Err(broken(&self.origin, error.into())))
                    }
                    Left::All | Left::AtMost(_) => None,
                },
            });
        }
    }
}

impl fmt::Debug for Download {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Download")
            .field("call", &self.origin.call())
            .field("length", &self.extent.length)
            .finish_non_exhaustive()
    }
}
