//! `mkdir`, `mv` and `rm`: changes on the server.

use std::collections::BTreeMap;

use clap::Args;
use pydio_cli::{Failed, in_runtime};
use pydio_client::{Files as _, NodePath, Workspace, v1::access_fs};
use serde_json::json;

use crate::{
    context::{Context, Names, own_workspaces},
    filter::Filter,
    hashes::{self, Hashes},
    place::Remote,
    reach::Reach,
    tree::{self, Kind},
};

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
            let names = context.names(&self.nodes)?;
            for node in &self.nodes {
                let files = context.workspace(node)?;
                let made = files.create_folder(&node.path).await;
                made.map_err(|error| Failed::from(error).about(names.of(&files, &node.path)))?;
                done(context, "folder", names, (&files, &node.path))?;
            }
            Ok(())
        })
    }
}

fn done(
    context: &Context,
    what: &str,
    names: Names,
    (files, path): (&Workspace, &NodePath),
) -> Result<(), Failed> {
    let text = format!("{what}\t{}", pydio_cli::shown(&names.of(files, path)));
    context
        .output
        .line(&text, || json!({ "done": what, "workspace": files.id(), "path": path.as_str() }))
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
            let names = context.names(&self.nodes)?;
            for node in &self.nodes {
                let files = context.workspace(node)?;
                let name = names.of(&files, &node.path);
                self.check(&files, &node.path, &name).await?;
                let deleted = files.delete(&node.path).await;
                deleted.map_err(|error| Failed::from(error).about(&name))?;
                done(context, "deleted", names, (&files, &node.path))?;
            }
            Ok(())
        })
    }

    /// Refuses probable mistakes: the server deletes the content of a root, and calls deleting
    /// nothing a success.
    async fn check(&self, files: &Workspace, path: &NodePath, name: &str) -> Result<(), Failed> {
        if path.parent().is_none() {
            return Err(Failed::usage("the root of a workspace is not deleted"));
        }
        match files.stat(path).await? {
            None => Err(Failed::refused(format!("{name} does not exist"))),
            Some(node) if !node.is_file() && !self.recursive => {
                Err(Failed::refused(format!("{name} is a folder; pass `-r` to delete it")))
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
            let names = context.names([&self.from, &self.to])?;
            let path = relocate(context, names, (&self.from, &self.to), true).await?;
            done(context, "moved", names, (&context.workspace(&self.to)?, &path))
        })
    }
}

/// Copies or moves a node on the server, and returns its new path.
pub(super) async fn relocate(
    context: &Context,
    names: Names,
    (from, to): (&Remote, &Remote),
    is_move: bool,
) -> Result<NodePath, Failed> {
    let (files, others) = (context.workspace(from)?, context.workspace(to)?);
    let source = names.of(&files, &from.path);
    let before = content(&files, &from.path, &source).await?;
    let before = before.ok_or_else(|| Failed::refused(format!("{source} does not exist")))?;
    let target = target(&others, names, from.path.name(), to).await?;
    let name = names.of(&others, &target);
    if others.exists(&target).await? {
        let message = format!("{name} exists; the server would rename the new node");
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
    verify(&others, (&target, &name), &before).await?;
    if is_move && files.exists(&from.path).await? {
        let message = format!("{name} was created, but {source} still exists");
        return Err(Failed::refused(message));
    }
    Ok(target)
}

/// Returns the path that a node gets: in an existing folder, or the given one.
pub(super) async fn target(
    files: &Workspace,
    names: Names,
    name: &str,
    to: &Remote,
) -> Result<NodePath, Failed> {
    let shown = names.of(files, &to.path);
    match files.stat(&to.path).await? {
        Some(node) if !node.is_file() => Ok(to.path.join(name)),
        Some(_) if to.is_folder => Err(Failed::refused(format!("{shown} is a file"))),
        None if to.is_folder => {
            let tip = "`pydio mkdir` creates it";
            Err(Failed::refused(format!("there is no folder {shown}")).tip(tip))
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
    let needed = |failed: Failed| {
        failed.about("another workspace is reached in a session, which no key pair opens")
    };
    let (login, password) = context.settings.login_and_password().map_err(needed)?;
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
    let all = own_workspaces(&context.pydio).await?;
    let found = all.into_iter().find(|workspace| {
        workspace.id == slug || workspace.repository_slug.as_deref() == Some(slug)
    });
    found
        .map(|workspace| workspace.id)
        .ok_or_else(|| Failed::refused(format!("there is no workspace `{slug}` for this user")))
}

/// What a node contains, to be found again in its copy.
#[derive(Debug, PartialEq, Eq)]
enum Content {
    /// The size of a file, and its checksum if the server computes one.
    File { size: Option<u64>, md5: Option<String> },
    /// The sizes of the files below a folder, by path; a folder has none.
    Folder(BTreeMap<String, Option<u64>>),
}

/// Reads what a node contains; `None` if it does not exist.
async fn content(
    files: &Workspace,
    path: &NodePath,
    name: &str,
) -> Result<Option<Content>, Failed> {
    /// How many folders are read at a time.
    const FOLDERS: usize = 4;
    let Some(node) = files.stat(path).await? else { return Ok(None) };
    if node.is_file() {
        let md5 = match hashes::of(files, std::slice::from_ref(path)).await? {
            Hashes::Unknown => None,
            Hashes::Known(mut known) => known.remove(path.as_str()),
        };
        return Ok(Some(Content::File { size: node.size(), md5 }));
    }
    let (reach, filter) = (Reach::default(), Filter::default());
    let tree = tree::remote(files, &reach, path, &filter, FOLDERS, |_| {}).await;
    if let Some(problem) = tree.problems.first() {
        return Err(Failed::refused(format!("{name} cannot be read completely: {problem}")));
    }
    let sizes = tree.entries.into_iter().map(|(path, kind)| match kind {
        Kind::File { size, .. } => (path, Some(size)),
        Kind::Folder => (path, None),
    });
    Ok(Some(Content::Folder(sizes.collect())))
}

/// Compares the copy with what the source contained.
async fn verify(
    others: &Workspace,
    (target, name): (&NodePath, &str),
    before: &Content,
) -> Result<(), Failed> {
    let message = match (before, content(others, target, name).await?) {
        (_, None) => format!("the server reports success, but {name} does not exist"),
        (_, Some(copy)) if copy == *before => return Ok(()),
        // One of the workspaces may have no checksums.
        (Content::File { size, md5 }, Some(Content::File { size: copied, md5: other }))
            if *size == copied && (md5.is_none() || other.is_none()) =>
        {
            return Ok(());
        }
        (Content::Folder(all), Some(Content::Folder(copied))) => {
            let differs = |path: &&String| all.get(*path) != copied.get(*path);
            let path = all.keys().chain(copied.keys()).find(differs);
            let path = path.map(String::as_str).unwrap_or_default();
            format!("the server reports success, but `{path}` in {name} is not as in the source")
        }
        _ => format!("the server reports success, but {name} differs from the source"),
    };
    Err(Failed::refused(message))
}
