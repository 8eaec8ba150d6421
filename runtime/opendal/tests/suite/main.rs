//! The service on the test server: what each capability promises, and what is refused.

mod arrange;
mod capabilities;
mod config;
mod delete;
mod errors;
mod kit;
mod list;
mod names;
mod read;
mod server;
mod write;
