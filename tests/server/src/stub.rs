//! A server for the client of any HTTP API: it records requests and returns the responses that a test
//! sets.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
//! use pydio_test_server::{Canned, stub::Stub};
//! use std::{io::{Read, Write}, net::TcpStream};
//!
//! let stub = Stub::start().await?;
//! stub.answer(Canned::new(200, "application/json", r#"{"id":7}"#));
//!
//! # tokio::task::spawn_blocking({ let address = stub.address(); move || -> std::io::Result<()> {
//! // The program under test, here a few lines that speak HTTP.
//! let mut stream = TcpStream::connect(address)?;
//! write!(stream, "GET /pets/7 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
//! let mut answer = String::new();
//! stream.read_to_string(&mut answer)?;
//! assert!(answer.ends_with(r#"{"id":7}"#));
//! # Ok(()) } }).await??;
//!
//! assert_eq!(stub.last().expect("a request").target, "/pets/7");
//! # Ok(()) }
//! ```

use std::{
    collections::VecDeque,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex},
};

use http::{Request, Response};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    task::{AbortHandle, JoinHandle},
};

use crate::{
    Canned, Seen,
    reply::{Body, Reply},
    server::{accept, in_thread, lock, received},
};

/// A server that records requests and returns set responses, and listens until it is dropped.
#[derive(Debug)]
pub struct Stub {
    address: SocketAddr,
    shared: Arc<Shared>,
    accepting: AbortHandle,
}

#[derive(Debug, Default)]
struct Shared {
    seen: Mutex<Vec<Seen>>,
    answers: Mutex<VecDeque<Canned>>,
}

impl Stub {
    /// Starts a server on a free port of 127.0.0.1.
    ///
    /// # Errors
    ///
    /// Returns an error if no port is free.
    pub async fn start() -> io::Result<Self> {
        Self::listen().await.map(|(stub, _)| stub)
    }

    /// Starts a server in a separate thread, which ends when the server is dropped: for programs and
    /// tests without tokio.
    ///
    /// # Errors
    ///
    /// Returns an error if no port is free, or the thread cannot be created.
    ///
    /// # Panics
    ///
    /// Panics inside a tokio runtime, whose thread it would block: use [`Self::start`] there.
    pub fn start_blocking() -> io::Result<Self> {
        in_thread("pydio-test-stub", Self::listen())
    }

    async fn listen() -> io::Result<(Self, JoinHandle<()>)> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let for_all = Arc::clone(&shared);
        let accepting =
            tokio::spawn(accept(listener, move |stream, _| serve(stream, Arc::clone(&for_all))));
        Ok((Self { address, shared, accepting: accepting.abort_handle() }, accepting))
    }

    /// Returns its URL, without a path.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Returns the address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Sets the response to the next request that has none yet. Requests without a response get 404.
    pub fn answer(&self, canned: Canned) {
        lock(&self.shared.answers).push_back(canned);
    }

    /// Returns all requests received so far.
    pub fn seen(&self) -> Vec<Seen> {
        lock(&self.shared.seen).clone()
    }

    /// Returns the last request.
    pub fn last(&self) -> Option<Seen> {
        lock(&self.shared.seen).last().cloned()
    }

    /// Forgets the requests received so far, and the responses that were not requested.
    pub fn clear(&self) {
        lock(&self.shared.seen).clear();
        lock(&self.shared.answers).clear();
    }
}

impl Drop for Stub {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) {
    let service = service_fn(|request| answer(request, &shared));
    // An error here is a disconnected client.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(request: Request<Incoming>, shared: &Shared) -> io::Result<Response<Body>> {
    let seen = received(request).await?;
    lock(&shared.seen).push(seen);
    let canned = lock(&shared.answers).pop_front();
    let missing = || Canned::new(404, "text/plain", "the test set no response for this request");
    Ok(Reply::from(canned.unwrap_or_else(missing)).into_response(None))
}
