//! The socket: connections, faults, and the log of requests.

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
    keystore::Pair,
    people::User,
    php::raw_url_encode,
    reply::{self, Body, Reply},
    settings::Settings,
    workspaces::Workspace,
    world::World,
};

/// A Pydio in memory, with the users `admin`, `alice` and `bob`, listening until it is dropped.
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

/// The settings of a [`Server`] that is about to start.
#[derive(Clone, Debug)]
pub struct Builder {
    settings: Settings,
    port: u16,
}

impl Builder {
    /// The path below which Pydio is installed, without escapes: `/pydio`.
    #[must_use]
    pub fn prefix(mut self, prefix: &str) -> Self {
        prefix.trim_end_matches('/').clone_into(&mut self.settings.prefix);
        self
    }

    /// Listens on that port, rather than on a free one.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The largest file that is taken, in bytes; larger ones are refused by Pydio, with 409 in
    /// a text. 1 GiB by default.
    #[must_use]
    pub fn upload_limit(mut self, bytes: usize) -> Self {
        self.settings.upload_limit = bytes;
        self
    }

    /// Puts something in front of Pydio, inside of what was put there before.
    #[must_use]
    pub fn front(mut self, front: Front) -> Self {
        self.settings.fronts.push(front);
        self
    }

    /// How much `common` may hold, in bytes; 500 MiB by default.
    #[must_use]
    pub fn quota(mut self, bytes: usize) -> Self {
        self.settings.quota = bytes;
        self
    }

    /// Whether key/secret pairs are given out; without that the answer is empty.
    #[must_use]
    pub fn grants_pairs(mut self, grants: bool) -> Self {
        self.settings.grants_pairs = grants;
        self
    }

    /// Whether a session that holds a secure token gets another one.
    #[must_use]
    pub fn renews_tokens(mut self, renews: bool) -> Self {
        self.settings.renews_tokens = renews;
        self
    }

    /// Sets whether the server caches what `stat` tells (APCu): it does unless set to `false`, as the
    /// real one does after its installer. A part that has become a file is then still told of.
    #[must_use]
    pub fn caches_stats(mut self, caches: bool) -> Self {
        self.settings.caches_stats = caches;
        self
    }

    /// Sets whether the server caches users with their roles (APCu): it does unless set to `false`,
    /// as the real one does after its installer. A role that is written in the second in which the
    /// user was written, and one that is deleted, then stays in force for the user.
    #[must_use]
    pub fn caches_users(mut self, caches: bool) -> Self {
        self.settings.caches_users = caches;
        self
    }

    /// How many later requests a task in the background stays unfinished for; one by default.
    #[must_use]
    pub fn task_steps(mut self, requests: u32) -> Self {
        self.settings.task_steps = requests;
        self
    }

    /// Pages folders with more nodes than `above`, with `size` nodes a page; 500 and 200 by
    /// default.
    #[must_use]
    pub fn pages(mut self, above: usize, size: usize) -> Self {
        (self.settings.paged_above, self.settings.page) = (above, size.max(1));
        self
    }

    /// What the clock of the server shows at the start, in seconds since 1970.
    #[must_use]
    pub fn start_time(mut self, seconds: i64) -> Self {
        self.settings.start = seconds;
        self
    }

    /// Listens on a free port, or on the one that was set.
    ///
    /// # Errors
    ///
    /// When there is none, or it is taken.
    pub async fn start(self) -> io::Result<Server> {
        self.listen().await.map(|(server, _)| server)
    }

