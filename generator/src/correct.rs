//! Corrections: what is known to be otherwise than a server's declarations say.

pub mod overlay;
