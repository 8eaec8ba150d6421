//! Tests the client on the command line, against a stand-in for PHP and Pydio's console that runs
//! as a separate process.
#![cfg(unix)]

mod bare;
mod calls;
mod faults;
mod secrets;
mod several;
mod support;
