//! Exit statuses of failed programs.

use std::{error::Error as StdError, process::ExitCode};

use pydio_client::Error;

/// The exit status if the server may have done the work despite the error.
const UNKNOWN: u8 = 3;

/// Prints why the program failed, and returns its exit status: 3 if the server was not reached, a
/// proxy gave up waiting for it, or its response was incomplete, and `otherwise` after any other
/// error.
pub fn failed(error: &(dyn StdError + Send + Sync + 'static), otherwise: u8) -> ExitCode {
    eprintln!("{error}");
    let status = status(error, otherwise);
    if status == UNKNOWN {
        eprintln!("the work may be done all the same: look before you try again");
    }
    ExitCode::from(status)
}

/// Returns the exit status after an error, judging by the call error that it is or wraps.
pub fn status(error: &(dyn StdError + Send + Sync + 'static), otherwise: u8) -> u8 {
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(cause) = next {
        match cause.downcast_ref::<Error>() {
            Some(error) if error.may_be_done() => return UNKNOWN,
            Some(_) => return otherwise,
            None => next = cause.source(),
        }
    }
    otherwise
}
