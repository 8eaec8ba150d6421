//! Hooks around each request: for logs, metrics and traces.
//!
//! A [`Hook`] learns of each attempt of a call before it is sent and after it has ended: which call
//! it is, over which access method, on which workspace, with which status, how long it took and how
//! many bytes it moved. It never sees the values of arguments, nor credentials.
//!
//! ```
//! use pydio_runtime::{Pydio, hook::{After, Attempt, Outcome}};
//!
//! # fn demo() -> Result<(), pydio_runtime::Error> {
//! let pydio = Pydio::builder("https://files.example.org")
//!     .hook(|attempt: &Attempt<'_>| {
//!         let call = attempt.call().to_string();
//!         let after = move |outcome: &Outcome| println!("{call}: {:?}", outcome.duration());
//!         Box::new(after) as After
//!     })
//!     .build()?;
//! # let _ = pydio; Ok(())
//! # }
//! ```
//!
//! One call may need several attempts: after a redirect, with a renewed key pair or secure token,
//! after another login of a session, or because of a [`RetryPolicy`](crate::RetryPolicy). Requests
//! that the client makes for itself, such as the login of a session, are attempts of calls of their
//! own.

#[cfg(feature = "tracing")]
mod tracing;

use std::{
    fmt,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::{Duration, Instant},
};

pub use crate::types::AccessMethod;

use bytes::Bytes;
use futures_core::Stream;
use url::Url;

#[cfg(feature = "tracing")]
pub use self::tracing::Tracing;
use crate::{
    response::Origin,
    types::{BoxError, Endpoint, ResponseBody},
};

/// What is called before and after each attempt of a call.
///
/// A closure that takes an [`Attempt`] and returns an [`After`] is one. It runs on the task of the
/// call, which waits for it.
pub trait Hook: Send + Sync {
    /// Called before an attempt is sent; returns what is called after it.
    fn before(&self, attempt: &Attempt<'_>) -> After;
}

/// What is called once, after an attempt has ended: when its response was read to the end, broke
/// off or was dropped, or when there was none.
pub type After = Box<dyn FnOnce(&Outcome) + Send>;

impl<F: Fn(&Attempt<'_>) -> After + Send + Sync> Hook for F {
    fn before(&self, attempt: &Attempt<'_>) -> After {
        self(attempt)
    }
}

/// One attempt of a call, about to be sent.
#[derive(Clone, Copy)]
pub struct Attempt<'a> {
    pub(crate) endpoint: &'static Endpoint,
    pub(crate) access_method: AccessMethod,
    pub(crate) workspace: &'a str,
    pub(crate) number: u32,
    pub(crate) method: Option<&'a http::Method>,
    pub(crate) server: Option<&'a Url>,
}

impl<'a> Attempt<'a> {
    /// Returns the attempt of a call that begins now.
    pub(crate) fn next(origin: &'a Origin, access_method: AccessMethod) -> Self {
        Self {
            endpoint: origin.endpoint,
            access_method,
            workspace: &origin.workspace,
            number: origin.sent.count(),
            method: None,
            server: None,
        }
    }

    /// Returns the action or operation: its `Display` is `access.fs/ls` or `createNode`.
    pub fn call(&self) -> &'static Endpoint {
        self.endpoint
    }

    /// Returns how the server is called.
    pub fn access_method(&self) -> AccessMethod {
        self.access_method
    }

    /// Returns the slug or id of the workspace; empty for a call that has none.
    pub fn workspace(&self) -> &'a str {
        self.workspace
    }

    /// Returns how many times the call has been sent, with this attempt: 1 for the first.
    pub fn number(&self) -> u32 {
        self.number
    }

    /// Returns the HTTP method; `None` on the command line.
    pub fn method(&self) -> Option<&'a http::Method> {
        self.method
    }

    /// Returns the scheme, host and port that it is sent to; `None` on the command line.
    pub fn server(&self) -> Option<(&'a str, &'a str, u16)> {
        let url = self.server?;
        Some((url.scheme(), url.host_str()?, url.port_or_known_default()?))
    }
}

