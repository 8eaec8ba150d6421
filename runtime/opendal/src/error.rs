//! Errors of the client as errors of OpenDAL.

use opendal_core::{Error, ErrorKind};
use pydio_client as client;

/// Converts an error of a call.
pub(crate) fn converted(error: client::Error) -> Error {
    let converted = Error::new(kind(&error), error.to_string());
    let converted = if is_temporary(&error) { converted.set_temporary() } else { converted };
    converted.set_source(error)
}

fn kind(error: &client::Error) -> ErrorKind {
    match error.kind() {
        client::ErrorKind::Config | client::ErrorKind::UnknownWorkspace => ErrorKind::ConfigInvalid,
        client::ErrorKind::InvalidRequest | client::ErrorKind::UnknownAction => {
            ErrorKind::Unsupported
        }
        client::ErrorKind::BadCredentials
        | client::ErrorKind::Forbidden
        | client::ErrorKind::AuthenticationRequired
        | client::ErrorKind::CaptchaRequired => ErrorKind::PermissionDenied,
        // The tasks refuse a file where a folder has to be.
        client::ErrorKind::Precondition => ErrorKind::NotADirectory,
        client::ErrorKind::Status => match error.status() {
            Some(416) => ErrorKind::RangeNotSatisfied,
            Some(429) => ErrorKind::RateLimited,
            _ => ErrorKind::Unexpected,
        },
        client::ErrorKind::Server => refusal(error),
        _ => ErrorKind::Unexpected,
    }
}

/// Returns what the server refuses. It writes these messages in English, whatever its language.
fn refusal(error: &client::Error) -> ErrorKind {
    let message = error.message();
    if message.contains("contains forbidden characters") || message.contains(" Forbidden") {
        // A name that the server does not take, or hides.
        return ErrorKind::Unsupported;
    }
    // An upload into a folder, which is known to exist; a copy.
    match message.ends_with("(412)") || message == "You are not allowed to write" {
        true => ErrorKind::PermissionDenied,
        false => ErrorKind::Unexpected,
    }
}

/// Returns whether the server was not reached, or something in front of it failed.
fn is_temporary(error: &client::Error) -> bool {
    match error.kind() {
        client::ErrorKind::Transport => true,
        client::ErrorKind::Status => {
            matches!(error.status(), Some(408 | 429 | 502 | 503 | 504))
        }
        _ => false,
    }
}

/// Returns the error of an operation that is not possible here.
pub(crate) fn unsupported(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Unsupported, message)
}

/// Returns the error of a path at which nothing exists.
pub(crate) fn not_found(path: &client::NodePath) -> Error {
    Error::new(ErrorKind::NotFound, format!("{path} does not exist"))
}

/// Returns the error of a path that names a folder where a file is needed.
pub(crate) fn is_a_directory(path: &client::NodePath) -> Error {
    Error::new(ErrorKind::IsADirectory, format!("{path} is a folder"))
}
