//! Answers as they came, with the fields that have no type.

use pydio_client::{Call, Json, OperationCall, RestCall};
use pydio_runtime::{Action, Operation, OperationRequest, Request};

/// A call whose JSON is wanted as it came.
pub struct Raw<C>(pub C);

impl<C: OperationCall> OperationCall for Raw<C> {
    const OPERATION: &'static Operation = C::OPERATION;
    type Answer = Json;

    fn into_request(self) -> OperationRequest {
        self.0.into_request()
    }
}

impl<C: Call> Call for Raw<C> {
    const ACTION: &'static Action = C::ACTION;
    type Answer = Json;

    fn into_request(self) -> Request {
        self.0.into_request()
    }
}

impl<C: RestCall> RestCall for Raw<C> {}
