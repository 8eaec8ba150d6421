//! Key pairs over real sockets, against a server that checks every signature by code of its own,
//! and the recorded exchanges with such pairs.

mod diagnosis;
mod managing;
mod renewal;
mod replay;
mod server;
mod signing;
mod verify;
