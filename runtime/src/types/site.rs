//! The servers that a spec declares.

/// The servers that a spec declares for its operations.
#[derive(Debug)]
pub struct Site {
    /// The path of the first one, such as `/v1`; empty where there is none. It never ends in a
    /// slash.
    pub(crate) base: &'static str,
    /// Their addresses, with `{name}` for what a caller chooses.
    pub(crate) servers: &'static [&'static str],
}

/// The address of a server, to be compared with those that a spec declares.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ServerAddress<'a> {
    pub(crate) scheme: &'a str,
    pub(crate) host: &'a str,
    /// The port, unless it is the one that the scheme has.
    pub(crate) port: Option<u16>,
    pub(crate) path: &'a str,
}

impl Site {
    /// Creates the description: the path of the first server, such as `/v1`, without a slash at its
    /// end, and the addresses of all, with `{name}` for what a caller chooses.
    pub const fn new(base: &'static str, servers: &'static [&'static str]) -> Self {
        Self { base, servers }
    }

    /// No server: operations have their whole path.
    pub const NONE: Self = Self { base: "", servers: &[] };

    /// Whether `address` is one of the declared addresses, whole.
    pub(crate) fn has(&self, address: ServerAddress<'_>) -> bool {
        let path = address.path.trim_end_matches('/');
        self.servers.iter().any(|server| {
            let (host, declared) = split(server);
            is_host(host, address) && fits(declared.trim_end_matches('/'), path)
        })
    }

    /// Whether the host of `address` is that of a declared address.
    pub(crate) fn has_host(&self, address: ServerAddress<'_>) -> bool {
        self.servers.iter().any(|server| is_host(split(server).0, address))
    }

    /// What is left of a connection's path when the path of a declared server at its end is taken
    /// off; `None` where it does not end in one.
    pub(crate) fn root<'p>(&self, path: &'p str) -> Option<&'p str> {
        let declared = self.servers.iter().map(|server| split(server).1.trim_end_matches('/'));
        let bases = declared.filter(|base| !base.contains('{')).chain([self.base]);
        let roots = bases.filter(|base| !base.is_empty()).filter_map(|base| {
            // Segment by segment: `/api/v1` does not end in `1`.
            path.strip_suffix(base).filter(|_| base.starts_with('/'))
        });
        roots.min_by_key(|root| root.len())
    }
}

/// The host with its port, and the path of an address.
fn split(server: &str) -> (&str, &str) {
    let rest = server.split_once("://").map_or(server, |(_, rest)| rest);
    rest.split_at(rest.find('/').unwrap_or(rest.len()))
}

/// Whether that is the host of `address`, with its port unless both leave it out.
fn is_host(declared: &str, address: ServerAddress<'_>) -> bool {
    let ServerAddress { scheme, host, port, .. } = address;
    let with_port = |port: u16| format!("{host}:{port}");
    let usual = match scheme {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    };
    let is_named = port.is_none() && fits(declared, host);
    is_named || port.or(usual).is_some_and(|port| fits(declared, &with_port(port)))
}

/// Whether `text` is what `template` says, with something without a slash for each `{name}`.
fn fits(template: &str, text: &str) -> bool {
    let Some((before, rest)) = template.split_once('{') else { return template == text };
    let Some(text) = text.strip_prefix(before) else { return false };
    let after = rest.split_once('}').map_or("", |(_, after)| after);
    let segment = text.find('/').unwrap_or(text.len());
    // The value may hold what follows it, so that every end of it is tried.
    (1..=segment).filter(|end| text.is_char_boundary(*end)).any(|end| fits(after, &text[end..]))
}

#[cfg(test)]
mod tests {
    use super::{ServerAddress, Site, fits};

    static SITE: Site = Site::new(
        "/base/v1",
        &["https://files.example.org/base/v1", "https://{region}.example.org:8443/v2"],
    );

    fn address(text: &str) -> ServerAddress<'_> {
        let (scheme, rest) = text.split_once("://").unwrap();
        let (authority, path) = rest.split_at(rest.find('/').unwrap());
        let (host, port) = authority.split_once(':').unwrap_or((authority, ""));
        ServerAddress { scheme, host, port: port.parse().ok(), path }
    }

    #[test]
    fn a_declared_address_is_compared_as_a_whole() {
        for (text, is_there) in [
            ("https://files.example.org/base/v1", true),
            ("http://files.example.org/base/v1/", true),
            ("https://files.example.org:8443/base/v1/", false),
            ("https://files.example.org/base", false),
            ("https://files.example.org/", false),
            ("https://eu.example.org:8443/v2/", true),
            ("https://eu.example.org/v2/", false),
            ("https://other.org/base/v1", false),
        ] {
            assert_eq!(SITE.has(address(text)), is_there, "{text}");
        }
    }

    #[test]
    fn the_path_of_a_server_is_taken_off_once() {
        for (path, root) in [
            ("/base/v1", Some("")),
            ("/proxy/base/v1", Some("/proxy")),
            ("/base/v1/base/v1", Some("/base/v1")),
            ("/v2", Some("")),
            ("/mybase/v1", None),
            ("/base", None),
            ("", None),
        ] {
            assert_eq!(SITE.root(path), root, "{path}");
        }
    }

    #[test]
    fn a_template_takes_any_value_without_a_slash() {
        for (template, text, is_fit) in [
            ("{a}.x.org", "eu.x.org", true),
            ("{a}.x.org", "a.x.org.x.org", true),
            ("{a}.x.org", ".x.org", false),
            ("/{v}/{w}", "/1/2", true),
            ("/{v}", "/1/2", false),
            ("", "", true),
            ("a{", "ab", true),
        ] {
            assert_eq!(fits(template, text), is_fit, "{template} {text}");
        }
    }
}
