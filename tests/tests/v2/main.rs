//! The v2 half of the client over real sockets: what each operation sends, and what it makes of
//! answers. What those have in them is read to the field in the target `shared`, which has the
//! recorded ones as well.

mod downloads;
mod faults;
mod names;
mod operations;
mod status;
mod support;
mod uploads;
