//! What somebody may do in a workspace or with a share.

use std::{borrow::Cow, fmt, ops::BitOr};

use crate::json::{FromJson, Json, JsonError, Secrets, ToJson, Value};

/// What a user, group or role may do in a workspace or with a share: read, write, both or nothing.
///
/// ```
/// use pydio_runtime::Rights;
///
/// let rights = Rights::READ | Rights::WRITE;
/// assert!(rights.can_read() && rights.can_write());
/// assert_eq!(rights.as_str(), "rw");
/// assert!(!Rights::NONE.can_read());
/// ```
///
/// Servers write rights as letters: `r` to read and `w` to write. Like the server, [`can_read`] and
/// [`can_write`] look for these letters only. A role may have other texts, such as
/// `AJXP_VALUE_CLEAR` for a right that it takes back from its parents: they grant nothing, and are
/// sent back as they were received.
///
/// [`can_read`]: Rights::can_read
/// [`can_write`]: Rights::can_write
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Rights(Cow<'static, str>);

impl Rights {
    /// Neither reading nor writing, sent as `n`.
    pub const NONE: Self = Self(Cow::Borrowed("n"));
    /// Listing folders and reading files.
    pub const READ: Self = Self(Cow::Borrowed("r"));
    /// Creating, changing and deleting nodes. Without [`Rights::READ`], nodes can only be put there.
    pub const WRITE: Self = Self(Cow::Borrowed("w"));

    /// Returns rights that are written in another way, such as `AJXP_VALUE_CLEAR`.
    pub fn from_wire(text: impl Into<String>) -> Self {
        Self(Cow::Owned(text.into()))
    }

    /// Returns whether they include reading.
    pub fn can_read(&self) -> bool {
        self.0.contains('r')
    }

    /// Returns whether they include writing.
    pub fn can_write(&self) -> bool {
        self.0.contains('w')
    }

    /// Returns the rights as they are sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Returns the rights of both.
impl BitOr for Rights {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        let can_read = self.can_read() || other.can_read();
        let can_write = self.can_write() || other.can_write();
        match (can_read, can_write) {
            (true, true) => Self(Cow::Borrowed("rw")),
            (true, false) => Self::READ,
            (false, true) => Self::WRITE,
            (false, false) => Self::NONE,
        }
    }
}

impl fmt::Debug for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rights({:?})", self.as_str())
    }
}

impl fmt::Display for Rights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl From<Rights> for String {
    fn from(rights: Rights) -> Self {
        rights.0.into_owned()
    }
}

impl FromJson for Rights {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        String::from_json(json).map(Self::from_wire)
    }
}

impl ToJson for Rights {
    fn write(&self, _: Secrets) -> Option<Json> {
        Some(Json::from(self.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_combined() {
        let all = [
            (Rights::READ | Rights::WRITE, "rw"),
            (Rights::WRITE | Rights::READ, "rw"),
            (Rights::READ | Rights::NONE, "r"),
            (Rights::NONE | Rights::NONE, "n"),
            (Rights::from_wire("wr") | Rights::NONE, "rw"),
        ];
        for (rights, text) in all {
            assert_eq!(rights.as_str(), text);
        }
    }

    #[test]
    fn other_texts_grant_nothing_and_are_kept() {
        for text in ["", "AJXP_VALUE_CLEAR"] {
            let rights = Rights::from_json(Value::from(&Json::from(text))).unwrap();
            assert!(!rights.can_read() && !rights.can_write(), "{text}");
            assert_eq!(rights.to_json(), Json::from(text));
        }
    }
}
