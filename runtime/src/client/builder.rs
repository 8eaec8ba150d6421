//! The settings of a connection.

#[cfg(feature = "http")]
use std::time::Duration;
use std::{fmt, sync::Arc};

use secrecy::SecretString;

use super::Pydio;
#[cfg(feature = "http")]
use crate::transport::{HttpClient, HttpClientBuilder, Proxy};
use crate::{
    auth::{ApiKey, Credentials, KeyPair, Keystore},
    connection::{
        CallOptions, Connection, KeyPairSource, KnownRelease, RetryPolicy, add_header, base_url,
    },
    hook::{Hook, Hooks},
    keystore_pair::ManagedPair,
    transport::Transport,
    types::{Error, ErrorKind, Failure},
};

/// The settings of a connection.
pub struct Builder {
    url: String,
    credentials: Option<Credentials>,
    /// Creates what manages the key pair of [`Credentials::Keystore`]. It is set with credentials that
    /// may be these, so that a program with others does not contain the code, which needs sessions.
    manage: Option<fn(Keystore) -> Arc<dyn KeyPairSource>>,
    keys: Vec<ApiKey>,
    servers: Vec<(String, String)>,
    headers: Vec<(String, SecretString)>,
    retry: Option<RetryPolicy>,
    hooks: Hooks,
    transport: Option<Box<dyn Transport>>,
    max_response_size: u64,
    #[cfg(feature = "http")]
    http: HttpClientBuilder,
}

impl Builder {
    pub(super) fn new(url: String) -> Self {
        Self {
            url,
            credentials: None,
            manage: None,
            keys: Vec::new(),
            servers: Vec::new(),
            headers: Vec::new(),
            retry: None,
            hooks: Hooks::default(),
            transport: None,
            max_response_size: 256 * 1024 * 1024,
            #[cfg(feature = "http")]
            http: HttpClient::builder(),
        }
    }

    /// Authenticates as this user, with HTTP Basic.
    pub fn login(self, login: impl Into<String>, password: impl Into<SecretString>) -> Self {
        self.authenticate(Credentials::Basic { login: login.into(), password: password.into() })
    }

    /// Authenticates with this key pair, which signs every request over REST v1 and v2.
    pub fn key_pair(self, pair: KeyPair) -> Self {
        self.authenticate(Credentials::Pair(pair))
    }

    /// Authenticates with a key pair that the connection creates on first use, stores, and renews
    /// when the server no longer accepts it.
    pub fn keystore(self, keystore: Keystore) -> Self {
        self.credentials(Credentials::Keystore(keystore))
    }

    /// Authenticates with this token, as `Authorization: Bearer`: for servers with their own API;
    /// Pydio 6–8 does not accept tokens.
    pub fn token(self, token: impl Into<SecretString>) -> Self {
        self.authenticate(Credentials::Bearer(token.into()))
    }

