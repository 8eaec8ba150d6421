//! Runs the tasks of the program `pydio` like a user would, against the in-memory server.

mod down;
mod kill;
mod names;
mod others;
mod places;
mod profiles;
mod support;
mod up;
