//! What each action does.
//!
//! An action that is not here, although the manifests declare it, answers an honest `ERROR`.

mod arrange;
mod bin;
mod content;
mod create;
mod facts;
mod list;

use http::HeaderMap;

use crate::{
    describe::{Described, Detail, Role},
    disk::Disk,
    envelope::{Envelope, Format, Listing},
    login::Account,
    names::{BadPath, secure, visible},
    parameters::Parameters,
    reply::Reply,
    selection::Selection,
    workspaces::{Driver, Workspace},
};

/// A call of an action, with all that it may look at.
pub(crate) struct Call<'c> {
    pub(crate) user: &'static Account,
    pub(crate) workspace: &'static Workspace,
    pub(crate) parameters: &'c Parameters,
    pub(crate) headers: &'c HeaderMap,
    /// The address of the server.
    pub(crate) url: &'c str,
    pub(crate) disk: &'c mut Disk,
    pub(crate) format: Format,
}

/// What an action answers.
pub(crate) enum Outcome {
    Envelope(Envelope),
    Listing(Listing),
    Reply(Reply),
}

/// Why an action does nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// An `ERROR` message.
    Error(String),
    /// A hidden name: 411.
    Hidden(String),
    /// The user may only read.
    NoWriting,
}

pub(crate) type Answer = Result<Outcome, Refusal>;

type Action = fn(Call<'_>) -> Answer;

/// The actions of workspaces with files, and whether they change anything.
static FILES: &[(&str, bool, Action)] = &[
    ("chmod", true, arrange::chmod),
    ("compress", true, facts::compress),
    ("copy", true, arrange::copy),
    ("delete", true, bin::delete),
    ("download", false, content::download),
    ("get_content", false, content::get_content),
    ("ls", false, list::ls),
    ("lsync", true, facts::lsync),
    ("mkdir", true, create::mkdir),
    ("mkfile", true, create::mkfile),
    ("move", true, arrange::move_nodes),
    ("put_content", true, content::put_content),
    ("purge", false, facts::nothing),
    ("rename", true, arrange::rename),
    ("restore", true, bin::restore),
    ("share", false, facts::share),
    ("stat", false, list::stat),
];

/// The actions of every workspace.
static EVERYWHERE: &[(&str, bool, Action)] = &[
    ("load_repository_info", false, facts::load_repository_info),
    ("monitor_quota", false, facts::monitor_quota),
    ("state", false, facts::state),
];

/// Runs an action that the catalog knows.
pub(crate) fn run(name: &str, call: Call<'_>) -> Answer {
    let files = if call.workspace.driver == Driver::Fs { FILES } else { &[] };
    let found = files.iter().chain(EVERYWHERE).find(|(known, ..)| *known == name);
    match found {
        Some((_, true, _)) if !call.user.may_write(call.workspace) => Err(Refusal::NoWriting),
        Some((_, _, action)) => action(call),
        None => Err(Refusal::Error(format!("The test server does not do {name}"))),
    }
}

impl From<BadPath> for Refusal {
    fn from(bad: BadPath) -> Self {
        match bad {
            BadPath::Forbidden(path) => {
                Self::Error(format!("{path} contains forbidden characters"))
            }
            BadPath::Hidden(name) => Self::Hidden(name),
        }
    }
}

impl From<Envelope> for Outcome {
    fn from(envelope: Envelope) -> Self {
        Self::Envelope(envelope)
    }
}

impl Call<'_> {
    /// The nodes that are selected, none of them hidden.
    fn selection(&self) -> Result<Selection, Refusal> {
        let selection = Selection::of(self.parameters)?;
        for path in selection.paths() {
            visible(path.clone())?;
        }
        Ok(selection)
    }

    /// A parameter that is a path, without a hidden name in it.
    fn path(&self, name: &str) -> Result<Option<String>, Refusal> {
        let path = self.parameters.text(name).map(|path| secure(path).and_then(visible));
        Ok(path.transpose()?)
    }

    /// Describes a node that an action changed.
    fn changed(&self, path: &str, original: Option<&str>) -> Vec<Described> {
        let role = Role::Changed { workspace: self.workspace.id, original };
        let node = self.disk.get(path).into_iter();
        node.map(|node| Described::new(path, node, role, self.detail(true))).collect()
    }

    fn detail(&self, is_full: bool) -> Detail {
        Detail { is_full, is_read_only: !self.user.may_write(self.workspace) }
    }

    /// A node's address inside of the server.
    fn internal_url(&self, path: &str) -> String {
        format!("pydio://{}@{}{path}", self.user.login, self.workspace.id)
    }
}

fn error<T>(message: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Error(message.into()))
}

/// What several actions say when a folder is not there.
fn not_writeable<T>(folder: &str) -> Result<T, Refusal> {
    error(format!(
        "The directory {folder} is not writeable. There might be a permission problem, please \
         check with your administrator."
    ))
}
