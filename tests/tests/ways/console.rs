//! The recorded runs of the command line.

pub(crate) mod replay;
