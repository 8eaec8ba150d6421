//! Transfers of files of any size over real sockets, and their possible failures.

mod archives;
mod checks;
mod downloads;
mod form;
mod parts;
mod ranges;
mod resume;
mod server;
mod store;
mod support;
mod swept;
mod uploads;
