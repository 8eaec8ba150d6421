//! Deleting files and folders.

use opendal_core::{
    Error, ErrorKind, Result,
    raw::{OpDelete, oio},
};
use pydio_client::{Files as _, NodePath};

use crate::{error::converted, files::PydioFiles, list::children};

/// Deletes nodes one by one, into the recycle bin if the workspace has one.
pub struct PydioDeleter {
    files: PydioFiles,
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
}

impl oio::OneShotDelete for PydioDeleter {
    async fn delete_once(&self, path: String, args: OpDelete) -> Result<()> {
        let node = self.files.node(&path)?;
        if path == "/" {
            return match args.recursive() {
                true => self.clear(&node).await,
                false => self.refuse_full(&node).await,
            };
        }
        let Some(found) = self.files.find(&node).await? else { return Ok(()) };
        if found.is_file() && path.ends_with('/') {
            return Ok(());
        }
        let is_guarded = !found.is_file() && !args.recursive();
        match self.remove(&node, is_guarded).await {
            // Something else has deleted it after it was looked up.
            Err(_) if self.files.find(&node).await?.is_none() => Ok(()),
            removed => removed,
        }
    }
}
