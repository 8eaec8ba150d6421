//! The connection to a server.

mod diagnosis;
mod nodes;
mod pairs;
mod release;
mod workspace;

use std::{fmt, sync::Arc, time::Duration};

use secrecy::SecretString;
use url::Url;

pub use diagnosis::Diagnosis;
pub use nodes::Nodes;
pub use pairs::{KeyPairInfo, KeyPairs};
pub use workspace::Workspace;

use crate::{
    auth::{ApiKey, Credentials, KeyPair, Keystore},
    call::OperationCall,
    connection::{self, Connection, Decoded, InFlight, KeyPairSource, KnownRelease, base_url},
    keystore_pair::ManagedPair,
    response::{Accept, FromResponse},
    session::SessionBuilder,
    transport::Transport,
    types::{Error, ErrorKind, Failure, Request},
};

/// A connection to a Pydio server. Cheap to clone; clones share their pool of connections.
#[derive(Clone)]
pub struct Pydio(Arc<Connection>);

impl Pydio {
    /// Returns a builder for a client of the server whose web interface is at `url`. The server may
    /// be installed under a prefix, as in `https://example.org/pydio`.
    pub fn builder(url: impl Into<String>) -> Builder {
        Builder {
            url: url.into(),
            credentials: None,
            keys: Vec::new(),
            servers: Vec::new(),
            transport: None,
            max_response_size: 256 * 1024 * 1024,
            connect_timeout: Duration::from_secs(30),
            read_timeout: Duration::from_secs(300),
            at_once: None,
        }
    }

    /// Returns the workspace with this slug or id; case matters. `pydio` is the user's first
    /// workspace, `settings` is the administration.
    pub fn workspace(&self, id: impl Into<String>) -> Workspace {
        Workspace::new(self.clone(), id.into())
    }

    /// Returns a builder for a session on `index.php`, which can call every action of the server,
    /// including those that REST does not reach.
    pub fn session(&self) -> SessionBuilder {
        SessionBuilder::new(Connection::clone(&self.0))
    }

    /// Sends a call of an operation and reads its response.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] before anything is sent when the server cannot do it or an argument
    /// cannot be encoded, and any other [`Error`] of the request.
    pub fn call<C: OperationCall>(
        &self,
        call: C,
    ) -> impl Future<Output = Result<C::Response, Error>> + Send {
        let accept = C::Response::ACCEPT;
        Decoded::Sending(self.operate(call.into_request(), accept))
    }

    pub(crate) fn operate(&self, request: Request, accept: Accept) -> InFlight<'_> {
        connection::operation(&self.0, request, accept)
    }

    /// The server's address.
    pub(crate) fn base(&self) -> &Url {
        &self.0.base
    }

    pub(crate) fn connection(&self) -> &Connection {
        &self.0
    }

    pub(crate) fn send<'a>(
        &'a self,
        workspace: &'a str,
        request: Request,
        accept: Accept,
    ) -> InFlight<'a> {
        connection::rest(&self.0, workspace, request, accept)
    }
}

impl fmt::Debug for Pydio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The settings of a connection.
pub struct Builder {
    url: String,
    credentials: Option<Credentials>,
    keys: Vec<ApiKey>,
    servers: Vec<(String, String)>,
    transport: Option<Box<dyn Transport>>,
    max_response_size: u64,
    connect_timeout: Duration,
    read_timeout: Duration,
    at_once: Option<usize>,
}

impl Builder {
    /// Authenticates as this user, with HTTP Basic.
    pub fn login(self, login: impl Into<String>, password: impl Into<SecretString>) -> Self {
        self.credentials(Credentials::Basic { login: login.into(), password: password.into() })
    }

    /// Authenticates with this key pair, which signs every request over REST v1 and v2.
    pub fn key_pair(self, pair: KeyPair) -> Self {
        self.credentials(Credentials::Pair(pair))
    }

    /// Authenticates with a key pair that the connection creates on first use, stores, and renews
    /// when the server no longer accepts it.
    pub fn keystore(self, keystore: Keystore) -> Self {
        self.credentials(Credentials::Keystore(keystore))
    }

    /// Authenticates with this token, as `Authorization: Bearer`: for servers with an API of their
    /// own, since Pydio 6–8 accepts none.
    pub fn token(self, token: impl Into<SecretString>) -> Self {
        self.credentials(Credentials::Bearer(token.into()))
    }

    /// Authenticates with these credentials. They replace those set before, except that several API
    /// keys are combined if each has its own name and location.
    pub fn credentials(mut self, credentials: Credentials) -> Self {
        match credentials {
            Credentials::Key(key) => {
                self.keys.retain(|other| !key.replaces(other));
                self.keys.push(key);
            }
            credentials => self.credentials = Some(credentials),
        }
        self
    }

    /// Sends operations whose spec declares a server of their own to `address`, with the
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

    /// Uses this transport instead of the built-in HTTP client; the timeouts are then up to the
    /// transport.
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
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// Sets how long a request may take without a byte sent or received: 5 minutes unless set. A
    /// long upload does not time out while its bytes move.
    pub fn read_timeout(mut self, timeout: Duration) -> Self {
        self.read_timeout = timeout;
        self
    }