    /// Listens on a free port, or on the one that was set, from a thread of its own: for programs
    /// and tests without tokio. The thread ends when the server is dropped.
    ///
    /// # Errors
    ///
    /// When there is no free port, the one that was set is taken, or there can be no thread.
    ///
    /// # Panics
    ///
    /// Inside of a tokio runtime, whose thread it would block: use [`Self::start`] there.
    pub fn start_blocking(self) -> io::Result<Server> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (server, accepting) = runtime.block_on(self.listen())?;
        thread::Builder::new().name("pydio-test-server".to_owned()).spawn(move || {
            // It ends by being aborted.
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
    /// Begins a server of that generation.
    pub fn builder(version: Version) -> Builder {
        Builder { settings: Settings::new(version), port: 0 }
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

    /// Returns the address that it listens on.
    pub fn address(&self) -> SocketAddr {
        self.address
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

    /// How many bytes of [`Fault::Flood`]s were taken off its hands so far.
    pub fn flooded(&self) -> u64 {
        self.shared.flooded.load(Ordering::Relaxed)
    }

    /// Puts a file on the disk of a workspace, with the folders above it. The personal workspace
    /// of a user is `my-files/alice`.
    pub fn put(&self, workspace: &str, path: &str, content: impl AsRef<[u8]>) {
        self.seed(workspace, path, Some(content.as_ref()));
    }

    /// Past Pydio, which notes no change of it.
    fn seed(&self, workspace: &str, path: &str, content: Option<&[u8]>) {
        let mut world = lock(&self.shared.world);
        let disk = world.disk(workspace);
        disk.seed(path, content);
        disk.take_changes();
    }

    /// Changes a file on the disk of a workspace past Pydio, whose cache goes on telling of the file as
    /// it was, unless there is none: see [`Builder::caches_stats`].
    pub fn change_past(&self, workspace: &str, path: &str, content: impl AsRef<[u8]>) {
        let before = lock(&self.shared.world).disk(workspace).get(path).cloned();
        self.put(workspace, path, content);
        let mut world = lock(&self.shared.world);
        if let (Some(before), true) = (before, world.settings.caches_stats) {
            world.disk(workspace).keep_cached(path, before);
        }
    }

    /// Puts a folder on the disk of a workspace, with those above it.
    pub fn folder(&self, workspace: &str, path: &str) {
        self.seed(workspace, path, None);
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

impl Server {
    /// Lets nobody have looked at the disk of a workspace yet: its recycle bin is a folder like
    /// others in the first listing.
    pub fn untouched(&self, workspace: &str) {
        lock(&self.shared.world).disk(workspace).is_untouched = true;
    }

    /// Adds a user, with no rights but those that everybody has.
    pub fn add_user(&self, login: &str, password: &str) {
        let user = User::new(login, password);
        lock(&self.shared.world).people.users.insert(login.to_owned(), user);
    }

    /// Sets what a user may do in a workspace, by its slug: `r`, `w`, `rw`, or nothing. An administrator
    /// may do everything. Where there is no such user or workspace, nothing changes.
    pub fn grant(&self, login: &str, workspace: &str, right: &str) {
        let mut world = lock(&self.shared.world);
        let Some(id) = world.workspaces.named(workspace).map(|found| found.id.clone()) else {
            return;
        };
        if let Some(own) = world.people.role_mut(&format!("AJXP_USR_/{login}")) {
            own.acl.insert(id, right.to_owned());
        }
    }

    /// Adds an empty workspace of files by its slug, which administrators alone may enter: see
    /// [`Self::grant`]. Where the slug is taken, the workspace gets it with a number.
    pub fn add_workspace(&self, slug: &str) {
        let mut world = lock(&self.shared.world);
        let id = world.ids.hex(32);
        let workspace = Workspace { is_editable: true, ..Workspace::new(&id, slug, slug) };
        world.workspaces.add(workspace.with_usual_features());
    }

    /// Locks a user: out with `logout`, until they change their password with `pass_change`.
    pub fn lock_user(&self, login: &str, kind: &str) {
        if let Some(user) = lock(&self.shared.world).people.users.get_mut(login) {
            user.lock = Some(kind.to_owned());
        }
    }

    /// Changes a password, which ends the pairs of its user.
    pub fn set_password(&self, login: &str, password: &str) {
        let mut world = lock(&self.shared.world);
        world.keystore.revoke(login, None);
        if let Some(user) = world.people.users.get_mut(login) {
            password.clone_into(&mut user.password);
        }
    }

    /// Gives out a pair that is chosen here.
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

    /// The pairs that are good, as `login/device`.
    pub fn key_pairs(&self) -> Vec<String> {
        let world = lock(&self.shared.world);
        let pairs = world.keystore.pairs.values();
        let device = |pair: &Pair| pair.device.clone().unwrap_or_default();
        let mut pairs: Vec<_> =
            pairs.map(|pair| format!("{}/{}", pair.login, device(pair))).collect();
        pairs.sort();
        pairs
    }

    /// Revokes all pairs of a user.
    pub fn revoke_pairs(&self, login: &str) {
        lock(&self.shared.world).keystore.revoke(login, None);
    }

    /// Has done with all that goes on in the background.
    pub fn finish_tasks(&self) {
        lock(&self.shared.world).finish_tasks();
    }

    /// Ends all sessions, as time does.
    pub fn expire_sessions(&self) {
        lock(&self.shared.world).sessions.expire();
    }

    /// Takes none of the secure tokens any more that were given out so far.
    pub fn void_tokens(&self) {
        lock(&self.shared.world).sessions.void_tokens();
    }

    /// What is written on the captcha that was shown; `None` when none was, or it was used.
    pub fn captcha(&self) -> Option<String> {
        lock(&self.shared.world).sessions.captcha()
    }

    /// Lets time pass, in seconds.
    pub fn advance(&self, seconds: i64) {
        lock(&self.shared.world).clock.advance(seconds);
    }

    /// The slugs of all workspaces.
    pub fn workspaces(&self) -> Vec<String> {
        let world = lock(&self.shared.world);
        let workspaces = world.workspaces.all().filter(|workspace| !workspace.is_template);
        workspaces.map(|workspace| workspace.slug.clone()).collect()
    }

    /// What there is by name: nodes, users, groups, roles, workspaces, shares, tasks and key pairs.
    pub fn inventory(&self) -> BTreeSet<String> {
        lock(&self.shared.world).inventory()
    }

    /// All that there is, a line each and in order, without the ids and times that nobody chose.
    pub fn state(&self) -> Vec<String> {
        lock(&self.shared.world).state()
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

/// Splits the address of a server into host with port, and prefix.
pub(crate) fn split(url: &str) -> (&str, &str) {
    let rest = url.strip_prefix("http://").unwrap_or(url);
    rest.split_at(rest.find('/').unwrap_or(rest.len()))
}

/// Takes connections until the task is aborted, which ends them too.
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
        Some(Fault::Swallow(canned)) => {
            world();
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
    Ok(reply.into_response(stall))
}

fn truncated(mut reply: Reply, length: usize) -> Reply {
    let whole = reply.body.len();
    reply.body.truncate(length);
    reply.announce(whole)
}
