//! Exports everything that a server has.

mod content;
mod lines;

use std::{
    collections::{BTreeMap, BTreeSet},
    error::Error as StdError,
    fmt, fs, io,
    path::PathBuf,
};

use indicatif::ProgressBar;
use pydio_client::{
    Error, ErrorKind, Json, Pydio, Workspace,
    response::{Attributes, Node},
    v1::{access_ajxp_conf, action_share, meta_comments, models::RegistryWorkspace},
    v2::provisioning,
};
use serde_json::json;

use crate::{
    context::{has_administration, own_workspaces},
    reach::Reach,
};

use super::{
    from_task, listed,
    people::{AMBIGUOUS_CASE, People, STRAY, WHETHER_STRAYS, children, either, everybody},
    raw::Raw,
    shares::{gone_target, is_remnant},
};
use lines::Lines;

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
    /// What the server itself has lost: shares whose target or owner does not exist any more.
    pub findings: Vec<String>,
    /// What was skipped and need not be exported.
    pub notes: Vec<String>,
    /// The largest exit status of what failed.
    worst: u8,
}

impl Report {
    /// Adds to a count.
    fn add(&mut self, kind: &'static str, more: u64) {
        *self.counts.entry(kind).or_default() += more;
    }

    /// Returns the value of a result; records an error as missing.
    fn got<T>(&mut self, what: impl fmt::Display, result: Result<T, Failed>) -> Option<T> {
        match result {
            Ok(value) => Some(value),
            Err(error) => {
                self.missing.push(format!("{what}: {error}"));
                self.worst = self.worst.max(from_task(error).status());
                None
            }
        }
    }

    /// Returns the exit status of the export, or `None` if it is complete.
    pub(crate) fn status(&self) -> Option<u8> {
        /// Something is missing, although no call failed.
        const MISSING: u8 = 1;
        (!self.missing.is_empty()).then_some(self.worst.max(MISSING))
    }

    /// Returns the content of `summary.json`.
    pub fn json(&self) -> Json {
        json!({
            "counts": self.counts, "missing": self.missing, "findings": self.findings,
            "notes": self.notes, "complete": self.missing.is_empty(),
        })
    }
}

type Failed = Box<dyn StdError + Send + Sync>;

/// Exports everything that can be read, and reports what cannot.
///
/// # Errors
///
/// Returns an error if the user is not an administrator, before anything is written, or if the folder
/// cannot be written.
pub async fn run(options: Options) -> Result<Report, Failed> {
    let own = own_workspaces(&options.pydio).await.map_err(Failed::from);
    if own.as_ref().is_ok_and(|own| !has_administration(own)) {
        let message = "the user is not an administrator, and nothing was done";
        return Err(pydio_cli::Failed::refused(message).into());
    }
    let mut export =
        Export { options, report: Report::default(), logins: None, reach: Reach::default() };
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
    export.contents(own, all).await?;
    fs::write(&summary, serde_json::to_vec_pretty(&export.report.json())?)?;
    Ok(export.report)
}

struct Export {
    options: Options,
    report: Report,
    /// The users of the server, if all of them are known.
    logins: Option<BTreeSet<String>>,
    reach: Reach,
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

    /// Makes a call, unless the server is gone.
    async fn tried<T>(&self, call: impl Future<Output = Result<T, Error>>) -> Result<T, Failed> {
        self.reach.check()?;
        let outcome = call.await;
        self.reach.saw(&outcome);
        Ok(outcome?)
    }

    /// Exports users and groups from the root group down; returns the ids of their roles.
    async fn people(&mut self) -> Result<Vec<String>, Failed> {
        let (mut users, mut groups) = (self.lines("users")?, self.lines("groups")?);
        let people = everybody(&self.options.pydio).await;
        self.logins = people.unread.is_empty().then(|| {
            let logins = people.users.iter().filter_map(|user| user["object_id"].as_str());
            logins.map(str::to_owned).collect()
        });
        let unread = people.unread.iter();
        let unread = unread.map(|(group, why)| {
            format!("the people of the group `{group}`: the list could not be read: {why}")
        });
        let unclear = people.unclear.iter();
        let unclear = unclear.map(|(login, why)| format!("the group of the user `{login}`: {why}"));
        // Skip their roles as well: the server creates a role when asked for one of a missing
        // group.
        let doubtful = people.doubtful.iter().map(|paths| {
            format!("the groups {}: {AMBIGUOUS_CASE}, so it is unknown which exist", either(paths))
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
        let strays = people.strays(&self.options.pydio).await.map_err(Failed::from);
        let strays = self.report.got(WHETHER_STRAYS, strays).unwrap_or_default();
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
        let strays = strays.into_iter().map(|login| format!("the user `{login}`: {STRAY}"));
        self.report.missing.extend(strays);
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
            let role = self.tried(pydio.call(Raw(provisioning::get_role(&*id)))).await;
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
            let call = Raw(provisioning::admin_get_workspace(&*id));
            let settings = self.tried(pydio.call(call)).await;
            let what = format!("the settings of the workspace `{id}`");
            let settings = self.report.got(what, settings);
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
            self.owner(&share);
            line["details"] = if let Some(path) = gone_target(&share) {
                // The server has no details of it.
                self.finding(&share, format!("`{path}` does not exist"));
                Json::Null
            } else if is_remnant(&share) {
                self.finding(&share, "only its record is left, without a workspace");
                Json::Null
            } else {
                self.links(&share).await
            };
            lines.write(&line)?;
        }
        Ok(self.close(lines)?)
    }

    /// Records a share whose owner is not among the users.
    fn owner(&mut self, share: &Node) {
        let Some(owner) = share.attributes.get("owner") else { return };
        // After a list that could not be read, a user that is not known may exist.
        if self.logins.as_ref().is_some_and(|logins| !logins.contains(owner)) {
            self.finding(share, format!("its owner `{owner}` does not exist"));
        }
    }

    /// Returns the links of a share, unless its target turns out to be gone.
    async fn links(&mut self, share: &Node) -> Json {
        match self.details(share).await {
            Err(error) if is_gone(&error) => {
                let path = share.attributes.get("original_path").unwrap_or_default();
                self.finding(share, format!("`{path}` does not exist"));
                Json::Null
            }
            details => {
                let what = format!("the links of the share `{}`", share.label());
                self.report.got(what, details).unwrap_or_default()
            }
        }
    }

    fn finding(&mut self, share: &Node, what: impl fmt::Display) {
        self.report.findings.push(format!("the share `{}`: {what}", share.label()));
    }

    async fn details(&self, share: &Node) -> Result<Json, Failed> {
        let of = |name: &str| {
            let value = share.attributes.get(name);
            value.ok_or_else(|| format!("the server does not report its `{name}`"))
        };
        let workspace = self.options.pydio.workspace(of("shared_element_parent_repository")?);
        let call = action_share::load_shared_element_data(of("original_path")?);
        self.tried(workspace.call(Raw(call.owner(of("owner")?)))).await
    }

    /// Exports files, metadata and comments of every accessible workspace; the others are missing.
    async fn contents(
        &mut self,
        own: Result<Vec<RegistryWorkspace>, Failed>,
        mut all: Vec<String>,
    ) -> Result<(), Failed> {
        let mut metadata = self.lines("metadata")?;
        let mut comments = self.lines("comments")?;
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

/// Returns whether the server fails because the target of a share does not exist.
fn is_gone(error: &Failed) -> bool {
    let error = error.downcast_ref::<Error>();
    error.is_some_and(|error| {
        error.kind() == ErrorKind::Server && error.message().contains("Cannot find file")
    })
}
