//! What the generated Pydio client stands on: requests, credentials, transport and answers.
//!
//! **You want to call a Pydio?** Use `pydio-client`, which has a function for every action of the
//! newest release, or bindings of your own; either re-exports what a program needs of this crate.
//! The [`guide`] begins with [a first listing](guide::first_listing), tells which
//! [way in](guide::ways_in) to take, and how to [leave a Pydio](guide::leaving) with everything.
//!
//! This crate knows how a Pydio 6–8 server is spoken to, but no action by name, but for the few
//! that keep a session: those are in the bindings that `pydio-codegen` writes from a server's own
//! manifests. Bindings build a [`Request`] and say what comes back; this crate sends it and turns
//! the answer into that type, or into an [`Error`].
//!
//! ```no_run
//! # async fn demo() -> Result<(), pydio_runtime::Error> {
//! use pydio_runtime::{Action, Bindings, Call, PathRules, Pydio, Request};
//! use pydio_runtime::{RestCall, Verb, answer::Listing};
//!
//! // What bindings have for each action.
//! static BINDINGS: Bindings = Bindings {
//!     version: "8.2.5",
//!     paths: PathRules::DecodeThenSplit,
//!     transfer: None,
//! };
//!
//! struct Ls(Request);
//!
//! impl Call for Ls {
//!     const ACTION: &'static Action = &Action {
//!         bindings: &BINDINGS,
//!         plugin: "access.fs",
//!         name: "ls",
//!         verb: Verb::Get,
//!         rest_params: Some("/dir+"),
//!     };
//!     type Answer = Listing;
//!
//!     fn into_request(self) -> Request {
//!         self.0
//!     }
//! }
//!
//! impl RestCall for Ls {}
//!
//! let address = "https://files.example.org/pydio";
//! let pydio = Pydio::builder(address).login("alice", "secret").build()?;
//! let call = Ls(Request::new(Ls::ACTION).node("dir", "/photos"));
//! for node in pydio.workspace("my-files").call(call).await? {
//!     println!("{} {:?}", node.path(), node.size());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # The parts
//!
//! * [`Pydio`] and [`Workspace`]: connections over REST, on which a [`Call`] is sent.
//! * [`Credentials`]: who is calling.
//! * [`keystore`]: key pairs, for programs that should not send a password with every request.
//! * [`Session`]: the same on `index.php`, where every action is reached.
//! * [`cmd`]: the same calls through the command line of the server.
//! * [`Action`], [`Call`], [`RestCall`], [`Request`]: what bindings are made of.
//! * [`answer`]: what comes back, from node listings to byte streams.
//! * [`transfer`]: files of any size, up and down, taken up where they broke off.
//! * [`transport`]: the one trait between this crate and the network.
//! * [`Error`]: everything that can go wrong, told apart the way a caller needs it.
//!
//! # Features
//!
//! * `rustls` (on unless left out): HTTPS with rustls and the roots of the platform.
//! * `native-tls`: HTTPS with the TLS library of the operating system.
//! * `http`: plain `http://`, without any TLS. Without one of these three, a
//!   [`transport`] of your own is needed.
//! * `cmd`: calls through the command line of the server, [`cmd`].

#![cfg_attr(docsrs, feature(doc_cfg))]

mod action;
pub mod answer;
mod asked;
mod body;
mod client;
#[cfg(feature = "cmd")]
pub mod cmd;
/// The command line of the server, which the feature `cmd` is for: without it, nothing is here.
#[cfg(not(feature = "cmd"))]
pub mod cmd {}
mod credentials;
mod error;
mod exchange;
mod file_part;
pub mod guide;
#[doc(hidden)]
pub mod hidden;
pub mod json;
pub mod keystore;
mod multipart;
mod node_path;
mod operation;
mod path;
mod request;
mod response;
mod session;
mod site;
mod spell;
#[cfg(test)]
mod testing;
pub mod transfer;
pub mod transport;
mod workspace;

pub use action::{Action, Bindings, Call, RestCall, Verb};
pub use answer::Answer;
pub use body::Body;
pub use client::{Builder, Pydio};
pub use credentials::{ApiKey, Credentials, Diagnosis, KeyPlace};
pub use error::{BoxError, Error, Failure};
pub use file_part::FilePart;
pub use node_path::NodePath;
pub use operation::{Method, Operation, OperationCall, OperationRequest, Place, Server, Style};
pub use path::PathRules;
pub use request::Request;
pub use response::{Accept, Response};
pub use session::{
    Captcha, Challenge, LoginError, LoginResult, Session, SessionBuilder, SessionWorkspace,
};
pub use site::Site;
pub use workspace::Workspace;

/// JSON of no declared shape: the answer of actions whose manifests promise JSON and nothing more.
pub use serde_json::Value as Json;
