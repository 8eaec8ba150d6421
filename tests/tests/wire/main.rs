//! Tests the client against the test server, over real sockets.

mod background;
mod blocking;
mod changes;
mod credentials;
mod declared;
mod faults;
mod files;
mod floods;
mod hooks;
mod listing;
mod lists;
mod login;
mod names;
mod redirects;
mod retries;
mod settings;
mod support;
mod task_examples;
mod tasks;
mod tls;
