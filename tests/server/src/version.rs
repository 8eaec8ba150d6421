//! The generations of servers, which parse the path of a call differently.

/// A generation of Pydio servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// 6.0 to 6.4: splits the path at its slashes, then `urldecode`s each value.
    V6_4,
    /// 6.5.1 to 7.0.3: `rawurldecode`s the path, splits it, and `urldecode`s each value again.
    V7_0,
    /// 7.0.4 to 8.2.5: `rawurldecode`s the path, then splits it.
    V8_2,
}

impl Version {
    /// Every generation, oldest first.
    pub const ALL: [Self; 3] = [Self::V6_4, Self::V7_0, Self::V8_2];

    /// Returns whether the path is decoded before it is split.
    pub(crate) fn decodes_path(self) -> bool {
        self != Self::V6_4
    }

    /// Returns whether the values are decoded after the split.
    pub(crate) fn decodes_values(self) -> bool {
        self != Self::V8_2
    }

    /// Returns the version number of a release of the generation.
    pub(crate) fn number(self) -> &'static str {
        match self {
            Self::V6_4 => "6.4.2",
            Self::V7_0 => "7.0.3",
            Self::V8_2 => "8.2.5",
        }
    }

    /// Returns whether REST v2 exists.
    pub(crate) fn has_v2(self) -> bool {
        self != Self::V6_4
    }

    /// Returns whether users are created only from JSON, rather than from fields of a query or
    /// form.
    pub(crate) fn makes_people_by_json(self) -> bool {
        self == Self::V8_2
    }

    /// Returns whether passwords are hashed with a seed before they are sent.
    pub(crate) fn seeds_passwords(self) -> bool {
        self == Self::V6_4
    }

    /// Returns whether methods other than GET, POST and HEAD reach an action.
    pub(crate) fn takes_any_method(self) -> bool {
        self == Self::V6_4
    }
}
