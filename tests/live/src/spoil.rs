//! A transport that breaks a session in ways that cannot be caused from outside.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
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
    /// Replaces its secure token from then on, as if the server had forgotten it.
    pub(super) token: AtomicBool,
    /// The token that is replaced.
    forgotten: Mutex<Option<String>>,
    /// Removes its cookies, and with them the session.
    pub(super) cookies: AtomicBool,
    /// How often a switch took effect.
    spoiled: AtomicUsize,
}

impl Switches {
    fn lock(&self) -> MutexGuard<'_, Option<String>> {
        self.forgotten.lock().unwrap_or_else(PoisonError::into_inner)
    }

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
        let text = body.as_bytes().and_then(|bytes| std::str::from_utf8(bytes).ok());
        let uri = head.uri.to_string();
        let token = text.and_then(token).or_else(|| token(&uri)).map(str::to_owned);
        if let Some(token) = token.filter(|_| !uri.contains("get_secure_token")) {
            if switches.token.swap(false, Ordering::SeqCst) {
                *switches.lock() = Some(token.clone());
                switches.spoiled.fetch_add(1, Ordering::SeqCst);
            }
            if switches.lock().as_deref() == Some(&*token) {
                // Keep the length, since that of the body has been announced.
                let wrong = "0".repeat(token.len());
                head.uri = uri.replace(&token, &wrong).parse().unwrap_or(head.uri);
                body = text.map(|text| text.replace(&token, &wrong)).map_or(body, Body::from);
            }
        }
        if head.headers.contains_key(COOKIE) && switches.cookies.swap(false, Ordering::SeqCst) {
            head.headers.remove(COOKIE);
            switches.spoiled.fetch_add(1, Ordering::SeqCst);
        }
        self.inner.send(http::Request::from_parts(head, body))
    }
}

/// Returns the token in a text.
fn token(text: &str) -> Option<&str> {
    let (_, token) = text.split_once(TOKEN)?;
    token.split('&').next().filter(|token| !token.is_empty())
}

#[cfg(test)]
mod tests {
    use super::token;

    #[test]
    fn the_token_is_found_in_a_form_and_in_a_query() {
        assert_eq!(token("a=b&secure_token=xyz&c=d"), Some("xyz"));
        assert_eq!(token("/index.php?secure_token=xyz"), Some("xyz"));
        assert_eq!(token("a=b&secure_token="), None);
        assert_eq!(token("a=b"), None);
    }
}
