//! Resolves the target of a request to a workspace, an action and its path parameters.

use crate::{
    dialect::{Dialect, PathRules},
    php::{lossy, raw_url_decode, url_decode},
};

/// The resolved target.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) workspace: String,
    pub(crate) action: String,
    /// The part after the action, without slashes at its ends; decoded as far as the version does
    /// before it extracts parameters.
    rest: Vec<u8>,
    pub(crate) query: Vec<u8>,
}

/// Why a target cannot be resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Misrouted {
    /// The web server's own rules do not forward it to Pydio.
    WebServer,
    /// Pydio has no such route.
    NoEndpoint,
}

/// Parses a target; `prefix` is the path that Pydio is installed at.
pub(crate) fn locate(dialect: &Dialect, prefix: &str, target: &str) -> Result<Address, Misrouted> {
    let (path, query) = split_query(dialect, target);
    let decoded = raw_url_decode(path.as_bytes());
    if decoded.contains(&b'\n') || leaves_api(dialect, path) {
        // The pattern of the rewrite rule, or that of the route, does not match across lines.
        return Err(Misrouted::WebServer);
    }
    // The query is removed after decoding, so that an encoded `?` starts one as well.
    let is_decoded = dialect.path_rules != PathRules::SplitThenDecode;
    let path = if is_decoded { before(&decoded, b'?') } else { path.as_bytes() };
    let below = path.strip_prefix(prefix.as_bytes()).and_then(|path| path.strip_prefix(b"/api"));
    let below = match below {
        Some([]) => return Err(Misrouted::NoEndpoint),
        Some([b'/', below @ ..]) => below,
        _ => return Err(Misrouted::WebServer),
    };
    let mut parts = below.splitn(3, |byte| *byte == b'/');
    let mut name = || {
        let name = parts.next().unwrap_or_default();
        lossy(if is_decoded { name.to_vec() } else { url_decode(name) })
    };
    let (workspace, action) = (name(), name());
    if workspace.is_empty() || action.is_empty() {
        return Err(Misrouted::NoEndpoint);
    }
    let rest = trim_slashes(parts.next().unwrap_or_default()).to_vec();
    Ok(Address { workspace, action, rest, query: query.as_bytes().to_vec() })
}

/// Returns whether a path leads out of the API by `..`: 6.0 to 6.4 leave it to the web server to find
/// their API.
fn leaves_api(dialect: &Dialect, path: &str) -> bool {
    let Some((_, below)) = path.split_once("/api/") else { return false };
    if dialect.path_rules != PathRules::SplitThenDecode {
        return false;
    }
    let mut depth = 0_i32;
    below.split('/').any(|name| {
        depth += if name == ".." { -1 } else { 1 };
        depth < 0
    })
}

/// Splits the query off a target.
fn split_query<'t>(dialect: &Dialect, target: &'t str) -> (&'t str, &'t str) {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let has_rest =
        path.split_once("/api/").is_some_and(|(_, below)| below.matches('/').count() > 1);
    match has_rest || !dialect.names_actions_with_query {
        true => (path, query),
        // PHP reads the query nevertheless.
        false => (target, query),
    }
}

impl Address {
    /// Returns the path parameters declared by `restParams`. They are set even if they are empty:
    /// if the path ends early, the first one is "" and one with a `+` is "/".
    pub(crate) fn parameters(&self, dialect: &Dialect, declared: &str) -> Vec<(String, String)> {
        let (names, catch_all) = match declared.strip_suffix('+') {
            Some(names) => (names, true),
            None => (declared, false),
        };
        let names: Vec<&str> = names.split('/').filter(|name| !name.is_empty()).collect();
        let rest = (!self.rest.is_empty()).then_some(&self.rest);
        let split = |rest: &'_ Vec<u8>| -> Vec<String> {
            let parts = rest.splitn(names.len().max(1), |byte| *byte == b'/');
            parts.map(|part| lossy(decode_value(dialect, part))).collect()
        };
        let mut parts = rest.map(split).unwrap_or_default().into_iter();
        let mut parameters = Vec::new();
        for (index, name) in names.iter().enumerate() {
            let value = parts.next();
            let spans_slashes = catch_all && index + 1 == names.len();
            let value = match (value, spans_slashes) {
                (value, true) => format!("/{}", value.unwrap_or_default()),
                (Some(value), false) => value,
                (None, false) if index == 0 => String::new(),
                (None, false) => continue,
            };
            parameters.push(((*name).to_owned(), value));
        }
        parameters
    }
}

fn decode_value(dialect: &Dialect, value: &[u8]) -> Vec<u8> {
    match dialect.path_rules {
        PathRules::DecodeThenSplit => value.to_vec(),
        PathRules::SplitThenDecode if dialect.cuts_names => {
            before(&url_decode(value), b'?').to_vec()
        }
        PathRules::SplitThenDecode | PathRules::DecodeTwice => url_decode(value),
    }
}

