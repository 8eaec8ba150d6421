//! Files of any size, up and down, over real sockets, and what may go wrong on the way.

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
