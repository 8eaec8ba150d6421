//! The same calls without `async`: each waits until it has its response.
//!
//! ```no_run
//! # use pydio_runtime::{RestCall, response::Listing};
//! # fn demo<C: RestCall<Response = Listing>>(ls: C) -> Result<(), pydio_runtime::Error> {
//! use pydio_runtime::Pydio;
//!
//! let pydio = Pydio::builder("https://files.example.org").login("alice", "secret").build_blocking()?;
//! let files = pydio.workspace("my-files");
//! for node in files.call(ls)? {
//!     println!("{}", node.path());
//! }
//! # Ok(())
//! # }
//! ```
//!
//! Your program needs no runtime: the connection has its own, which works while a call waits.
//! Whatever has no method here is waited for with [`Pydio::block_on`], such as a transfer:
//!
//! ```no_run
//! # use pydio_runtime::{Error, RestCall, response, blocking::Pydio};
//! # fn demo<C: RestCall<Response = response::Download>>(pydio: Pydio, download: C) -> Result<(), Error> {
//! let files = pydio.workspace("my-files");
//! let transfer = files.asynchronous().download(download).to_file("big.iso");
//! let downloaded = pydio.block_on(transfer)??;
//! # let _ = downloaded; Ok(())
//! # }
//! ```
//!
//! In an `async` function these calls block the thread, like every other blocking call: use the
//! asynchronous types there, or `tokio::task::spawn_blocking`.

mod waiter;

use std::{
    fmt,
    io::{self, Read},
};

use bytes::{Buf as _, Bytes};
use secrecy::SecretString;

use crate::{
    background::{Finished, Wait},
    call::{ActionCall, ChangesCall, OperationCall, PagedCall, RestCall},
    client::{self, Diagnosis},
    connection::CallOptions,
    response::{Download, Listing},
    session::{self, LoginError},
    types::{Error, Node},
};
use waiter::Waiter;

/// A connection to a Pydio server: see [`crate::Pydio`]. Cheap to clone.
#[derive(Clone)]
pub struct Pydio {
    pydio: client::Pydio,
    waiter: Waiter,
}

impl Pydio {
    /// Waits for the calls of that connection.
    ///
    /// # Errors
    ///
    /// [`Config`](crate::ErrorKind::Config) when the system has no resources for a runtime.
    pub fn new(pydio: client::Pydio) -> Result<Self, Error> {
        Ok(Self { pydio, waiter: Waiter::new()? })
    }

    /// Returns the connection with asynchronous methods.
    pub fn asynchronous(&self) -> &client::Pydio {
        &self.pydio
    }

    /// Waits for the end of a future, such as a transfer.
    ///
    /// # Errors
    ///
    /// [`Config`](crate::ErrorKind::Config) when the system has no resources for a thread.
    pub fn block_on<F>(&self, future: F) -> Result<F::Output, Error>
    where
        F: IntoFuture<IntoFuture: Send, Output: Send>,
    {
        self.waiter.wait(future.into_future())
    }

    /// Returns the workspace with this slug or id.
    pub fn workspace(&self, id: impl Into<String>) -> Workspace {
        Workspace { workspace: self.pydio.workspace(id), waiter: self.waiter.clone() }
    }

