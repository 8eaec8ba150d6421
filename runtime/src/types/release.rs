//! The number of a release of Pydio.

use std::fmt;

/// The number of a release of Pydio, such as 8.2.5.
///
/// Releases are ordered by their numbers.
///
/// ```
/// use pydio_runtime::Release;
///
/// const MINE: Release = Release::new(7, 0, 4);
/// assert!(MINE < Release::lenient("8.2.5"));
/// assert_eq!(MINE.to_string(), "7.0.4");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Release {
    major: u32,
    minor: u32,
    patch: u32,
}

impl Release {
    /// Creates the release with these numbers.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self { major, minor, patch }
    }

    /// Reads the number of a release in any form: a missing number is 0, and anything added to a
    /// number is dropped.
    ///
    /// ```
    /// use pydio_runtime::Release;
    ///
    /// assert_eq!(Release::lenient("v8.2-rc1"), Release::new(8, 2, 0));
    /// assert_eq!(Release::lenient("latest"), Release::new(0, 0, 0));
    /// ```
    pub const fn lenient(text: &str) -> Self {
        let text = text.as_bytes();
        let mut at = 0;
        while at < text.len() && text[at] == b'v' {
            at += 1;
        }
        let mut numbers = [0; 3];
        let mut part = 0;
        while part < numbers.len() {
            (numbers[part], at) = number(text, at);
            part += 1;
        }
        Self::new(numbers[0], numbers[1], numbers[2])
    }

    /// Reads the number of a release as servers write it: three numbers and nothing else.
    pub(crate) fn exact(text: &str) -> Option<Self> {
        let release = Self::lenient(text);
        (release.to_string() == text).then_some(release)
    }

    /// Returns whether it is older than another one.
    pub(crate) const fn is_before(self, other: Self) -> bool {
        let (one, other) = (self.numbers(), other.numbers());
        let mut at = 0;
        while at < one.len() {
            if one[at] != other[at] {
                return one[at] < other[at];
            }
            at += 1;
        }
        false
    }

    const fn numbers(self) -> [u32; 3] {
        [self.major, self.minor, self.patch]
    }
}

/// Reads the digits at this position, and returns where the part behind the next dot begins. A
/// number that is too large is 0.
const fn number(text: &[u8], mut at: usize) -> (u32, usize) {
    let mut value = Some(0_u32);
    while at < text.len() && text[at].is_ascii_digit() {
        value = match value {
            Some(value) => match value.checked_mul(10) {
                Some(tens) => tens.checked_add((text[at] - b'0') as u32),
                None => None,
            },
            None => None,
        };
        at += 1;
    }
    while at < text.len() && text[at] != b'.' {
        at += 1;
    }
    (
        match value {
            Some(value) => value,
            None => 0,
        },
        at + 1,
    )
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// The release of a running server, as far as the server reveals it.
///
/// Returned by [`Pydio::release`](crate::Pydio::release).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ServerRelease {
    /// This release.
    Exactly(Release),
    /// This release or a newer one: from 8.2.3 on, servers tell only a checksum.
    AtLeast(Release),
}

/// The first release that reveals only a checksum of its number.
const FIRST_HIDDEN: Release = Release::new(8, 2, 3);

impl ServerRelease {
    /// Reads `ajxpVersion` of the settings of the web interface.
    pub(crate) fn of_setting(text: &str) -> Option<Self> {
        let is_checksum = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        match is_checksum {
            true => Some(Self::AtLeast(FIRST_HIDDEN)),
            false => Release::exact(text).map(Self::Exactly),
        }
    }

    /// Returns the oldest release that the server may be of.
    pub const fn oldest(self) -> Release {
        match self {
            Self::Exactly(release) | Self::AtLeast(release) => release,
        }
    }

    /// Returns whether the server may be of this release.
    ///
    /// ```
    /// use pydio_runtime::{Release, ServerRelease};
    ///
    /// let server = ServerRelease::AtLeast(Release::new(8, 2, 3));
    /// assert!(server.may_be(Release::new(8, 2, 5)));
    /// assert!(!server.may_be(Release::new(7, 0, 4)));
    /// ```
    pub fn may_be(self, release: Release) -> bool {
        match self {
            Self::Exactly(own) => own == release,
            Self::AtLeast(oldest) => oldest <= release,
        }
    }
}

impl fmt::Display for ServerRelease {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exactly(release) => release.fmt(f),
            Self::AtLeast(release) => write!(f, "{release} or newer"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Release, ServerRelease};

    #[test]
    fn a_lenient_number_fills_in_what_is_missing() {
        for (text, numbers) in [
            ("8.2.5", (8, 2, 5)),
            ("v2", (2, 0, 0)),
            ("1.4-beta.3", (1, 4, 3)),
            ("6.5.1.2", (6, 5, 1)),
            ("7..4", (7, 0, 4)),
            ("latest", (0, 0, 0)),
            ("99999999999.1", (0, 1, 0)),
            ("", (0, 0, 0)),
        ] {
            assert_eq!(Release::lenient(text), Release::new(numbers.0, numbers.1, numbers.2));
        }
    }

    #[test]
    fn releases_are_ordered_by_their_numbers() {
        let ordered = ["6.0.8", "6.4.2", "6.5.1", "6.10.0", "7.0.3", "7.0.4", "8.0.0", "10.0.0"];
        let releases = ordered.map(Release::lenient);
        assert!(releases.is_sorted());
        for (one, text) in releases.iter().zip(ordered) {
            assert_eq!(one.to_string(), text);
            for other in &releases {
                assert_eq!(one.is_before(*other), one < other, "{one} {other}");
            }
        }
    }

    #[test]
    fn a_server_tells_its_release_or_a_checksum_of_it() {
        let read = ServerRelease::of_setting;
        assert_eq!(read("7.0.4"), Some(ServerRelease::Exactly(Release::new(7, 0, 4))));
        let hidden = read("82f39674d80f596918cfac6682b40790").unwrap();
        assert_eq!(hidden.to_string(), "8.2.3 or newer");
        assert!(hidden.may_be(Release::new(8, 2, 5)) && !hidden.may_be(Release::new(8, 2, 1)));
        for odd in ["", "##VERSION_NUMBER##", "7", "7.0", "7.0.4-rc1", "82f39674d80f"] {
            assert_eq!(read(odd), None, "{odd}");
        }
    }
}
