//! A token and its secret, which sign requests.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

use crate::json::{FromJson, JsonError, Value};

/// A key pair of a Pydio keystore: a token and its secret.
///
/// It belongs to one user and one device, and signs every request over REST instead of a password;
/// the secret itself is never sent. Both parts are zeroed when dropped and never shown. A pair does
/// not work as login and password.
///
/// The signature is sent in the form of a POST that has one, and otherwise in the query, where
/// access logs keep it. It covers only the path, and the server accepts it repeatedly: as long as
/// the pair is valid, anyone who reads such a log can repeat the request, with other parameters
/// too.
///
/// ```
/// use pydio_runtime::{Pydio, keystore::KeyPair};
///
/// # fn demo(token: String, secret: String) -> Result<Pydio, pydio_runtime::Error> {
/// Pydio::builder("https://files.example.org").key_pair(KeyPair::new(token, secret)).build()
/// # }
/// # #[cfg(feature = "http")]
/// # assert!(demo("t".into(), "p".into()).is_ok());
/// ```
#[derive(Clone)]
pub struct KeyPair {
    token: SecretString,
    secret: SecretString,
}

impl KeyPair {
    /// Creates the pair that a server has issued: the `t` and the `p` of its response.
    pub fn new(token: impl Into<SecretString>, secret: impl Into<SecretString>) -> Self {
        Self { token: token.into(), secret: secret.into() }
    }

    /// Returns the token, which names the pair: it is sent with every request, and
    /// [`KeyPairs::revoke`](crate::keystore::KeyPairs::revoke) takes it.
    pub fn token(&self) -> &str {
        self.token.expose_secret()
    }

    /// Returns the secret, for storing the pair.
    pub fn secret(&self) -> &SecretString {
        &self.secret
    }

    /// Returns whether it is the same pair.
    pub(crate) fn is(&self, other: &Self) -> bool {
        self.token() == other.token() && self.secret.expose_secret() == other.secret.expose_secret()
    }
}

impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyPair").finish_non_exhaustive()
    }
}

/// Reads the server's `{"t":…,"p":…}`; errors do not repeat other content.
impl FromJson for KeyPair {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        let part = |name: &str| match json.get(name).and_then(Value::as_text) {
            Some(text) if !text.is_empty() => Ok(SecretString::from(text)),
            _ => Err(JsonError::new("expected the text of a key pair").in_field(name)),
        };
        Ok(Self { token: part("t")?, secret: part("p")? })
    }
}
