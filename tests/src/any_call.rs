//! Handwritten calls of any endpoint.

use std::marker::PhantomData;

use pydio_client::{ActionCall, Call, OperationCall, RestCall, response};
use pydio_runtime::{Endpoint, FromResponse, Method, Request};

/// A call of its request's endpoint, whose response is read as `R`.
#[derive(Clone, Debug)]
pub struct AnyCall<R>(Request, PhantomData<fn() -> R>);

impl<R: FromResponse> AnyCall<R> {
    /// Creates the call of a request.
    pub fn new(request: Request) -> Self {
        Self(request, PhantomData)
    }
}

/// An action without a plugin.
pub static NOWHERE: Endpoint =
    Endpoint::action(&pydio_client::v1::BINDINGS, Method::Get, "test", "handmade");

impl<R: FromResponse> Call for AnyCall<R> {
    // The endpoint of the request is sent instead.
    const ENDPOINT: &'static Endpoint = &NOWHERE;
    type Response = R;

    fn request(&self) -> &Request {
        &self.0
    }

    fn into_request(self) -> Request {
        self.0
    }
}

impl<R: FromResponse> ActionCall for AnyCall<R> {}

impl<R: FromResponse> RestCall for AnyCall<R> {}

impl<R: FromResponse> OperationCall for AnyCall<R> {}

/// A call whose response is returned without a type.
pub type Untyped = AnyCall<response::AnyResponse>;

/// Leaks a text to make it `'static`, as endpoints require.
pub fn leaked(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

/// Leaks an endpoint to make it `'static`.
pub fn lasting(endpoint: Endpoint) -> &'static Endpoint {
    Box::leak(Box::new(endpoint))
}
