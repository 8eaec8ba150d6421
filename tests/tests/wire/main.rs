//! Tests the client against the test server, over real sockets.

mod declared;
mod faults;
mod files;
mod floods;
mod listing;
mod login;
mod names;
mod redirects;
mod settings;
mod support;
mod tls;