    /// Authenticates with these credentials. They replace those set before, except that several API
    /// keys are combined if each has its own name and location.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        self.manage = Some(|keystore| Arc::new(ManagedPair::new(keystore)));
        self.authenticate(credentials)
    }

    fn authenticate(mut self, credentials: Credentials) -> Self {
        match credentials {
            Credentials::Key(key) => {
                self.keys.retain(|other| !key.replaces(other));
                self.keys.push(key);
            }
            credentials => self.credentials = Some(credentials),
        }
        self
    }

    /// Sends operations for which the spec declares a separate server to `address`, with the
    /// credentials. `declared` is the address in the spec, as the documentation of the operation
    /// names it.
    ///
    /// Operations of servers that are not registered go to the declared address. They carry the
    /// credentials if that address is `https` and the connection itself is to a declared server, or
    /// if it is this machine.
    pub fn server(mut self, declared: impl Into<String>, address: impl Into<String>) -> Self {
        self.servers.push((declared.into(), address.into()));
        self
    }

    /// Sends this header with every request to the server, for example for a proxy that admits only
    /// requests with a separate token. The value is treated as a secret.
    ///
    /// ```
    /// # fn demo() -> Result<(), pydio_runtime::Error> {
    /// let pydio = pydio_runtime::Pydio::builder("https://files.example.org")
    ///     .header("CF-Access-Client-Secret", "secret")
    ///     .build()?;
    /// # let _ = pydio; Ok(())
    /// # }
    /// ```
    ///
    /// A header with the same name replaces the one set before. The headers go where the credentials
    /// go: not to another address after a redirect, and to an operation's server on another host only
    /// as [`Self::server`] describes.
    pub fn header(mut self, name: impl Into<String>, value: impl Into<SecretString>) -> Self {
        let name = name.into();
        self.headers.retain(|(other, _)| !other.eq_ignore_ascii_case(&name));
        self.headers.push((name, value.into()));
        self
    }

    /// Repeats calls according to this policy, if repeating them is harmless. Unless set, every
    /// call is sent once; transfers have their own retries.
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = Some(policy);
        self
    }

    /// Calls this hook before and after each request: see [`hook`](crate::hook). Several are called in
    /// the order in which they were set, and in reverse order afterwards.
    pub fn hook(mut self, hook: impl Hook + 'static) -> Self {
        self.hooks.0.push(Arc::new(hook));
        self
    }

    /// Uses this transport instead of the built-in HTTP client; timeouts, proxies and
    /// certificates are then up to the transport.
    pub fn transport(mut self, transport: impl Transport + 'static) -> Self {
        self.transport = Some(Box::new(transport));
        self
    }

    /// Sets the longest response that is held in memory, in bytes: 256 MiB unless set. Downloads
    /// are streamed and have no limit.
    pub fn max_response_size(mut self, bytes: u64) -> Self {
        self.max_response_size = bytes;
        self
    }

    /// Sets how long to wait for a connection: 30 seconds unless set.
    #[cfg(feature = "http")]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.http = self.http.connect_timeout(timeout);
        self
    }

    /// Sets how long a request may take without a byte sent or received: 5 minutes unless set. A
    /// long upload does not time out while its bytes move.
    #[cfg(feature = "http")]
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.http = self.http.read_timeout(timeout);
        self
    }

    /// Sets the maximum number of concurrent requests: 64 unless set. Further requests wait, so
    /// that you can start thousands of calls together without opening as many connections. Uploads
    /// of more than 64 KiB have a separate limit of the same size, and do not block other calls.
    #[cfg(feature = "http")]
    pub fn max_concurrent_requests(mut self, most: usize) -> Self {
        self.http = self.http.max_concurrent_requests(most);
        self
    }

    /// Sends every request through this proxy, or through none: see [`Proxy`]. Unless set, the
    /// environment names the proxies (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, and `NO_PROXY` for
    /// the exceptions, all in lower case as well).
    #[cfg(feature = "http")]
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.http = self.http.proxy(proxy);
        self
    }

    /// Accepts certificates of these authorities in addition to those that the system accepts. The
    /// text contains one or more certificates as PEM, and may be given several times.
    ///
    /// ```no_run
    /// # fn demo() -> Result<(), Box<dyn std::error::Error>> {
    /// let pydio = pydio_runtime::Pydio::builder("https://files.intranet")
    ///     .root_certificates(std::fs::read("/etc/ssl/intranet-ca.pem")?)
    ///     .build()?;
    /// # let _ = pydio; Ok(())
    /// # }
    /// ```
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.http = self.http.root_certificates(pem);
        self
    }

    /// Presents this certificate to a server that requests one. `certificates` is the certificate
    /// and those that lead to its authority, `key` its private key (PKCS #8), each as PEM.
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    pub fn client_certificate(
        mut self,
        certificates: impl Into<Vec<u8>>,
        key: impl Into<SecretString>,
    ) -> Self {
        self.http = self.http.client_certificate(certificates, key);
        self
    }

    /// Builds the connection. Nothing is sent until the first call.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if the server URL is not an `http` or `https` URL or contains
    /// credentials, when the login, the token, the device's name or a header cannot be sent, or
    /// when a proxy, a certificate or the TLS library cannot be set up.
    pub fn build(self) -> Result<Pydio, Error> {
        let base = base_url(&self.url)?;
        let keys = self.keys.iter().filter_map(ApiKey::fault);
        if let Some(fault) =
            self.credentials.as_ref().and_then(Credentials::fault).into_iter().chain(keys).next()
        {
            return Err(Error::new(ErrorKind::Config, Failure::new(fault)));
        }
        let servers = self.servers.iter().map(|(declared, address)| {
            Ok((declared.trim_end_matches('/').to_owned(), base_url(address)?))
        });
        let servers = servers.collect::<Result<Vec<_>, Error>>()?;
        let mut options = CallOptions { retry: self.retry, ..CallOptions::default() };
        for (name, value) in &self.headers {
            add_header(&mut options.headers, name, value)?;
        }
        let authorization = self.credentials.as_ref().map(Credentials::header).transpose();
        let authorization = authorization.map_err(|error| {
            Error::new(ErrorKind::Config, Failure::new(error.to_string()).source(error))
        })?;
        let transport = match self.transport {
            Some(transport) => transport,
            #[cfg(feature = "http")]
            None => Box::new(self.http.build()?),
            #[cfg(not(feature = "http"))]
            None => {
                let message = "no transport; pass one, or enable the feature `rustls`, \
                               `native-tls` or `http`";
                return Err(Error::new(ErrorKind::Config, Failure::new(message)));
            }
        };
        let key_pair = match (&self.credentials, self.manage) {
            (Some(Credentials::Keystore(keystore)), Some(manage)) => Some(manage(keystore.clone())),
            _ => None,
        };
        Ok(Pydio(Arc::new(Connection {
            base,
            credentials: self.credentials,
            authorization: authorization.flatten(),
            key_pair,
            transport: transport.into(),
            max_response_size: self.max_response_size,
            cookies: None,
            options: Arc::new(options),
            hooks: Arc::new(self.hooks),
            keys: self.keys.into(),
            servers: servers.into(),
            release: KnownRelease::default(),
        })))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("credentials", &self.credentials)
            .field("keys", &self.keys)
            .finish_non_exhaustive()
    }
}
