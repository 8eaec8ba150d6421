//! Adds context to the error of a call.

use std::{error::Error as StdError, fmt};

use pydio_client::Error;

/// An error of a call with a message that explains it.
#[derive(Debug)]
pub struct Explained {
    text: String,
    error: Error,
}

impl Explained {
    /// Wraps an error with an explanation.
    pub fn new(meaning: impl fmt::Display, error: Error) -> Self {
        Self { text: format!("{meaning}: {error}"), error }
    }
}

impl fmt::Display for Explained {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl StdError for Explained {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&self.error)
    }
}
