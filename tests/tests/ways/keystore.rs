//! The recorded exchanges with key pairs.

pub(crate) mod replay;
mod verify;
