//! The larger tasks, as functions: programs with other needs can start from them.
//!
//! They need an administrator, but for [`compress`].

pub mod compress;
mod explained;
pub mod export;
mod listed;
pub mod people;
pub mod provision;
mod raw;
pub mod shares;

pub use explained::Explained;
pub use listed::listed;

use std::{error::Error as StdError, io};

use pydio_cli::Failed;
use pydio_client::Error;

/// Returns the failure of a task, judged by the call that failed, if one did.
pub(crate) fn from_task(error: Box<dyn StdError + Send + Sync>) -> Failed {
    let error = match error.downcast::<Failed>() {
        Ok(failed) => return *failed,
        Err(error) => error,
    };
    let mut next: Option<&(dyn StdError + 'static)> = Some(&*error);
    while let Some(cause) = next {
        match cause.downcast_ref::<Error>() {
            Some(call) => return Failed::from(call.clone()).message_is(error.to_string()),
            None => next = cause.source(),
        }
    }
    match error.downcast_ref::<io::Error>() {
        Some(local) => Failed::local("not written", local),
        None => Failed::refused(error.to_string()),
    }
}
