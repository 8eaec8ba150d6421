//! Key pairs over sockets, against a server that checks every signature by code of its own.

mod diagnosis;
mod managing;
mod renewal;
mod signing;
mod support;
