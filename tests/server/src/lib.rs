//! An in-memory Pydio for testing programs that use one.
//!
//! [`Server`] listens on 127.0.0.1 and responds like a Pydio 6, 7 or 8: REST v1, REST v2 and the
//! sessions of `index.php`, with the statuses, headers and bodies recorded from real servers. It
//! needs no PHP, database or network, and servers are independent of each other.
//!
//! ```
//! # fn main() -> std::io::Result<()> {
//! use pydio_test_server::{ALICE, Fault, Server, Version};
//! use std::{io::{Read, Write}, net::TcpStream, time::Duration};
//!
//! // Start a server, and fill it.
//! let server = Server::builder(Version::V8_2).prefix("/pydio").start_blocking()?;
//! server.put("common", "/docs/a.txt", "hello");
//! server.add_user("carol", "carol-secret");
//! server.grant("carol", "common", "r");
//!
//! // Hand its address to the program under test, here a few lines that speak HTTP.
//! assert!(server.url().ends_with("/pydio"));
//! let address = server.address();
//! let mut stream = TcpStream::connect(address)?;
//! write!(stream, "GET /pydio/api/common/ls/docs HTTP/1.1\r\nHost: {address}\r\n\
//!     Authorization: Basic Y2Fyb2w6Y2Fyb2wtc2VjcmV0\r\nConnection: close\r\n\r\n")?;
//! let mut answer = String::new();
//! stream.read_to_string(&mut answer)?;
//! assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("/docs/a.txt"));
//!
//! // Look at what arrived.
//! let request = server.last().expect("a request");
//! assert_eq!(request.target, "/pydio/api/common/ls/docs");
//!
//! // Let the next request fail.
//! server.fail(Fault::Delay(Duration::from_secs(30)));
//! # Ok(()) }
//! // Dropping the server stops it.
//! ```
//!
//! In a test with tokio, use [`Server::start`] or [`Builder::start`] instead of
//! [`Builder::start_blocking`].
//!
//! # Options
//!
//! * The release: [`Version`]. Releases differ in how they parse paths, in what they return and in
//!   which actions they have.
//! * Users: [`ADMIN`], [`ALICE`] and [`BOB`] exist on every server; [`Server::add_user`],
//!   [`Server::add_group`] and [`Server::add_role`] add others, and [`Server::grant`] and
//!   [`Server::assign_role`] set their rights.
//! * Workspaces: `common`, `my-files` (a personal one for each user), `settings` and those of a new
//!   installation exist; [`Server::add_workspace`] adds others. [`Server::put`] and
//!   [`Server::folder`] fill them, and [`Server::content`] returns the content that a program has
//!   written.
//! * Anything else, such as shares, metadata and tasks: [`Server::run`] runs an action of the server.
//! * Time: [`Builder::start_time`] and [`Server::advance`] let links and sessions expire.
//! * Faults: [`Server::fail`] makes the next request fail, [`Server::fail_times`] several and
//!   [`Server::fail_action`] the next one that calls an action: no response, half of one, a late one,
//!   an error of Pydio ([`Fault::Error`]) or one of a proxy ([`Fault::Answer`]).
//!   [`Server::expire_sessions`], [`Server::void_tokens`] and [`Server::revoke_pairs`] take
//!   credentials back. [`proxy`] makes requests fail according to a plan, and [`Front`] is a
//!   misconfigured web server or proxy.
//!
//! [`Server::seen`] returns every request, byte for byte. [`console`] stands in for `php cmd.php`:
//! the program `cmd-php` runs the actions of a [`Server`] from its command line.
//!
//! # Servers of other APIs
//!
//! [`stub`] records requests and returns the responses that a test sets, for the client of any HTTP
//! API. [`check`] is the harness of the tests that `pydio-codegen generate --with-tests` writes for
//! bindings: two for each call.
//!
//! # Features
//!
//! * `program` (enabled by default): the program `pydio-test-server`, which runs a server until it
//!   is interrupted. The library does not need it.
//!
//! # Fidelity
//!
//! The server is based on recorded exchanges and on knowledge of Pydio, and shares no code with any
//! client. An action that the manifests of a release declare but this crate does not implement
//! returns an `ERROR` message that says so.
//!
//! # Modules, in the order that a request passes through them
//!
//! * [`server`]: the socket, [`Fault`]s, and the log of requests ([`Seen`]);
//! * `front`: the web server or proxy in front of the server;
//! * `endpoints`: REST, sessions and public links, with `routing` to resolve targets by the rules
//!   of the [`Version`];
//! * `login`, `keystore` and `session`: who is calling;
//! * `catalog`: which actions the version has;
//! * `parameters`, `multipart` and `selection`: the parameters of the action, and the nodes that it
//!   applies to;
//! * `actions`: what each action does to the `world`, that is to its `people` with their `roles`,
//!   to `workspaces`, `disk`s, `shares` and `tasks`;
//! * `describe`, `envelope`, `registry` and `reply`: the response.

mod actions;
mod cache;
mod catalog;
mod changes;
pub mod check;
mod clock;
pub mod console;
mod describe;
mod dialect;
mod disk;
mod element;
mod endpoints;
mod envelope;
mod fault;
mod front;
mod identifiers;
mod keystore;
mod login;
#[doc(hidden)]
pub mod multipart;
mod names;
mod node;
mod pack;
mod parameters;
mod people;
mod php;
pub mod proxy;
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
pub mod stub;
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
