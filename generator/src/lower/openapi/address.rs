//! The location of an operation: its server, the server's path, and its own.

use std::fmt::Write as _;

use openapiv3::Server as Declared;

use super::{Builder, operations::Place};
use crate::ir::{Dialect, Server, ServerVariable, Site, non_empty};

/// The location of an operation.
#[derive(Default)]
pub(super) struct Address {
    /// The path of its server.
    pub(super) base: String,
    /// Its server, if that differs from the servers of the spec: a path, or a URL.
    pub(super) own_server: Option<String>,
    /// Its path below that.
    pub(super) path: String,
    /// The names of the parameters in the path, in order.
    pub(super) names: Vec<String>,
}

impl Builder<'_> {
    /// Returns the servers of all operations. In a spec without any, each operation may name the
    /// same host.
    pub(super) fn site(&mut self) -> Site {
        let api = &self.spec.api;
        let mut servers: Vec<_> = api.servers.iter().map(server).collect();
        if servers.is_empty() {
            servers.extend(self.only_server());
        }
        let base = servers.first().map(|server| {
            let url = server.address().unwrap_or_else(|| server.url.clone());
            base_of(split(&url).1)
        });
        let base = base.unwrap_or_else(|| Some(String::new())).unwrap_or_else(|| {
            let message = "the path of this server cannot be sent; pass the complete URL";
            self.findings.push(self.spec.warning("server-unsupported", message, "/servers/0"));
            String::new()
        });
        // A root path on any host carries no information.
        servers.retain(|server| !server.url.trim_matches('/').is_empty());
        Site { base, servers }
    }

    /// Returns the first server of the operations, if all are on one host.
    fn only_server(&self) -> Option<Server> {
        let items = self.spec.api.paths.paths.values().filter_map(|item| item.as_item());
        let mut only: Option<Server> = None;
        for item in items {
            for (_, declared) in item.iter() {
                let own = declared.servers.first().or(item.servers.first());
                let Some(own) = own.map(server).filter(Server::has_host) else { continue };
                match &only {
                    Some(other) if host(&other.url) != host(&own.url) => return None,
                    Some(_) => {}
                    None => only = Some(own),
                }
            }
        }
        only
    }

    /// Returns the location of an operation.
    pub(super) fn address(&mut self, place: Place<'_>) -> Address {
        let own = place.text("x-pydio-path").unwrap_or(place.path);
        let Some((path, names)) = template(own) else {
            let message = format!("the path `{own}` cannot be sent unchanged");
            self.refuse(place.pointer, message);
            return Address::default();
        };
        let (base, own_server) = self.own_server(place);
        match (self.dialect, own_server) {
            // A Pydio has only one server: the whole path is that of the operation.
            (Dialect::Pydio, None) => {
                let path = format!("{base}{path}");
                Address { path, names, ..Address::default() }
            }
            (Dialect::Pydio, Some(own)) => {
                let path = format!("{}{path}", if own.starts_with('/') { &*own } else { "" });
                Address { path, names, ..Address::default() }
            }
            (Dialect::Other, own_server) => Address { base, own_server, path, names },
        }
    }

    /// Returns the path of the server of an operation: the first of several alternatives, but
    /// preferably one on the host of all others. The second value is that server, if it differs
    /// from that of the others.
    fn own_server(&mut self, place: Place<'_>) -> (String, Option<String>) {
        let own = [&place.declared.servers[..], &place.item.servers];
        let common = self.site.base.clone();
        let Some(own) = own.into_iter().find(|servers| !servers.is_empty()) else {
            return (common, None);
        };
        let own: Vec<_> = own.iter().map(server).collect();
        let Some(server) = own.iter().find(|one| self.is_at_home(one)).or(own.first()) else {
            return (common, None);
        };
        let (url, is_open) = match server.address() {
            Some(url) => (url, false),
            None => (server.url.clone(), true),
        };
        let is_at_home = self.is_at_home(server);
        let base = match base_of(split(&url).1) {
            Some(base) => base,
            // The server registered for it has a path.
            None if is_open && !is_at_home => String::new(),
            None => {
                self.refuse(place.pointer, format!("the server `{url}` cannot be addressed"));
                return (common, None);
            }
        };
        if is_at_home {
            let other = (base != common).then(|| base.clone());
            return (base, other);
        }
        let address = match url.strip_prefix("//") {
            Some(rest) => format!("https://{rest}"),
            None => url,
        };
        if self.dialect == Dialect::Pydio || !has_plain_host(&filled(&address)) {
            self.refuse(place.pointer, format!("the server `{address}` cannot be addressed"));
        } else if is_open {
            let message = format!(
                "the server `{address}` has variables without a default; callers have to \
                 register its URL with `Builder::server`"
            );
            self.note("server-variable", message, place.pointer);
        }
        (base, Some(address.trim_end_matches('/').to_owned()))
    }

    /// Returns whether a server is on the host of the spec's servers.
    fn is_at_home(&self, server: &Server) -> bool {
        let own = server.address().unwrap_or_else(|| server.url.clone());
        let Some(own) = host(&own) else { return true };
        self.site.servers.iter().any(|common| {
            let address = common.address();
            host(&common.url) == Some(own) || address.as_deref().and_then(host) == Some(own)
        })
    }
}

