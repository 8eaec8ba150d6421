//! What goes wrong between a server and its client, on demand.

use std::{iter, time::Duration};

use bytes::Bytes;

/// What happens to the next request instead of, or around, its answer.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Fault {
    /// The connection is closed without an answer.
    Drop,
    /// The action runs, and its answer ends after that many bytes of the body.
    Truncate(usize),
    /// The action runs, and its answer comes that much later.
    Delay(Duration),
    /// The action runs, and its answer pauses that long in the middle of the body.
    Stall(Duration),
    /// Something in between answers this, and the action does not run.
    Answer(Canned),
    /// The action runs, and something in between answers this in its place.
    Swallow(Canned),
    /// Something in between answers this without an end in sight, and the action does not run.
    Flood(Flood),
}

/// An answer that is made while it is read: a beginning, and then the same piece over and over.
#[derive(Clone, Debug)]
pub struct Flood {
    /// The status.
    pub status: u16,
    /// The media type.
    pub media_type: &'static str,
    /// What the body begins with.
    pub begin: &'static str,
    /// What is repeated after that.
    pub piece: &'static str,
    /// How long the body is at least, in bytes; it ends with a whole piece.
    pub length: u64,
    /// Whether its length is told in advance.
    pub is_announced: bool,
}

impl Flood {
    /// The body, in parts of some 64 KiB, each made when it is asked for.
    pub(crate) fn parts(&self) -> impl Iterator<Item = Bytes> + Send + use<> {
        let copies = (1 << 16) / self.piece.len().max(1) + 1;
        let part = Bytes::from(self.piece.repeat(copies));
        let count = self.count(part.len());
        let begin = Bytes::from_static(self.begin.as_bytes());
        iter::once(begin).chain((0..count).map(move |_| part.clone()))
    }

    /// The length of the whole body.
    pub(crate) fn total(&self) -> u64 {
        self.parts().map(|part| part.len() as u64).sum()
    }

    fn count(&self, part: usize) -> u64 {
        self.length.div_ceil(part.max(1) as u64)
    }
}

/// An answer that is none of Pydio's.
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
    /// An answer with a media type and a body.
    pub fn new(status: u16, media_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let headers = vec![("content-type".to_owned(), media_type.to_owned())];
        Self { status, headers, body: body.into() }
    }

    /// A redirect to `location`.
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
