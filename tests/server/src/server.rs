//! The socket: connections, faults, and the log of requests.

mod crowd;
mod seed;

use std::{
    collections::{BTreeSet, VecDeque},
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
};

use http::{Request, Response};
use http_body_util::BodyExt as _;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::{
    net::{TcpListener, TcpStream},
    task::{AbortHandle, JoinHandle, JoinSet},
};

use crate::{
    Fault, Front, Seen, Version,
    clock::http_date,
    envelope::{Envelope, Format},
    php::raw_url_encode,
    reply::{self, Body, Reply},
    settings::Settings,
    world::World,
};

/// An in-memory Pydio with the users `admin`, `alice` and `bob`, which listens until it is dropped.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    prefix: String,
    shared: Arc<Shared>,
    accepting: AbortHandle,
}

#[derive(Debug)]
struct Shared {
    world: Mutex<World>,
    seen: Mutex<Vec<Seen>>,
    /// Each with the action that it is for, if only for one.
    faults: Mutex<VecDeque<(Option<String>, Fault)>>,
    flooded: Arc<AtomicU64>,
}

/// The settings of a [`Server`] before it starts.
#[derive(Clone, Debug)]
pub struct Builder {
    settings: Settings,
    port: u16,
}

impl Builder {
    /// Sets the path that Pydio is installed at, without escapes: `/pydio`.
    #[must_use]
    pub fn prefix(mut self, prefix: &str) -> Self {
        prefix.trim_end_matches('/').clone_into(&mut self.settings.prefix);
        self
    }

    /// Sets the port to listen on, instead of a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// Sets the largest accepted file in bytes; Pydio refuses larger ones with 409 in a text. The
    /// default is 1 GiB.
    #[must_use]
    pub fn upload_limit(mut self, bytes: usize) -> Self {
        self.settings.upload_limit = bytes;
        self
    }

    /// Adds a component in front of Pydio, behind those added earlier.
    #[must_use]
    pub fn front(mut self, front: Front) -> Self {
        self.settings.fronts.push(front);
        self
    }

    /// Sets the quota of `common` in bytes; the default is 500 MiB.
    #[must_use]
    pub fn quota(mut self, bytes: usize) -> Self {
        self.settings.quota = bytes;
        self
    }

    /// Sets whether passwords are hashed with a seed before a session sends them, as 6.0 to 6.4 do
    /// with `TRANSMIT_CLEAR_PASS` off. HTTP Basic, which cannot hash them, is then refused.
    #[must_use]
    pub fn hashes_passwords(mut self, hashes: bool) -> Self {
        self.settings.hashes_passwords = hashes && self.settings.version <= Version::V6_4;
        self
    }

    /// Sets whether the server issues key pairs; otherwise the response is empty.
    #[must_use]
    pub fn grants_pairs(mut self, grants: bool) -> Self {
        self.settings.grants_pairs = grants;
        self
    }

    /// Sets whether the server finds key pairs that it has issued, in order to list, replace or revoke
    /// them; with SQLite, it finds none, and reports success all the same.
    #[must_use]
    pub fn finds_pairs(mut self, finds: bool) -> Self {
        self.settings.finds_pairs = finds;
        self
    }

    /// Sets whether a session that has a secure token can get another one.
    #[must_use]
    pub fn renews_tokens(mut self, renews: bool) -> Self {
        self.settings.renews_tokens = renews;
        self
    }

    /// Sets whether the server caches `stat` results (APCu): it does unless set to `false`, like a
    /// real one after its installer. The cache then still reports a part that has become a file.
    #[must_use]
    pub fn caches_stats(mut self, caches: bool) -> Self {
        self.settings.caches_stats = caches;
        self
    }

    /// Sets whether the server caches users with their roles (APCu): it does unless set to `false`,
    /// like a real one after its installer. A role that is written in the same second as the user,
    /// and a role that is deleted, then stays in force for the user.
    #[must_use]
    pub fn caches_users(mut self, caches: bool) -> Self {
        self.settings.caches_users = caches;
        self
    }

    /// Sets for how many further requests a background task stays unfinished; the default is one.
    #[must_use]
    pub fn task_steps(mut self, requests: u32) -> Self {
        self.settings.task_steps = requests;
        self
    }

    /// Splits folders with more than `above` nodes into pages of `size` nodes; the defaults are 500
    /// and 200.
    #[must_use]
    pub fn pages(mut self, above: usize, size: usize) -> Self {
        (self.settings.paged_above, self.settings.page) = (above, size.max(1));
        self
    }

    /// Sets the initial time of the server's clock, in seconds since 1970.
    #[must_use]
    pub fn start_time(mut self, seconds: i64) -> Self {
        self.settings.start = seconds;
        self
    }

