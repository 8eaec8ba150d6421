//! The command line `pydio`, run as people run it, against the server in memory.

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
