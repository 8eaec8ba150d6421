//! The command line `pydio`, run as people run it, against the server in memory.

mod calls;
mod faults;
mod secrets;
mod support;
mod tree;
mod wire;
