//! The settings of an HTTP client.

use std::time::Duration;

#[cfg(any(feature = "rustls", feature = "native-tls"))]
use secrecy::SecretString;

#[cfg(feature = "rustls")]
use super::tls;
use super::{AT_ONCE, HttpClient, Proxy, turns};
use crate::types::{Error, ErrorKind, Failure};

/// The settings of an [`HttpClient`].
///
/// [`Pydio::builder`](crate::Pydio::builder) has the usual ones itself. Use this for a client that
/// several connections share, or that uses a library's settings directly:
///
/// ```
/// # use std::time::Duration;
/// use pydio_runtime::{Pydio, transport::HttpClient};
///
/// # fn demo() -> Result<(), pydio_runtime::Error> {
/// let client = HttpClient::builder().read_timeout(Duration::from_secs(60)).build()?;
/// let files = Pydio::builder("https://files.example.org").transport(client.clone()).build()?;
/// let archive = Pydio::builder("https://archive.example.org").transport(client).build()?;
/// # let _ = (files, archive); Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct HttpClientBuilder {
    connect: Duration,
    idle: Duration,
    at_once: usize,
    proxy: Option<Proxy>,
    client: Option<reqwest::Client>,
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    certificates: Certificates,
    #[cfg(feature = "rustls")]
    tls: Option<rustls::ClientConfig>,
}

/// The certificates of a client, as PEM.
#[cfg(any(feature = "rustls", feature = "native-tls"))]
#[derive(Clone, Debug, Default)]
pub(super) struct Certificates {
    /// Of further authorities.
    pub(super) roots: Vec<Vec<u8>>,
    /// The client's own chain with its private key.
    pub(super) own: Option<(Vec<u8>, SecretString)>,
}

impl HttpClientBuilder {
    pub(super) fn new() -> Self {
        Self {
            connect: Duration::from_secs(30),
            idle: Duration::from_secs(300),
            at_once: AT_ONCE,
            proxy: None,
            client: None,
            #[cfg(any(feature = "rustls", feature = "native-tls"))]
            certificates: Certificates::default(),
            #[cfg(feature = "rustls")]
            tls: None,
        }
    }

