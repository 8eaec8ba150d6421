//! What the ways into a server have in common: one call on all of them, secrets that none of them
//! shows, and the recorded exchanges of those that are no REST.
#![cfg(unix)]

mod agreement;
mod connections;
mod console;
mod count;
mod equivalents;
mod keystore;
mod logs;
mod secrets;
mod session;
#[allow(dead_code, reason = "the tests of the command line use the rest")]
#[path = "../cmd/support.rs"]
mod support;