    /// Starts the server on a free port, or on the configured one.
    ///
    /// # Errors
    ///
    /// Returns an error if no port is free, or the configured one is in use.
    pub async fn start(self) -> io::Result<Server> {
        self.listen().await.map(|(server, _)| server)
    }

    /// Starts the server on a free port, or on the configured one, in a separate thread: for
    /// programs and tests without tokio. The thread ends when the server is dropped.
    ///
    /// # Errors
    ///
    /// Returns an error if no port is free, the configured one is in use, or the thread cannot be
    /// created.
    ///
    /// # Panics
    ///
    /// Panics inside a tokio runtime, whose thread it would block: use [`Self::start`] there.
    pub fn start_blocking(self) -> io::Result<Server> {
        in_thread("pydio-test-server", self.listen())
    }

    async fn listen(self) -> io::Result<(Server, JoinHandle<()>)> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).await?;
        let address = listener.local_addr()?;
        let prefix = self.settings.prefix.split('/').map(raw_url_encode);
        let outside = self.settings.fronts.iter().filter_map(|front| match front {
            Front::StripsPrefix(prefix) => Some(*prefix),
            _ => None,
        });
        let prefix = outside.collect::<String>() + &prefix.collect::<Vec<_>>().join("/");
        let shared = Arc::new(Shared {
            world: Mutex::new(World::new(self.settings, address)),
            seen: Mutex::default(),
            faults: Mutex::default(),
            flooded: Arc::default(),
        });
        let for_all = Arc::clone(&shared);
        let serve = move |stream, peer| serve(stream, peer, Arc::clone(&for_all));
        let accepting = tokio::spawn(accept(listener, serve));
        let server = Server { address, prefix, shared, accepting: accepting.abort_handle() };
        Ok((server, accepting))
    }
}

impl Server {
    /// Returns a builder for a server of that generation.
    pub fn builder(version: Version) -> Builder {
        Builder { settings: Settings::new(version), port: 0 }
    }

    /// Starts a server of that generation at the root of its address.
    ///
    /// # Errors
    ///
    /// Returns an error if no port is free.
    pub async fn start(version: Version) -> io::Result<Self> {
        Self::builder(version).start().await
    }

    /// Returns the URL of its web interface.
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.prefix)
    }

    /// Returns the address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns all requests received so far.
    pub fn seen(&self) -> Vec<Seen> {
        lock(&self.shared.seen).clone()
    }

    /// Returns the last request.
    pub fn last(&self) -> Option<Seen> {
        lock(&self.shared.seen).last().cloned()
    }

    /// Forgets the requests received so far, and the faults that no request has met.
    pub fn clear(&self) {
        lock(&self.shared.seen).clear();
        lock(&self.shared.faults).clear();
    }

    /// Injects a fault into the next request that has none yet.
    pub fn fail(&self, fault: Fault) {
        lock(&self.shared.faults).push_back((None, fault));
    }

    /// Injects a fault into each of the next requests that have none yet.
    pub fn fail_times(&self, times: usize, fault: Fault) {
        lock(&self.shared.faults).extend(vec![(None, fault); times]);
    }

    /// Injects a fault into the next request that calls this action, over REST or on a session. Other
    /// requests pass: the login of a session, for example, and before 6.5 its question for the ids of
    /// workspaces. Of an operation of REST v2, `action` is any segment of its path.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() -> std::io::Result<()> {
    /// use pydio_test_server::{Fault, Server, Version};
    ///
    /// let server = Server::start(Version::V8_2).await?;
    /// server.fail_action("mkdir", Fault::Error("database is locked".to_owned()));
    /// # Ok(()) }
    /// ```
    pub fn fail_action(&self, action: &str, fault: Fault) {
        lock(&self.shared.faults).push_back((Some(action.to_owned()), fault));
    }

    /// Returns how many bytes of [`Fault::Flood`]s have been read from the server so far.
    pub fn flooded(&self) -> u64 {
        self.shared.flooded.load(Ordering::Relaxed)
    }
}

impl Server {
    /// Completes all background tasks.
    pub fn finish_tasks(&self) {
        lock(&self.shared.world).finish_tasks();
    }

    /// Expires all sessions.
    pub fn expire_sessions(&self) {
        lock(&self.shared.world).sessions.expire();
    }

    /// Invalidates all secure tokens issued so far.
    pub fn void_tokens(&self) {
        lock(&self.shared.world).sessions.void_tokens();
    }

    /// Returns the text of the last captcha; `None` if there was none, or it was used.
    pub fn captcha(&self) -> Option<String> {
        lock(&self.shared.world).sessions.captcha()
    }

