//! Who is calling.

use std::fmt;

use secrecy::{ExposeSecret, SecretString};

/// What a connection proves its identity with.
///
/// Secrets are zeroed when dropped and appear in no [`Debug`](fmt::Debug) output, log or error.
#[derive(Clone)]
#[non_exhaustive]
pub enum Credentials {
    /// A login and its password, sent as HTTP Basic with every request.
    Basic {
        /// The user's login. HTTP Basic cannot carry one with a `:` in it.
        login: String,
        /// The user's password.
        password: SecretString,
    },
}

impl Credentials {
    /// The value of the `Authorization` header, marked sensitive.
    pub(crate) fn authorization(&self) -> http::Result<http::HeaderValue> {
        let Self::Basic { login, password } = self;
        let pair = SecretString::from(format!("{login}:{}", password.expose_secret()));
        let encoded = SecretString::from(base64(pair.expose_secret().as_bytes()));
        let mut value = http::HeaderValue::try_from(format!("Basic {}", encoded.expose_secret()))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Basic { login, .. } = self;
        f.debug_struct("Basic").field("login", login).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::Credentials;

    #[test]
    fn basic_is_utf_8_in_base64() {
        let login = "Aladdin".to_owned();
        let credentials = Credentials::Basic { login, password: "open:sésame".into() };
        let value = credentials.authorization().unwrap();
        assert_eq!(value, "Basic QWxhZGRpbjpvcGVuOnPDqXNhbWU=");
        assert!(value.is_sensitive());
    }

    #[test]
    fn any_password_makes_a_header() {
        for password in ["", "\n\0", &"x".repeat(10_000)] {
            let credentials =
                Credentials::Basic { login: String::new(), password: password.into() };
            assert!(credentials.authorization().is_ok());
        }
    }
}
