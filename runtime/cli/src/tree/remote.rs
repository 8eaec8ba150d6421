//! What is below a folder on the server.

use std::collections::BTreeSet;

use futures_util::{StreamExt as _, stream::FuturesUnordered};
use pydio_cli::Failed;
use pydio_client::{NodePath, Workspace, response::Node, v1::access_fs};

use super::{Kind, Problem, Tree, below, node};
use crate::{filter::Filter, reach::Reach};

/// The type of the recycle bin of a workspace.
const RECYCLE: &str = "ajxp_recycle";

/// Reads what is below a folder, several folders at a time.
///
/// Folder by folder: a recursive listing of the server silently leaves out everything after the
/// first page of a folder.
pub(crate) async fn remote(
    files: &Workspace,
    reach: &Reach,
    root: &NodePath,
    filter: &Filter,
    at_once: usize,
    mut tell: impl FnMut(usize),
) -> Tree {
    let mut tree = Tree::default();
    let (mut left, mut running) = (vec![String::new()], FuturesUnordered::new());
    loop {
        while running.len() < at_once
            && let Some(folder) = left.pop()
        {
            running.push(async move {
                let path = node(root, &folder);
                let listed = list(files, reach, &path).await;
                (folder, path, listed)
            });
        }
        let Some((folder, path, (nodes, ended))) = running.next().await else { break };
        if let Err(failed) = ended {
            tree.problems.push(Problem::new(&*folder, &failed));
        }
        tree.add(&folder, &path, nodes, filter, &mut left);
        tell(tree.entries.len());
    }
    tree
}

impl Tree {
    /// Adds the nodes of a folder, and those of them that are folders to what is left to read.
    fn add(
        &mut self,
        folder: &str,
        folder_path: &NodePath,
        nodes: Vec<Node>,
        filter: &Filter,
        left: &mut Vec<String>,
    ) {
        let mut seen = BTreeSet::new();
        for node in nodes {
            let path = below(folder, node.path().name());
            if node.mime() == Some(RECYCLE) {
                self.notes.push(format!("{}: the recycle bin", node.path()));
                self.recycle_bin = Some(path);
                continue;
            }
            if leads_elsewhere(&node, folder_path) || !seen.insert(node.path()) {
                let message = format!(
                    "the server lists it with the path `{}`, which is not its own: no call reaches it",
                    node.path()
                );
                self.problems.push(Problem::refused(below(folder, node.label()), message));
                continue;
            }
            if !node.is_file() {
                if self.takes_folder(&path, filter) {
                    self.entries.insert(path.clone(), Kind::Folder);
                    left.push(path);
                }
            } else if self.takes_file(&path, filter) {
                match node.size() {
                    Some(size) => {
                        let modified = node.modified().map(|time| time.as_secs());
                        self.entries.insert(path, Kind::File { size, modified });
                    }
                    None => {
                        self.problems.push(Problem::refused(path, "the server reports no size"));
                    }
                }
            }
        }
    }
}

/// Returns the children of a folder, from all pages, and why they are not all there: a name that is
/// not UTF-8 must not cost the other files of its folder.
pub(crate) async fn list(
    files: &Workspace,
    reach: &Reach,
    folder: &NodePath,
) -> (Vec<Node>, Result<(), Failed>) {
    if let Err(failed) = reach.check() {
        return (Vec::new(), Err(failed));
    }
    let mut listed = files.nodes(access_fs::ls(folder).options("al"));
    let mut nodes = Vec::new();
    let ended = loop {
        let next = listed.next().await;
        reach.saw(&next);
        match next {
            Ok(Some(node)) => nodes.push(node),
            Ok(None) => break Ok(()),
            Err(error) => break Err(Failed::from(error)),
        }
    };
    let ended = ended.and_then(|()| match listed.count() {
        Some(count) if count != nodes.len() as u64 => {
            Err(Failed::refused(format!("received {} of {count} nodes", nodes.len())))
        }
        _ => Ok(()),
    });
    (nodes, ended)
}

/// Returns whether a listing gives a node the path of another one: the server truncates names at a
/// `?`, and replaces names that look like a script with its own text.
pub(crate) fn leads_elsewhere(node: &Node, folder: &NodePath) -> bool {
    let path = node.path();
    let is_cut = node.label().split_once('?').is_some_and(|(kept, _)| kept == path.name());
    is_cut || path.parent().as_ref() != Some(folder)
}
