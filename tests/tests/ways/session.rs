//! The recorded exchanges of sessions.

mod cases;
pub(crate) mod replay;
mod script;
