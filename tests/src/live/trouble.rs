//! Why a scenario did not come to its end.

use std::fmt;

use pydio_client::{Error, LoginError};

/// Why a scenario did not come to its end.
#[derive(Debug)]
pub enum Trouble {
    /// A call failed.
    Call(Error),
    /// The server did something else than was expected.
    Unmet(String),
    /// The server does not have what the scenario is about, as it says itself.
    Skipped(String),
}

impl Trouble {
    /// The same with what was being done in front; what the server does not have stays as it is.
    pub(super) fn during(self, what: &str) -> Self {
        match self {
            Self::Call(error) => Self::Unmet(format!("{what}: {error}")),
            Self::Unmet(message) => Self::Unmet(format!("{what}: {message}")),
            Self::Skipped(reason) => Self::Skipped(reason),
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(error) => error.fmt(f),
            Self::Unmet(message) | Self::Skipped(message) => f.write_str(message),
        }
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Call(error)
    }
}

impl From<LoginError> for Trouble {
    fn from(error: LoginError) -> Self {
        Self::Call(error.into())
    }
}

/// Goes on when something is so, and says what it is otherwise.
pub(super) fn ensure(is_so: bool, otherwise: impl Into<String>) -> Result<(), Trouble> {
    if is_so { Ok(()) } else { Err(Trouble::Unmet(otherwise.into())) }
}

/// Goes on when something is what it should be.
pub(super) fn equal<T: PartialEq<U> + fmt::Debug, U: fmt::Debug>(
    what: &str,
    found: T,
    expected: U,
) -> Result<(), Trouble> {
    let is_so = found == expected;
    ensure(is_so, format!("{what} is {found:?} and should be {expected:?}"))
}

/// What is there, or what is missing.
pub(super) fn given<T>(what: &str, found: Option<T>) -> Result<T, Trouble> {
    found.ok_or_else(|| Trouble::Unmet(format!("{what} is missing")))
}

/// The error of what must not work.
pub(super) fn refused<T>(what: &str, result: Result<T, Error>) -> Result<Error, Trouble> {
    result.err().ok_or_else(|| Trouble::Unmet(format!("{what} was not refused")))
}