/// Without the path and the query of the URL, which hold arguments.
impl fmt::Debug for Attempt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("call", &format_args!("{}", self.endpoint))
            .field("access_method", &self.access_method)
            .field("workspace", &self.workspace)
            .field("number", &self.number)
            .field("method", &self.method)
            .field("server", &self.server())
            .finish()
    }
}

/// How an attempt ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    ending: Ending,
    status: Option<u16>,
    request_bytes: u64,
    response_bytes: u64,
    duration: Duration,
}

/// Whether a response was read to its end.
///
/// This is about the exchange alone: a complete response may report a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ending {
    /// The response was read to its end.
    Complete,
    /// The program stopped reading, or dropped the call.
    Dropped,
    /// There was no response, or it broke off.
    Failed,
}

impl Outcome {
    /// Returns whether the response was read to its end.
    pub fn ending(&self) -> Ending {
        self.ending
    }

    /// Returns the HTTP status; `None` without a response, and on the command line.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// Returns the length of the request's body in bytes; 0 on the command line.
    pub fn request_bytes(&self) -> u64 {
        self.request_bytes
    }

    /// Returns how many bytes of the response's body were read.
    pub fn response_bytes(&self) -> u64 {
        self.response_bytes
    }

    /// Returns how long it took until the end of the response.
    pub fn duration(&self) -> Duration {
        self.duration
    }
}

/// The hooks of a connection, in the order in which they were set.
#[derive(Clone, Default)]
pub(crate) struct Hooks(pub(crate) Vec<Arc<dyn Hook>>);

impl Hooks {
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Tells every hook of an attempt with a body of that length.
    pub(crate) fn before(&self, attempt: &Attempt<'_>, request_bytes: u64) -> Watch {
        let mut watch = Watch::unwatched();
        watch.outcome.request_bytes = request_bytes;
        watch.after.extend(self.0.iter().map(|hook| hook.before(attempt)));
        watch
    }
}

/// An attempt that is running. The hooks are told of its end when this is dropped.
pub(crate) struct Watch {
    after: Vec<After>,
    begun: Instant,
    outcome: Outcome,
}

impl Watch {
    /// Returns the attempt of a connection without hooks.
    pub(crate) fn unwatched() -> Self {
        Self {
            after: Vec::new(),
            begun: Instant::now(),
            outcome: Outcome {
                ending: Ending::Dropped,
                status: None,
                request_bytes: 0,
                response_bytes: 0,
                duration: Duration::ZERO,
            },
        }
    }

    /// Records that there is a response.
    pub(crate) fn responded(&mut self, status: http::StatusCode) {
        self.outcome.status = Some(status.as_u16());
    }

    /// Ends the attempt, without a body of a response.
    pub(crate) fn end(mut self, ending: Ending) {
        self.outcome.ending = ending;
    }

    /// Ends a run of the command with a response of that length.
    #[cfg(feature = "cmd")]
    pub(crate) fn printed(mut self, response_bytes: u64) {
        self.outcome.ending = Ending::Complete;
        self.outcome.response_bytes = response_bytes;
    }

    /// Follows the body of the response to its end. Without hooks it is left as it is.
    pub(crate) fn body(self, body: ResponseBody) -> ResponseBody {
        match self.after.is_empty() {
            true => body,
            false => Box::pin(Watched { body, watch: self }),
        }
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.outcome.duration = self.begun.elapsed();
        for after in self.after.drain(..).rev() {
            after(&self.outcome);
        }
    }
}

/// A body that is counted as it is read.
struct Watched {
    body: ResponseBody,
    watch: Watch,
}

impl Stream for Watched {
    type Item = Result<Bytes, BoxError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let item = ready!(self.body.as_mut().poll_next(context));
        let outcome = &mut self.watch.outcome;
        match &item {
            Some(Ok(chunk)) => outcome.response_bytes += chunk.len() as u64,
            Some(Err(_)) => outcome.ending = Ending::Failed,
            None if outcome.ending == Ending::Dropped => outcome.ending = Ending::Complete,
            None => {}
        }
        Poll::Ready(item)
    }
}
