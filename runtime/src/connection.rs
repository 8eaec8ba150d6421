//! A server with everything that a call over HTTP needs.

mod attempts;
mod cookies;
mod dispatch;
mod options;
mod site;

use std::{
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use http::{HeaderMap, HeaderValue};
use url::Url;

pub(crate) use attempts::{Decoded, timed_out};
pub(crate) use cookies::Jar;
pub(crate) use dispatch::{InFlight, operation, rest, rest_as, send};

pub(crate) use options::{Attempts, add_header, backoff, may_pass};
pub use options::{CallOptions, RetryPolicy};

use crate::{
    auth::{ApiKey, Credentials, KeyPair, RequestAuth},
    hook::Hooks,
    json::Json,
    transport::Transport,
    types::{Error, ErrorKind, Failure, ServerRelease},
};

/// A server with everything that a call over HTTP needs.
#[derive(Clone)]
pub(crate) struct Connection {
    pub(crate) base: Url,
    pub(crate) credentials: Option<Credentials>,
    /// The value of [`Credentials::header`].
    pub(crate) authorization: Option<HeaderValue>,
    /// The key pair of [`Credentials::Keystore`].
    pub(crate) key_pair: Option<Arc<dyn KeyPairSource>>,
    pub(crate) transport: Arc<dyn Transport>,
    pub(crate) max_response_size: u64,
    /// The cookies of a session, which authenticate it instead of credentials.
    pub(crate) cookies: Option<Arc<Jar>>,
    pub(crate) options: Arc<CallOptions>,
    pub(crate) hooks: Arc<Hooks>,
    /// API keys that are sent with every request in addition to the credentials.
    pub(crate) keys: Arc<[ApiKey]>,
    /// The servers of operations that have one of their own in the spec: the declared address and
    /// the real one.
    pub(crate) servers: Arc<[(String, Url)]>,
    /// The release of the server, once it is known.
    pub(crate) release: KnownRelease,
}

/// The release of a server, once it has told it, shared by its connections and sessions.
#[derive(Clone, Default)]
pub(crate) struct KnownRelease(Arc<Mutex<Option<ServerRelease>>>);

impl KnownRelease {
    pub(crate) fn get(&self) -> Option<ServerRelease> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Learns the release from the settings of the web interface, if they contain it.
    pub(crate) fn learn(&self, settings: &Json) {
        if let Some(release) = settings["ajxpVersion"].as_str().and_then(ServerRelease::of_setting)
        {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(release);
        }
    }
}

/// Loads, creates and renews the key pair of a connection.
pub(crate) trait KeyPairSource: Send + Sync {
    /// Returns the authentication of the next call: a pair other than the refused one, or the
    /// password if the server issues none.
    fn current<'a>(
        &'a self,
        connection: &'a Connection,
        refused: Option<&'a KeyPair>,
    ) -> InFlight<'a, RequestAuth>;

    /// Returns whether calls are signed, rather than sent with the password.
    fn has_pair(&self) -> InFlight<'_, bool>;

    /// Removes the pair with that token, or any pair, once it has been revoked.
    fn forget<'a>(&'a self, connection: &'a Connection, token: Option<&'a str>)
    -> InFlight<'a, ()>;
}

impl Connection {
    /// Returns the authentication of the next call.
    pub(crate) async fn auth(&self) -> Result<RequestAuth, Error> {
        match (&self.authorization, &self.key_pair, &self.credentials) {
            (Some(value), _, _) => Ok(RequestAuth::Header(value.clone())),
            (None, Some(source), Some(Credentials::Keystore(_))) => {
                source.current(self, None).await
            }
            (None, _, Some(Credentials::Pair(pair))) => Ok(RequestAuth::Pair(pair.clone())),
            (None, _, _) => Ok(RequestAuth::Nothing),
        }
    }

    /// Returns the authentication for sending a call again, because the server did not accept this
    /// one; `None` if there is no other.
    pub(crate) async fn renewed(
        &self,
        refused: &RequestAuth,
    ) -> Result<Option<RequestAuth>, Error> {
        match (&self.key_pair, refused) {
            (Some(source), RequestAuth::KeptPair(pair)) => {
                source.current(self, Some(pair)).await.map(Some)
            }
            _ => Ok(None),
        }
    }

    /// Returns the same connection for an address that may not see the credentials.
    pub(crate) fn without_credentials(self) -> Self {
        Self {
            credentials: None,
            authorization: None,
            key_pair: None,
            keys: Arc::default(),
            options: Arc::new(CallOptions { headers: HeaderMap::new(), ..(*self.options).clone() }),
            ..self
        }
    }
}

impl Connection {
    /// Returns the same server and settings for a session, which has cookies and no credentials.
    pub(crate) fn with_cookies(&self, cookies: Arc<Jar>) -> Self {
        let options = Arc::clone(&self.options);
        Self { cookies: Some(cookies), options, ..self.clone().without_credentials() }
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pydio")
            .field("base", &self.base.as_str())
            .field("credentials", &self.credentials)
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}

/// Returns the server's address, with a path that ends in a slash.
pub(crate) fn base_url(text: &str) -> Result<Url, Error> {
    let settings = |message: String| Error::new(ErrorKind::Config, Failure::new(message));
    let mut url = Url::parse(text)
        .map_err(|error| settings(format!("the server URL is invalid: {error}")))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(settings("the server URL begins with neither http:// nor https://".to_owned()));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(settings(
            "the server URL contains credentials; pass them to `login`".to_owned(),
        ));
    }
    url.set_query(None);
    url.set_fragment(None);
    let path = url.path().trim_end_matches('/').trim_end_matches("/index.php").to_owned();
    url.set_path(&format!("{path}/"));
    Ok(url)
}
