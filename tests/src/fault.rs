//! What goes wrong between a server and its client, on demand.

use std::time::Duration;

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
