//! Findings about the corrections themselves.

use semver::Version;

use super::{Finding, codes};
use crate::{correct::Versions, openapi::Anchor, pipeline::Loaded};

/// The first release that corrections exist for, and the last release of all.
const RELEASES: [Version; 2] = [Version::new(6, 0, 0), Version::new(8, 2, 5)];

/// Returns the corrections that match neither a release nor `version`.
pub(super) fn lint(corrections: &Loaded, version: &Version) -> Vec<Finding> {
    let known: Vec<Version> = releases().chain([version.clone()]).collect();
    let of_specs = corrections.overlays.iter().flat_map(|overlay| overlay.ranges());
    let of_actions = corrections.actions.iter().flat_map(|actions| actions.ranges());
    let unmatched = of_specs
        .chain(of_actions)
        .filter(|(versions, _)| !known.iter().any(|version| versions.include(version)));
    unmatched.map(|(versions, at)| finding(versions, &at)).collect()
}

fn finding(versions: &Versions, at: &Anchor) -> Finding {
    let [first, last] = RELEASES;
    Finding {
        code: &codes::VERSIONS_UNMATCHED,
        subject: format!("`{}`", at.pointer),
        message: format!("no release from {first} to {last} is `{versions}`"),
        place: at.place(),
        pointer: Some(at.pointer.clone()),
        corrections: Vec::new(),
    }
}

/// Returns every possible version between the first and the last release.
fn releases() -> impl Iterator<Item = Version> {
    let numbers = |end| 0..end;
    let all = (6..=8).flat_map(move |major| {
        numbers(10)
            .flat_map(move |minor| numbers(10).map(move |patch| Version::new(major, minor, patch)))
    });
    all.take_while(|version| *version <= RELEASES[1])
}
