//! Tests the v2 part of the client over real sockets: the request of each operation, and how it
//! reads responses. The target `shared` checks their content field by field, also with recorded
//! responses.

mod downloads;
mod faults;
mod names;
mod operations;
mod saved;
mod status;
mod support;
mod uploads;
