//! Corrections: patches to what a server declares, for where the server behaves differently.
//!
//! [`overlay`] corrects specs, [`actions`] corrects the actions of manifests. Both are strict: a
//! correction that finds nothing to correct in a version it claims is an error.

pub mod actions;
pub(crate) mod extensions;
mod format;
pub mod overlay;
#[cfg(test)]
mod schema;

use std::fmt;

use semver::{Version, VersionReq};
use serde::{Deserialize, Deserializer, de::Error as _};

use self::format::OneOrMany;

/// The releases that a correction is true of: any of these requirements, or all where there is none.
#[derive(Clone, Debug, Default)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(description = "The releases it applies to: a requirement such as \
    `>=8.0.2, <9`, or a list of requirements of which any may match. Other releases skip it.",
    extend("examples" = [">=8.0.0, <9", ">=6.0.0, <9", ">=8.0.2, <8.2.2", ["=7.0.4", ">=8"]])))]
pub(crate) struct Versions(#[cfg_attr(test, schemars(with = "OneOrMany<String>"))] Vec<VersionReq>);

/// How to write a range.
const RANGE: &str = "write a requirement such as `>=8.0.2, <9`, or a list of them";

impl Versions {
    /// Returns whether a release matches.
    pub(crate) fn include(&self, version: &Version) -> bool {
        self.0.is_empty() || self.0.iter().any(|range| range.matches(version))
    }
}

impl fmt::Display for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ranges: Vec<_> = self.0.iter().map(VersionReq::to_string).collect();
        f.write_str(&ranges.join(" || "))
    }
}

impl<'de> Deserialize<'de> for Versions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let OneOrMany(ranges) = OneOrMany::<Range>::deserialize(deserializer)?;
        if ranges.is_empty() {
            return Err(D::Error::custom(format!("a correction of no version\n{RANGE}")));
        }
        Ok(Self(ranges.into_iter().map(|Range(range)| range).collect()))
    }
}

/// One requirement.
struct Range(VersionReq);

impl<'de> Deserialize<'de> for Range {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let refused = |error| format!("`{text}` is not a range of versions: {error}\n{RANGE}");
        VersionReq::parse(&text).map(Self).map_err(|error| D::Error::custom(refused(error)))
    }
}
