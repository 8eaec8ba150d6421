//! Runs the program `pydio` like a user would, against the in-memory server.

mod calls;
mod every;
mod faults;
mod fronts;
mod secrets;
mod support;
mod swept;
#[cfg(unix)]
mod terminal;
mod tree;
mod wire;
