//! Authentication.

mod file_store;
mod key;
mod keystore;
mod pair;
mod pair_store;
mod request_auth;
mod signature;

use std::fmt;

use bytes::Bytes;
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub use file_store::FileStore;
pub use key::{ApiKey, KeyPlace};
pub use keystore::Keystore;
pub(crate) use keystore::device_fault;
pub use pair::KeyPair;
pub use pair_store::{KeyPairId, KeyPairStore, MemoryStore};
pub(crate) use request_auth::RequestAuth;
pub(crate) use signature::strip;

/// The credentials of a connection.
///
/// Secrets in them are zeroed when dropped and appear in no [`Debug`](fmt::Debug) output, log or
/// error. Copies in the buffers of the HTTP and TLS libraries are freed, but not zeroed.
#[derive(Clone)]
#[non_exhaustive]
pub enum Credentials {
    /// A login and its password, sent as HTTP Basic with every request.
    Basic {
        /// The user's login. HTTP Basic cannot encode one with a `:` in it.
        login: String,
        /// The user's password.
        password: SecretString,
    },
    /// An existing key pair, which signs every request.
    Pair(KeyPair),
    /// A key pair that the connection creates and renews with a login and its password, and stores.
    Keystore(Keystore),
    /// A token from another source, sent unchanged with every request. Pydio 6–8 accepts none;
    /// servers with their own API do.
    Bearer(SecretString),
    /// A key that an API requires in a header, in the query or in a cookie. A connection accepts
    /// several of them, in addition to other credentials.
    Key(ApiKey),
}

impl Credentials {
    /// Returns the value of the `Authorization` header, if it is the same for every request.
    pub(crate) fn header(&self) -> http::Result<Option<HeaderValue>> {
        match self {
            Self::Basic { login, password } => basic(login, password).map(Some),
            Self::Bearer(token) => bearer(token).map(Some),
            Self::Pair(_) | Self::Keystore(_) | Self::Key(_) => Ok(None),
        }
    }

    /// Returns why the credentials cannot be sent, if so.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        match self {
            Self::Basic { login, .. } if login.contains(':') => {
                Some("HTTP Basic cannot carry a login with a `:` in it")
            }
            Self::Bearer(token) if !is_token(token.expose_secret()) => {
                Some("the token is empty, or contains a character that a header cannot carry")
            }
            Self::Keystore(keystore) => keystore.fault(),
            Self::Pair(pair) if pair.token().is_empty() => Some("the token of the pair is empty"),
            Self::Key(key) => key.fault(),
            Self::Basic { .. } | Self::Pair(_) | Self::Bearer(_) => None,
        }
    }
}

/// Returns the value of the `Authorization` header for a login and its password, marked sensitive.
pub(crate) fn basic(login: &str, password: &SecretString) -> http::Result<HeaderValue> {
    let pair = SecretString::from(format!("{login}:{}", password.expose_secret()));
    let encoded = SecretString::from(base64(pair.expose_secret().as_bytes()));
    sensitive(format!("Basic {}", encoded.expose_secret()))
}

/// Returns the value of the `Authorization` header for a token, marked sensitive.
fn bearer(token: &SecretString) -> http::Result<HeaderValue> {
    sensitive(format!("Bearer {}", token.expose_secret()))
}

fn sensitive(text: impl Into<SecretString>) -> http::Result<HeaderValue> {
    let mut value = HeaderValue::from_maybe_shared(Bytes::from_owner(Shared(text.into())))?;
    value.set_sensitive(true);
    Ok(value)
}

/// Removes the other fields from the query of a URL.
fn keep_fields(url: &mut Url, is_kept: impl Fn(&str) -> bool) {
    let Some(query) = url.query() else { return };
    let kept = query.split('&').filter(|field| is_kept(field)).collect::<Vec<_>>().join("&");
    if kept.len() < query.len() {
        url.set_query(Some(&*kept).filter(|kept| !kept.is_empty()));
    }
}

/// The text of a header, zeroed when the last request that carries it is dropped.
struct Shared(SecretString);

impl AsRef<[u8]> for Shared {
    fn as_ref(&self) -> &[u8] {
        self.0.expose_secret().as_bytes()
    }
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Basic { login, .. } => {
                f.debug_struct("Basic").field("login", login).finish_non_exhaustive()
            }
            Self::Pair(pair) => pair.fmt(f),
            Self::Keystore(keystore) => keystore.fmt(f),
            Self::Bearer(_) => f.debug_struct("Bearer").finish_non_exhaustive(),
            Self::Key(key) => key.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Credentials, KeyPair, Keystore, basic, bearer};
    use crate::testing::SECRET;

    #[test]
    fn basic_is_utf_8_in_base64() {
        let value = basic("Aladdin", &"open:sésame".into()).unwrap();
        assert_eq!(value, "Basic QWxhZGRpbjpvcGVuOnPDqXNhbWU=");
        assert!(value.is_sensitive());
    }

    #[test]
    fn any_password_makes_a_header() {
        for password in ["", "\n\0", &"x".repeat(10_000)] {
            assert!(basic("", &password.into()).is_ok());
        }
    }

    #[test]
    fn a_token_is_sent_as_it_is_and_never_shown() {
        let credentials = Credentials::Bearer("eyJ.s3cr3t-marker_~+/=".into());
        assert_eq!(credentials.fault(), None);
        let value = bearer(&"eyJ.s3cr3t-marker_~+/=".into()).unwrap();
        assert_eq!(value, "Bearer eyJ.s3cr3t-marker_~+/=");
        assert!(value.is_sensitive());
        let shown = format!("{credentials:?} {value:?}");
        assert!(!shown.contains("s3cr3t"), "{shown}");
    }

    #[test]
    fn a_token_that_a_header_cannot_carry_is_refused() {
        for token in ["", "a b", "a\nb", "a\0", "é"] {
            assert!(Credentials::Bearer(token.into()).fault().is_some(), "{token:?}");
        }
    }

    #[test]
    fn a_pair_is_never_shown() {
        let pair = KeyPair::new(format!("t-{SECRET}"), format!("p-{SECRET}"));
        let keystore = Keystore::new("alice", SECRET, "my-device");
        let shown = format!("{:?} {:?}", Credentials::Pair(pair), Credentials::Keystore(keystore));
        assert!(!shown.contains(SECRET), "{shown}");
        assert_eq!(
            shown,
            "KeyPair { .. } Keystore { login: \"alice\", device: \"my-device\", .. }"
        );
    }

    #[test]
    fn what_cannot_make_or_be_a_pair_is_refused() {
        let keystore = |login: &str, device: &str| {
            Credentials::Keystore(Keystore::new(login, SECRET, device)).fault()
        };
        assert_eq!(keystore("alice", "My_device-1.0"), None);
        for (login, device) in
            [("al:ice", "d"), ("a", ""), ("a", "my device"), ("a", "é"), ("a", "..")]
        {
            assert!(keystore(login, device).is_some(), "{login} {device}");
        }
        assert!(Credentials::Pair(KeyPair::new("", "p")).fault().is_some());
        assert_eq!(Credentials::Pair(KeyPair::new("t", "")).fault(), None);
    }
}
