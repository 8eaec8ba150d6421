//! The v2 half of the client over real sockets: what each operation sends, and what it makes of
//! answers. Those that were recorded are used where they are there; reduced copies stand in here.

mod account;
mod answers;
mod downloads;
mod faults;
mod file;
mod names;
mod operations;
mod provisioning;
mod status;
mod support;
mod tasks;
mod uploads;
