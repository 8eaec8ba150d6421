//! `ls` and `stat`: what there is.

use clap::Args;
use pydio_cli::{Failed, in_runtime};
use pydio_client::{Files as _, Json, Workspace, response::Node};
use serde_json::json;

use crate::{
    context::{Context, Names},
    hashes::{self, Hashes},
    place::Remote,
    reach::Reach,
    tree,
};

/// List a folder, with all its pages
#[derive(Debug, Args)]
pub(super) struct Ls {
    /// The folders; by default, the root of the workspace
    #[arg(value_name = "NODE", value_parser = Remote::parser(), default_value = "/")]
    nodes: Vec<Remote>,
    /// Also list everything below
    #[arg(long, short = 'R')]
    recursive: bool,
}

impl Ls {
    pub(super) fn run(self, context: &Context) -> Result<(), Failed> {
        in_runtime(async {
            let names = context.names(&self.nodes)?;
            for node in &self.nodes {
                let files = context.workspace(node)?;
                self.list(context, names, &files, node).await?;
            }
            Ok(())
        })
    }

    /// Lists folder by folder: a recursive listing of the server leaves out all but the first page of
    /// a folder.
    async fn list(
        &self,
        context: &Context,
        names: Names,
        files: &Workspace,
        top: &Remote,
    ) -> Result<(), Failed> {
        let mut left = vec![top.path.clone()];
        let (mut unread, reach) = (Vec::new(), Reach::default());
        while let Some(folder) = left.pop() {
            let (nodes, ended) = tree::list(files, &reach, &folder).await;
            print(context, names, files, &nodes)?;
            if let Err(error) = ended {
                // The nodes that were received are printed all the same.
                let folder = names.node(files, &folder);
                let failed = error.about(&folder);
                // The message about a missing folder is that of a failure of the server.
                let is_missing =
                    nodes.is_empty() && matches!(files.exists(&folder.path).await, Ok(false));
                unread.push(match is_missing {
                    true => failed.message_is(format!("{folder} does not exist")),
                    false => failed,
                });
            }
            if self.recursive {
                let folders = nodes.iter().filter(|node| !node.is_file()).map(Node::path);
                left.extend(folders.collect::<Vec<_>>().into_iter().rev());
            }
        }
        first_of(unread)
    }
}

/// Returns the first failure after printing the others.
fn first_of(unread: Vec<Failed>) -> Result<(), Failed> {
    let mut unread = unread.into_iter();
    let first = unread.next();
    for other in unread {
        other.report();
    }
    first.map_or(Ok(()), Err)
}

fn print(context: &Context, names: Names, files: &Workspace, nodes: &[Node]) -> Result<(), Failed> {
    if !context.output.is_json {
        let text = pydio_cli::nodes(nodes, names.workspace(files));
        return pydio_cli::to_stdout(text.as_bytes());
    }
    nodes.iter().try_for_each(|node| context.output.entry("", || described(files, node)))
}

/// Describes a node with all its attributes.
fn described(files: &Workspace, node: &Node) -> Json {
    let attributes = node.attributes.iter().map(|(name, value)| (name.to_owned(), value.into()));
    json!({
        "workspace": files.id(),
        "path": node.path().as_str(),
        "is_file": node.is_file(),
        "size": node.size(),
        "modified": node.modified().map(|time| time.as_secs()),
        "attributes": Json::Object(attributes.collect()),
    })
}

/// Show a file or a folder: size, times, checksum
#[derive(Debug, Args)]
pub(super) struct Stat {
    /// The files and folders
    #[arg(value_name = "NODE", value_parser = Remote::parser(), required = true)]
    nodes: Vec<Remote>,
}

impl Stat {
    pub(super) fn run(self, context: &Context) -> Result<(), Failed> {
        in_runtime(async {
            let (names, mut unread) = (context.names(&self.nodes)?, Vec::new());
            for node in &self.nodes {
                let files = context.workspace(node)?;
                match names.node(&files, &node.path).found().await {
                    Ok(found) => show(context, names, &files, &found).await?,
                    Err(failed) => unread.push(failed),
                }
            }
            first_of(unread)
        })
    }
}

async fn show(
    context: &Context,
    names: Names,
    files: &Workspace,
    node: &Node,
) -> Result<(), Failed> {
    let hash = match node.is_file() {
        false => None,
        true => match hashes::of(files, &[node.path()]).await? {
            Hashes::Unknown => None,
            Hashes::Known(known) => known.get(node.path().as_str()).cloned(),
        },
    };
    if context.output.is_json {
        let mut json = described(files, node);
        json["md5"] = hash.into();
        return context.output.line("", || json);
    }
    let mut rows = vec![("path", names.of(files, &node.path()))];
    let kind = if node.is_file() { "file" } else { "folder" };
    rows.push(("kind", kind.to_owned()));
    let facts = [
        ("size", node.size().map(|size| size.to_string())),
        ("changed", node.modified().map(|time| time.to_string())),
        ("permissions", node.permissions().map(str::to_owned)),
        ("md5", hash),
    ];
    rows.extend(facts.into_iter().filter_map(|(name, value)| Some((name, value?))));
    let lines = rows.iter().map(|(name, value)| format!("{name:12} {}\n", pydio_cli::shown(value)));
    pydio_cli::to_stdout(lines.collect::<String>().as_bytes())
}
