//! What the ways into a server have in common: one call on all of them, and secrets that none of
//! them shows.
#![cfg(unix)]

mod agreement;
mod connections;
mod equivalents;
mod logs;
mod secrets;
#[allow(dead_code, reason = "the tests of the command line use the rest")]
#[path = "../cmd/support.rs"]
mod support;
