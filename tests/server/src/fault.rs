//! Faults between a server and its client, on demand.

use std::{iter, time::Duration};

use bytes::Bytes;

/// What happens to the next request instead of, or in addition to, its response.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Fault {
    /// The connection is closed without a response.
    Drop,
    /// The action runs, and its response ends after this many bytes of the body.
    Truncate(usize),
    /// The action runs, and its response is delayed by this duration.
    Delay(Duration),
    /// The action runs, and its response pauses for this duration in the middle of the body.
    Stall(Duration),
    /// An intermediary returns this response, and the action does not run.
    Answer(Canned),
    /// The server reports a failure with this message, as Pydio does: an `ERROR` message with status
    /// 200. The action does not run. A busy SQLite says `database is locked`.
    Error(String),
    /// The action runs, and an intermediary returns this response in its place.
    Swallow(Canned),
    /// An intermediary returns this response without an end in sight, and the action does not run.
    Flood(Flood),
}

/// A response generated while it is read: a beginning, followed by the same piece repeatedly.
#[derive(Clone, Debug)]
pub struct Flood {
    /// The status.
    pub status: u16,
    /// The media type.
    pub media_type: &'static str,
    /// The beginning of the body.
    pub begin: &'static str,
    /// The repeated piece.
    pub piece: &'static str,
    /// The minimum length of the body in bytes; it ends with a whole piece.
    pub length: u64,
    /// Whether its length is announced.
    pub is_announced: bool,
}

impl Flood {
    /// Returns the body, in parts of about 64 KiB, each generated on demand.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Bytes> + Send + use<> {
        let copies = (1 << 16) / self.piece.len().max(1) + 1;
        let part = Bytes::from(self.piece.repeat(copies));
        let count = self.count(part.len());
        let begin = Bytes::from_static(self.begin.as_bytes());
        iter::once(begin).chain((0..count).map(move |_| part.clone()))
    }

    /// Returns the length of the whole body.
    pub(crate) fn total(&self) -> u64 {
        self.parts().map(|part| part.len() as u64).sum()
    }

    fn count(&self, part: usize) -> u64 {
        self.length.div_ceil(part.max(1) as u64)
    }
}

/// A response that does not come from Pydio.
#[derive(Clone, Debug)]
pub struct Canned {
    /// The status.
    pub status: u16,
    /// Headers, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Canned {
    /// Creates a response with a media type and a body.
    pub fn new(status: u16, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), media_type.to_owned())];
        Self { status, headers, body: body.into() }
    }

    /// Creates a redirect to `location`.
    pub fn redirect(status: u16, location: &str) -> Self {
        Self::new(status, "text/html", "<html>moved</html>").header("location", location)
    }

    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}
