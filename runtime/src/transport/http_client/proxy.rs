//! The proxy that requests go through.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

use crate::types::{Error, ErrorKind, Failure};

/// The proxy that requests go through.
///
/// ```
/// use pydio_runtime::{Pydio, transport::Proxy};
///
/// # fn demo() -> Result<(), pydio_runtime::Error> {
/// let proxy = Proxy::new("http://proxy.intranet:3128").login("alice", "secret");
/// let pydio = Pydio::builder("https://files.example.org").proxy(proxy).build()?;
/// let direct = Pydio::builder("https://files.intranet").proxy(Proxy::none()).build()?;
/// # let _ = (pydio, direct); Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Proxy {
    url: Option<String>,
    login: Option<(String, SecretString)>,
}

impl Proxy {
    /// Names a proxy by its address, `http://` or `https://`. A login in the address is refused:
    /// pass it to [`Self::login`], which keeps the password out of every message.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: Some(url.into()), login: None }
    }

    /// Uses no proxy, regardless of the environment.
    pub const fn none() -> Self {
        Self { url: None, login: None }
    }

    /// Sends this login to the proxy, with HTTP Basic.
    #[must_use]
    pub fn login(mut self, login: impl Into<String>, password: impl Into<SecretString>) -> Self {
        self.login = Some((login.into(), password.into()));
        self
    }

    /// Applies the setting to the client of the library.
    pub(super) fn apply(
        &self,
        client: reqwest::ClientBuilder,
    ) -> Result<reqwest::ClientBuilder, Error> {
        let Some(url) = &self.url else { return Ok(client.no_proxy()) };
        let refused = |why: &str| {
            Error::new(ErrorKind::Config, Failure::new(format!("the URL of the proxy {why}")))
        };
        let url =
            url::Url::parse(url).map_err(|error| refused(&format!("is not a URL: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(refused("is neither http:// nor https://"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(refused("contains credentials: pass them to `Proxy::login`"));
        }
        let proxy = reqwest::Proxy::all(url)
            .map_err(|error| refused(&format!("cannot be used: {}", error.without_url())))?;
        Ok(client.proxy(match &self.login {
            Some((login, password)) => proxy.basic_auth(login, password.expose_secret()),
            None => proxy,
        }))
    }
}

impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Its address may contain a password that will be refused.
        f.debug_struct("Proxy")
            .field("login", &self.login.as_ref().map(|(login, _)| login))
            .finish_non_exhaustive()
    }
}
