//! A loopback server that answers like Pydio, and the tests that cross the crates.
//!
//! [`Server`] keeps files in memory and answers REST v1 over HTTP/1.1 on a free port of
//! 127.0.0.1, with the statuses, headers and bodies that were recorded from a real server. It is
//! written from those recordings and from Pydio's own source, never from the client: both sides
//! share no code, so that a mistake in one shows.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
//! use pydio_tests::{Server, Version};
//!
//! let server = Server::builder(Version::V8_2).prefix("/pydio").start().await?;
//! server.put("common", "/docs/a.txt", "hello");
//! assert!(server.url().ends_with("/pydio"));
//! assert_eq!(server.content("common", "/docs/a.txt").as_deref(), Some(&b"hello"[..]));
//! # Ok(()) }
//! ```
//!
//! # The parts, in the order a request passes through them
//!
//! * [`server`]: the socket, [`Fault`]s, and the log of what was [`Seen`];
//! * `routing`: which workspace and action a target names, by the rules of the [`Version`];
//! * `login`: who is calling;
//! * `catalog`: which actions there are, from the bundled manifests;
//! * `parameters` and `selection`: what the action is told, and which nodes it is about;
//! * `actions`: what each action does to the `disk`;
//! * `describe`, `envelope` and `reply`: what is answered.
//!
//! [`console`] stands in for `php cmd.php`. [`recordings`] reads the exchanges that were recorded.

mod actions;
mod catalog;
pub mod console;
mod describe;
mod disk;
mod envelope;
mod fault;
mod login;
mod names;
mod parameters;
mod php;
pub mod recordings;
mod reply;
mod routing;
mod seen;
mod selection;
pub mod server;
mod version;
mod workspaces;
mod world;

pub use fault::{Canned, Fault};
pub use login::{ADMIN, ALICE, Account, BOB};
pub use seen::Seen;
pub use server::{Builder, Server};
pub use version::Version;
pub use workspaces::COMMON_ID;
