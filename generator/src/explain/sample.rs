//! Example values, and how they are written in Rust and on the wire.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything except the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Everything except what a form leaves unescaped.
const FIELD: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_');

/// The workspace of the examples.
pub(super) const WORKSPACE: &str = "my-files";

/// The workspace of administrators.
pub(super) const SETTINGS: &str = "settings";

/// The node of examples whose path spans slashes; some of its characters need escaping.
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
    /// Creates one value under one name.
    pub(super) fn new(rust: impl Into<String>, name: &str, value: impl Into<String>) -> Self {
        Self { rust: rust.into(), wire: vec![(name.to_owned(), value.into())] }
    }

    /// Creates a value that is not shown as sent.
    pub(super) fn unsent(rust: impl Into<String>) -> Self {
        Self { rust: rust.into(), wire: Vec::new() }
    }

    /// Creates a text value.
    pub(super) fn text(name: &str, value: &str) -> Self {
        Self::new(format!("{value:?}"), name, value)
    }
}

/// Encodes a segment of a path, or several segments where it spans slashes.
pub(super) fn segments(value: &str, spans: bool) -> String {
    let encode = |part: &str| utf8_percent_encode(part, SEGMENT).to_string();
    match spans {
        true => value.trim_matches('/').split('/').map(encode).collect::<Vec<_>>().join("/"),
        false => encode(value),
    }
}

/// Encodes `name=value` pairs for a query or a form.
pub(super) fn fields<'p>(pairs: impl IntoIterator<Item = &'p (String, String)>) -> String {
    let encode = |text: &str| utf8_percent_encode(text, FIELD).to_string().replace("%20", "+");
    let pairs =
        pairs.into_iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// Returns an example value for a text parameter.
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
    fn values_are_encoded_as_they_are_sent() {
        assert_eq!(segments("/photos/café 1.jpg", true), "photos/caf%C3%A9%201.jpg");
        assert_eq!(segments("a/b~c", false), "a%2Fb~c");
        let pairs = [("nodes[]", "/a b"), ("x*", "~é")];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        assert_eq!(fields(&pairs), "nodes%5B%5D=%2Fa+b&x*=%7E%C3%A9");
    }
}
