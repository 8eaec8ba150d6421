//! Made-up values, and how they are written in Rust and on the wire.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything but the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Everything but what a form leaves as it is.
const FIELD: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_');

/// The workspace that examples are about.
pub(super) const WORKSPACE: &str = "my-files";

/// The workspace of administrators.
pub(super) const SETTINGS: &str = "settings";

/// A node that is named where a path spans slashes; not all of its characters go as they are.
pub(super) const NODE: &str = "/photos/café.jpg";

/// A parameter with a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sample {
    /// The expression in Rust.
    pub(super) rust: String,
    /// What is sent, by name.
    pub(super) wire: Vec<(String, String)>,
}

impl Sample {
    /// One value under one name.
    pub(super) fn new(rust: impl Into<String>, name: &str, value: impl Into<String>) -> Self {
        Self { rust: rust.into(), wire: vec![(name.to_owned(), value.into())] }
    }

    /// A value that is not shown as it is sent.
    pub(super) fn unsent(rust: impl Into<String>) -> Self {
        Self { rust: rust.into(), wire: Vec::new() }
    }

    /// Text.
    pub(super) fn text(name: &str, value: &str) -> Self {
        Self::new(format!("{value:?}"), name, value)
    }
}

/// A segment of a path, or a path of several where it spans slashes.
pub(super) fn segments(value: &str, spans: bool) -> String {
    let encode = |part: &str| utf8_percent_encode(part, SEGMENT).to_string();
    match spans {
        true => value.trim_matches('/').split('/').map(encode).collect::<Vec<_>>().join("/"),
        false => encode(value),
    }
}

/// `name=value` pairs as a query and a form take them.
pub(super) fn fields<'p>(pairs: impl IntoIterator<Item = &'p (String, String)>) -> String {
    let encode = |text: &str| utf8_percent_encode(text, FIELD).to_string().replace("%20", "+");
    let pairs =
        pairs.into_iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// A value for a parameter that takes text.
pub(super) fn text(name: &str) -> &str {
    match name {
        "workspaceId" | "repository_id" | "dest_repository_id" => WORKSPACE,
        "user_id" | "userid" => "alice",
        _ => "value",
    }
}

#[cfg(test)]
mod tests {
    use super::{fields, segments};

    #[test]
    fn values_are_spelt_as_they_are_sent() {
        assert_eq!(segments("/photos/café 1.jpg", true), "photos/caf%C3%A9%201.jpg");
        assert_eq!(segments("a/b~c", false), "a%2Fb~c");
        let pairs = [("nodes[]", "/a b"), ("x*", "~é")];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(fields(&pairs), "nodes%5B%5D=%2Fa+b&x*=%7E%C3%A9");
    }
}
