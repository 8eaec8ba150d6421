//! `mkdir`, `mv` and `rm`: changes on the server.

use clap::Args;
use pydio_cli::{Failed, in_runtime};
use pydio_client::{Error, ErrorKind, Files as _};
use serde_json::json;

use super::relocate::{How, relocate};
use crate::{
    context::{Context, Named},
    outcome,
    place::Remote,
    reach::Reach,
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
        for node in &self.nodes {
            node.refuse_root("always exists", "name a folder in it")?;
        }
        in_runtime(async {
            let names = context.names(&self.nodes)?;
            for node in &self.nodes {
                let files = context.workspace(node)?;
                let node = names.node(&files, &node.path);
                let made = files.create_folder(&node.path).await;
                let made = made.map_err(|error| not_created(error).about(&node.name));
                let is_there =
                    async { Ok(files.stat(&node.path).await?.is_some_and(|node| !node.is_file())) };
                outcome::of_change(made, &node.name, is_there).await?;
                done(context, "folder", &node)?;
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

fn done(context: &Context, what: &str, node: &Named<'_>) -> Result<(), Failed> {
    let text = format!("{what}\t{}", pydio_cli::shown(&node.name));
    let json = || json!({ "done": what, "workspace": node.files.id(), "path": node.path.as_str() });
    context.output.line(&text, json)
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
            let names = context.names(&self.nodes)?;
            for node in &self.nodes {
                let files = context.workspace(node)?;
                let node = names.node(&files, &node.path);
                self.check(&node).await?;
                outcome::delete(&node, &Reach::default()).await?;
                done(context, "deleted", &node)?;
            }
            Ok(())
        })
    }

    /// Refuses probable mistakes: the server calls deleting nothing a success.
    async fn check(&self, node: &Named<'_>) -> Result<(), Failed> {
        if node.found().await?.is_file() || self.recursive {
            return Ok(());
        }
        Err(Failed::refused(format!("{node} is a folder; pass `-r` to delete it")))
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
            let path = relocate(context, names, (&self.from, &self.to), How::Move).await?;
            done(context, "moved", &names.node(&context.workspace(&self.to)?, &path))
        })
    }
}
