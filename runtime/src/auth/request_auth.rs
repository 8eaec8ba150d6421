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

/// What authenticates one request, made of the connection's [`Credentials`](super::Credentials).
pub(crate) enum RequestAuth {
    /// Nothing.
    Nothing,
    /// The value of the `Authorization` header.
    Header(HeaderValue),
    /// The signature of a pair that nothing could renew.
    Pair(KeyPair),
    /// The signature of a pair that was kept for a while, and may have been revoked meanwhile.
    KeptPair(KeyPair),
}

impl RequestAuth {
    /// A login and its password.
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

    /// The address and the body of a request with it in them, unless `headers` have it.
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

    /// What it means that a Pydio does not accept it.
    pub(crate) const fn refusal(&self) -> &'static str {
        match self {
            Self::Nothing => "the server wants credentials, and the connection has none",
            Self::Header(_) => "the server does not accept the login and password",
            Self::Pair(_) | Self::KeptPair(_) => {
                "the server does not accept the key pair: it was revoked, replaced by another one \
                 of the same device, or ended with a change of the password; or a proxy changes the \
                 path that is signed"
            }
        }
    }
}
