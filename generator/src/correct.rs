//! Corrections: what is known to be otherwise than a server's declarations say.
//!
//! [`overlay`] corrects specs, [`actions`] corrects the actions of manifests; both are strict: a
//! correction that finds nothing to correct in a version it claims is an error.

pub mod actions;
pub mod overlay;
#[cfg(test)]
mod schema;

use std::fmt;

use semver::{Version, VersionReq};
use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::Value;

use crate::{
    diagnostic::Diagnostic,
    openapi::{Source, join},
};

/// Of which releases a correction is true: any of these requirements, or all where there is none.
#[derive(Clone, Debug)]
pub(crate) struct Versions(Vec<VersionReq>);

/// The form that a range is written in.
const RANGE: &str = "write a requirement such as `>=8.0.2, <9`, or a list of them";

impl Versions {
    /// Whether a release is among them.
    pub(crate) fn include(&self, version: &Version) -> bool {
        self.0.is_empty() || self.0.iter().any(|range| range.matches(version))
    }

    /// The ranges at `pointer`; those of all releases where there is nothing.
    ///
    /// # Errors
    ///
    /// What is no range, and a list without any.
    fn read(source: &Source, pointer: &str, code: &'static str) -> Result<Self, Diagnostic> {
        let range = |range: &str, at: &str| {
            parse(range).map_err(|message| source.error(code, message, at).help(RANGE))
        };
        match source.value.pointer(pointer) {
            Some(Value::String(one)) => Ok(Self(vec![range(one, pointer)?])),
            Some(Value::Array(several)) if several.is_empty() => {
                Err(source.error(code, "a correction of no version", pointer).help(RANGE))
            }
            Some(Value::Array(several)) => {
                let several = several.iter().filter_map(Value::as_str).enumerate();
                let ranges = several.map(|(i, one)| range(one, &join(pointer, &i.to_string())));
                ranges.collect::<Result<_, _>>().map(Self)
            }
            _ => Ok(Self(Vec::new())),
        }
    }
}

impl fmt::Display for Versions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ranges: Vec<_> = self.0.iter().map(VersionReq::to_string).collect();
        f.write_str(&ranges.join(" || "))
    }
}

fn parse(range: &str) -> Result<VersionReq, String> {
    let why = |error| format!("`{range}` is no range of versions: {error}");
    VersionReq::parse(range).map_err(why)
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
        let parse = |range: &String| parse(range).map_err(D::Error::custom);
        ranges.iter().map(parse).collect::<Result<_, _>>().map(Self)
    }
}
