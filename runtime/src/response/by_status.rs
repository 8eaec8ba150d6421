//! Responses whose type depends on the status.

use std::{
    pin::Pin,
    task::{Context, Poll},
};

use super::{Decoding, FromResponse, Response};
use crate::types::{Error, ErrorKind};

/// Reads a response of one status into its variant. Bindings call it for responses that differ by
/// status.
pub fn decode_as<T: FromResponse + 'static, A: 'static>(
    response: Response,
    variant: fn(T) -> A,
) -> Decoding<A> {
    Box::pin(Variant { value: T::decode(response), variant })
}

/// Refuses a response whose status the spec does not declare for the operation.
pub fn undeclared<A: Send + 'static>(response: Response) -> Decoding<A> {
    let message = "the spec declares no response for this status";
    let error = Error::new(ErrorKind::Status, response.origin.failure(message));
    Box::pin(std::future::ready(Err(error)))
}

/// A value that is being read, written by hand because crates that make calls compile it once for
/// each type.
struct Variant<T, A> {
    value: Decoding<T>,
    variant: fn(T) -> A,
}

impl<T, A> Future for Variant<T, A> {
    type Output = Result<A, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let value = self.value.as_mut().poll(context);
        value.map(|value| Ok((self.variant)(value?)))
    }
}
