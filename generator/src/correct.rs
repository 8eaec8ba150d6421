//! Corrections: what is known to be otherwise than a server's declarations say.
//!
//! [`overlay`] corrects specs, [`actions`] corrects the actions of manifests; both are strict: a
//! correction that finds nothing to correct in a version it claims is an error.

pub mod actions;
pub mod overlay;

use semver::{Version, VersionReq};
use serde::{Deserialize, Deserializer, de::Error as _};

/// Of which releases a correction is true: any of these requirements.
#[derive(Clone, Debug)]
pub(crate) struct Versions(Vec<VersionReq>);

impl Versions {
    fn include(&self, version: &Version) -> bool {
        self.0.iter().any(|range| range.matches(version))
    }
}

impl<'de> Deserialize<'de> for Versions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            One(String),
            Several(Vec<String>),
        }
        let ranges = match Written::deserialize(deserializer)? {
            Written::One(range) => vec![range],
            Written::Several(ranges) => ranges,
        };
        let parse = |range: &String| {
            VersionReq::parse(range).map_err(|error| {
                D::Error::custom(format!("`{range}` is no range of versions: {error}"))
            })
        };
        ranges.iter().map(parse).collect::<Result<_, _>>().map(Self)
    }
}
