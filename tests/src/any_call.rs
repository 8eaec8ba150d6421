//! A call of any endpoint, made by hand.

use std::marker::PhantomData;

use pydio_client::{ActionCall, Call, OperationCall, RestCall, response};
use pydio_runtime::{Endpoint, FromResponse, Method, Request};

/// A call of the endpoint that its request is for, whose response is read as `R`.
#[derive(Clone, Debug)]
pub struct AnyCall<R>(Request, PhantomData<fn() -> R>);

impl<R: FromResponse> AnyCall<R> {
    /// Creates the call of a request.
    pub fn new(request: Request) -> Self {
        Self(request, PhantomData)
    }
}

/// An action of no plugin.
pub static NOWHERE: Endpoint =
    Endpoint::action(&pydio_client::v1::BINDINGS, Method::Get, "test", "handmade");

impl<R: FromResponse> Call for AnyCall<R> {
    // What is sent is the endpoint of the request.
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

/// A call whose response is read as whatever it is.
pub type Untyped = AnyCall<response::AnyResponse>;

/// Returns text that lasts as long as the test runs, as endpoints need it.
pub fn leaked(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

/// Returns an endpoint that lasts as long as the test runs.
pub fn lasting(endpoint: Endpoint) -> &'static Endpoint {
    Box::leak(Box::new(endpoint))
}
