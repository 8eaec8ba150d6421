//! How values are written in a URL and in a form.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Everything except the unreserved characters of RFC 3986.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Everything except what a form leaves unescaped.
const FIELD: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_');

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
