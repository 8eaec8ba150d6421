//! Exports everything from a Pydio before you leave it.
//!
//! ```sh
//! export PYDIO_URL=https://files.example.org PYDIO_USER=admin      # prompts for the password
//! cargo run --release -p pydio-tests --example export -- ./export
//! ```
//!
//! Writes the following below the given folder:
//!
//! | | |
//! |---|---|
//! | `users.jsonl`, `groups.jsonl`, `workspaces.jsonl` | one JSON object per line with all that the server returns; a user has the path of their `group`, or null if it is unknown |
//! | `roles.jsonl` | every role, including those of a single group or user |
//! | `shares.jsonl` | each share as it is listed, with its links, people and dates below `details` |
//! | `metadata.jsonl` | every file and folder, with the metadata that plugins store |
//! | `comments.jsonl` | every comment |
//! | `files/{workspace}/…` | the files, with their modification times |
//! | `summary.json` | the counts, and what could not be read |
//!
//! Most servers do not distinguish groups whose names differ only by case, such as `/staff` and
//! `/Staff`: they list the users and groups of both for each. The program looks up the group of
//! each such user, and reports it as missing if it remains unknown.
//!
//! You can run it again after an interruption: it does not download unchanged files twice. It
//! compares every file with the server by size, and by MD5 checksum if the server has
//! `meta.filehasher`; it checks the length of every list. The exit status is 0 only if nothing is
//! missing.
//!
//! REST does not show an administrator the personal files of other users. Each personal workspace
//! therefore counts as missing, unless you pass `--without-others` to state that you handle them
//! separately: run the program as each user, or copy the data folder of the server. Hidden files
//! (`.name`) appear in no listing and are not copied.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    error::Error as StdError,
    fs::{self, File},
    io::{self, BufRead as _, BufReader, BufWriter, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use md5::{Digest as _, Md5};
use pydio_client::{
    Error, ErrorKind, Json, NodePath, Pydio, Timestamp, Workspace,
    response::{Attributes, Node},
    v1::{access_ajxp_conf, access_fs, action_share, conf_sql, meta_comments, meta_filehasher},
    v2::{models::RegistryWorkspace, provisioning, user_account},
};
use serde_json::json;

#[path = "shared/account.rs"]
mod account;
#[path = "shared/elsewhere.rs"]
mod elsewhere;
#[path = "shared/listed.rs"]
mod listed;
#[path = "shared/people.rs"]
mod people;
#[path = "shared/raw.rs"]
mod raw;
#[path = "shared/shown.rs"]
mod shown;

use elsewhere::leads_elsewhere;
use listed::listed;
use people::{AMBIGUOUS_CASE, People, children, either, everybody};
use raw::Raw;
use shown::shown;

/// What to export, and where to write it.
pub struct Options {
    /// The connection of an administrator.
    pub pydio: Pydio,
    /// The output folder.
    pub folder: PathBuf,
    /// Whether to skip the personal files of other users.
    pub without_others: bool,
    /// Shows the progress.
    pub progress: ProgressBar,
}

/// The result of an export.
#[derive(Debug, Default)]
pub struct Report {
    /// The number of exported items by kind.
    pub counts: BTreeMap<&'static str, u64>,
    /// What could not be read, and why. Empty if the export is complete.
    pub missing: Vec<String>,
    /// What was skipped and need not be exported.
    pub notes: Vec<String>,
}

impl Report {
    /// Adds to a count.
    fn add(&mut self, kind: &'static str, more: u64) {
        *self.counts.entry(kind).or_default() += more;
    }

    /// Returns the value of a result; records an error as missing.
    fn got<T>(&mut self, what: impl std::fmt::Display, result: Result<T, Failed>) -> Option<T> {
        result.map_err(|error| self.missing.push(format!("{what}: {error}"))).ok()
    }

    fn json(&self) -> Json {
        json!({ "counts": self.counts, "missing": self.missing, "notes": self.notes })
    }
}

type Failed = Box<dyn StdError + Send + Sync>;

/// Exports everything that can be read, and reports what cannot.
///
/// # Errors
///
/// Returns an error if the folder cannot be written.
pub async fn run(options: Options) -> Result<Report, Failed> {
    let mut export = Export { options, report: Report::default() };
    fs::create_dir_all(&export.options.folder)?;
    let summary = export.options.folder.join("summary.json");
    // The summary of an earlier run does not apply to this one, which may be interrupted.
    match fs::remove_file(&summary) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let roles = export.people().await?;
    export.roles(roles).await?;
    let all = export.workspaces().await?;
    export.shares().await?;
    export.contents(all).await?;
    fs::write(&summary, serde_json::to_vec_pretty(&export.report.json())?)?;
    Ok(export.report)
}

struct Export {
    options: Options,
    report: Report,
}

impl Export {
    fn lines(&self, kind: &'static str) -> io::Result<Lines> {
        self.options.progress.set_message(kind);
        Lines::new(&self.options.folder, kind)
    }

    fn close(&mut self, lines: Lines) -> io::Result<()> {
        self.report.counts.insert(lines.kind, lines.count);
        lines.close()
    }

    /// Exports users and groups from the root group down; returns the ids of their roles.
    async fn people(&mut self) -> Result<Vec<String>, Failed> {
        let (mut users, mut groups) = (self.lines("users")?, self.lines("groups")?);
        let people = everybody(&self.options.pydio).await;
        let unread = people.unread.iter();
        let unread = unread.map(|(group, why)| {
            format!("the people of the group `{group}`: the list could not be read: {why}")
        });
        let unclear = people.unclear.iter();
        let unclear = unclear.map(|(login, why)| format!("the group of the user `{login}`: {why}"));
        // Skip their roles as well: the server creates a role when asked for one of a missing
        // group.
        let doubtful = people.doubtful.iter().map(|paths| {
            format!(
                "the groups {}: {AMBIGUOUS_CASE}, so which are there is not known",
                either(paths)
            )
        });
        self.report.missing.extend(unread.chain(unclear).chain(doubtful));
        let mut roles = Vec::new();
        for (lines, kind, all) in [
            (&mut users, "personal_role_id", &people.users),
            (&mut groups, "group_role_id", &people.groups),
        ] {
            for person in all {
                lines.write(person)?;
                match person[kind].as_str() {
                    Some(role) => roles.push(role.trim_start_matches('/').to_owned()),
                    None => {
                        let who = text(&person["path"]);
                        self.report.missing.push(format!("the role of `{who}`: no `{kind}`"));
                    }
                }
            }
        }
        self.close(groups)?;
        self.close(users)?;
        self.strays(&people).await;
        Ok(roles)
    }

    /// Records users that no group lists, such as those in a group whose name the server truncated.
    async fn strays(&mut self, people: &People) {
        let listed = people.users.iter().filter_map(|user| user["object_id"].as_str());
        let listed: BTreeSet<_> = listed.collect();
        let book = address_book(&self.options.pydio).await.map_err(Failed::from);
        let what = "whether there are users whom no group lists";
        let mut strays = self.report.got(what, book).unwrap_or_default();
        strays.retain(|login| !listed.contains(&**login));
        if strays.is_empty() {
            return;
        }
        // They may be in a list that could not be read.
        if !people.unread.is_empty() {
            let strays: Vec<_> = strays.iter().map(|login| format!("`{login}`")).collect();
            let strays = strays.join(", ");
            self.report.missing.push(format!("users who are in none of the lists read: {strays}"));
            return;
        }
        self.report.missing.extend(strays.into_iter().map(|login| {
            format!("the user `{login}`: no group lists them, since theirs is not there any more")
        }));
    }

    /// Exports the roles that the server lists, and those of each group and user, which it does
    /// not.
    async fn roles(&mut self, own: Vec<String>) -> Result<(), Failed> {
        let mut lines = self.lines("roles")?;
        let pydio = self.options.pydio.clone();
        let read = pydio.call(Raw(provisioning::get_roles())).await.map_err(Failed::from);
        let listed = self.report.got("the roles", read).as_ref().map(children).unwrap_or_default();
        let mut seen = BTreeSet::new();
        for role in listed {
            seen.insert(text(&role["role_id"]));
            lines.write(&role)?;
        }
        for id in own.into_iter().filter(|id| !seen.contains(id)) {
            let role = pydio.call(Raw(provisioning::get_role(&*id))).await.map_err(Failed::from);
            if let Some(role) = self.report.got(format!("the role `{id}`"), role) {
                lines.write(&json!({ "role_id": id, "role": role }))?;
            }
        }
        Ok(self.close(lines)?)
    }

    /// Exports the workspaces with their settings; returns their ids.
    async fn workspaces(&mut self) -> Result<Vec<String>, Failed> {
        let mut lines = self.lines("workspaces")?;
        let pydio = self.options.pydio.clone();
        // The total of the list counts other workspaces, so request the names instead.
        let names = access_ajxp_conf::list_all_repositories_json();
        let names = pydio.workspace("settings").call(names).await;
        let names = names.map(|names| names.list).map_err(Failed::from);
        let mut known = self.report.got("the names of the workspaces", names).unwrap_or_default();
        known.remove("ajxp_conf");
        let listed = pydio.call(Raw(provisioning::admin_list_workspaces())).await;
        let listed = self.report.got("the workspaces", listed.map_err(Failed::from));
        let mut ids = Vec::new();
        for mut workspace in listed.as_ref().map(children).unwrap_or_default() {
            let id = text(&workspace["repository_id"]);
            let settings = pydio.call(Raw(provisioning::admin_get_workspace(&*id))).await;
            let what = format!("the settings of the workspace `{id}`");
            let settings = self.report.got(what, settings.map_err(Failed::from));
            workspace["settings"] = settings.unwrap_or_default();
            lines.write(&workspace)?;
            known.remove(&id);
            let is_template = text(&workspace["is_template"]) == "true";
            if is_content(workspace["accessType"].as_str()) && !is_template {
                ids.push(id);
            }
        }
        let left =
            known.iter().map(|(id, name)| format!("the workspace `{id}` ({name}): not listed"));
        self.report.missing.extend(left);
        self.close(lines)?;
        Ok(ids)
    }

    /// Exports the shares of all users, each with its links.
    async fn shares(&mut self) -> Result<(), Failed> {
        let mut lines = self.lines("shares")?;
        let settings = self.options.pydio.workspace("settings");
        let call = action_share::sharelist_load().user_context(action_share::UserContext::Global);
        let read = listed(settings.items(call)).await;
        for share in self.report.got("the shares", read).unwrap_or_default() {
            let mut line = fields(&share.attributes);
            let details = self.details(&share).await;
            let what = format!("the links of the share `{}`", share.label());
            line["details"] = self.report.got(what, details).unwrap_or_default();
            lines.write(&line)?;
        }
        Ok(self.close(lines)?)
    }

    async fn details(&self, share: &Node) -> Result<Json, Failed> {
        let of = |name: &str| {
            let value = share.attributes.get(name);
            value.ok_or_else(|| format!("the server does not tell its `{name}`"))
        };
        let workspace = self.options.pydio.workspace(of("shared_element_parent_repository")?);
        let call = action_share::load_shared_element_data(of("original_path")?);
        Ok(workspace.call(Raw(call.owner(of("owner")?))).await?)
    }

    /// Exports files, metadata and comments of every accessible workspace; the others are missing.
    async fn contents(&mut self, mut all: Vec<String>) -> Result<(), Failed> {
        let mut metadata = self.lines("metadata")?;
        let mut comments = self.lines("comments")?;
        let own = self.options.pydio.call(user_account::user_workspaces()).await;
        let own = own.map(|own| own.repositories.repo.unwrap_or_default()).map_err(Failed::from);
        for workspace in self.report.got("the workspaces to enter", own).unwrap_or_default() {
            all.retain(|id| *id != workspace.id);
            if is_content(workspace.access_type.as_deref()) {
                self.content(&workspace, &mut metadata, &mut comments).await?;
            }
        }
        let left = all.iter().map(|id| format!("the workspace `{id}`: this user cannot enter it"));
        self.report.missing.extend(left);
        self.close(metadata)?;
        Ok(self.close(comments)?)
    }

    async fn content(
        &mut self,
        workspace: &RegistryWorkspace,
        metadata: &mut Lines,
        comments: &mut Lines,
    ) -> Result<(), Failed> {
        let slug = workspace.repository_slug.as_deref().unwrap_or(&workspace.id);
        if workspace.user_scope == Some(true) {
            let whose = format!("the workspace `{slug}` of everybody else: it is personal");
            match self.options.without_others {
                true => self.report.notes.push(whose),
                false => self.report.missing.push(whose),
            }
        }
        let files = self.options.pydio.workspace(slug);
        self.comments(&files, comments).await?;
        let mut mirror = Mirror {
            target: self.options.folder.join("files").join(local_name(slug)?),
            partial: self.options.folder.join("partial"),
            has_hashes: true,
            progress: self.options.progress.clone(),
            files,
        };
        fs::create_dir_all(&mirror.target)?;
        let mut left = vec![NodePath::root()];
        while let Some(folder) = left.pop() {
            let mut seen = BTreeSet::new();
            let (nodes, ended) = mirror.list(&folder).await;
            self.report.got(folder_name(slug, &folder), ended);
            for node in nodes {
                let mut line = fields(&node.attributes);
                line["workspace"] = slug.into();
                metadata.write(&line)?;
                let what = folder_name(slug, &node.path());
                if !seen.insert(node.path()) || leads_elsewhere(&node, &folder) {
                    let name = node.label();
                    self.report.missing.push(format!(
                        "`{name}` in {}: the server lists it with the path `{}`, which is not its \
                         own",
                        folder_name(slug, &folder),
                        node.path(),
                    ));
                    continue;
                }
                match node.is_file() {
                    true => {
                        let fetched = mirror.fetch(&node).await;
                        let Some(fetched) = self.report.got(what, fetched) else { continue };
                        self.report.add("files", 1);
                        self.report.add("bytes", fetched.bytes);
                        self.report.add("files kept from an earlier run", fetched.is_kept.into());
                        self.report.add("files checked by size alone", fetched.by_size.into());
                    }
                    false => {
                        let made =
                            mirror.local(&node.path()).and_then(|p| Ok(fs::create_dir_all(p)?));
                        if self.report.got(what, made).is_some() {
                            self.report.add("folders", 1);
                            left.push(node.path());
                        }
                    }
                }
            }
        }
        Ok(())
    }

    async fn comments(&mut self, files: &Workspace, lines: &mut Lines) -> Result<(), Failed> {
        let list = files.items(Raw(meta_comments::load_comments_feed("/")));
        let read = match listed(list).await {
            Err(error) if is_unknown(&error) => {
                self.report
                    .notes
                    .push(format!("`{}` has no comments: the plugin is off", files.id()));
                return Ok(());
            }
            read => read,
        };
        let what = format!("the comments of `{}`", files.id());
        let read = self.report.got(what, read).unwrap_or_default();
        for mut comment in read {
            comment["workspace"] = files.id().into();
            lines.write(&comment)?;
        }
        Ok(())
    }
}

/// Downloads the files of one workspace to a folder.
struct Mirror {
    files: Workspace,
    target: PathBuf,
    /// The folder of incomplete files.
    partial: PathBuf,
    has_hashes: bool,
    progress: ProgressBar,
}

/// A file that has been fetched.
struct Fetched {
    bytes: u64,
    is_kept: bool,
    by_size: bool,
}

impl Mirror {
    /// Returns the children of a folder, from all pages, and why they are not all there: a name
    /// that is not UTF-8 must not cost the other files of its folder.
    async fn list(&self, folder: &NodePath) -> (Vec<Node>, Result<(), Failed>) {
        let mut listed = self.files.nodes(access_fs::ls(folder).options("al"));
        let mut nodes = Vec::new();
        let ended = loop {
            match listed.next().await {
                Ok(Some(node)) => nodes.push(node),
                Ok(None) => break Ok(()),
                Err(error) => break Err(error.into()),
            }
        };
        let ended = ended.and_then(|()| match listed.count() {
            Some(count) if count != nodes.len() as u64 => {
                Err(format!("{} of {count} came", nodes.len()).into())
            }
            _ => Ok(()),
        });
        (nodes, ended)
    }

    /// Returns the local path of a node; an error if its name would lead outside the folder.
    fn local(&self, path: &NodePath) -> Result<PathBuf, Failed> {
        let mut local = self.target.clone();
        for segment in path.as_str().split('/').filter(|segment| !segment.is_empty()) {
            local.push(local_name(segment)?);
        }
        Ok(local)
    }

    /// Downloads a file, unless it already exists and is unchanged.
    async fn fetch(&mut self, node: &Node) -> Result<Fetched, Failed> {
        let (local, size) = (self.local(&node.path())?, node.size());
        let size = size.ok_or("the server does not tell its size")?;
        self.progress.set_message(shown(node.path().as_str()));
        let hash = self.hash(&node.path()).await?;
        let fetched = Fetched { bytes: size, is_kept: false, by_size: hash.is_none() };
        if is_same(&local, size, node.modified(), hash.as_deref())? {
            return Ok(Fetched { is_kept: true, ..fetched });
        }
        let (bytes, found) = self.download(&node.path()).await?;
        if bytes != size {
            let why =
                "if it was changed on the server's disk, the list has its old size: run this again";
            return Err(format!("{bytes} bytes came of a file of {size}; {why}").into());
        }
        if hash.is_some_and(|hash| hash != found) {
            return Err("what came has another checksum than the file on the server".into());
        }
        let file = File::options().write(true).open(&self.partial)?;
        if let Some(time) = node.modified() {
            file.set_modified(time.into())?;
        }
        file.sync_all()?;
        fs::rename(&self.partial, local)?;
        Ok(fetched)
    }

    /// Downloads into the partial file; returns the length and checksum of what was received.
    async fn download(&self, path: &NodePath) -> Result<(u64, String), Failed> {
        let mut download = self.files.call(access_fs::download(path)).await?;
        let mut file = BufWriter::new(File::create(&self.partial)?);
        let (mut digest, mut bytes) = (Md5::new(), 0);
        while let Some(chunk) = download.chunk().await? {
            file.write_all(&chunk)?;
            digest.update(&chunk);
            bytes += chunk.len() as u64;
            self.progress.inc(chunk.len() as u64);
        }
        file.flush()?;
        Ok((bytes, hex(&digest.finalize())))
    }

    /// Returns the checksum of a file on the server, or `None` if no plugin computes it.
    async fn hash(&mut self, path: &NodePath) -> Result<Option<String>, Failed> {
        if !self.has_hashes {
            return Ok(None);
        }
        match self.files.call(meta_filehasher::stat_hash(path)).await {
            Ok(stat) => Ok(stat.one().and_then(|stat| stat.hash)),
            Err(error) if error.kind() == ErrorKind::UnknownAction => {
                self.has_hashes = false;
                Ok(None)
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Returns whether the file of an earlier run matches the server's.
fn is_same(
    local: &Path,
    size: u64,
    modified: Option<Timestamp>,
    hash: Option<&str>,
) -> Result<bool, Failed> {
    let Ok(found) = fs::metadata(local) else { return Ok(false) };
    if !found.is_file() || found.len() != size {
        return Ok(false);
    }
    if let Some(hash) = hash {
        return Ok(checksum(local)? == hash);
    }
    let since = Timestamp::from(found.modified()?).as_secs();
    Ok(modified.is_some_and(|time| time.as_secs() == since))
}

/// Returns the logins of all users in the caller's address book, whatever their group.
async fn address_book(pydio: &Pydio) -> Result<BTreeSet<String>, Error> {
    // The largest page that servers return by default.
    const PAGE: usize = 20;
    let settings = pydio.workspace("settings");
    let mut logins = BTreeSet::new();
    // Pages may omit users whom the caller must not see, so stop only after two empty pages.
    let (mut start, mut empty) = (0, 0);
    while empty < 2 {
        let call = conf_sql::user_list_authorized_users("")
            .users_only(true)
            .existing_only(true)
            .exclude_current(false)
            .range(format!("{start}-{}", start + PAGE));
        let page = settings.call(call).await?;
        empty = if page.is_empty() { empty + 1 } else { 0 };
        logins.extend(page.into_iter().map(|user| user.id));
        start += PAGE;
    }
    Ok(logins)
}

/// Returns the path segment if it is safe to use below a folder.
fn local_name(segment: &str) -> Result<&str, Failed> {
    let is_unsafe = matches!(segment, "" | "." | "..") || segment.contains(['/', '\\', '\0']);
    match is_unsafe || (cfg!(windows) && segment.contains(':')) {
        true => Err(format!("`{segment}` cannot be the name of a file here").into()),
        false => Ok(segment),
    }
}

fn folder_name(slug: &str, path: &NodePath) -> String {
    format!("`{path}` of the workspace `{slug}`")
}

/// Returns the MD5 checksum of a file in hexadecimal.
pub fn checksum(file: &Path) -> io::Result<String> {
    let (mut file, mut digest) = (BufReader::new(File::open(file)?), Md5::new());
    loop {
        let chunk = file.fill_buf()?;
        if chunk.is_empty() {
            return Ok(hex(&digest.finalize()));
        }
        digest.update(chunk);
        let length = chunk.len();
        file.consume(length);
    }
}

fn hex(digest: &[u8]) -> String {
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns whether workspaces of this driver contain files, rather than being part of Pydio itself.
fn is_content(driver: Option<&str>) -> bool {
    !driver.is_some_and(|driver| driver.starts_with("ajxp_") || driver == "inbox")
}

/// Returns whether the server does not have an action.
fn is_unknown(error: &Failed) -> bool {
    let error = error.downcast_ref::<Error>();
    error.is_some_and(|error| error.kind() == ErrorKind::UnknownAction)
}

fn fields(attributes: &Attributes) -> Json {
    attributes.iter().map(|(name, value)| (name.to_owned(), Json::from(value))).collect()
}

/// Returns a string or number as text.
fn text(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// A JSON Lines file that gets its final name once it is complete.
struct Lines {
    kind: &'static str,
    count: u64,
    file: BufWriter<File>,
    path: PathBuf,
}

impl Lines {
    fn new(folder: &Path, kind: &'static str) -> io::Result<Self> {
        let path = folder.join(format!("{kind}.jsonl"));
        let file = BufWriter::new(File::create(path.with_extension("jsonl.part"))?);
        Ok(Self { kind, count: 0, file, path })
    }

    fn write(&mut self, value: &Json) -> io::Result<()> {
        self.count += 1;
        writeln!(self.file, "{value}")
    }

    fn close(mut self) -> io::Result<()> {
        self.file.flush()?;
        fs::rename(self.path.with_extension("jsonl.part"), self.path)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match begin().await {
        Ok(report) => {
            for (kind, count) in &report.counts {
                println!("{count:>12} {kind}");
            }
            for note in &report.notes {
                eprintln!("left out: {}", shown(note));
            }
            for missing in &report.missing {
                eprintln!("MISSING: {}", shown(missing));
            }
            match report.missing.len() {
                0 => eprintln!("the export is complete"),
                many => eprintln!("NOT COMPLETE: {many} missing; another run fetches only those"),
            }
            ExitCode::from(u8::from(!report.missing.is_empty()))
        }
        Err(error) => {
            eprintln!("NOT COMPLETE: {error}");
            ExitCode::from(2)
        }
    }
}

async fn begin() -> Result<Report, Failed> {
    let (flags, folders): (Vec<String>, Vec<String>) =
        env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let without_others = flags == ["--without-others"];
    let ([folder], true) = (&folders[..], flags.is_empty() || without_others) else {
        return Err("usage: export FOLDER [--without-others]".into());
    };
    let pydio = account::Account::ask()?.connect()?;
    // Limit the message to the terminal width: a wrapped line would not be cleared.
    let style = "{spinner} {bytes} {wide_msg}";
    let progress = ProgressBar::new_spinner().with_style(ProgressStyle::with_template(style)?);
    progress.enable_steady_tick(Duration::from_millis(100));
    run(Options { pydio, folder: folder.into(), without_others, progress }).await
}
