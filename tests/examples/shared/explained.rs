//! An error of a call, with what it means where it happened.

use std::{error::Error as StdError, fmt};

use pydio_client::Error;

/// An error of a call, in words that hold its own.
#[derive(Debug)]
pub struct Explained {
    text: String,
    error: Error,
}

impl Explained {
    /// Puts words before an error.
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
