//! The socket: connections, faults, and the log of requests.

mod crowd;

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
    keystore::Pair,
    people::User,
    php::raw_url_encode,
    reply::{self, Body, Reply},
    settings::Settings,
    workspaces::Workspace,
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
    faults: Mutex<VecDeque<Fault>>,
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
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (server, accepting) = runtime.block_on(self.listen())?;
        thread::Builder::new().name("pydio-test-server".to_owned()).spawn(move || {
            // The task ends by being aborted.
            let _ = runtime.block_on(accepting);
        })?;
        Ok(server)
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

    /// Injects a fault into the next request that has none yet.
    pub fn fail(&self, fault: Fault) {
        lock(&self.shared.faults).push_back(fault);
    }

    /// Returns how many bytes of [`Fault::Flood`]s have been read from the server so far.
    pub fn flooded(&self) -> u64 {
        self.shared.flooded.load(Ordering::Relaxed)
    }

    /// Puts a file and its parent folders on the disk of a workspace. The personal workspace of a
    /// user is `my-files/alice`.
    ///
    /// U+FFFD in a name stands for a byte that is not UTF-8: XML then has that byte and is
    /// ill-formed, and a response in JSON is empty.
    pub fn put(&self, workspace: &str, path: &str, content: impl AsRef<[u8]>) {
        self.seed(workspace, path, Some(content.as_ref()));
    }

    /// Bypasses Pydio, which records no change.
    fn seed(&self, workspace: &str, path: &str, content: Option<&[u8]>) {
        let mut world = lock(&self.shared.world);
        let disk = world.disk(workspace);
        disk.seed(path, content);
        disk.take_changes();
    }

    /// Changes a file on the disk of a workspace without Pydio, whose cache keeps reporting the
    /// previous state unless caching is off: see [`Builder::caches_stats`].
    pub fn change_past(&self, workspace: &str, path: &str, content: impl AsRef<[u8]>) {
        let before = lock(&self.shared.world).disk(workspace).get(path).cloned();
        self.put(workspace, path, content);
        let mut world = lock(&self.shared.world);
        if let (Some(before), true) = (before, world.settings.caches_stats) {
            world.disk(workspace).keep_cached(path, before);
        }
    }

    /// Puts a folder and its parent folders on the disk of a workspace.
    pub fn folder(&self, workspace: &str, path: &str) {
        self.seed(workspace, path, None);
    }

    /// Returns the content of a file on the disk of a workspace; `None` if it does not exist.
    pub fn content(&self, workspace: &str, path: &str) -> Option<Vec<u8>> {
        lock(&self.shared.world).disk(workspace).content(path).map(<[u8]>::to_vec)
    }

    /// Returns whether a file or folder exists on the disk of a workspace.
    pub fn has(&self, workspace: &str, path: &str) -> bool {
        lock(&self.shared.world).disk(workspace).get(path).is_some()
    }
}

impl Server {
    /// Resets the disk of a workspace to its state before the first access: the first listing shows
    /// its recycle bin as an ordinary folder.
    pub fn untouched(&self, workspace: &str) {
        lock(&self.shared.world).disk(workspace).is_untouched = true;
    }

    /// Adds a user with only the default rights.
    pub fn add_user(&self, login: &str, password: &str) {
        let user = User::new(login, password);
        lock(&self.shared.world).people.users.insert(login.to_owned(), user);
    }

    /// Sets a user's right in a workspace, by its slug: `r`, `w`, `rw`, or nothing. Administrators
    /// have all rights. Does nothing if the user or workspace does not exist.
    pub fn grant(&self, login: &str, workspace: &str, right: &str) {
        let mut world = lock(&self.shared.world);
        let Some(id) = world.workspaces.named(workspace).map(|found| found.id.clone()) else {
            return;
        };
        if let Some(own) = world.people.role_mut(&format!("AJXP_USR_/{login}")) {
            own.acl.insert(id, right.to_owned());
        }
    }

    /// Adds an empty file workspace with this slug, which only administrators may enter: see
    /// [`Self::grant`]. If the slug is taken, appends a number to it.
    pub fn add_workspace(&self, slug: &str) {
        let mut world = lock(&self.shared.world);
        let id = world.ids.hex(32);
        let workspace = Workspace { is_editable: true, ..Workspace::new(&id, slug, slug) };
        world.workspaces.add(workspace.with_usual_features());
    }

    /// Locks a user: completely with `logout`, until they change their password with `pass_change`.
    pub fn lock_user(&self, login: &str, kind: &str) {
        if let Some(user) = lock(&self.shared.world).people.users.get_mut(login) {
            user.lock = Some(kind.to_owned());
        }
    }

    /// Changes a password, which revokes the key pairs of the user.
    pub fn set_password(&self, login: &str, password: &str) {
        let mut world = lock(&self.shared.world);
        world.keystore.revoke(login, None);
        if let Some(user) = world.people.users.get_mut(login) {
            password.clone_into(&mut user.password);
        }
    }

    /// Adds a given key pair.
    pub fn add_pair(&self, login: &str, device: &str, token: &str, secret: &str) {
        let pair = Pair {
            login: login.to_owned(),
            secret: secret.to_owned(),
            device: Some(device.to_owned()),
            agent: String::new(),
            address: String::new(),
        };
        lock(&self.shared.world).keystore.add(token.to_owned(), pair);
    }

    /// Returns the valid key pairs, as `login/device`.
    pub fn key_pairs(&self) -> Vec<String> {
        let world = lock(&self.shared.world);
        let pairs = world.keystore.pairs.values();
        let device = |pair: &Pair| pair.device.clone().unwrap_or_default();
        let mut pairs: Vec<_> =
            pairs.map(|pair| format!("{}/{}", pair.login, device(pair))).collect();
        pairs.sort();
        pairs
    }

    /// Revokes all key pairs of a user.
    pub fn revoke_pairs(&self, login: &str) {
        lock(&self.shared.world).keystore.revoke(login, None);
    }

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

    /// Advances the clock by a number of seconds.
    pub fn advance(&self, seconds: i64) {
        lock(&self.shared.world).clock.advance(seconds);
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
    let fault = lock(&shared.faults).pop_front();
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
