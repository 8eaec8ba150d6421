//! The connection to a server.

mod builder;
mod diagnosis;
mod feed;
mod items;
mod nodes;
mod pages;
mod pairs;
mod release;
mod target;
mod workspace;

use std::{fmt, sync::Arc};

use url::Url;

pub use builder::Builder;
pub use diagnosis::Diagnosis;
pub use feed::ChangeFeed;
pub use items::Items;
pub use nodes::Nodes;
pub use pairs::{KeyPairInfo, KeyPairs};
pub use workspace::Workspace;

use crate::{
    call::OperationCall,
    connection::{self, CallOptions, Connection, Decoded, InFlight},
    response::{Accept, Sent},
    session::SessionBuilder,
    types::{Error, Request},
};

/// A connection to a Pydio server. Cheap to clone; clones share their pool of connections.
#[derive(Clone)]
pub struct Pydio(Arc<Connection>);

impl Pydio {
    /// Returns a builder for a client of the server whose web interface is at `url`. The server may
    /// be installed under a prefix, as in `https://example.org/pydio`.
    pub fn builder(url: impl Into<String>) -> Builder {
        Builder::new(url.into())
    }

    /// Returns the workspace with this slug or id, which are case-sensitive. `pydio` is the user's
    /// first workspace, `settings` is the administration.
    pub fn workspace(&self, id: impl Into<String>) -> Workspace {
        Workspace::new(self.clone(), id.into())
    }

    /// Returns a builder for a session on `index.php`, which can call every action of the server,
    /// including those that REST does not reach.
    pub fn session(&self) -> SessionBuilder {
        SessionBuilder::new(Connection::clone(&self.0))
    }

    /// Returns the same connection with other settings for the calls made on it.
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        let options = Arc::new(self.0.options.overridden(options));
        Self(Arc::new(Connection { options, ..Connection::clone(&self.0) }))
    }

    /// Sends a call of an operation and reads its response.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) before anything is sent when
    /// the server cannot do it or an argument cannot be encoded, and any other [`Error`] of the
    /// request.
    pub fn call<C: OperationCall>(
        &self,
        call: C,
    ) -> impl Future<Output = Result<C::Response, Error>> + Send {
        Decoded::new(&self.0, None, call.into_request())
    }

    pub(crate) fn operate(&self, request: Request, accept: Accept) -> InFlight<'_> {
        connection::operation(&self.0, request, accept, &Sent::default())
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
        connection::rest(&self.0, workspace, request, accept, &Sent::default())
    }
}

impl fmt::Debug for Pydio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod keystore_tests;

#[cfg(test)]
mod tests {
    use std::marker::PhantomData;

    use super::Pydio;
    use crate::{
        ErrorKind, Json, Request,
        connection::base_url,
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
