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
    /// A token that something else has given out, sent as it is with every request. Pydio 6–8
    /// takes none; servers with an API of their own do.
    Bearer(SecretString),
}

impl Credentials {
    /// The value of the `Authorization` header, marked sensitive.
    pub(crate) fn authorization(&self) -> http::Result<http::HeaderValue> {
        let text = match self {
            Self::Basic { login, password } => {
                let pair = SecretString::from(format!("{login}:{}", password.expose_secret()));
                let encoded = SecretString::from(base64(pair.expose_secret().as_bytes()));
                format!("Basic {}", encoded.expose_secret())
            }
            Self::Bearer(token) => format!("Bearer {}", token.expose_secret()),
        };
        let mut value = http::HeaderValue::try_from(text)?;
        value.set_sensitive(true);
        Ok(value)
    }

    /// What keeps the credentials from being sent, if anything does.
    pub(crate) fn fault(&self) -> Option<&'static str> {
        match self {
            Self::Basic { login, .. } if login.contains(':') => {
                Some("HTTP Basic cannot carry a login with a `:` in it")
            }
            Self::Bearer(token) if !is_token(token.expose_secret()) => {
                Some("the token is empty, or holds something that a header cannot carry")
            }
            Self::Basic { .. } | Self::Bearer(_) => None,
        }
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
            Self::Bearer(_) => f.debug_struct("Bearer").finish_non_exhaustive(),
        }
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

    #[test]
    fn a_token_is_sent_as_it_is_and_never_shown() {
        let credentials = Credentials::Bearer("eyJ.s3cr3t-marker_~+/=".into());
        assert_eq!(credentials.fault(), None);
        let value = credentials.authorization().unwrap();
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
}
