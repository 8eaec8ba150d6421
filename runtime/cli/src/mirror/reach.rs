//! Stops a run over many files when the server is gone.

use std::sync::atomic::{AtomicU32, Ordering};

use pydio_client::{Error, ErrorKind};

/// How many files in a row fail without a response before the others are not tried.
const MOST: u32 = 8;

/// Counts how often in a row the server was not reached.
#[derive(Debug, Default)]
pub(super) struct Reach(AtomicU32);

impl Reach {
    /// Records how a call went.
    pub(super) fn saw<T>(&self, outcome: &Result<T, Error>) {
        match outcome {
            Err(error) if is_gone(error) => {
                self.0.fetch_add(1, Ordering::Relaxed);
            }
            _ => self.0.store(0, Ordering::Relaxed),
        }
    }

    /// Returns whether to give up.
    pub(super) fn is_lost(&self) -> bool {
        self.0.load(Ordering::Relaxed) >= MOST
    }
}

fn is_gone(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Transport => true,
        ErrorKind::Status => matches!(error.status(), Some(502..=504)),
        // Every other file would be refused too, and a third failed login locks the address out.
        _ => error.is_auth() && error.status() == Some(401),
    }
}

/// The message for a file that was not tried.
pub(super) const NOT_TRIED: &str = "not tried: the server can no longer be reached";
