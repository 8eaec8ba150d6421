//! Responses to calls.
//!
//! Pydio wraps most responses in an XML envelope, and returns JSON or plain text for some actions;
//! nearly all with status 200. Each type here reads one kind of response, and each detects an error
//! that looks like a success: an `ERROR` message is an [`Error`], whatever was requested.

mod any;
#[cfg(feature = "client")]
mod arriving;
mod background;
mod bare;
mod by_status;
mod download;
mod envelope;
mod expected;
mod head;
#[cfg(not(feature = "client"))]
mod in_memory;
mod listing;
mod nothing;
mod one_or_many;
mod page_item;
mod plain;
mod raw;
#[cfg(feature = "serde")]
mod saved;
mod status;
mod utf8;
mod xml;

use std::pin::Pin;

#[cfg(feature = "client")]
use arriving::next_event;
#[cfg(not(feature = "client"))]
use in_memory::next_event;

pub use any::AnyResponse;
pub use background::Background;
#[doc(hidden)]
pub use background::Begun;
pub(crate) use background::{Called, Caller, Work, seconds};
pub use by_status::{decode_as, undeclared};
pub use download::Download;
#[cfg(feature = "cmd")]
pub(crate) use envelope::server_error;
pub(crate) use envelope::{ListedPage, not_utf8, unknown_action};
pub(crate) use expected::Expected;
pub use head::Head;
pub use listing::Listing;
pub use nothing::Nothing;
pub use one_or_many::OneOrMany;
pub use page_item::PageItem;
pub(crate) use page_item::number_at;
pub use plain::Text;
#[cfg(feature = "cmd")]
pub(crate) use raw::too_large;
pub use raw::{Accept, Response};
pub(crate) use raw::{Origin, Sent, excerpt};
pub(crate) use status::{
    PYDIO_REALM, accepted, failure_of, has_body, is_own_404, is_web_page, readable, realm,
};
pub(crate) use xml::NodeReader;

pub use crate::types::{
    Attributes, Element, Envelope, Message, Node, NodesDiff, Pagination, Reload, Severity,
};

use crate::types::{Error, ErrorKind};

/// The future of a response that is being read.
pub type Decoding<T> = Pin<Box<dyn Future<Output = Result<T, Error>> + Send>>;

/// A type that a call can return.
pub trait FromResponse: Sized + Send {
    /// The format to request from the server.
    const ACCEPT: Accept;

    /// Reads the response.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Server`] and its likes when the server reports a failure, [`ErrorKind::Malformed`]
    /// when the response is not of this kind.
    fn decode(response: Response) -> Decoding<Self>;

    /// Receives what waiting for the work of a call takes. Connections call it if the work may go on
    /// after the response.
    #[doc(hidden)]
    fn begun(&mut self, begun: Begun) {
        drop(begun);
    }
}

/// Returns the failure that a response reports in its body, in XML or JSON, if any.
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