    /// Sets how long to wait for a connection: 30 seconds unless set.
    #[must_use]
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect = timeout;
        self
    }

    /// Sets how long a request may take without a byte sent or received: 5 minutes unless set. An
    /// upload may take any time while bytes move.
    #[must_use]
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.idle = timeout;
        self
    }

    /// Sets the maximum number of concurrent requests: 64 unless set, and at least 1.
    ///
    /// More wait for their turn. A request ends its turn when the head of its response arrives, so
    /// slow downloads do not block others. Uploads, which are requests with a body of more than 64
    /// KiB, have a separate limit of the same size: slow uploads block only other uploads.
    #[must_use]
    pub fn max_concurrent_requests(mut self, most: usize) -> Self {
        self.at_once = most;
        self
    }

    /// Sends every request through this proxy, or through none. Unless set, the environment names
    /// the proxies.
    #[must_use]
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = Some(proxy);
        self
    }

    /// Accepts certificates of these authorities, given as PEM, in addition to those that the
    /// system accepts.
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    #[must_use]
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.certificates.roots.push(pem.into());
        self
    }

    /// Presents this certificate to a server that requests one: the certificate with those that
    /// lead to its authority, and its private key (PKCS #8), each as PEM.
    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    #[must_use]
    pub fn client_certificate(
        mut self,
        certificates: impl Into<Vec<u8>>,
        key: impl Into<SecretString>,
    ) -> Self {
        self.certificates.own = Some((certificates.into(), key.into()));
        self
    }

    /// Uses these settings of rustls, with their own certificates: those of this builder cannot be
    /// combined with it. `rustls` is version 0.23.
    #[cfg(feature = "rustls")]
    #[must_use]
    pub fn rustls(mut self, config: rustls::ClientConfig) -> Self {
        self.tls = Some(config);
        self
    }

    /// Sends through this client of `reqwest` 0.13, with its own proxies, certificates and time to
    /// connect: those of this builder cannot be combined with it. It has to be built with
    /// `redirect::Policy::none()`, since a redirect must not receive the credentials, and without
    /// decompression. If your program has `reqwest` without its default features, give its builder
    /// a TLS configuration: with the feature `rustls` of this crate, `reqwest` does not include
    /// cryptography, and panics without one.
    #[must_use]
    pub fn reqwest(mut self, client: reqwest::Client) -> Self {
        self.client = Some(client);
        self
    }

    /// Builds the client.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when the proxy's address or a certificate cannot be used, when settings
    /// are combined that cannot be, and when the TLS library cannot be set up.
    pub fn build(self) -> Result<HttpClient, Error> {
        let [calls, uploads] = turns(self.at_once);
        let idle = self.idle;
        let client = match &self.client {
            Some(_) if self.proxy.is_some() || self.has_tls() => {
                return Err(config("a reqwest client has its own proxy and certificates"));
            }
            Some(client) => client.clone(),
            None => self.client()?,
        };
        Ok(HttpClient { client, idle, calls, uploads })
    }

    /// Returns whether a setting of TLS is not the usual one.
    fn has_tls(&self) -> bool {
        #[cfg(feature = "rustls")]
        if self.tls.is_some() {
            return true;
        }
        #[cfg(any(feature = "rustls", feature = "native-tls"))]
        return !self.certificates.are_usual();
        #[cfg(not(any(feature = "rustls", feature = "native-tls")))]
        false
    }

    /// Builds the client of the library.
    fn client(self) -> Result<reqwest::Client, Error> {
        let mut client = reqwest::Client::builder()
            .user_agent(concat!("pydio-rust/", env!("CARGO_PKG_VERSION")))
            .redirect(reqwest::redirect::Policy::none())
            // Another crate may have enabled these features of reqwest for all.
            .no_gzip()
            .no_brotli()
            .no_deflate()
            .no_zstd()
            // Some actions of a Pydio send a line that is not a header, such as `text/plain`.
            .http1_ignore_invalid_headers_in_responses(true)
            .connect_timeout(self.connect);
        if let Some(proxy) = &self.proxy {
            client = proxy.apply(client)?;
        }
        #[cfg(feature = "rustls")]
        {
            client = client.tls_backend_preconfigured(match self.tls {
                Some(_) if !self.certificates.are_usual() => {
                    return Err(config("a rustls configuration has its own certificates"));
                }
                Some(tls) => tls,
                None => tls::config(&self.certificates)?,
            });
        }
        #[cfg(all(feature = "native-tls", not(feature = "rustls")))]
        {
            client = self.certificates.apply(client)?;
        }
        client.build().map_err(|error| {
            let message = format!("no HTTP client: {error}");
            Error::new(ErrorKind::Config, Failure::new(message).source(error))
        })
    }
}

/// An error of the settings.
pub(super) fn config(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Config, Failure::new(message))
}

#[cfg(any(feature = "rustls", feature = "native-tls"))]
impl Certificates {
    /// Returns whether they are those of the system.
    fn are_usual(&self) -> bool {
        self.roots.is_empty() && self.own.is_none()
    }

    /// Sets the certificates of the operating system's library.
    #[cfg(not(feature = "rustls"))]
    fn apply(&self, mut client: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
        use secrecy::ExposeSecret as _;

        for pem in &self.roots {
            let roots = reqwest::Certificate::from_pem_bundle(pem)
                .map_err(|error| config(format!("a root certificate is not valid PEM: {error}")))?;
            if roots.is_empty() {
                return Err(config("the root certificates contain no PEM certificate"));
            }
            client = client.tls_certs_merge(roots);
        }
        if let Some((chain, key)) = &self.own {
            let own = reqwest::Identity::from_pkcs8_pem(chain, key.expose_secret().as_bytes())
                .map_err(|_| config("the client's certificate and key cannot be used"))?;
            client = client.identity(own);
        }
        Ok(client)
    }
}
