//! Servers that issue key pairs, and the requests they received.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pydio_tests::{Builder, Seen, Server, Version};
use url::form_urlencoded;

/// Returns a builder for an 8.2.5 server whose address is signed differently than it is sent.
pub(crate) fn builder() -> Builder {
    Server::builder(Version::V8_2).prefix("/my pydio~")
}

pub(crate) async fn start() -> Server {
    builder().start().await.unwrap()
}

/// How a request was authenticated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// With a signature in the query.
    Query,
    /// With a signature in a form.
    Form,
    Basic,
    Nothing,
}

pub(crate) fn way(seen: &Seen) -> Way {
    let is_signed = |fields: &[u8]| {
        let names: Vec<_> = form_urlencoded::parse(fields).map(|(name, _)| name).collect();
        ["auth_token", "auth_hash"].iter().all(|name| names.iter().any(|known| known == name))
    };
    let query = seen.target.split_once('?').map_or("", |(_, query)| query);
    match (is_signed(query.as_bytes()), is_signed(&seen.body)) {
        (true, _) => Way::Query,
        (_, true) => Way::Form,
        _ if seen.header("authorization").is_some() => Way::Basic,
        _ => Way::Nothing,
    }
}

/// Returns the authentication of all requests except those for a pair, and the number of the
/// latter.
pub(crate) fn ways(server: &Server) -> (Vec<Way>, usize) {
    let is_making = |seen: &Seen| seen.target.contains("keystore_generate_auth_token");
    let (making, others): (Vec<_>, Vec<_>) = server.seen().into_iter().partition(is_making);
    (others.iter().map(way).collect(), making.len())
}

/// Returns how often a password other than this one was sent.
pub(crate) fn wrong_passwords(server: &Server, right: &str) -> usize {
    let seen = server.seen();
    let logins = seen.iter().filter_map(|seen| {
        let encoded = seen.header("authorization")?.strip_prefix("Basic ")?;
        let login = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
        Some(login.split_once(':')?.1.to_owned())
    });
    logins.filter(|password| password != right).count()
}
