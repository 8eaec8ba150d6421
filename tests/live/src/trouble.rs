//! Why a scenario did not succeed.

use std::fmt;

use pydio_client::{Error, LoginError};

/// Why a scenario did not succeed.
#[derive(Debug)]
pub enum Trouble {
    /// A call failed.
    Call(Error),
    /// The server did something unexpected.
    Unmet(String),
    /// The server reports that it does not have the tested feature.
    Skipped(String),
}

impl Trouble {
    /// Prepends the current step; a skipped scenario stays unchanged.
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

/// Returns an error with this message unless the condition is true.
pub(super) fn ensure(is_so: bool, otherwise: impl Into<String>) -> Result<(), Trouble> {
    if is_so { Ok(()) } else { Err(Trouble::Unmet(otherwise.into())) }
}

/// Returns an error unless both values are equal.
pub(super) fn equal<T: PartialEq<U> + fmt::Debug, U: fmt::Debug>(
    what: &str,
    found: T,
    expected: U,
) -> Result<(), Trouble> {
    let is_so = found == expected;
    ensure(is_so, format!("{what} is {found:?} and should be {expected:?}"))
}

/// Returns the value, or an error that says what is missing.
pub(super) fn given<T>(what: &str, found: Option<T>) -> Result<T, Trouble> {
    found.ok_or_else(|| Trouble::Unmet(format!("{what} is missing")))
}

/// Returns the error of a call that must fail.
pub(super) fn refused<T>(what: &str, result: Result<T, Error>) -> Result<Error, Trouble> {
    result.err().ok_or_else(|| Trouble::Unmet(format!("{what} was not refused")))
}