fn before(bytes: &[u8], end: u8) -> &[u8] {
    bytes.split(|byte| *byte == end).next().unwrap_or_default()
}

fn trim_slashes(mut bytes: &[u8]) -> &[u8] {
    while let [b'/', rest @ ..] | [rest @ .., b'/'] = bytes {
        bytes = rest;
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::{Misrouted, locate};
    use crate::Version;

    /// Returns the action with its path parameters, as text.
    fn read(version: Version, target: &str, declared: &str) -> String {
        let address = locate(version.dialect(), "", target).unwrap();
        let parameters = address.parameters(version.dialect(), declared).into_iter();
        let parameters: Vec<_> =
            parameters.map(|(name, value)| format!("{name}={value}")).collect();
        format!("{}/{} {}", address.workspace, address.action, parameters.join(" "))
    }

    #[test]
    fn paths_are_parsed_by_version() {
        // path, followed by its parse in 6.4, 7.0.3 and 8.2.5
        for (path, v6, v7, v8) in [
            ("a%20b/c", "/a b/c", "/a b/c", "/a b/c"),
            ("1%2B1", "/1+1", "/1 1", "/1+1"),
            ("1%252B1", "/1%2B1", "/1+1", "/1%2B1"),
            ("1+1", "/1 1", "/1 1", "/1+1"),
            ("100%25", "/100%", "/100%", "/100%"),
            ("lit%2520eral", "/lit%20eral", "/lit eral", "/lit%20eral"),
            ("que%3Fstion", "/que?stion", "/que", "/que"),
            ("dir%2Ffile", "/dir/file", "/dir/file", "/dir/file"),
            ("many%25232", "/many%232", "/many#2", "/many%232"),
            ("many%2525232", "/many%25232", "/many%232", "/many%25232"),
            ("%C3%A9/", "/é", "/é", "/é"),
        ] {
            for (version, value) in
                [Version::V6_4, Version::V6_5, Version::V7_0_3, Version::V7_0, Version::V8_2]
                    .into_iter()
                    .zip([v6, v7, v7, v8, v8])
            {
                let target = format!("/api/common/stat/{path}?x=y");
                let read = read(version, &target, "/file+");
                assert_eq!(read, format!("common/stat file={value}"), "{path} on {version:?}");
            }
        }
    }

    #[test]
    fn omitted_parameters_are_empty_or_the_root() {
        for version in Version::ALL {
            let read = |target: &str, declared| read(version, target, declared);
            assert_eq!(read("/api/common/ls", "/dir+"), "common/ls dir=/");
            assert_eq!(read("/api/common/ls/?dir=/x", "/dir+"), "common/ls dir=/");
            assert_eq!(read("/api/common/move/", "/"), "common/move ");
            let three = "/repository_id/user_id/right";
            assert_eq!(read("/api/s/u", three), "s/u repository_id=");
            assert_eq!(read("/api/s/u/0/bob", three), "s/u repository_id=0 user_id=bob");
            assert_eq!(
                read("/api/s/u/0/bob/r/w", three),
                "s/u repository_id=0 user_id=bob right=r/w"
            );
            assert_eq!(read("/api/s/search/f3", "/query/dir+"), "s/search query=f3 dir=/");
            assert_eq!(read("/api/s/search/f3/a/b", "/query/dir+"), "s/search query=f3 dir=/a/b");
        }
    }

    #[test]
    fn only_6_4_keeps_a_slash_inside_a_parameter() {
        let read = |version| read(version, "/api/s/delete/group/%2Fdata%2Fg", "/type/path/more");
        assert_eq!(read(Version::V6_4), "s/delete type=group path=/data/g");
        assert_eq!(read(Version::V7_0_3), "s/delete type=group path= more=data/g");
        assert_eq!(read(Version::V8_2), read(Version::V7_0_3));
    }

    #[test]
    fn an_address_is_below_the_prefix() {
        let locate = |target| {
            locate(Version::V8_2.dialect(), "/sub/pydio", target).map(|found| found.action)
        };
        assert_eq!(locate("/sub/pydio/api/common/ls").as_deref(), Ok("ls"));
        for target in ["/api/common/ls", "/sub/api/x/y", "/sub/pydio/", "/sub/pydio/apis/x/y"] {
            assert_eq!(locate(target), Err(Misrouted::WebServer), "{target}");
        }
        for target in
            ["/sub/pydio/api", "/sub/pydio/api/", "/sub/pydio/api/common", "/sub/pydio/api//ls"]
        {
            assert_eq!(locate(target), Err(Misrouted::NoEndpoint), "{target}");
        }
        assert_eq!(locate("/sub/pydio/api/common/stat/a%0Ab"), Err(Misrouted::WebServer));
    }
}
