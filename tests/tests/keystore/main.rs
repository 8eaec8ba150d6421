//! Key pairs over sockets, against a server that verifies every signature with independent code.

mod diagnosis;
mod managing;
mod renewal;
mod signing;
mod support;
