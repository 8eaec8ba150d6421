//! The client on the command line, against a stand-in for PHP and for Pydio's console that runs as
//! a process of its own.
#![cfg(unix)]

mod calls;
mod faults;
mod secrets;
mod several;
mod support;