    /// Sets the maximum number of concurrent requests: 64 unless set. More wait for their turn, so
    /// that you can start thousands of calls together without opening as many connections. Uploads
    /// of more than 64 KiB have a separate limit of the same size, and do not block other calls.
    pub fn max_concurrent_requests(mut self, most: usize) -> Self {
        self.at_once = Some(most);
        self
    }

    /// Builds the connection. Nothing is sent until the first call.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] when the address is no `http` or `https` URL or carries credentials,
    /// when the login, the token or the device's name cannot be sent, or when the TLS library cannot be set up.
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
        let authorization = self.credentials.as_ref().map(Credentials::header).transpose();
        let authorization = authorization.map_err(|error| {
            Error::new(ErrorKind::Config, Failure::new(error.to_string()).source(error))
        })?;
        let transport = match self.transport {
            Some(transport) => transport,
            None => default_transport(&self)?,
        };
        let key_pair = match &self.credentials {
            Some(Credentials::Keystore(keystore)) => {
                Some(Arc::new(ManagedPair::new(keystore.clone())) as Arc<dyn KeyPairSource>)
            }
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

#[cfg(feature = "http")]
fn default_transport(builder: &Builder) -> Result<Box<dyn Transport>, Error> {
    match crate::transport::HttpClient::new(builder.connect_timeout, builder.read_timeout) {
        Ok(client) => Ok(Box::new(match builder.at_once {
            Some(most) => client.max_concurrent_requests(most),
            None => client,
        })),
        Err(error) => Err(Error::new(
            ErrorKind::Config,
            Failure::new(format!("no HTTP client: {error}")).source(error),
        )),
    }
}

#[cfg(not(feature = "http"))]
fn default_transport(_: &Builder) -> Result<Box<dyn Transport>, Error> {
    let message = "no transport: pass one, or enable the feature `rustls`, `native-tls` or `http`";
    Err(Error::new(ErrorKind::Config, Failure::new(message)))
}

#[cfg(test)]
mod keystore_tests;

#[cfg(test)]
mod tests {
    use std::marker::PhantomData;

    use super::{Pydio, base_url};
    use crate::{
        ErrorKind, Json, Request,
        testing::{Canned, LS, SECRET, Server, Typed, ready},
    };

    #[test]
    fn the_address_is_that_of_the_web_interface() {
        for (given, base) in [
            ("https://pydio.test", "https://pydio.test/"),
            ("http://pydio.test:8080/pydio", "http://pydio.test:8080/pydio/"),
            ("https://pydio.test/pydio//", "https://pydio.test/pydio/"),
            ("https://pydio.test/index.php", "https://pydio.test/"),
            ("https://pydio.test/a/index.php/?get_action=x#y", "https://pydio.test/a/"),
            ("https://pydio.test/myindex.php", "https://pydio.test/myindex.php/"),
            ("https://[::1]/é b", "https://[::1]/%C3%A9%20b/"),
            ("https://Dateien.Bücher.test", "https://dateien.xn--bcher-kva.test/"),
            ("https://παράδειγμα.test", "https://xn--hxajbheg2az3al.test/"),
        ] {
            assert_eq!(base_url(given).unwrap().as_str(), base);
        }
    }

    #[test]
    fn an_address_that_cannot_work_is_refused() {
        for given in ["", "pydio.test", "ftp://pydio.test", "file:///x", "http://", "mailto:a@b"] {
            assert!(
                base_url(given).as_ref().is_err_and(|error| error.kind() == ErrorKind::Config),
                "{given}"
            );
        }
        for given in ["https://alice:s3cr3t@pydio.test", "https://alice@pydio.test"] {
            let error = base_url(given).unwrap_err();
            assert!(!format!("{error} {error:?}").contains("s3cr3t"), "{error:?}");
        }
    }

    #[test]
    fn a_login_that_basic_cannot_carry_is_refused() {
        let build = |login: &str| {
            let (server, _) = Server::new([Canned::json("{}")]);
            Pydio::builder("http://pydio.test").login(login, "a:b\n").transport(server).build()
        };
        assert!(build("al:ice").as_ref().is_err_and(|error| error.kind() == ErrorKind::Config));
        assert!(build("alïce").is_ok());
    }

    #[test]
    fn a_token_goes_with_every_call_and_shows_nowhere() {
        let (server, log) = Server::new([Canned::json("{}")]);
        let builder = Pydio::builder("http://pydio.test").token(SECRET).transport(server);
        let shown = format!("{builder:?}");
        let pydio = builder.build().unwrap();
        let _ = ready(pydio.workspace("w").call(Typed::<Json>(Request::new(&LS), PhantomData)));
        let value = log.lock().unwrap()[0].headers()[http::header::AUTHORIZATION].clone();
        assert_eq!(value, format!("Bearer {SECRET}"));
        let shown = format!("{shown} {pydio:?} {value:?}");
        assert!(!shown.contains(SECRET), "{shown}");

        let refused = Pydio::builder("http://pydio.test").token(format!("{SECRET}\n")).build();
        let error = refused.unwrap_err();
        assert!(error.kind() == ErrorKind::Config);
        assert!(!format!("{error} {error:?}").contains(SECRET), "{error:?}");
    }

    #[test]
    fn a_connection_is_shared_by_its_clones() {
        const fn is_shared<T: Clone + Send + Sync + 'static>() {}
        is_shared::<Pydio>();
        is_shared::<crate::Workspace>();
    }
}
