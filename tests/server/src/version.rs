//! The generations of servers, which take the path of a call apart differently.

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

    /// Whether the path is decoded before it is split.
    pub(crate) fn decodes_path(self) -> bool {
        self != Self::V6_4
    }

    /// Whether the values are decoded after the split.
    pub(crate) fn decodes_values(self) -> bool {
        self != Self::V8_2
    }

    /// The number of a release of it.
    pub(crate) fn number(self) -> &'static str {
        match self {
            Self::V6_4 => "6.4.2",
            Self::V7_0 => "7.0.3",
            Self::V8_2 => "8.2.5",
        }
    }

    /// Whether there is a REST v2.
    pub(crate) fn has_v2(self) -> bool {
        self != Self::V6_4
    }

    /// Whether people are made by JSON alone, rather than by fields of a query or form.
    pub(crate) fn makes_people_by_json(self) -> bool {
        self == Self::V8_2
    }

    /// Whether passwords are hashed with a seed before they are sent.
    pub(crate) fn seeds_passwords(self) -> bool {
        self == Self::V6_4
    }

    /// Whether other methods than GET, POST and HEAD reach an action.
    pub(crate) fn takes_any_method(self) -> bool {
        self == Self::V6_4
    }
}
