//! Encoding a request: what goes over REST v1, REST v2, a session or the console.
//!
//! `Arguments` resolves the values of a request by the parameters of its endpoint; the encoders
//! put these on the wire. Whatever a server would read back as something else is refused here,
//! before it is sent, with a text that names the parameter.

mod arguments;
mod attached;
#[cfg(feature = "cmd")]
mod console;
mod multipart;
mod nonce;
mod path;
mod prepared;
mod rest_v1;
mod rest_v2;
#[cfg(feature = "client")]
mod session;
mod style;

pub(crate) use attached::Attached;
#[cfg(feature = "cmd")]
pub(crate) use console::{console, value_fault};
pub(crate) use nonce::{hex, nonce};
pub(crate) use path::encode_segment;
pub(crate) use prepared::{FORM, Prepared, add_cookies};
pub(crate) use rest_v1::{MOST_FIELDS, rest_v1};
pub(crate) use rest_v2::rest_v2;
#[cfg(feature = "client")]
pub(crate) use session::{SessionCall, is_workspace, session};
