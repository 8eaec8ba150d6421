//! Answers without content.

use super::{Accept, AnyResponse, Decoding, FromResponse, Response};
use crate::types::{Envelope, ErrorKind};

/// The answer of an action that reports nothing when it has done its work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nothing;

impl FromResponse for Nothing {
    const ACCEPT: Accept = Accept::Xml;

    fn decode(response: Response) -> Decoding<Self> {
        // Read as whatever it is, so that the report of a failure is not taken for nothing.
        Box::pin(async { AnyResponse::decode(response).await.map(|_| Self) })
    }
}

/// The envelope of an action that answers an empty body where it did nothing, or where the work
/// goes on in the background.
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
