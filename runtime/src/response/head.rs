//! Responses of which the status and the headers are everything.

use http::{HeaderMap, header::LOCATION};

use super::{Accept, Decoding, FromResponse, Response};

/// The status and the headers of a response: what a `HEAD` request returns, and a redirect that is
/// the purpose of a call. Such a redirect is not followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    status: u16,
    headers: HeaderMap,
}

impl Head {
    /// The HTTP status.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The value of a header, where it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Where a redirect leads, as the server writes it: an address, or a path on the same server.
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
