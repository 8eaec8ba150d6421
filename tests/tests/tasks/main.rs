//! Runs the tasks of the program `pydio` like a user would, against the in-memory server.

mod changes;
mod down;
mod dry;
mod kill;
mod names;
mod others;
mod patterns;
mod places;
mod profiles;
mod staging;
mod support;
mod up;
