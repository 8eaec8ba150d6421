//! What all transports have in common: the same result for one call, and secrets that are never
//! displayed.
#![cfg(unix)]

mod agreement;
mod connections;
mod equivalents;
mod logs;
mod secrets;
#[allow(dead_code, reason = "the tests of the command line use the rest")]
#[path = "../cmd/support.rs"]
mod support;
