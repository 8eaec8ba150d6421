//! The state of a server, and the execution of actions on it.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{IpAddr, SocketAddr},
};

use bytes::Bytes;

use crate::{
    Seen,
    actions::{self, Answer, Call, Outcome, Refusal},
    cache::Cache,
    changes::Journal,
    clock::Clock,
    dialect::Dialect,
    disk::{Change, Disk, RECYCLE_BIN},
    endpoints,
    envelope::{Envelope, Format},
    identifiers::{Identifiers, md5_hex},
    keystore::Keystore,
    login::Failures,
    multipart::Upload,
    node::Node,
    parameters::Parameters,
    people::{People, Team, User},
    reply::Reply,
    session::Sessions,
    settings::Settings,
    shares::{Share, Shares},
    tasks::{Scheduled, Tasks},
    version::Version,
    workspaces::{Workspace, Workspaces},
};

/// The state of a versioned disk after a change.
#[derive(Clone, Debug)]
pub(crate) struct Revision {
    pub(crate) id: String,
    /// The user who made it.
    pub(crate) login: String,
    pub(crate) time: i64,
    pub(crate) changes: Vec<Change>,
    root: Node,
}

impl Revision {
    /// Returns the content of a file in it.
    pub(crate) fn content(&self, path: &str) -> Option<Bytes> {
        let mut found = None;
        self.root.walk("/", &mut |at, node| {
            if at == path {
                found = node.bytes().cloned();
            }
        });
        found
    }
}

/// The tables of a database, by name.
pub(crate) type Database = BTreeMap<String, Table>;

/// A table of texts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    /// The first one is the primary key.
    pub(crate) columns: Vec<String>,
    /// Values by column.
    pub(crate) rows: Vec<BTreeMap<String, String>>,
}

/// The pictures that users uploaded, by their ids.
#[derive(Debug, Default)]
pub(crate) struct Pictures {
    /// Uploaded, but not yet chosen.
    pub(crate) temporary: BTreeMap<String, Bytes>,
    pub(crate) stored: BTreeMap<String, Bytes>,
}

/// The state of a server.
#[derive(Debug)]
pub(crate) struct World {
    pub(crate) settings: Settings,
    pub(crate) clock: Clock,
    /// The base URL of links.
    pub(crate) url: String,
    pub(crate) people: People,
    pub(crate) workspaces: Workspaces,
    /// Disks by the slug of their workspace, with the login if it is personal.
    disks: BTreeMap<String, Disk>,
    pub(crate) journal: Journal,
    pub(crate) shares: Shares,
    pub(crate) tasks: Tasks,
    /// Scheduled tasks by id.
    pub(crate) scheduled: BTreeMap<String, Scheduled>,
    pub(crate) keystore: Keystore,
    pub(crate) pictures: Pictures,
    /// The tables of databases by the name of their disk.
    pub(crate) databases: BTreeMap<String, Database>,
    /// Archives that wait to be downloaded, by id.
    pub(crate) prepared: BTreeMap<String, Bytes>,
    /// The revisions of the disks that are versioned, oldest first.
    pub(crate) revisions: BTreeMap<String, Vec<Revision>>,
    pub(crate) sessions: Sessions,
    pub(crate) failures: Failures,
    pub(crate) ids: Identifiers,
}

/// Actions after which 6.0 to 6.4 ask to reload the list of workspaces.
const CHANGES_WORKSPACES: [&str; 4] =
    ["create_repository", "edit_repository_label", "user_update_right", "user_create_repository"];

/// The input of an action, whatever its transport.
#[derive(Debug)]
pub(crate) struct Input<'i> {
    pub(crate) seen: &'i Seen,
    pub(crate) peer: IpAddr,
    pub(crate) parameters: Parameters,
    pub(crate) uploads: Vec<Upload>,
    pub(crate) format: Format,
    /// The cookie of the session, for a request in one.
    pub(crate) session: Option<String>,
    /// Whether it came over REST, v1 or v2.
    pub(crate) is_rest: bool,
    /// Whether it came over REST v2, which formats some responses differently.
    pub(crate) is_v2: bool,
}

