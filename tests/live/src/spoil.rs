//! A transport that breaks a session in ways that cannot be caused from outside.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use http::header::COOKIE;
use pydio_client::{
    Body,
    transport::{Exchange, HttpClient, Transport},
};

use super::Trouble;

/// Sends requests unchanged, and tampers with the next one on request.
pub(super) struct Spoiling {
    inner: HttpClient,
    switches: Arc<Switches>,
}

/// How to tamper with the next request of a session.
#[derive(Default)]
pub(super) struct Switches {
    /// Replaces its secure token.
    pub(super) token: AtomicBool,
    /// Removes its cookies, and with them the session.
    pub(super) cookies: AtomicBool,
    /// The number of modified requests.
    spoiled: AtomicUsize,
}

impl Switches {
    pub(super) fn spoiled(&self) -> usize {
        self.spoiled.load(Ordering::SeqCst)
    }
}

impl Spoiling {
    pub(super) fn new() -> Result<(Self, Arc<Switches>), Trouble> {
        let inner = HttpClient::builder().build();
        let inner = inner.map_err(|error| Trouble::Unmet(format!("no HTTP client: {error}")))?;
        let switches = Arc::new(Switches::default());
        Ok((Self { inner, switches: Arc::clone(&switches) }, switches))
    }
}

const TOKEN: &str = "secure_token=";

impl Transport for Spoiling {
    fn send(&self, request: http::Request<Body>) -> Exchange<'_> {
        let (mut head, mut body) = request.into_parts();
        let switches = &self.switches;
        let in_body = body.as_bytes().and_then(|bytes| spoiled(std::str::from_utf8(bytes).ok()?));
        let in_query = spoiled(&head.uri.to_string()).and_then(|uri| uri.parse().ok());
        let has_token = in_body.is_some() || in_query.is_some();
        if has_token && switches.token.swap(false, Ordering::SeqCst) {
            head.uri = in_query.unwrap_or(head.uri);
            body = in_body.map_or(body, Body::from);
            switches.spoiled.fetch_add(1, Ordering::SeqCst);
        }
        if head.headers.contains_key(COOKIE) && switches.cookies.swap(false, Ordering::SeqCst) {
            head.headers.remove(COOKIE);
            switches.spoiled.fetch_add(1, Ordering::SeqCst);
        }
        self.inner.send(http::Request::from_parts(head, body))
    }
}

/// Replaces the token in a text; returns `None` if there is none.
fn spoiled(text: &str) -> Option<String> {
    let start = text.find(TOKEN)? + TOKEN.len();
    let end = text[start..].find('&').map_or(text.len(), |length| start + length);
    // Keep the length, since that of the body has been announced.
    let wrong = "0".repeat(end - start);
    Some(format!("{}{wrong}{}", &text[..start], &text[end..]))
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_token_becomes_another_one() {
        let spoiled = |text: &str| super::spoiled(text).unwrap_or_default();
        assert_eq!(spoiled("a=b&secure_token=xyz&c=d"), "a=b&secure_token=000&c=d");
        assert_eq!(spoiled("/index.php?secure_token=xyz"), "/index.php?secure_token=000");
        assert_eq!(spoiled("a=b"), "");
    }
}
