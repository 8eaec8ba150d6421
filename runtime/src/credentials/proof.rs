//! What one request carries to prove who sends it.

use http::{
    HeaderValue,
    header::{AUTHORIZATION, HeaderMap},
};
use secrecy::SecretString;
use url::Url;

use super::{Credentials, KeyPair, basic, signature};
use crate::{Body, BoxError, Error, client::Connection, response::Origin, spell::Prepared};

/// The proof of one request, made of the connection's [`Credentials`].
pub(crate) enum Proof {
    /// Nothing.
    Nothing,
    /// The value of the `Authorization` header.
    Header(HeaderValue),
    /// The signature of a pair that nothing could renew.
    Pair(KeyPair),
    /// The signature of a pair that was kept for a while, and may have been revoked meanwhile.
    KeptPair(KeyPair),
}

impl Proof {
    /// A login and its password.
    pub(crate) fn basic(
        origin: &Origin,
        login: &str,
        password: &SecretString,
    ) -> Result<Self, Error> {
        let unsendable =
            |error: http::Error| Error::Unsendable(origin.failure(error.to_string()).source(error));
        basic(login, password).map(Self::Header).map_err(unsendable)
    }

    /// The address and the body of a request with the proof in them, unless `headers` have it.
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

impl Connection {
    /// What the next request carries.
    pub(crate) async fn proof(&self) -> Result<Proof, Error> {
        match (&self.authorization, &self.credentials) {
            (Some(value), _) => Ok(Proof::Header(value.clone())),
            (None, Some(Credentials::Keystore(keystore))) => {
                self.managed.pair(self, keystore, None).await
            }
            (None, Some(Credentials::Pair(pair))) => Ok(Proof::Pair(pair.clone())),
            (None, _) => Ok(Proof::Nothing),
        }
    }

    /// What a request carries when it is sent once more, because the server did not accept this
    /// proof; `None` when there is no other.
    pub(crate) async fn renewed(&self, refused: &Proof) -> Result<Option<Proof>, Error> {
        match (&self.credentials, refused) {
            (Some(Credentials::Keystore(keystore)), Proof::KeptPair(pair)) => {
                self.managed.pair(self, keystore, Some(pair)).await.map(Some)
            }
            _ => Ok(None),
        }
    }
}
