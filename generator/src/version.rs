//! Versions of releases, as written by servers, folders and specs.

use semver::Version;

/// Parses a release: exactly three numbers, such as `8.2.5`.
pub(crate) fn release(text: &str) -> Option<Version> {
    let version = Version::parse(text).ok()?;
    (version.pre.is_empty() && version.build.is_empty()).then_some(version)
}

/// Parses a version into exactly three numbers: missing ones become 0, and anything added to a
/// number is dropped.
pub(crate) fn lenient(text: &str) -> Version {
    let mut numbers = text.trim_start_matches('v').split('.').map(|part| {
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        part[..end].parse().unwrap_or(0)
    });
    let mut next = || numbers.next().unwrap_or(0);
    Version::new(next(), next(), next())
}

#[cfg(test)]
mod tests {
    use semver::Version;

    use super::{lenient, release};

    #[test]
    fn a_release_is_three_numbers() {
        assert_eq!(release("8.2.5"), Some(Version::new(8, 2, 5)));
        for text in ["8.2", "8.2.5.1", "8.2.x", "v8.2.5", "8.2.5-rc1", "8.2.5+1", ""] {
            assert_eq!(release(text), None, "{text}");
        }
    }

    #[test]
    fn a_lenient_version_fills_in_missing_numbers() {
        for (text, numbers) in [
            ("8.2.5", (8, 2, 5)),
            ("v2", (2, 0, 0)),
            ("1.4-beta.3", (1, 4, 3)),
            ("latest", (0, 0, 0)),
            ("", (0, 0, 0)),
        ] {
            assert_eq!(lenient(text), Version::new(numbers.0, numbers.1, numbers.2), "{text}");
        }
    }
}