impl World {
    pub(crate) fn new(settings: Settings, address: SocketAddr) -> Self {
        let url = format!("http://{address}{}", settings.prefix);
        // Measured only on 8.2.5.
        let is_cached = settings.caches_users && settings.version == Version::V8_2;
        let cache = is_cached.then(Cache::default);
        Self {
            clock: Clock::new(settings.start),
            workspaces: Workspaces::new(settings.version.dialect()),
            settings,
            url,
            people: People { cache, ..People::default() },
            disks: BTreeMap::new(),
            journal: Journal::default(),
            shares: Shares::default(),
            tasks: Tasks::default(),
            scheduled: BTreeMap::new(),
            keystore: Keystore::default(),
            pictures: Pictures::default(),
            databases: BTreeMap::new(),
            prepared: BTreeMap::new(),
            revisions: BTreeMap::new(),
            sessions: Sessions::default(),
            failures: Failures::default(),
            ids: Identifiers::default(),
        }
    }

    /// Returns a disk by its name.
    pub(crate) fn disk(&mut self, name: &str) -> &mut Disk {
        let clock = &self.clock;
        self.disks.entry(name.to_owned()).or_insert_with(|| {
            let mut disk = Disk::new(clock.clone());
            if name.starts_with("inbox/") {
                // It has no recycle bin.
                disk.remove(RECYCLE_BIN);
                disk.take_changes();
            }
            disk
        })
    }

    /// Returns the names of everything on the server.
    pub(crate) fn inventory(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (name, disk) in &self.disks {
            if let Some(root) = disk.get("/") {
                root.walk("/", &mut |path, _| {
                    // The first access creates these.
                    if !matches!(path, "/" | RECYCLE_BIN) {
                        found.insert(format!("node {name}:{path}"));
                    }
                });
            }
        }
        let People { users, groups, roles, teams, .. } = &self.people;
        found.extend(users.keys().map(|login| format!("user {login}")));
        found.extend(groups.keys().map(|path| format!("group {path}")));
        found.extend(roles.keys().map(|role| format!("role {role}")));
        found.extend(teams.keys().map(|team| format!("team {team}")));
        found.extend(self.workspaces.all().map(|workspace| format!("workspace {}", workspace.id)));
        found.extend(self.shares.all().map(|share| format!("share {}", share.hash)));
        found.extend(self.tasks.0.iter().map(|task| format!("task {}", task.id)));
        found.extend(self.scheduled.keys().map(|id| format!("scheduled task {id}")));
        found.extend(self.keystore.pairs.keys().map(|token| format!("key pair {token}")));
        found
    }

    /// Returns the whole state in order, without generated ids and times.
    pub(crate) fn state(&self) -> Vec<String> {
        let mut lines = Vec::new();
        for (name, disk) in &self.disks {
            if let Some(root) = disk.get("/") {
                root.walk("/", &mut |path, node| {
                    if !matches!(path, "/" | RECYCLE_BIN) {
                        let content = node.bytes().map(|bytes| md5_hex(bytes));
                        lines.push(format!("node {name}:{path} {content:?}"));
                    }
                });
            }
        }
        let People { users, groups, roles, teams, .. } = &self.people;
        lines.extend(users.values().map(|user| {
            let User { login, password, group, profile, roles, lock, .. } = user;
            let own = user.own.json();
            format!("user {login} {password} in {group}, {profile} {roles:?} {lock:?} {own}")
        }));
        lines.extend(groups.iter().map(|(path, label)| format!("group {path} {label}")));
        lines.extend(roles.iter().map(|(name, role)| format!("role {name} {}", role.json())));
        lines.extend(
            teams
                .values()
                .map(|Team { owner, label, users }| format!("team {label} of {owner}: {users:?}")),
        );
        lines.extend(
            self.workspaces
                .all()
                .map(|workspace| format!("workspace {} {}", workspace.slug, workspace.label)),
        );
        let now = self.clock.now();
        lines.extend(self.shares.all().map(|share| {
            let Share { kind, owner, disk, path, password, download_limit, .. } = share;
            let days = share.days(now);
            let rights: Vec<_> = share.entries.iter().map(|(_, right)| right).collect();
            format!(
                "share {kind:?} of {disk}:{path} by {owner}, {password:?} {days} days \
                 {download_limit:?} {rights:?}"
            )
        }));
        lines.extend(
            self.tasks.0.iter().map(|task| format!("task {} {}", task.action, task.status)),
        );
        lines.extend(self.scheduled.values().map(|scheduled| format!("scheduled {scheduled:?}")));
        lines.extend(
            self.keystore
                .pairs
                .values()
                .map(|pair| format!("key pair of {} for {:?}", pair.login, pair.device)),
        );
        lines.sort();
        lines
    }

