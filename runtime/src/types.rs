//! The types that describe calls: endpoints, requests and errors.
//!
//! Nothing here knows how a call is encoded, sent or read.

mod access_method;
mod attributes;
mod bindings;
mod body;
mod dialect;
mod element;
mod endpoint;
mod envelope;
mod error;
mod file_part;
mod given;
mod method;
mod node;
mod node_path;
mod node_paths;
mod outcome;
mod paging;
mod param;
mod release;
mod request;
mod rights;
#[cfg(feature = "serde")]
pub(crate) mod saved;
mod site;
mod span;
mod style;
mod timestamp;
mod transfer_actions;

pub use access_method::AccessMethod;
pub use attributes::Attributes;
pub(crate) use bindings::ANY_RELEASE;
pub use bindings::{Bindings, Server};
pub use body::{Body, ResponseBody};
pub(crate) use dialect::{Dialect, PathRules};
pub use element::Element;
pub(crate) use endpoint::Reach;
pub use endpoint::{Endpoint, ResponseKind};
pub use envelope::{Envelope, Message, NodesDiff, Reload, Severity};
pub(crate) use error::Failure;
pub(crate) use error::causes;
pub use error::{BoxError, Error, ErrorKind};
pub(crate) use file_part::BYTES;
pub use file_part::FilePart;
pub(crate) use given::{Given, Value};
pub use method::Method;
pub use node::{Node, Pagination};
pub use node_path::NodePath;
pub(crate) use node_path::{is_dots, refuse_blanked};
pub use node_paths::NodePaths;
pub use outcome::Outcome;
pub(crate) use outcome::{Moves, OutcomeKind};
pub use paging::{PagedBy, Paging};
pub use param::{Kind, Location, Param, ParamEncoding, RefusedIn};
pub use release::{Release, ServerRelease};
pub use request::Request;
pub use rights::Rights;
pub(crate) use site::ServerAddress;
pub use site::Site;
pub(crate) use span::Span;
pub use style::Style;
pub(crate) use style::StyleKind;
pub use timestamp::Timestamp;
pub use transfer_actions::{FileParts, FormUpload, RawUpload, TransferActions, UploadLimit};
