//! `mkdir`, `mv` and `rm`: changes on the server.

use clap::Args;
use pydio_cli::{Failed, in_runtime};
use pydio_client::{Error, ErrorKind, Files as _, NodePath, Workspace};
use serde_json::json;

use super::relocate::{How, relocate};
use crate::{context::Context, outcome, place::Remote, reach::Reach};

/// Create folders, with the missing folders above them
#[derive(Debug, Args)]
pub(super) struct Mkdir {
    /// The folders; one that exists is left as it is
    #[arg(value_name = "NODE", value_parser = Remote::parser(), required = true)]
    nodes: Vec<Remote>,
}

impl Mkdir {
    pub(super) fn run(self, context: &Context) -> Result<(), Failed> {
        for node in &self.nodes {
            node.refuse_root("always exists", "name a folder in it")?;
        }
        in_runtime(async {
            for node in &self.nodes {
                let files = context.workspace(node)?;
                let made = files.create_folder(&node.path).await.map_err(not_created);
                let is_there =
                    async { Ok(files.stat(&node.path).await?.is_some_and(|node| !node.is_file())) };
                outcome::of_change(made, &node.path, is_there).await?;
                done(context, "folder", &node.path)?;
            }
            Ok(())
        })
    }
}

/// Adds advice on what happened, if the server reports a success.
fn not_created(error: Error) -> Failed {
    let is_other = error.kind() == ErrorKind::NotDone;
    let failed = Failed::from(error);
    match is_other {
        true => failed.tip(
            "a server that shortens or changes a name creates the folder all the same: `pydio ls` \
             shows it",
        ),
        false => failed,
    }
}

fn done(context: &Context, what: &str, path: &NodePath) -> Result<(), Failed> {
    let text = || json!({ "done": what, "path": path.as_str() });
    context.output.line(&format!("{what}\t{}", pydio_cli::shown(path.as_str())), text)
}

/// Delete files and folders; they move to the recycle bin, if the workspace has one
///
/// In the recycle bin, the server replaces a node of the same name, whatever folder it came from.
///
/// The server shows symbolic links on its disk as the files and folders that they lead to. If it
/// deletes a folder for good (without a recycle bin, or in it), it also deletes what a link in it
/// leads to. The link itself stays, and is reported.
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
        for node in &self.nodes {
            let tip = "name what is in it: `pydio ls` lists it";
            node.refuse_root("is not deleted", tip)?;
        }
        in_runtime(async {
            for node in &self.nodes {
                let files = context.workspace(node)?;
                self.check(&files, &node.path).await?;
                outcome::delete(&files, &Reach::default(), &node.path).await?;
                done(context, "deleted", &node.path)?;
            }
            Ok(())
        })
    }

    /// Refuses probable mistakes: the server calls deleting nothing a success.
    async fn check(&self, files: &Workspace, path: &NodePath) -> Result<(), Failed> {
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
            let path = relocate(context, &self.from, &self.to, How::Move).await?;
            done(context, "moved", &path)
        })
    }
}
