//! How a server splits the path of a REST v1 call.

/// How a server splits the path of a REST v1 call. It changed twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathRules {
    /// 6.0 to 6.4: splits at the slashes, then urldecodes each value (`+` is a space).
    SplitThenDecode,
    /// 6.5.1 to 7.0.3: decodes the whole path, splits, and urldecodes each value again.
    DecodeTwice,
    /// 7.0.4 to 8.2.5: decodes the whole path, then splits.
    DecodeThenSplit,
}

/// Refuses a path with a segment that servers drop, wherever it is sent.
pub(crate) fn refuse_blanked(path: &str) -> Result<(), &'static str> {
    match path.split('/').any(is_dots) {
        true => Err("the server blanks the segments `.` and `..`"),
        false => Ok(()),
    }
}

/// Returns whether a segment names a folder relatively.
pub(crate) fn is_dots(segment: &str) -> bool {
    matches!(segment, "." | "..")
}
