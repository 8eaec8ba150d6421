//! Responses as received, including untyped fields.

use pydio_client::{
    ActionCall, Call, Json, OperationCall, PagedCall, RestCall,
    json::JsonError,
    response::{PageItem, Text},
};
use pydio_runtime::{Endpoint, Request};

/// A call that returns the JSON as received.
pub struct Raw<C>(pub C);

impl<C: Call> Call for Raw<C> {
    const ENDPOINT: &'static Endpoint = C::ENDPOINT;
    type Response = Json;

    fn request(&self) -> &Request {
        self.0.request()
    }

    fn into_request(self) -> Request {
        self.0.into_request()
    }
}

impl<C: ActionCall> ActionCall for Raw<C> {}

impl<C: RestCall> RestCall for Raw<C> {}

impl<C: OperationCall> OperationCall for Raw<C> {}

impl<C: PagedCall> PagedCall for Raw<C> {
    type Item = Json;

    fn item(item: PageItem) -> Result<Json, JsonError> {
        item.value()
    }
}

/// A call that returns the text as received, in whatever format.
pub struct AsText<C>(pub C);

impl<C: Call> Call for AsText<C> {
    const ENDPOINT: &'static Endpoint = C::ENDPOINT;
    type Response = Text;

    fn request(&self) -> &Request {
        self.0.request()
    }

    fn into_request(self) -> Request {
        self.0.into_request()
    }
}

impl<C: ActionCall> ActionCall for AsText<C> {}

impl<C: RestCall> RestCall for AsText<C> {}