    /// Returns the same connection with other settings for the calls made on it.
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self { pydio: self.pydio.with_options(options), waiter: self.waiter.clone() }
    }

    /// Sends a call of an operation and waits for its response.
    ///
    /// # Errors
    /// Returns the errors of [`crate::Pydio::call`].
    pub fn call<C: OperationCall>(&self, call: C) -> Result<C::Response, Error> {
        self.waiter.wait(self.pydio.call(call))?
    }

    /// Reads a list of any length, one item at a time: see [`crate::Pydio::items`].
    pub fn items<C: OperationCall + PagedCall>(&self, call: C) -> Items<C::Item> {
        Items::new(self.pydio.items(call), &self.waiter)
    }

    /// Reads the changes of a workspace: see [`crate::Pydio::changes`].
    pub fn changes<C: OperationCall + ChangesCall>(&self, call: C) -> ChangeFeed<C::Change> {
        ChangeFeed::new(self.pydio.changes(call), &self.waiter)
    }

    /// Finds out why a call was refused.
    ///
    /// # Errors
    /// Returns the errors of [`crate::Pydio::diagnose`].
    pub fn diagnose(&self, error: &Error) -> Result<Diagnosis, Error> {
        self.waiter.wait(self.pydio.diagnose(error))?
    }

    /// Opens a session on `index.php` and logs in. Use [`Self::asynchronous`] and
    /// [`Session::new`] for a session with other settings.
    ///
    /// # Errors
    /// Returns the errors of [`crate::SessionBuilder::login`].
    pub fn login(
        &self,
        login: impl Into<String>,
        password: impl Into<SecretString>,
    ) -> Result<Session, LoginError> {
        let (login, password) = (login.into(), password.into());
        let session = self.waiter.wait(self.pydio.session().login(login, password))??;
        Ok(Session { session, waiter: self.waiter.clone() })
    }
}

impl client::Builder {
    /// Builds the connection for calls without `async`.
    ///
    /// # Errors
    /// Returns the errors of [`Self::build`], and [`Config`](crate::ErrorKind::Config) when the system
    /// has no resources for a runtime.
    pub fn build_blocking(self) -> Result<Pydio, Error> {
        Pydio::new(self.build()?)
    }
}

/// A workspace, reached over REST v1: see [`crate::Workspace`]. Cheap to clone.
#[derive(Clone)]
pub struct Workspace {
    workspace: client::Workspace,
    waiter: Waiter,
}

impl Workspace {
    /// Returns the workspace with asynchronous methods.
    pub fn asynchronous(&self) -> &client::Workspace {
        &self.workspace
    }

    /// Waits for the end of a future, such as that of a task: see [`Pydio::block_on`].
    ///
    /// # Errors
    ///
    /// [`Config`](crate::ErrorKind::Config) when the system has no resources for a thread.
    pub fn block_on<F>(&self, future: F) -> Result<F::Output, Error>
    where
        F: IntoFuture<IntoFuture: Send, Output: Send>,
    {
        self.waiter.wait(future.into_future())
    }

    /// Returns the same workspace with other settings for the calls made on it.
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self { workspace: self.workspace.with_options(options), waiter: self.waiter.clone() }
    }

    /// Sends a call and waits for its response.
    ///
    /// # Errors
    /// Returns the errors of [`crate::Workspace::call`].
    pub fn call<C: RestCall>(&self, call: C) -> Result<C::Response, Error> {
        self.waiter.wait(self.workspace.call(call))?
    }

    /// Waits for work that continues after the response of a call: see
    /// [`response::Background::wait`](crate::response::Background::wait).
    ///
    /// ```no_run
    /// # use pydio_runtime::{Error, RestCall, blocking::Workspace, response::{Background, Envelope}};
    /// # fn demo<C>(files: Workspace, compress: C) -> Result<(), Error>
    /// # where C: RestCall<Response = Background<Option<Envelope>>> {
    /// let work = files.call(compress)?;
    /// let finished = files.wait(work.wait())?;
    /// # let _ = finished; Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Returns the errors of [`response::Background::wait`](crate::response::Background::wait).
    pub fn wait(&self, wait: Wait) -> Result<Finished, Error> {
        self.waiter.wait(wait.into_future())?
    }

    /// Sends a call that returns a file, and returns a reader of its bytes.
    ///
    /// # Errors
    /// Returns the errors of [`crate::Workspace::call`].
    pub fn read<C: RestCall<Response = Download>>(&self, call: C) -> Result<Reader, Error> {
        Ok(Reader::new(self.call(call)?, &self.waiter))
    }

    /// Lists a folder of any size, one node at a time: see [`crate::Workspace::nodes`].
    pub fn nodes<C: RestCall<Response = Listing>>(&self, call: C) -> Nodes {
        Nodes { nodes: Some(self.workspace.nodes(call)), waiter: self.waiter.clone() }
    }

    /// Reads a list of any length, one item at a time: see [`crate::Workspace::items`].
    pub fn items<C: RestCall + PagedCall>(&self, call: C) -> Items<C::Item> {
        Items::new(self.workspace.items(call), &self.waiter)
    }

    /// Reads the changes of the workspace: see [`crate::Workspace::changes`].
    pub fn changes<C: RestCall + ChangesCall>(&self, call: C) -> ChangeFeed<C::Change> {
        ChangeFeed::new(self.workspace.changes(call), &self.waiter)
    }
}

