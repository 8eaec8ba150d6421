//! The trait between this crate and the network, and its implementation with reqwest.
//!
//! Implement [`Transport`] to use something else: a recorded session in a test, a tunnel, another
//! HTTP library.

#[cfg(feature = "http")]
mod http_client;

use std::pin::Pin;

use url::Url;

pub use crate::types::ResponseBody;
use crate::types::{Body, BoxError};

#[cfg(feature = "http")]
pub use http_client::{HttpClient, HttpClientBuilder, Proxy};

/// A future that a [`Transport`] returns.
pub type Exchange<'a> =
    Pin<Box<dyn Future<Output = Result<http::Response<ResponseBody>, BoxError>> + Send + 'a>>;

/// The parsed URL of a request, kept so that it need not be parsed again.
#[derive(Clone)]
#[cfg_attr(not(feature = "http"), expect(dead_code, reason = "the HTTP client reads it"))]
pub(crate) struct Address(pub(crate) Url);

/// Sends one HTTP request and returns the head of the response with its body unread.
///
/// An implementation sends exactly what it is given: it follows no redirects, adds no `Accept` or
/// `Authorization`, and does not decompress the body.
pub trait Transport: Send + Sync {
    /// Sends the request. Errors are those of the connection; every status is a response. They
    /// become part of an [`Error`](crate::Error), so they should not show the request's URL, which
    /// may contain the values of arguments.
    fn send(&self, request: http::Request<Body>) -> Exchange<'_>;
}
