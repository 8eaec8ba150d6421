//! The one trait between this crate and the network, and its implementation over reqwest.
//!
//! Implement [`Transport`] to go through something else: a recorded session in a test, a tunnel,
//! another HTTP library.

#[cfg(feature = "http")]
mod http_client;

use std::pin::Pin;

use bytes::Bytes;
use futures_core::Stream;
use url::Url;

use crate::{Body, BoxError};

#[cfg(feature = "http")]
pub use http_client::HttpClient;

/// A future that a [`Transport`] returns.
pub type Exchange<'a> =
    Pin<Box<dyn Future<Output = Result<http::Response<ResponseBody>, BoxError>> + Send + 'a>>;

/// The bytes of an answer, as they arrive.
pub type ResponseBody = Pin<Box<dyn Stream<Item = Result<Bytes, BoxError>> + Send>>;

/// The address of a request as it was parsed before it became one, so that nobody has to again.
#[derive(Clone)]
#[cfg_attr(not(feature = "http"), expect(dead_code, reason = "the HTTP client reads it"))]
pub(crate) struct Address(pub(crate) Url);

/// Sends one HTTP request and hands back the head of the answer with its body unread.
///
/// An implementation sends what it is given: it follows no redirect, adds no `Accept` or
/// `Authorization`, and does not unpack the body.
pub trait Transport: Send + Sync {
    /// Performs the exchange. Errors are those of the connection; every status is an answer. They
    /// become part of an [`Error`](crate::Error), so they should not show the request's address,
    /// which may hold the values of arguments.
    fn send(&self, request: http::Request<Body>) -> Exchange<'_>;
}