/// The nodes of a folder, over all its pages. The iterator ends after an error.
pub struct Nodes {
    /// `None` after an error.
    nodes: Option<client::Nodes>,
    waiter: Waiter,
}

impl Iterator for Nodes {
    type Item = Result<Node, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        let nodes = self.nodes.as_mut()?;
        let next = self.waiter.wait(nodes.next()).and_then(|next| next).transpose();
        if matches!(next, Some(Err(_))) {
            self.nodes = None;
        }
        next
    }
}

/// The items of a list, over all its pages: see [`crate::Items`]. The iterator ends after an error.
pub struct Items<T> {
    items: client::Items<T>,
    waiter: Waiter,
}

impl<T> Items<T> {
    fn new(items: client::Items<T>, waiter: &Waiter) -> Self {
        Self { items, waiter: waiter.clone() }
    }
}

impl<T: Send + 'static> Items<T> {
    /// Returns the number of items as the server counts them: see [`crate::Items::count`].
    pub fn total(&self) -> Option<u64> {
        self.items.count()
    }

    /// Returns whether the server counted differently from page to page: see
    /// [`crate::Items::has_changed`].
    pub fn has_changed(&self) -> bool {
        self.items.has_changed()
    }
}

impl<T: Send + 'static> Iterator for Items<T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        self.waiter.wait(self.items.next()).and_then(|next| next).transpose()
    }
}

/// The changes of a workspace, from a number on: see [`crate::ChangeFeed`]. Iterate over it by
/// reference to keep it: after `None`, it requests newer changes. After an error it has ended;
/// begin another feed at [`sequence`](Self::sequence).
pub struct ChangeFeed<T> {
    feed: client::ChangeFeed<T>,
    has_failed: bool,
    waiter: Waiter,
}

impl<T: Send + 'static> ChangeFeed<T> {
    fn new(feed: client::ChangeFeed<T>, waiter: &Waiter) -> Self {
        Self { feed, has_failed: false, waiter: waiter.clone() }
    }

    /// Returns the number to resume from: see [`crate::ChangeFeed::sequence`].
    pub fn sequence(&self) -> u64 {
        self.feed.sequence()
    }
}

impl<T: Send + 'static> Iterator for ChangeFeed<T> {
    type Item = Result<T, Error>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.has_failed {
            return None;
        }
        let next = self.waiter.wait(self.feed.next()).and_then(|next| next).transpose();
        self.has_failed = matches!(next, Some(Err(_)));
        next
    }
}

/// A session of a user: see [`crate::Session`]. Cheap to clone.
#[derive(Clone)]
pub struct Session {
    session: session::Session,
    waiter: Waiter,
}

impl Session {
    /// Waits for the calls of a session on that connection.
    pub fn new(pydio: &Pydio, session: session::Session) -> Self {
        Self { session, waiter: pydio.waiter.clone() }
    }

    /// Returns the session with asynchronous methods.
    pub fn asynchronous(&self) -> &session::Session {
        &self.session
    }

    /// Returns the workspace with this slug or id.
    pub fn workspace(&self, id: impl Into<String>) -> SessionWorkspace {
        SessionWorkspace { workspace: self.session.workspace(id), waiter: self.waiter.clone() }
    }

