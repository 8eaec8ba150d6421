//! `mkdir`, `mv` and `rm`: changes on the server.

use clap::Args;
use pydio_cli::{Failed, in_runtime};
use pydio_client::{Files as _, NodePath, Workspace, v1::access_fs};
use serde_json::json;

use crate::{context::Context, place::Remote};

/// Create folders, with the missing folders above them
#[derive(Debug, Args)]
pub(super) struct Mkdir {
    /// The folders; one that exists is left as it is
    #[arg(value_name = "NODE", value_parser = Remote::parser(), required = true)]
    nodes: Vec<Remote>,
}

impl Mkdir {
    pub(super) fn run(self, context: &Context) -> Result<(), Failed> {
        in_runtime(async {
            for node in &self.nodes {
                context.workspace(node)?.create_folder(&node.path).await?;
                done(context, "folder", &node.path)?;
            }
            Ok(())
        })
    }
}

fn done(context: &Context, what: &str, path: &NodePath) -> Result<(), Failed> {
    let text = || json!({ "done": what, "path": path.as_str() });
    context.output.line(&format!("{what}\t{}", pydio_cli::shown(path.as_str())), text)
}

/// Delete files and folders; they move to the recycle bin, if the workspace has one
#[derive(Debug, Args)]
pub(super) struct Rm {
    /// The files and folders
    #[arg(value_name = "NODE", value_parser = Remote::parser(), required = true)]
    nodes: Vec<Remote>,
    /// Also delete folders with everything in them
    #[arg(long, short)]
    recursive: bool,
}

impl Rm {
    pub(super) fn run(self, context: &Context) -> Result<(), Failed> {
        in_runtime(async {
            for node in &self.nodes {
                let files = context.workspace(node)?;
                self.check(&files, &node.path).await?;
                files.delete(&node.path).await?;
                done(context, "deleted", &node.path)?;
            }
            Ok(())
        })
    }

    /// Refuses probable mistakes: the server deletes the content of a root, and calls deleting
    /// nothing a success.
    async fn check(&self, files: &Workspace, path: &NodePath) -> Result<(), Failed> {
        if path.parent().is_none() {
            return Err(Failed::usage("the root of a workspace is not deleted"));
        }
        match files.stat(path).await? {
            None => Err(Failed::refused(format!("{path} does not exist"))),
            Some(node) if !node.is_file() && !self.recursive => {
                Err(Failed::usage(format!("{path} is a folder; pass `-r` to delete it")))
            }
            Some(_) => Ok(()),
        }
    }
}

/// Move or rename a file or a folder, also to another workspace
#[derive(Debug, Args)]
pub(super) struct Mv {
    /// The file or folder
    #[arg(value_name = "NODE", value_parser = Remote::parser())]
    from: Remote,
    /// An existing folder, or the new path
    #[arg(value_name = "TARGET", value_parser = Remote::parser())]
    to: Remote,
}

impl Mv {
    pub(super) fn run(self, context: &Context) -> Result<(), Failed> {
        in_runtime(async {
            let path = relocate(context, &self.from, &self.to, true).await?;
            done(context, "moved", &path)
        })
    }
}

/// Copies or moves a node on the server, and returns its new path.
pub(super) async fn relocate(
    context: &Context,
    from: &Remote,
    to: &Remote,
    is_move: bool,
) -> Result<NodePath, Failed> {
    let (files, others) = (context.workspace(from)?, context.workspace(to)?);
    if files.stat(&from.path).await?.is_none() {
        return Err(Failed::refused(format!("{} does not exist", from.path)));
    }
    let target = target(&others, from.path.name(), to).await?;
    if others.exists(&target).await? {
        let message = format!("{target} exists; the server would rename the new node");
        return Err(Failed::refused(message));
    }
    let folder = target.parent().unwrap_or_else(NodePath::root);
    if files.id() != others.id() {
        across(context, (&files, &from.path), (&others, &target), is_move).await?;
    } else if is_move {
        let is_rename = from.path.parent().as_ref() == Some(&folder);
        if is_rename {
            files.rename(&from.path, target.name()).await?;
        } else {
            let call = access_fs::move_nodes(&from.path, &folder).target_base_name(target.name());
            files.call(call).await?.wait().await?;
        }
    } else {
        let call = access_fs::copy(&from.path, &folder).target_base_name(target.name());
        files.call(call).await?.wait().await?;
    }
    verify(&files, &from.path, &others, &target, is_move).await?;
    Ok(target)
}

/// Returns the path that a node gets: in an existing folder, or the given one.
pub(super) async fn target(files: &Workspace, name: &str, to: &Remote) -> Result<NodePath, Failed> {
    match files.stat(&to.path).await? {
        Some(node) if !node.is_file() => Ok(to.path.join(name)),
        Some(_) if to.is_folder => Err(Failed::refused(format!("{} is a file", to.path))),
        None if to.is_folder => {
            let tip = "`pydio mkdir` creates it";
            Err(Failed::refused(format!("there is no folder {}", to.path)).tip(tip))
        }
        Some(_) | None => Ok(to.path.clone()),
    }
}

/// Copies or moves to another workspace, under the same name.
async fn across(
    context: &Context,
    (files, from): (&Workspace, &NodePath),
    (others, target): (&Workspace, &NodePath),
    is_move: bool,
) -> Result<(), Failed> {
    if target.name() != from.name() {
        let message = "a node keeps its name when it goes to another workspace";
        return Err(Failed::usage(message).tip("rename it there afterwards with `pydio mv`"));
    }
    let folder = target.parent().unwrap_or_else(NodePath::root);
    let id = workspace_id(context, others.id()).await?;
    let call = access_fs::cross_copy(from, id, folder).moving_files(is_move);
    // REST does not reach this action, and a session needs the password.
    let (login, password) = context.settings.login_and_password()?;
    let session = context.pydio.session().keep_password(false).login(login, password).await?;
    let done = match session.workspace(files.id()).call(call).await {
        Ok(work) => work.wait().await.map(drop),
        Err(error) => Err(error),
    };
    // A session that cannot be closed expires on the server.
    let _ = session.logout().await;
    Ok(done?)
}

/// Returns the id of a workspace; the server takes a slug for an id that does not exist.
async fn workspace_id(context: &Context, slug: &str) -> Result<String, Failed> {
    let all = context.pydio.call(pydio_client::v2::user_account::user_workspaces()).await?;
    let all = all.repositories.repo.unwrap_or_default();
    let found = all.into_iter().find(|workspace| {
        workspace.id == slug || workspace.repository_slug.as_deref() == Some(slug)
    });
    found
        .map(|workspace| workspace.id)
        .ok_or_else(|| Failed::refused(format!("there is no workspace `{slug}` for this user")))
}

async fn verify(
    files: &Workspace,
    from: &NodePath,
    others: &Workspace,
    target: &NodePath,
    is_move: bool,
) -> Result<(), Failed> {
    if !others.exists(target).await? {
        return Err(Failed::refused(format!(
            "the server reports success, but {target} does not exist"
        )));
    }
    if is_move && files.exists(from).await? {
        return Err(Failed::refused(format!("{target} was created, but {from} still exists")));
    }
    Ok(())
}
