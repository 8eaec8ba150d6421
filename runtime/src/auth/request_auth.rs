//! What authenticates one request.

use http::{
    HeaderValue,
    header::{AUTHORIZATION, HeaderMap},
};
use secrecy::SecretString;
use url::Url;

use super::{KeyPair, basic, signature};
use crate::{
    encode::Prepared,
    response::Origin,
    types::{Body, BoxError, Error, ErrorKind},
};

/// What authenticates one request, built from the connection's [`Credentials`](super::Credentials).
pub(crate) enum RequestAuth {
    /// Nothing.
    Nothing,
    /// The value of the `Authorization` header.
    Header(HeaderValue),
    /// The signature of a pair that cannot be renewed.
    Pair(KeyPair),
    /// The signature of a pair that was stored for a while, and may have been revoked in the
    /// meantime.
    KeptPair(KeyPair),
}

impl RequestAuth {
    /// Creates HTTP Basic from a login and its password.
    pub(crate) fn basic(
        origin: &Origin,
        login: &str,
        password: &SecretString,
    ) -> Result<Self, Error> {
        let unsendable = |error: http::Error| {
            Error::new(ErrorKind::InvalidRequest, origin.failure(error.to_string()).source(error))
        };
        basic(login, password).map(Self::Header).map_err(unsendable)
    }

    /// Adds it to the URL and the body of a request, unless `headers` have it.
    pub(crate) fn attach(
        &self,
        url: &Url,
        prepared: &Prepared,
        headers: &mut HeaderMap,
        body: Body,
    ) -> Result<(Url, Body), BoxError> {
        match self {
            Self::Nothing => {}
            Self::Header(value) => {
                headers.insert(AUTHORIZATION, value.clone());
            }
            Self::Pair(pair) | Self::KeptPair(pair) => {
                return signature::sign(pair, url, prepared, body);
            }
        }
        Ok((url.clone(), body))
    }

    /// Returns the message for a Pydio that does not accept it.
    pub(crate) const fn refusal(&self) -> &'static str {
        match self {
            Self::Nothing => "the server requires credentials, but the connection has none",
            Self::Header(_) => "the server does not accept the login and password",
            Self::Pair(_) | Self::KeptPair(_) => {
                "the server does not accept the key pair: it was revoked, replaced by another \
                 pair for the same device, or invalidated by a change of the password; or a \
                 proxy changes the signed path"
            }
        }
    }
}
