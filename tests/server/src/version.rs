//! The releases of Pydio that the server can stand for.

use crate::dialect::{self, Dialect};

/// A generation of Pydio servers: releases that respond alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// 6.0, as measured on 6.0.8.
    V6_0,
    /// 6.2 to 6.4, as measured on 6.4.2.
    V6_4,
    /// 6.5, as measured on 6.5.5.
    V6_5,
    /// 7.0.0 to 7.0.3: 7.0.4 with the path rules of 6.5.
    V7_0_3,
    /// 7.0.4.
    V7_0,
    /// 8.0 to 8.2, as measured on 8.2.5.
    V8_2,
}

impl Version {
    /// Every generation, oldest first.
    pub const ALL: [Self; 6] =
        [Self::V6_0, Self::V6_4, Self::V6_5, Self::V7_0_3, Self::V7_0, Self::V8_2];

    /// Returns the generation that a release belongs to, such as `7.0.4`; `None` before 6.0 and
    /// after 8.
    pub fn of_release(release: &str) -> Option<Self> {
        let mut numbers = release.split('.').map(str::parse);
        let mut next = || numbers.next().map_or(Some(0u32), Result::ok);
        match (next()?, next()?, next()?) {
            (6, 0 | 1, _) => Some(Self::V6_0),
            (6, 2..=4, _) => Some(Self::V6_4),
            (6, _, _) => Some(Self::V6_5),
            (7, 0, 0..=3) => Some(Self::V7_0_3),
            (7, ..) => Some(Self::V7_0),
            (8, ..) => Some(Self::V8_2),
            _ => None,
        }
    }

    /// Returns the generation that is nearest to a release: the oldest before 6.0, the newest after 8,
    /// and for what is not a number.
    ///
    /// ```
    /// use pydio_test_server::Version;
    ///
    /// assert_eq!(Version::nearest("7.0.9"), Version::V7_0);
    /// assert_eq!(Version::nearest("5.2"), Version::V6_0);
    /// assert_eq!(Version::nearest("9"), Version::V8_2);
    /// ```
    pub fn nearest(release: &str) -> Self {
        let major = release.split('.').next().and_then(|number| number.parse::<u32>().ok());
        match major {
            Some(..6) => Self::V6_0,
            _ => Self::of_release(release).unwrap_or(Self::V8_2),
        }
    }

    /// Returns what differs between the generations.
    pub(crate) const fn dialect(self) -> &'static Dialect {
        dialect::of(self)
    }
}
