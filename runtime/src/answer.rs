//! What comes back from a call.
//!
//! Pydio wraps most answers in an XML envelope, answers JSON where it feels like it, and plain
//! text in places; nearly all with status 200. The types here each stand for one thing that comes
//! back, and each refuses an error dressed as a success: an `ERROR` message is an
//! [`Error`], whatever was asked for.

mod any;
mod attributes;
mod by_status;
mod download;
mod element;
mod envelope;
mod head;
mod listing;
mod node;
mod nodes;
mod nothing;
mod one_or_many;
mod plain;
mod xml;

use std::pin::Pin;

pub use any::AnyAnswer;
pub use attributes::Attributes;
pub use by_status::{decode_as, undeclared};
pub use download::Download;
pub(crate) use download::Span;
pub use element::Element;
pub(crate) use envelope::LOGIN_ASKED;
#[cfg(feature = "cmd")]
pub(crate) use envelope::server_error;
pub use envelope::{Envelope, Message, NodesDiff, Reload, Severity};
pub use head::Head;
pub use listing::{Listing, Pagination};
pub use node::Node;
pub use nodes::Nodes;
pub use nothing::Nothing;
pub use one_or_many::OneOrMany;
pub use plain::Text;

use crate::{Accept, Error, Response};

/// The future of an answer being read.
pub type Decoding<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// Something a call can answer.
pub trait Answer: Sized {
    /// The format to ask the server for.
    const ACCEPT: Accept;

    /// Reads the answer.
    ///
    /// # Errors
    ///
    /// [`Error::Server`] and its likes when the server reports a failure, [`Error::Malformed`]
    /// when the answer is not of this kind.
    fn decode(response: Response) -> Decoding<Self>;
}

/// The failure that an answer reports in its body, in XML or JSON, when it does.
pub(crate) async fn reported(response: Response) -> Option<Error> {
    match AnyAnswer::decode(response).await {
        Ok(_) | Err(Error::Malformed(_) | Error::NotApi(_) | Error::Empty(_)) => None,
        Err(error) => Some(error),
    }
}

#[cfg(test)]
mod tests;
