//! The server of an operation.

use std::borrow::Cow;

use url::Url;

use super::{Connection, base_url};
use crate::types::{Endpoint, Error, ErrorKind, Failure, ServerAddress, Site};

impl Connection {
    /// Returns the connection for a call of the operation, and the beginning of its path there.
    ///
    /// A caller may give the address of a server with the path that the spec has for it or without:
    /// the path is added only once. An operation on another host goes there, with the credentials
    /// if that is safe: to an address that the caller registered, to this machine, or over TLS from
    /// one declared server to another.
    pub(crate) fn to(
        &self,
        operation: &'static Endpoint,
    ) -> Result<(Cow<'_, Self>, &'static str), Error> {
        let site = operation.bindings.site;
        match operation.own_server {
            None if site.has(declared_form(&self.base)) => Ok((Cow::Borrowed(self), "")),
            None => match site.root(self.base.path().trim_end_matches('/')) {
                Some(_) => Ok((Cow::Borrowed(self), "")),
                None => Ok((Cow::Borrowed(self), site.base)),
            },
            Some(path) if path.is_empty() || path.starts_with('/') => {
                Ok((self.at_root(site), path))
            }
            Some(address) => Ok((Cow::Owned(self.elsewhere(site, address, operation.id)?), "")),
        }
    }

    /// Returns the connection without the path of a declared server at its end.
    fn at_root(&self, site: &Site) -> Cow<'_, Self> {
        let Some(root) = site.root(self.base.path().trim_end_matches('/')) else {
            return Cow::Borrowed(self);
        };
        let mut connection = self.clone();
        connection.base.set_path(&format!("{root}/"));
        Cow::Owned(connection)
    }

    fn elsewhere(&self, site: &Site, address: &str, call: &str) -> Result<Self, Error> {
        let address = address.trim_end_matches('/');
        let registered = self.servers.iter().find(|(declared, _)| declared == address);
        if let Some((_, base)) = registered {
            return Ok(Self { base: base.clone(), ..self.clone() });
        }
        let unsendable = |message: String| {
            Error::new(ErrorKind::InvalidRequest, Failure::new(message).call(call, ""))
        };
        if let Some((name, _)) = address.split_once('{').and_then(|(_, rest)| rest.split_once('}'))
        {
            return Err(unsendable(format!(
                "the server `{address}` has no value for `{name}`; register its URL with \
                 `Builder::server`"
            )));
        }
        let invalid = |error: Error| {
            let message = error.message();
            unsendable(format!("{message}; register it with `Builder::server`"))
        };
        let base = base_url(address).map_err(invalid)?;
        let is_safe = is_loopback(&base)
            || base.scheme() == "https" && site.has_host(declared_form(&self.base));
        let connection = Self { base, ..self.clone() };
        Ok(if is_safe { connection } else { connection.without_credentials() })
    }
}

fn declared_form(url: &Url) -> ServerAddress<'_> {
    let host = url.host_str().unwrap_or_default();
    ServerAddress { scheme: url.scheme(), host, port: url.port(), path: url.path() }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}
