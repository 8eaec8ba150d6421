//! The socket: connections, faults, and the log of requests.

use std::{
    collections::VecDeque,
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use http::{Request, Response};
use http_body_util::BodyExt as _;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    task::{JoinHandle, JoinSet},
};

use crate::{
    Fault, Seen, Version,
    reply::{Body, Reply},
    world::World,
};

/// A Pydio in memory, with the users `admin`, `alice` and `bob`, listening until it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    prefix: String,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

#[derive(Debug)]
struct Shared {
    world: Mutex<World>,
    seen: Mutex<Vec<Seen>>,
    faults: Mutex<VecDeque<Fault>>,
}

/// The settings of a [`Server`] that is about to start.
#[derive(Clone, Debug)]
pub struct Builder {
    version: Version,
    prefix: String,
}

impl Builder {
    /// The path below which Pydio is installed: `/pydio`.
    #[must_use]
    pub fn prefix(mut self, prefix: &str) -> Self {
        prefix.trim_end_matches('/').clone_into(&mut self.prefix);
        self
    }

    /// Listens on a free port.
    ///
    /// # Errors
    ///
    /// When there is none.
    pub async fn start(self) -> io::Result<Server> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared {
            world: Mutex::new(World::new(self.version, self.prefix.clone(), address)),
            seen: Mutex::default(),
            faults: Mutex::default(),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Ok(Server { address, prefix: self.prefix, shared, accepting })
    }
}

impl Server {
    /// Begins a server of that generation.
    pub fn builder(version: Version) -> Builder {
        Builder { version, prefix: String::new() }
    }

    /// Starts a server of that generation at the root of its address.
    ///
    /// # Errors
    ///
    /// When there is no free port.
    pub async fn start(version: Version) -> io::Result<Self> {
        Self::builder(version).start().await
    }

    /// The address of its web interface.
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.prefix)
    }

    /// What it was asked so far.
    pub fn seen(&self) -> Vec<Seen> {
        lock(&self.shared.seen).clone()
    }

    /// The last thing it was asked.
    pub fn last(&self) -> Option<Seen> {
        lock(&self.shared.seen).last().cloned()
    }

    /// Lets something go wrong with the next request that has no fault yet.
    pub fn fail(&self, fault: Fault) {
        lock(&self.shared.faults).push_back(fault);
    }

    /// Puts a file on the disk of a workspace, with the folders above it. The personal workspace
    /// of a user is `my-files/alice`.
    pub fn put(&self, workspace: &str, path: &str, content: impl AsRef<[u8]>) {
        lock(&self.shared.world).disk(workspace).seed(path, Some(content.as_ref()));
    }

    /// Puts a folder on the disk of a workspace, with those above it.
    pub fn folder(&self, workspace: &str, path: &str) {
        lock(&self.shared.world).disk(workspace).seed(path, None);
    }

    /// What is in a file on the disk of a workspace; `None` when there is no such file.
    pub fn content(&self, workspace: &str, path: &str) -> Option<Vec<u8>> {
        lock(&self.shared.world).disk(workspace).content(path).map(<[u8]>::to_vec)
    }

    /// Whether there is a file or folder on the disk of a workspace.
    pub fn has(&self, workspace: &str, path: &str) -> bool {
        lock(&self.shared.world).disk(workspace).get(path).is_some()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes connections until the task is aborted, which ends them too.
async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, peer)) = listener.accept().await {
        connections.spawn(serve(stream, peer, Arc::clone(&shared)));
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(stream: TcpStream, peer: SocketAddr, shared: Arc<Shared>) {
    let service = service_fn(|request| answer(request, peer, &shared));
    // An error here is a client that went away, or a fault that was asked for.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

async fn answer(
    request: Request<Incoming>,
    peer: SocketAddr,
    shared: &Shared,
) -> io::Result<Response<Body>> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let target = head.uri.path_and_query().map_or_else(String::new, ToString::to_string);
    let seen = Seen { method: head.method, target, headers: head.headers, body };
    lock(&shared.seen).push(seen.clone());
    let fault = lock(&shared.faults).pop_front();
    let world = || lock(&shared.world).answer(&seen, peer.ip());
    let mut stall = None;
    let reply = match fault {
        None => world(),
        Some(Fault::Drop) => return Err(io::ErrorKind::ConnectionReset.into()),
        Some(Fault::Answer(canned)) => canned.into(),
        Some(Fault::Truncate(length)) => truncated(world(), length),
        Some(Fault::Delay(pause)) => {
            tokio::time::sleep(pause).await;
            world()
        }
        Some(Fault::Stall(pause)) => {
            stall = Some(pause);
            world()
        }
    };
    Ok(reply.into_response(stall))
}

fn truncated(mut reply: Reply, length: usize) -> Reply {
    let whole = reply.body.len();
    reply.body.truncate(length);
    reply.announce(whole)
}
