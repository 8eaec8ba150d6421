//! Responses to calls.
//!
//! Pydio wraps most answers in an XML envelope, answers JSON where it feels like it, and plain
//! text in places; nearly all with status 200. The types here each stand for one thing that comes
//! back, and each refuses an error dressed as a success: an `ERROR` message is an
//! [`Error`], whatever was asked for.

mod any;
mod by_status;
mod download;
mod envelope;
mod expected;
mod head;
mod listing;
mod nothing;
mod one_or_many;
mod plain;
mod raw;
mod xml;

use std::pin::Pin;

pub use any::AnyResponse;
pub use by_status::{decode_as, undeclared};
pub use download::Download;
pub(crate) use envelope::LOGIN_ASKED;
#[cfg(feature = "cmd")]
pub(crate) use envelope::server_error;
pub(crate) use expected::Expected;
pub use head::Head;
pub use listing::Listing;
pub use nothing::Nothing;
pub use one_or_many::OneOrMany;
pub use plain::Text;
#[cfg(feature = "cmd")]
pub(crate) use raw::too_large;
pub use raw::{Accept, Response};
pub(crate) use raw::{Origin, broken, excerpt};
pub(crate) use xml::NodeReader;

pub use crate::types::{
    Attributes, Element, Envelope, Message, Node, NodesDiff, Pagination, Reload, Severity,
};

use crate::types::{Error, ErrorKind};

/// The future of an answer being read.
pub type Decoding<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// Something a call can answer.
pub trait FromResponse: Sized {
    /// The format to ask the server for.
    const ACCEPT: Accept;

    /// Reads the answer.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Server`] and its likes when the server reports a failure, [`ErrorKind::Malformed`]
    /// when the answer is not of this kind.
    fn decode(response: Response) -> Decoding<Self>;
}

/// The failure that an answer reports in its body, in XML or JSON, when it does.
pub(crate) async fn reported(response: Response) -> Option<Error> {
    match AnyResponse::decode(response).await {
        Ok(_) => None,
        Err(error) => match error.kind() {
            ErrorKind::Malformed | ErrorKind::UnexpectedContentType | ErrorKind::Empty => None,
            _ => Some(error),
        },
    }
}

#[cfg(test)]
mod tests;
