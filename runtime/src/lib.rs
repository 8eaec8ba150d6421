//! What the generated Pydio client stands on: requests, credentials, transport and answers.
//!
//! This crate knows how a Pydio 6–8 server is spoken to, but no action by name, but for the few
//! that keep a session: those are in the bindings that `pydio-codegen` writes from a server's own
//! manifests (`pydio-client` is the set for the newest bundled version). Bindings build a
//! [`Request`] and say what comes back; this crate sends it and turns the answer into that type,
//! or into an [`Error`].
//!
//! ```no_run
//! # async fn demo() -> Result<(), pydio_runtime::Error> {
//! use pydio_runtime::Pydio;
//!
//! let address = "https://files.example.org/pydio";
//! let pydio = Pydio::builder(address).login("alice", "secret").build()?;
//! let files = pydio.workspace("my-files");
//! # let _ = files; Ok(())
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
//! * `cli`: a command line made of the calls of bindings, with the feature of that name.
//! * [`Action`], [`Call`], [`RestCall`], [`Request`]: what bindings are made of.
//! * [`answer`]: what comes back, from node listings to byte streams.
//! * [`transfer`]: files of any size, up and down, taken up where they broke off.
//! * [`transport`]: the one trait between this crate and the network.
//! * [`Error`]: everything that can go wrong, told apart the way a caller needs it.
//!
//! The [`guide`] has the longer matters: which way in to take, paths and names, transfers, what to do
//! about errors, and how to leave a Pydio with everything.

#![cfg_attr(docsrs, feature(doc_cfg))]

mod action;
pub mod answer;
mod body;
#[cfg(feature = "cli")]
pub mod cli;
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
pub mod json;
pub mod keystore;
mod multipart;
mod node_path;
mod operation;
mod path;
mod request;
mod response;
mod session;
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
pub use credentials::{Credentials, Diagnosis};
pub use error::{BoxError, Error, Failure};
pub use file_part::FilePart;
pub use node_path::NodePath;
pub use operation::{Method, Operation, OperationCall, OperationRequest, Place, Server};
pub use path::PathRules;
pub use request::Request;
pub use response::{Accept, Response};
pub use session::{
    Captcha, Challenge, LoginError, LoginResult, Session, SessionBuilder, SessionWorkspace,
};
pub use workspace::Workspace;

/// JSON of no declared shape: the answer of actions whose manifests promise JSON and nothing more.
pub use serde_json::Value as Json;
