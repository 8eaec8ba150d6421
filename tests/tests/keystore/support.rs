//! Servers that give out pairs, and what they were called with.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use pydio_tests::{Builder, Seen, Server, Version};
use url::form_urlencoded;

/// A server of 8.2.5 at an address that is signed otherwise than it is sent.
pub(crate) fn builder() -> Builder {
    Server::builder(Version::V8_2).prefix("/my pydio~")
}

pub(crate) async fn start() -> Server {
    builder().start().await.unwrap()
}

/// What a request was sent with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// A signature in the query.
    Query,
    /// A signature in a form.
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

/// The ways of all calls but those that asked for a pair, and how many those were.
pub(crate) fn ways(server: &Server) -> (Vec<Way>, usize) {
    let is_making = |seen: &Seen| seen.target.contains("keystore_generate_auth_token");
    let (making, others): (Vec<_>, Vec<_>) = server.seen().into_iter().partition(is_making);
    (others.iter().map(way).collect(), making.len())
}

/// How often a password was sent that is not this one.
pub(crate) fn wrong_passwords(server: &Server, right: &str) -> usize {
    let seen = server.seen();
    let logins = seen.iter().filter_map(|seen| {
        let encoded = seen.header("authorization")?.strip_prefix("Basic ")?;
        let login = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
        Some(login.split_once(':')?.1.to_owned())
    });
    logins.filter(|password| password != right).count()
}