    /// Handles a request.
    pub(crate) fn answer(&mut self, seen: &Seen, peer: IpAddr) -> Reply {
        self.work_on_tasks();
        endpoints::enter(self, seen, peer)
    }

    /// Returns the workspace with that slug or id; `pydio` is a user's first one, which somebody has
    /// not who first has to do something in the web interface.
    pub(crate) fn workspace(&self, user: &User, name: &str) -> Option<Workspace> {
        let found = match name {
            "pydio" if user.is_held_up() => None,
            "pydio" => self.workspaces.all().find(|w| self.people.may_enter(user, w)),
            name => self.workspaces.named(name),
        };
        found.cloned()
    }

    /// Runs an action in a workspace that the user may enter.
    pub(crate) fn run(
        &mut self,
        action: &str,
        user: User,
        workspace: Workspace,
        input: Input<'_>,
    ) -> Reply {
        let format = input.format;
        let dialect = self.settings.version.dialect();
        let answer = self.perform(action, user, workspace, input);
        if !dialect.works_in_background {
            self.finish_tasks();
        }
        match answer {
            Ok(Outcome::Envelope(envelope)) => {
                let background = envelope.background && dialect.works_in_background;
                let changes_workspaces = envelope.error.is_none()
                    && dialect.has_old_administration
                    && CHANGES_WORKSPACES.contains(&action);
                let reloads_workspaces = envelope.reloads_workspaces || changes_workspaces;
                Envelope { background, reloads_workspaces, ..envelope }.reply(format)
            }
            Ok(outcome) => outcome.reply(dialect, format),
            Err(refusal) => refused(dialect, refusal, format),
        }
    }

    /// Runs an action like [`Self::run`], without writing its outcome as a reply.
    pub(crate) fn perform(
        &mut self,
        action: &str,
        user: User,
        workspace: Workspace,
        input: Input<'_>,
    ) -> Answer {
        let name = workspace.disk(&user.login);
        let part = workspace.part.as_ref().map(|part| part.path.clone());
        let clock = self.clock.clone();
        // While the action has the disk, the world is without it.
        let mut disk = std::mem::replace(self.disk(&name), Disk::new(clock));
        let is_versioned = workspace.has("meta.svn") || workspace.has("meta.git");
        let login = user.login.clone();
        let is_there = part.as_ref().is_none_or(|path| disk.narrow(path));
        let format = input.format;
        let call = Call {
            user,
            workspace,
            disk_name: &name,
            parameters: &input.parameters,
            uploads: &input.uploads,
            headers: &input.seen.headers,
            disk: &mut disk,
            world: &mut *self,
            format,
            input: &input,
        };
        let answer = match is_there {
            true => actions::run(action, call),
            false => Err(Refusal::Error("Cannot find the shared folder".to_owned())),
        };
        if let Some(path) = part {
            disk.widen(&path);
        }
        let changes = disk.take_changes();
        if let (true, false, Some(root)) = (is_versioned, changes.is_empty(), disk.get("/")) {
            let (id, time) = (self.ids.hex(40), self.clock.now());
            let (root, changes) = (root.clone(), changes.clone());
            let revision = Revision { id, login, time, changes, root };
            self.revisions.entry(name.clone()).or_default().push(revision);
        }
        self.journal.record(&name, changes);
        self.disks.insert(name, disk);
        answer
    }
}

pub(crate) fn refused(dialect: &Dialect, refusal: Refusal, format: Format) -> Reply {
    match refusal {
        Refusal::Error(message) => Envelope::error(message).reply(format),
        Refusal::Hidden(name) => {
            let mut reply = Envelope::error(format!("{name} Forbidden")).reply(format);
            reply.status = dialect.hidden_status;
            reply
        }
        Refusal::NoLogin => Envelope { require_auth: true, ..Envelope::default() }.reply(format),
        Refusal::Never => Reply::never(),
        Refusal::NoWriting => {
            let message = "You have no write permission on this folder";
            Envelope { require_auth: true, ..Envelope::error(message) }.reply(format)
        }
    }
}
