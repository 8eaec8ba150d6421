//! A loopback server that answers like Pydio, and the tests that cross the crates.
//!
//! [`Server`] is a Pydio in memory. It answers REST v1 and v2 and the session behind `index.php`
//! over HTTP/1.1 on 127.0.0.1, with the statuses, headers and bodies that were recorded from a
//! real server. It is written from those recordings and from what is known of Pydio, never from
//! the client: both sides share no code, so that a mistake in one shows.
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
//! * `front`: the web server or proxy that it stands behind;
//! * `doors`: the ways in, and with `routing` what a target names by the rules of the [`Version`];
//! * `login`, `keystore` and `session`: who is calling;
//! * `catalog`: which actions the version has, from the bundled manifests;
//! * `parameters`, `multipart` and `selection`: what the action is told, and which nodes it is
//!   about;
//! * `actions`: what each action does to the `world`, that is to its `people` with their `roles`,
//!   to `workspaces`, `disk`s, `shares` and `tasks`;
//! * `describe`, `envelope`, `registry` and `reply`: what is answered.
//!
//! [`proxy`] stands between a client and any server and spoils requests, and [`sweep`] runs programs
//! behind it. [`console`] stands in for `php cmd.php`. [`recordings`] reads the exchanges that were
//! recorded, and [`suite`] runs the tests that need them.
//! [`live`] is no part of the server: it holds the scenarios that run against any server.

mod actions;
mod cache;
mod catalog;
mod changes;
mod clock;
pub mod console;
mod describe;
mod disk;
mod doors;
mod element;
mod envelope;
mod fault;
mod front;
mod identifiers;
mod keystore;
pub mod live;
mod login;
pub mod multipart;
mod names;
mod node;
mod pack;
mod parameters;
mod people;
mod php;
pub mod proxy;
pub mod recordings;
mod registry;
mod reply;
mod roles;
mod routing;
mod seen;
mod selection;
pub mod server;
mod session;
mod settings;
mod shares;
pub mod suite;
pub mod sweep;
mod tasks;
mod version;
mod workspaces;
mod world;
mod xpath;

pub use fault::{Canned, Fault, Flood};
pub use front::Front;
pub use login::{ADMIN, ALICE, Account, BOB};
pub use seen::Seen;
pub use server::{Builder, Server};
pub use version::Version;
pub use workspaces::COMMON_ID;

/// The code in the documents for people, which is compiled here: it names bindings.
#[cfg(doctest)]
mod documents {
    #[doc = include_str!("../../README.md")]
    mod readme {}
    #[doc = include_str!("../../generated/README.md")]
    mod client {}
    #[doc = include_str!("../../runtime/src/guide/first_listing.md")]
    mod first_listing {}
    #[doc = include_str!("../../runtime/src/guide/ways_in.md")]
    mod ways_in {}
    #[doc = include_str!("../../runtime/src/guide/nodes.md")]
    mod nodes {}
    #[doc = include_str!("../../runtime/src/guide/transfers.md")]
    mod transfers {}
    #[doc = include_str!("../../runtime/src/guide/errors.md")]
    mod errors {}
    #[doc = include_str!("../../runtime/src/guide/troubleshooting.md")]
    mod troubleshooting {}
    #[doc = include_str!("../../runtime/src/guide/limits.md")]
    mod limits {}
    #[doc = include_str!("../../runtime/src/guide/releases.md")]
    mod releases {}
    #[doc = include_str!("../../runtime/src/guide/leaving.md")]
    mod leaving {}
    #[doc = include_str!("../../runtime/src/guide/command_line.md")]
    mod command_line {}
    #[doc = include_str!("../../runtime/src/guide/regenerating.md")]
    mod regenerating {}
    #[doc = include_str!("../../runtime/src/guide/specs.md")]
    mod specs {}
    #[doc = include_str!("../../runtime/src/guide/corrections.md")]
    mod corrections {}
    #[doc = include_str!("../../runtime/src/guide/checking.md")]
    mod checking {}
}
