//! What every command has: the settings, a connection, and where its output goes.

use std::{collections::BTreeSet, fmt, time::Duration};

use clap::ArgMatches;
use pydio_cli::{Failed, Settings, leaf_of};
use pydio_client::{
    Builder, Error, Files as _, Json, NodePath, Pydio, RetryPolicy, Workspace, response::Node,
    v1::models::RegistryWorkspace, v2::user_account,
};

use super::place::Remote;

/// The settings of a command, and its connection.
pub(crate) struct Context {
    pub(crate) settings: Settings,
    pub(crate) pydio: Pydio,
    pub(crate) output: Output,
}

impl Context {
    pub(crate) fn new(settings: Settings) -> Result<Self, Failed> {
        Self::adjusted(settings, Ok)
    }

    /// Connects with further settings.
    pub(crate) fn adjusted(
        settings: Settings,
        adjust: impl FnOnce(Builder) -> Result<Builder, Failed>,
    ) -> Result<Self, Failed> {
        let pydio = settings.connect_for_task(|builder| adjust(builder.retry(patience())))?;
        let output = Output { is_json: settings.is_json() };
        Ok(Self { settings, pydio, output })
    }

    /// Returns the workspace of a node.
    pub(crate) fn workspace(&self, node: &Remote) -> Result<Workspace, Failed> {
        let id = match &node.workspace {
            Some(id) => id,
            None => self.settings.workspace()?,
        };
        Ok(self.pydio.workspace(id))
    }

    /// Returns how the output of a command about these nodes names them.
    pub(crate) fn names<'r>(
        &self,
        nodes: impl IntoIterator<Item = &'r Remote>,
    ) -> Result<Names, Failed> {
        let mut workspaces = BTreeSet::new();
        for node in nodes {
            workspaces.insert(self.workspace(node)?.id().to_owned());
        }
        Ok(Names { are_several: workspaces.len() > 1 })
    }

    /// Returns the workspaces of the user, who has to be an administrator, before anything else is
    /// done.
    pub(crate) async fn administrator(&self) -> Result<Vec<RegistryWorkspace>, Failed> {
        let own = own_workspaces(&self.pydio).await?;
        if has_administration(&own) {
            return Ok(own);
        }
        let user = self.settings.user().unwrap_or("given");
        let message = format!("the user `{user}` is not an administrator, and nothing was done");
        let tip = format!(
            "`pydio mirror WORKSPACE:/ FOLDER` downloads what this user can reach, one workspace at \
             a time: {}",
            slugs(&own).join(", ")
        );
        Err(Failed::refused(message).tip(tip))
    }
}

/// Returns whether the workspace `settings`, the administration, is among those of a user.
pub(crate) fn has_administration(own: &[RegistryWorkspace]) -> bool {
    const SETTINGS: &str = "ajxp_conf";
    own.iter().any(|workspace| workspace.id == SETTINGS)
}

/// How text names nodes: with the workspace if a command is about several.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Names {
    are_several: bool,
}

/// A node of a workspace, and how text names it.
#[derive(Clone, Debug)]
pub(crate) struct Named<'n> {
    pub(crate) files: &'n Workspace,
    pub(crate) path: NodePath,
    pub(crate) name: String,
}

impl fmt::Display for Named<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl Named<'_> {
    /// Returns what the server has there.
    ///
    /// # Errors
    ///
    /// Also if there is nothing.
    pub(crate) async fn found(&self) -> Result<Node, Failed> {
        let found = self.files.stat(&self.path).await;
        let found = found.map_err(|error| Failed::from(error).about(self))?;
        found.ok_or_else(|| Failed::refused(format!("{self} does not exist")))
    }
}

impl Names {
    pub(crate) fn node<'n>(self, files: &'n Workspace, path: &NodePath) -> Named<'n> {
        Named { files, path: path.clone(), name: self.of(files, path) }
    }

    pub(crate) fn of(self, files: &Workspace, path: &NodePath) -> String {
        match self.workspace(files) {
            Some(workspace) => format!("{workspace}:{path}"),
            None => path.to_string(),
        }
    }

    /// Returns the workspace to name, if there are several.
    pub(crate) fn workspace(self, files: &Workspace) -> Option<&str> {
        self.are_several.then(|| files.id())
    }
}

/// Returns the workspace of this id or slug.
pub(crate) fn find<'w>(
    workspaces: &'w [RegistryWorkspace],
    name: &str,
) -> Option<&'w RegistryWorkspace> {
    let is_it =
        |one: &&RegistryWorkspace| one.id == name || one.repository_slug.as_deref() == Some(name);
    workspaces.iter().find(is_it)
}

/// Returns the names by which workspaces are addressed.
pub(crate) fn slugs(workspaces: &[RegistryWorkspace]) -> Vec<&str> {
    workspaces.iter().map(|one| one.repository_slug.as_deref().unwrap_or(&one.id)).collect()
}

/// Returns the workspaces that the user can enter.
pub(crate) async fn own_workspaces(pydio: &Pydio) -> Result<Vec<RegistryWorkspace>, Error> {
    let own = pydio.call(user_account::user_workspaces()).await?;
    Ok(own.repositories.repo.unwrap_or_default())
}

/// Returns how calls that are harmless to repeat are repeated: a task of hours is not to fail for one
/// that is lost. A server with SQLite is locked for moments.
fn patience() -> RetryPolicy {
    RetryPolicy::new(3)
        .pause(Duration::from_millis(300), Duration::from_secs(5))
        .retry_if(|error| error.message().contains("database is locked"))
}

/// Reads the settings of the command that was chosen.
pub(crate) fn settings(top: &ArgMatches) -> Result<Settings, Failed> {
    Settings::of(top, leaf_of(top))
}

/// Where results go: standard output, as text or as JSON lines.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    pub(crate) is_json: bool,
}

impl Output {
    /// Prints a result of work: a line of text, or an object on one line. The work goes on, and has
    /// its exit status, if nobody reads it any more.
    pub(crate) fn line(self, text: &str, json: impl FnOnce() -> Json) -> Result<(), Failed> {
        match self.entry(text, json) {
            Err(failed) if failed.is_closed() => Ok(()),
            printed => printed,
        }
    }

    /// Prints an entry of a list, which ends if nobody reads it any more.
    pub(crate) fn entry(self, text: &str, json: impl FnOnce() -> Json) -> Result<(), Failed> {
        let line = if self.is_json { json().to_string() } else { text.to_owned() };
        pydio_cli::to_stdout(format!("{line}\n").as_bytes())
    }
}
