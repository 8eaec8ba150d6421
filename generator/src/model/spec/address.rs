//! Where an operation is: the path of its server and its own.

use std::fmt::Write as _;

use openapiv3::Server;

use super::{Builder, operations::Place};

impl Builder<'_> {
    /// The path from the server's address, and the names of the parameters in it, in order.
    pub(super) fn address(&mut self, place: Place<'_>) -> (String, Vec<String>) {
        let own = place.text("x-pydio-path").unwrap_or(place.path);
        let base = self.base_path(place);
        let Some((own, names)) = template(own) else {
            let message = format!("the path `{own}` cannot be sent as it stands");
            self.refuse(place.pointer, message);
            return (String::new(), Vec::new());
        };
        (format!("{base}{own}"), names)
    }

    /// The path of the server that counts for an operation: of several the first, since they
    /// are there to choose from. Whoever calls says which host it is.
    fn base_path(&mut self, place: Place<'_>) -> String {
        let spec = self.spec;
        let own = [&place.declared.servers[..], &place.item.servers];
        let own = own.into_iter().find_map(|servers| servers.first());
        let common = spec.api.servers.first();
        let Some(server) = own.or(common) else { return String::new() };
        let Some(url) = substituted(server) else {
            self.refuse(
                place.pointer,
                format!("the server `{}` has variables of no value", server.url),
            );
            return String::new();
        };
        let (host, path) = split(&url);
        let common = common.and_then(substituted);
        let is_elsewhere = host.is_some_and(|host| {
            common.is_none_or(|url| split(&url).0.is_some_and(|common| common != host))
        });
        if own.is_some() && is_elsewhere {
            let message = "an operation on a server of its own is not supported";
            self.refuse(place.pointer, message);
        }
        let Some((path, _)) = template(path).filter(|(_, names)| names.is_empty()) else {
            self.refuse(place.pointer, format!("the server `{url}` cannot be addressed"));
            return String::new();
        };
        let path = path.trim_matches('/');
        if path.is_empty() || path == "." { String::new() } else { format!("/{path}") }
    }
}

/// The address of a server with the values that its variables have unless something is chosen.
fn substituted(server: &Server) -> Option<String> {
    let mut url = String::new();
    let mut rest = &*server.url;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        let variables = server.variables.as_ref()?;
        url.push_str(before);
        url.push_str(&variables.get(name)?.default);
        rest = after;
    }
    url.push_str(rest);
    Some(url)
}

/// The host and the path of an address, which may be without a scheme, or a path alone.
fn split(url: &str) -> (Option<&str>, &str) {
    let behind_scheme = url.split_once("://").map(|(_, rest)| rest);
    match behind_scheme.or_else(|| url.strip_prefix("//")) {
        Some(rest) => {
            let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
            (Some(host), path)
        }
        None => (None, url),
    }
}

/// A path as it can be sent, and the names in it; `None` where there is no such path.
fn template(path: &str) -> Option<(String, Vec<String>)> {
    let mut sent = String::new();
    let mut names = Vec::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        encode(before, &mut sent)?;
        write!(sent, "{{{name}}}").ok()?;
        names.push(name.strip_suffix('+').unwrap_or(name).to_owned());
        rest = after;
    }
    encode(rest, &mut sent)?;
    Some((sent, names))
}

/// Writes what stands in a path as it is, with what must not stand there encoded.
fn encode(text: &str, sent: &mut String) -> Option<()> {
    for c in text.chars() {
        match c {
            // The query would begin here, or the address end.
            '?' | '#' | '}' => return None,
            c if c.is_ascii_alphanumeric() || "/-._~!$&'()*+,;=:@%".contains(c) => sent.push(c),
            c => {
                for byte in c.encode_utf8(&mut [0; 4]).bytes() {
                    write!(sent, "%{byte:02X}").ok()?;
                }
            }
        }
    }
    Some(())
}
