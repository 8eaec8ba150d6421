//! Answers without content.

use super::{Answer, AnyAnswer, Decoding, Envelope};
use crate::{Accept, Response};

/// The answer of an action that reports nothing when it has done its work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Nothing;

impl Answer for Nothing {
    const ACCEPT: Accept = Accept::Xml;

    fn decode(response: Response) -> Decoding<Self> {
        // Read as whatever it is, so that the report of a failure is not taken for nothing.
        Box::pin(async { AnyAnswer::decode(response).await.map(|_| Self) })
    }
}

/// The envelope of an action that answers an empty body where it did nothing, or where the work
/// goes on in the background.
impl Answer for Option<Envelope> {
    const ACCEPT: Accept = Accept::Xml;

    fn decode(response: Response) -> Decoding<Self> {
        Box::pin(async {
            match Envelope::decode(response).await {
                Ok(envelope) => Ok(Some(envelope)),
                Err(crate::Error::Empty(_)) => Ok(None),
                Err(error) => Err(error),
            }
        })
    }
}
