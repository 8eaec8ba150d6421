//! Encoding path parameters so that a given release reads back what was meant.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::types::{PathRules, refuse_blanked};

/// Everything but the unreserved characters of RFC 3986.
pub(super) const RESERVED: AsciiSet =
    NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes one path segment or query value, slashes included.
pub(crate) fn encode_segment(text: &str) -> String {
    utf8_percent_encode(text, &RESERVED).to_string()
}

/// Where in the route a value stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Position {
    /// Neither the last nor a catch-all: no slash of its own survives decoding.
    Inner,
    /// The last of the route, without `+`.
    Last,
    /// The last of the route, with `+`: a path of its own.
    CatchAll,
}

impl PathRules {
    /// Encodes `value` for the path, or says why this server cannot be sent it there.
    pub(crate) fn encode(self, value: &str, position: Position) -> Result<String, &'static str> {
        refuse_unsendable(value)?;
        if position == Position::CatchAll {
            // The server adds the first slash and drops the last ones, which mean nothing in a
            // path.
            let path = value.trim_end_matches('/');
            let path = path.strip_prefix('/').unwrap_or(path);
            if path.starts_with('/') {
                return Err("the server treats several leading slashes as one");
            }
            let segments = path.split('/').map(|segment| self.encode_part(segment));
            return Ok(segments.collect::<Vec<_>>().join("/"));
        }
        if value.starts_with('/') || value.ends_with('/') {
            return Err("the server strips slashes from the ends of a path parameter");
        }
        if value.contains('/') && position == Position::Inner && self == Self::DecodeThenSplit {
            return Err("this server cannot tell a slash here from the end of the parameter");
        }
        Ok(self.encode_part(value))
    }

    fn encode_part(self, value: &str) -> String {
        encode_segment(&match self {
            Self::DecodeTwice => Cow::Owned(protect(value)),
            Self::SplitThenDecode | Self::DecodeThenSplit => Cow::Borrowed(value),
        })
    }
}

/// Encodes what the second decoding of 6.5.1–7.0.3 would otherwise change.
fn protect(value: &str) -> String {
    value.replace('%', "%25").replace('+', "%2B").replace('/', "%2F")
}

/// What no version takes in a path, however it is encoded. Sending it would address another node.
fn refuse_unsendable(value: &str) -> Result<(), &'static str> {
    if value.contains('?') {
        return Err(
            "the server truncates a path at `?`, or lists the node under a path that ends there, \
             even if it is encoded",
        );
    }
    if value.contains(|c: char| c.is_ascii_control()) {
        return Err("the server does not route a path with a control character");
    }
    refuse_blanked(value)
}

#[cfg(test)]
mod tests {
    use super::{Position, encode_segment};
    use crate::types::PathRules;

    const ALL: [PathRules; 3] =
        [PathRules::SplitThenDecode, PathRules::DecodeTwice, PathRules::DecodeThenSplit];

    #[test]
    fn everything_but_the_unreserved_is_encoded() {
        assert_eq!(encode_segment("aZ09-._~"), "aZ09-._~");
        assert_eq!(encode_segment("a b/é+%?#"), "a%20b%2F%C3%A9%2B%25%3F%23");
    }

    #[test]
    fn a_catch_all_keeps_its_slashes() {
        for rules in ALL {
            let encode = |value| rules.encode(value, Position::CatchAll);
            assert_eq!(encode("/a b/c").as_deref(), Ok("a%20b/c"));
            assert_eq!(encode("a/b/").as_deref(), Ok("a/b"));
            assert_eq!(encode("/a//b").as_deref(), Ok("a//b"));
            assert_eq!(encode("/").as_deref(), Ok(""));
            assert_eq!(encode("").as_deref(), Ok(""));
            assert!(encode("//a").is_err());
        }
    }

    #[test]
    fn only_6_5_to_7_0_3_need_a_second_encoding() {
        let encode = |rules: PathRules| rules.encode("/1+1=100%/é", Position::CatchAll).unwrap();
        assert_eq!(encode(PathRules::SplitThenDecode), "1%2B1%3D100%25/%C3%A9");
        assert_eq!(encode(PathRules::DecodeThenSplit), "1%2B1%3D100%25/%C3%A9");
        assert_eq!(encode(PathRules::DecodeTwice), "1%252B1%3D100%2525/%C3%A9");
    }

    #[test]
    fn a_slash_inside_depends_on_the_server() {
        let encode = |rules: PathRules, position| rules.encode("a/b", position);
        assert_eq!(encode(PathRules::SplitThenDecode, Position::Inner).as_deref(), Ok("a%2Fb"));
        assert_eq!(encode(PathRules::DecodeTwice, Position::Inner).as_deref(), Ok("a%252Fb"));
        assert!(encode(PathRules::DecodeThenSplit, Position::Inner).is_err());
        assert_eq!(encode(PathRules::DecodeThenSplit, Position::Last).as_deref(), Ok("a%2Fb"));
        for rules in ALL {
            assert!(rules.encode("/a", Position::Last).is_err());
            assert!(rules.encode("a/", Position::Last).is_err());
        }
    }

    #[test]
    fn what_no_server_reads_back_is_refused() {
        for rules in ALL {
            for position in [Position::Inner, Position::Last, Position::CatchAll] {
                for value in ["que?stion", "a\nb", "a\0", "\u{7f}", ".", "..", "a/../b", "./a"] {
                    assert!(rules.encode(value, position).is_err(), "{value:?} at {position:?}");
                }
                assert!(rules.encode("...", position).is_ok());
                assert!(rules.encode(".hidden", position).is_ok());
            }
        }
    }
}
