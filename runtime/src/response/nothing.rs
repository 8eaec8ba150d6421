//! Responses without content.

use super::{Accept, AnyResponse, Decoding, FromResponse, Response};
use crate::types::{Envelope, ErrorKind};

/// The response of an action that reports nothing when it has done its work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Nothing;

impl FromResponse for Nothing {
    const ACCEPT: Accept = Accept::Xml;

    fn decode(response: Response) -> Decoding<Self> {
        // Read with its actual type, so that the report of a failure is not taken for an empty
        // response.
        Box::pin(async { AnyResponse::decode(response).await.map(|_| Self) })
    }
}

/// The envelope of an action that returns an empty body if it did nothing, or if the work continues
/// in the background.
impl FromResponse for Option<Envelope> {
    const ACCEPT: Accept = Accept::Xml;

    fn decode(response: Response) -> Decoding<Self> {
        Box::pin(async {
            match Envelope::decode(response).await {
                Ok(envelope) => Ok(Some(envelope)),
                Err(error) if error.kind() == ErrorKind::Empty => Ok(None),
                Err(error) => Err(error),
            }
        })
    }
}
