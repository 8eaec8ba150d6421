//! Responses that consist of the status and the headers.

use http::{HeaderMap, header::LOCATION};

use super::{Accept, Decoding, FromResponse, Response};

/// The status and the headers of a response: returned by a `HEAD` request, and by a call whose
/// purpose is a redirect. Such a redirect is not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    status: u16,
    headers: HeaderMap,
}

impl Head {
    /// Creates the status and the headers of a response, for example in a test.
    pub fn new(status: u16, headers: HeaderMap) -> Self {
        Self { status, headers }
    }

    /// Returns the HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// Returns the headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the value of a header, if it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Returns the target of a redirect, as the server writes it: a URL, or a path on the same
    /// server.
    pub fn location(&self) -> Option<&str> {
        self.header(LOCATION.as_str())
    }
}

impl FromResponse for Head {
    const ACCEPT: Accept = Accept::Any;

    fn decode(response: Response) -> Decoding<Self> {
        let (status, headers) = (response.status(), response.headers);
        Box::pin(std::future::ready(Ok(Self { status, headers })))
    }
}