    /// Sends a call that needs no workspace, and waits for its response.
    ///
    /// # Errors
    /// Returns the errors of [`crate::Session::call`].
    pub fn call<C: ActionCall>(&self, call: C) -> Result<C::Response, Error> {
        self.waiter.wait(self.session.ask(call.into_request()))?
    }

    /// Reads a list that needs no workspace, one item at a time: see [`crate::Session::items`].
    pub fn items<C: ActionCall + PagedCall>(&self, call: C) -> Items<C::Item> {
        Items::new(self.session.items(call), &self.waiter)
    }

    /// Ends the session on the server.
    ///
    /// # Errors
    /// Returns the errors of [`crate::Session::logout`].
    pub fn logout(&self) -> Result<(), Error> {
        self.waiter.wait(self.session.logout())?
    }
}

/// A workspace, reached in a session: see [`crate::SessionWorkspace`]. Cheap to clone.
#[derive(Clone)]
pub struct SessionWorkspace {
    workspace: session::SessionWorkspace,
    waiter: Waiter,
}

impl SessionWorkspace {
    /// Returns the workspace with asynchronous methods.
    pub fn asynchronous(&self) -> &session::SessionWorkspace {
        &self.workspace
    }

    /// Waits for the end of a future, such as that of a task: see [`Pydio::block_on`].
    ///
    /// # Errors
    ///
    /// [`Config`](crate::ErrorKind::Config) when the system has no resources for a thread.
    pub fn block_on<F>(&self, future: F) -> Result<F::Output, Error>
    where
        F: IntoFuture<IntoFuture: Send, Output: Send>,
    {
        self.waiter.wait(future.into_future())
    }

    /// Sends a call and waits for its response.
    ///
    /// # Errors
    /// Returns the errors of [`crate::SessionWorkspace::call`].
    pub fn call<C: ActionCall>(&self, call: C) -> Result<C::Response, Error> {
        self.waiter.wait(self.workspace.ask(call.into_request()))?
    }

    /// Waits for work that continues after the response of a call: see [`Workspace::wait`].
    ///
    /// # Errors
    /// Returns the errors of [`response::Background::wait`](crate::response::Background::wait).
    pub fn wait(&self, wait: Wait) -> Result<Finished, Error> {
        self.waiter.wait(wait.into_future())?
    }

    /// Reads a list of any length, one item at a time: see [`crate::SessionWorkspace::items`].
    pub fn items<C: ActionCall + PagedCall>(&self, call: C) -> Items<C::Item> {
        Items::new(self.workspace.items(call), &self.waiter)
    }

    /// Reads the changes of the workspace: see [`crate::SessionWorkspace::changes`].
    pub fn changes<C: ActionCall + ChangesCall>(&self, call: C) -> ChangeFeed<C::Change> {
        ChangeFeed::new(self.workspace.changes(call), &self.waiter)
    }

    /// Sends a call that returns a file, and returns a reader of its bytes.
    ///
    /// # Errors
    /// Returns the errors of [`crate::SessionWorkspace::call`].
    pub fn read<C: ActionCall<Response = Download>>(&self, call: C) -> Result<Reader, Error> {
        Ok(Reader::new(self.call(call)?, &self.waiter))
    }
}

/// The bytes of a download. A download that ends early ends in an error, never silently.
pub struct Reader {
    download: Download,
    chunk: Bytes,
    waiter: Waiter,
}

impl Reader {
    fn new(download: Download, waiter: &Waiter) -> Self {
        Self { download, chunk: Bytes::new(), waiter: waiter.clone() }
    }

    /// Returns the download, with what the server reports about the file.
    pub fn download(&self) -> &Download {
        &self.download
    }
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() {
            let chunk = self.waiter.wait(self.download.chunk()).and_then(|chunk| chunk);
            match chunk.map_err(io::Error::other)? {
                Some(chunk) => self.chunk = chunk,
                None => return Ok(0),
            }
        }
        let length = self.chunk.len().min(buffer.len());
        self.chunk.copy_to_slice(&mut buffer[..length]);
        Ok(length)
    }
}

impl fmt::Debug for Pydio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.pydio.fmt(f)
    }
}