    /// Returns the time of the clock, in seconds since 1970.
    pub fn time(&self) -> i64 {
        lock(&self.shared.world).clock.now()
    }

    /// Advances the clock by a number of seconds.
    pub fn advance(&self, seconds: i64) {
        lock(&self.shared.world).clock.advance(seconds);
    }

    /// Returns the id and the slug of each workspace.
    pub(crate) fn workspace_names(&self) -> Vec<(String, String)> {
        let world = lock(&self.shared.world);
        let workspaces = world.workspaces.all();
        workspaces.map(|workspace| (workspace.id.clone(), workspace.slug.clone())).collect()
    }

    /// Returns the slugs of all workspaces.
    pub fn workspaces(&self) -> Vec<String> {
        let world = lock(&self.shared.world);
        let workspaces = world.workspaces.all().filter(|workspace| !workspace.is_template);
        workspaces.map(|workspace| workspace.slug.clone()).collect()
    }

    /// Returns the names of everything on the server: nodes, users, groups, roles, workspaces,
    /// shares, tasks and key pairs.
    pub fn inventory(&self) -> BTreeSet<String> {
        lock(&self.shared.world).inventory()
    }

    /// Returns the whole state in order, one item per line, without generated ids and times.
    pub fn state(&self) -> Vec<String> {
        lock(&self.shared.world).state()
    }
}

impl Shared {
    /// Takes the first fault that is for a request.
    fn fault(&self, seen: &Seen) -> Option<Fault> {
        let mut faults = lock(&self.faults);
        let is_meant = |(action, _): &(Option<String>, Fault)| {
            action.as_ref().is_none_or(|action| seen.calls(action) && !seen.is_look_up())
        };
        let index = faults.iter().position(is_meant)?;
        faults.remove(index).map(|(_, fault)| fault)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Splits the URL of a server into host with port, and prefix.
pub(crate) fn split(url: &str) -> (&str, &str) {
    let rest = url.strip_prefix("http://").unwrap_or(url);
    rest.split_at(rest.find('/').unwrap_or(rest.len()))
}

/// Starts a server in a thread of this name, which ends when the server's task is aborted.
pub(crate) fn in_thread<T>(
    name: &str,
    listen: impl Future<Output = io::Result<(T, JoinHandle<()>)>>,
) -> io::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (server, accepting) = runtime.block_on(listen)?;
    thread::Builder::new().name(name.to_owned()).spawn(move || {
        // The task ends by being aborted.
        let _ = runtime.block_on(accepting);
    })?;
    Ok(server)
}

/// Accepts connections until the task is aborted, which closes them too.
pub(crate) async fn accept<F>(listener: TcpListener, serve: impl Fn(TcpStream, SocketAddr) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let mut connections = JoinSet::new();
    while let Ok((stream, peer)) = listener.accept().await {
        connections.spawn(serve(stream, peer));
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(stream: TcpStream, peer: SocketAddr, shared: Arc<Shared>) {
    let service = service_fn(|request| answer(request, peer, &shared));
    // An error here is a disconnected client or a requested fault.
    let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
}

/// Receives the whole of a request.
pub(crate) async fn received(request: Request<Incoming>) -> io::Result<Seen> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(io::Error::other)?.to_bytes();
    let target = head.uri.path_and_query().map_or_else(String::new, ToString::to_string);
    Ok(Seen { method: head.method, target, headers: head.headers, body })
}

async fn answer(
    request: Request<Incoming>,
    peer: SocketAddr,
    shared: &Shared,
) -> io::Result<Response<Body>> {
    let seen = received(request).await?;
    lock(&shared.seen).push(seen.clone());
    let fault = shared.fault(&seen);
    // A real server dates its responses by the clock of its files and tasks.
    let world = || {
        let mut world = lock(&shared.world);
        let reply = world.answer(&seen, peer.ip());
        reply.header("Date", http_date(world.clock.now()))
    };
    let mut stall = None;
    let reply = match fault {
        None => world(),
        Some(Fault::Drop) => return Err(io::ErrorKind::ConnectionReset.into()),
        Some(Fault::Answer(canned)) => canned.into(),
        Some(Fault::Error(message)) => Envelope::error(message).reply(Format::Xml),
        Some(Fault::Swallow(canned)) => {
            drop(world());
            canned.into()
        }
        Some(Fault::Flood(flood)) => return Ok(reply::flood(&flood, Arc::clone(&shared.flooded))),
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
    if reply.is_never {
        // Until the client or the server closes the connection.
        std::future::pending::<()>().await;
    }
    Ok(reply.into_response(stall))
}

fn truncated(mut reply: Reply, length: usize) -> Reply {
    let whole = reply.body.len();
    reply.body.truncate(length);
    reply.announce(whole)
}
