//! Deleting files and folders.

use std::{cmp::Reverse, collections::BTreeSet};

use opendal_core::{
    Error, ErrorKind, Result,
    raw::{
        OpDelete,
        oio::{self, BatchDeleteResult},
    },
};
use pydio_client::{Files as _, NodePath, response::Node};

use crate::{error::converted, files::PydioFiles, list::children};

/// The number of nodes that one call deletes. As many are looked up in one call. Deleting 200 took 12
/// seconds on a busy 8.2.5, and OpenDAL's layer for timeouts gives up after 10.
pub(crate) const MOST: usize = 50;

/// Deletes nodes, into the recycle bin if the workspace has one.
pub struct PydioDeleter {
    files: PydioFiles,
}

/// What is to be deleted, as OpenDAL names it, and its node.
struct Item {
    path: String,
    args: OpDelete,
    node: NodePath,
}

impl Item {
    /// Returns whether the node is in the folder of another item.
    fn is_in(&self, other: &Self) -> bool {
        let rest = self.node.as_str().strip_prefix(other.node.as_str());
        rest.is_some_and(|rest| rest.starts_with('/'))
    }

    /// Returns whether there is anything to delete under this path, given the node that was found.
    fn is_about(&self, found: Option<&Node>) -> bool {
        found.is_some_and(|node| !node.is_file() || !self.path.ends_with('/'))
    }
}

impl PydioDeleter {
    pub(crate) fn new(files: PydioFiles) -> Self {
        Self { files }
    }

    /// Deletes everything in the root, which itself stays.
    async fn clear(&self, root: &NodePath) -> Result<()> {
        if self.files.find(root).await?.is_none() {
            return Ok(());
        }
        let nodes: Vec<NodePath> =
            children(&self.files, root).await?.iter().map(NodePath::from).collect();
        self.files.workspace().delete(nodes).await.map_err(converted)
    }

    async fn remove(&self, node: &NodePath, is_guarded: bool) -> Result<()> {
        if is_guarded {
            self.refuse_full(node).await?;
        }
        self.files.workspace().delete(node).await.map_err(converted)
    }

    async fn refuse_full(&self, folder: &NodePath) -> Result<()> {
        if children(&self.files, folder).await?.is_empty() {
            return Ok(());
        }
        let message = format!("{folder} is not empty; delete it recursively");
        Err(Error::new(ErrorKind::Unexpected, message))
    }

    /// Deletes files, and folders with everything in them, in one call. Returns what is deleted, and
    /// why the rest is not.
    async fn remove_all(&self, items: Vec<Item>) -> Result<BatchDeleteResult> {
        let mut done = BatchDeleteResult::default();
        // What is in a folder of the batch goes with it, and the call would not find it any more.
        let is_outermost = |item: &&Item| !items.iter().any(|other| item.is_in(other));
        let nodes: BTreeSet<_> =
            items.iter().filter(is_outermost).map(|item| item.node.clone()).collect();
        let nodes = Vec::from_iter(nodes);
        let deleted = self.files.workspace().delete(nodes).await.map_err(converted);
        let Err(error) = deleted else {
            done.succeeded.extend(items.into_iter().map(|item| (item.path, item.args)));
            return Ok(done);
        };
        // The call stops at the first node that it cannot delete.
        let found = self.files.find_each(items.iter().map(|item| &item.node)).await?;
        for (item, found) in items.into_iter().zip(found) {
            match found {
                None => done.succeeded.push((item.path, item.args)),
                Some(_) => done.failed.push((item.path, item.args, again(&error))),
            }
        }
        Ok(done)
    }
}

/// Returns an error once more: errors cannot be cloned, and a call has only one for all its nodes.
fn again(error: &Error) -> Error {
    let copy = Error::new(error.kind(), error.message());
    if error.is_temporary() { copy.set_temporary() } else { copy }
}

impl oio::BatchDelete for PydioDeleter {
    async fn delete_once(&self, path: String, args: OpDelete) -> Result<()> {
        let node = self.files.node(&path)?;
        if path == "/" {
            return match args.recursive() {
                true => self.clear(&node).await,
                false => self.refuse_full(&node).await,
            };
        }
        let item = Item { path, args, node };
        let found = self.files.find(&item.node).await?;
        if !item.is_about(found.as_ref()) {
            return Ok(());
        }
        let is_guarded = found.is_some_and(|node| !node.is_file()) && !item.args.recursive();
        match self.remove(&item.node, is_guarded).await {
            // Something else has deleted it after it was looked up.
            Err(_) if self.files.find(&item.node).await?.is_none() => Ok(()),
            removed => removed,
        }
    }

    async fn delete_batch(&self, batch: Vec<(String, OpDelete)>) -> Result<BatchDeleteResult> {
        let (mut items, mut one_by_one, mut done) =
            (Vec::new(), Vec::new(), BatchDeleteResult::default());
        for (path, args) in batch {
            match self.files.node(&path) {
                Ok(_) if path == "/" => one_by_one.push((path, args)),
                Ok(node) => items.push(Item { path, args, node }),
                Err(error) => done.failed.push((path, args, error)),
            }
        }
        let found = self.files.find_each(items.iter().map(|item| &item.node)).await;
        let mut together = Vec::new();
        // One name that the server refuses fails the whole call.
        let found = found.unwrap_or_else(|_| {
            one_by_one.extend(items.drain(..).map(|item| (item.path, item.args)));
            Vec::new()
        });
        for (item, found) in items.into_iter().zip(found) {
            if !item.is_about(found.as_ref()) {
                done.succeeded.push((item.path, item.args));
            } else if item.args.recursive() || found.is_some_and(|node| node.is_file()) {
                together.push(item);
            } else {
                one_by_one.push((item.path, item.args));
            }
        }
        if !together.is_empty() {
            let removed = self.remove_all(together).await?;
            done.succeeded.extend(removed.succeeded);
            done.failed.extend(removed.failed);
        }
        // Folders that have to be empty come after what may be in them, and the root is last.
        one_by_one.sort_by_key(|(path, _)| Reverse((path != "/", path.len())));
        for (path, args) in one_by_one {
            match self.delete_once(path.clone(), args.clone()).await {
                Ok(()) => done.succeeded.push((path, args)),
                Err(error) => done.failed.push((path, args, error)),
            }
        }
        match (done.succeeded.is_empty(), done.failed.pop()) {
            // OpenDAL would not report the reason.
            (true, Some((path, _, error))) => Err(error.with_context("path", path)),
            (_, last) => {
                done.failed.extend(last);
                Ok(done)
            }
        }
    }
}
