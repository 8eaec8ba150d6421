//! Stops a run of many calls when the server is gone.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use pydio_cli::Failed;
use pydio_client::{Error, ErrorKind};
use pydio_runtime::hidden;

/// How many calls in a row fail without a response before the others are not tried.
const MOST: u32 = 8;

/// Counts how often in a row the server was not reached. Clones count together.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reach(Arc<AtomicU32>);

impl Reach {
    /// Records how a call went.
    pub(crate) fn saw<T>(&self, outcome: &Result<T, Error>) {
        match outcome {
            Err(error) if is_gone(error) => {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
            _ => self.0.store(0, Ordering::Relaxed),
        }
    }

    /// # Errors
    ///
    /// Returns an error if the server is gone, so that the call is not tried.
    pub(crate) fn check(&self) -> Result<(), Failed> {
        if self.is_lost() { Err(Failed::unreached(NOT_TRIED)) } else { Ok(()) }
    }

    /// Returns whether to give up.
    pub(crate) fn is_lost(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= MOST
    }
}

/// Returns whether the server may have received the request of a call that failed.
pub(crate) fn may_have_arrived(error: &Error) -> bool {
    error.may_be_done() && !hidden::is_not_connected(error)
}

fn is_gone(error: &Error) -> bool {
    // A transfer or a task fails because a call failed.
    if let Some(call) = error.cause().and_then(|cause| cause.downcast_ref::<Error>()) {
        return is_gone(call);
    }
    match error.kind() {
        ErrorKind::Transport => true,
        ErrorKind::Status => matches!(error.status(), Some(502..=504)),
        // Every other file would be refused too, and a third failed login locks the address out.
        _ => error.is_auth() && error.status() == Some(401),
    }
}

/// Why the rest is not tried.
pub(crate) const LOST: &str = "the server can no longer be reached";

/// The message for what was not tried.
pub(crate) const NOT_TRIED: &str = "not tried: the server can no longer be reached";
