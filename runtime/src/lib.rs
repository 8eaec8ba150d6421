//! The library that the generated Pydio client is built on: requests, credentials, transports and responses.
//!
//! **To work with a Pydio server**, use `pydio-client`, which has a function for every action of
//! the newest release, or bindings that you generate; both re-export what a program needs of this
//! crate. The [`guide`] starts with [a first listing](guide::first_listing), compares the [access
//! methods](guide::access_methods), and shows how to [leave Pydio](guide::leaving) with all data.
//!
//! This crate implements the protocols of Pydio 6–8 servers. It knows no action by name, except the
//! few that manage a session: actions are in the bindings that `pydio-codegen` generates from a
//! server's own manifests. Bindings build a [`Request`] and name the type of its response; this
//! crate sends it and returns that type, or an [`Error`].
//!
//! ```no_run
//! # async fn demo() -> Result<(), pydio_runtime::Error> {
//! use pydio_runtime::{ActionCall, Bindings, Call, Endpoint, Method, Param, Pydio};
//! use pydio_runtime::{Request, RestCall, response::Listing};
//!
//! static BINDINGS: Bindings = Bindings::pydio("8.2.5");
//!
//! // What bindings have for each action.
//! struct Ls(Request);
//!
//! impl Call for Ls {
//!     const ENDPOINT: &'static Endpoint =
//!         &Endpoint::action(&BINDINGS, Method::Get, "access.fs", "ls")
//!             .params(&[Param::rest_of_path("dir")]);
//!     type Response = Listing;
//!
//!     fn request(&self) -> &Request {
//!         &self.0
//!     }
//!
//!     fn into_request(self) -> Request {
//!         self.0
//!     }
//! }
//!
//! impl ActionCall for Ls {}
//! impl RestCall for Ls {}
//!
//! let address = "https://files.example.org/pydio";
//! let pydio = Pydio::builder(address).login("alice", "secret").build()?;
//! let call = Ls(Request::new(Ls::ENDPOINT).node("dir", "/photos"));
//! for node in pydio.workspace("my-files").call(call).await? {
//!     println!("{} {:?}", node.path(), node.size());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Overview
//!
//! * [`Pydio`] and [`Workspace`]: connections over REST, on which a [`Call`] is sent.
//! * [`Credentials`]: how a connection authenticates.
//! * [`keystore`]: key pairs, for programs that should not send a password with every request.
//! * [`Session`]: calls on `index.php`, which reaches every action.
//! * [`cmd`]: calls through the command line of the server.
//! * [`Endpoint`], [`Param`], [`Request`], [`Call`]: the building blocks of bindings.
//! * [`response`]: what calls return, from node listings to byte streams.
//! * [`background`]: waiting for work that continues after the response.
//! * [`tasks`]: what the common tasks of bindings need in addition to calls.
//! * [`transfer`]: uploads and downloads of any size, resumed where they broke off.
//! * [`transport`]: the trait between this crate and the network.
//! * [`Error`]: everything that can go wrong, by kinds that a caller can act on.
//!
//! # Features
//!
//! * `rustls` (default): HTTPS with rustls and the root certificates of the platform.
//! * `native-tls`: HTTPS with the TLS library of the operating system.
//! * `http`: plain `http://`, without any TLS. Each of the three includes `client`.
//! * `client`: connections, sessions, key pairs and transfers, over your own [`transport`].
//!   Without it, only types remain, which need neither tokio nor an HTTP library: endpoints,
//!   requests, responses and JSON. [`RestCall::into_http`] and [`OperationCall::into_http`] return
//!   the HTTP request of a call then, and [`Call::decode`] reads its response.
//! * `blocking`: calls without `async`, the module `blocking`.
//! * `tracing`: spans of the crate `tracing` for each request, [`hook::Tracing`].
//! * `cmd`: calls through the command line of the server, [`cmd`].
//! * `serde`: `Serialize` and `Deserialize` for models, listings, nodes and envelopes, see
//!   [`guide::models`].
//! * `jiff`, `time`: conversions between [`Timestamp`] and the time types of these crates.

#![cfg_attr(docsrs, feature(doc_cfg))]
// What only a connection uses of the encoders and the responses is not separated item by item.
#![cfg_attr(not(feature = "client"), allow(dead_code, unused_imports))]

#[macro_use]
mod serde_macros;

#[cfg(feature = "client")]
mod auth;
#[cfg(feature = "client")]
pub mod background;
#[cfg(feature = "blocking")]
pub mod blocking;
mod call;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "cmd")]
pub mod cmd;
/// The command line of the server. Requires the feature `cmd`; without it, this module is empty.
#[cfg(all(feature = "client", not(feature = "cmd")))]
pub mod cmd {}
#[cfg(feature = "client")]
mod connection;
mod encode;
pub mod guide;
#[cfg(feature = "client")]
#[doc(hidden)]
pub mod hidden;
#[cfg(feature = "client")]
pub mod hook;
pub mod json;
#[cfg(feature = "client")]
mod keystore_pair;
pub mod response;
#[cfg(feature = "client")]
mod session;
#[cfg(feature = "client")]
pub mod tasks;
#[cfg(test)]
mod testing;
#[cfg(feature = "client")]
pub mod transfer;
#[cfg(feature = "client")]
pub mod transport;
mod types;

/// Key pairs instead of passwords: how to create, store, renew and revoke them.
///
/// A Pydio server issues key pairs, one for each user and device, that sign requests in place of
/// the password. [`Keystore`](keystore::Keystore) are credentials that manage such a pair;
/// [`KeyPairs`](keystore::KeyPairs) manages the pairs of a user manually.
#[cfg(feature = "client")]
pub mod keystore {
    pub use crate::{
        auth::{FileStore, KeyPair, KeyPairId, KeyPairStore, Keystore, MemoryStore},
        client::{KeyPairInfo, KeyPairs},
    };
}

#[cfg(feature = "client")]
pub use auth::{ApiKey, Credentials, KeyPlace};
pub use call::{ActionCall, Call, ChangesCall, OperationCall, PagedCall, RestCall};
#[cfg(feature = "client")]
pub use client::{Builder, ChangeFeed, Diagnosis, Items, Nodes, Pydio, Workspace};
#[cfg(feature = "client")]
pub use connection::{CallOptions, RetryPolicy};
pub use json::Json;
pub use response::{Accept, FromResponse, Response};
/// Text that is never shown and is wiped from memory: see [`secrecy`].
pub use secrecy::SecretString;
#[cfg(feature = "client")]
pub use session::{
    Captcha, Challenge, LoginError, LoginResult, Session, SessionBuilder, SessionWorkspace,
};
pub use types::{
    Bindings, Body, BoxError, Endpoint, Error, ErrorKind, FilePart, FileParts, FormUpload, Kind,
    Location, Method, NodePath, NodePaths, Outcome, PagedBy, Paging, Param, ParamEncoding,
    RawUpload, RefusedIn, Release, Request, ResponseKind, Rights, Server, ServerRelease, Site,
    Style, Timestamp, TransferActions, UploadLimit,
};