/// Converts a declared server.
fn server(declared: &Declared) -> Server {
    let mut variables: Vec<ServerVariable> = Vec::new();
    let mut rest = &*declared.url;
    while let Some((name, after)) = rest.split_once('{').and_then(|(_, r)| r.split_once('}')) {
        rest = after;
        if variables.iter().any(|known| known.name == name) {
            continue;
        }
        let variable = declared.variables.as_ref().and_then(|all| all.get(name));
        variables.push(ServerVariable {
            name: name.to_owned(),
            default: variable.map(|one| one.default.clone()),
            values: variable.map(|one| one.enumeration.clone()).unwrap_or_default(),
            description: non_empty(variable.and_then(|one| one.description.as_deref())),
        });
    }
    let description = non_empty(declared.description.as_deref());
    Server { url: declared.url.trim().to_owned(), description, variables }
}

/// Replaces each variable of a URL with a placeholder.
fn filled(address: &str) -> String {
    let mut filled = String::new();
    let mut rest = address;
    while let Some((before, (_, after))) =
        rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        filled.extend([before, "x"]);
        rest = after;
    }
    filled + rest
}

/// Returns whether a URL is HTTP or HTTPS with a valid host.
fn has_plain_host(address: &str) -> bool {
    let host = host(address).unwrap_or_default();
    let is_plain = |c: char| c.is_alphanumeric() || ".-:[]_".contains(c);
    let is_web = address.starts_with("http://") || address.starts_with("https://");
    is_web && !host.is_empty() && host.chars().all(is_plain)
}

/// Returns the path of a server as a prefix for those of operations; `None` if it cannot be sent.
fn base_of(path: &str) -> Option<String> {
    let (path, names) = template(path)?;
    let path = path.trim_matches('/');
    let base = if path.is_empty() || path == "." { String::new() } else { format!("/{path}") };
    names.is_empty().then_some(base)
}

fn host(url: &str) -> Option<&str> {
    split(url).0
}

/// Splits a URL into host and path. It may lack a scheme, or be only a path.
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

/// Returns a path that can be sent, and the names in it; `None` if the path is invalid.
fn template(path: &str) -> Option<(String, Vec<String>)> {
    let mut sent = String::new();
    let mut names = Vec::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let (name, after) = after.split_once('}')?;
        if name.is_empty() || name.contains(['?', '=', '{']) {
            return None;
        }
        encode(before, &mut sent)?;
        write!(sent, "{{{name}}}").ok()?;
        names.push(name.strip_suffix('+').unwrap_or(name).to_owned());
        rest = after;
    }
    encode(rest, &mut sent)?;
    Some((sent, names))
}

/// Appends literal text of a path, and encodes the characters that are not allowed.
fn encode(text: &str, sent: &mut String) -> Option<()> {
    for c in text.chars() {
        match c {
            // The query would begin here, or the URL end.
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
