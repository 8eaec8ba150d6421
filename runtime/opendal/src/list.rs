//! Listing folders.

use opendal_core::{
    Error, ErrorKind, Result,
    raw::oio::{self, Entry},
};
use pydio_client::{Files as _, NodePath, response::Node};

use crate::{
    error::converted,
    files::{PydioFiles, metadata},
};

/// The type of the recycle bin of a workspace.
const RECYCLE_BIN: &str = "ajxp_recycle";

/// Lists a folder: the folder itself, and its children from all pages.
///
/// All are read before the first is returned, because the pages move when a node is removed: a
/// program that removes what it lists would miss others.
pub struct PydioLister {
    files: PydioFiles,
    node: NodePath,
    /// Relative to the root, with a slash at its end.
    path: String,
}

impl PydioLister {
    pub(crate) fn new(files: PydioFiles, node: NodePath, path: &str) -> Self {
        Self { files, node, path: path.to_owned() }
    }

    fn entry(&self, node: &Node) -> Result<Entry> {
        let name = self.name_of(node)?;
        let parent = if self.path == "/" { "" } else { &self.path };
        let slash = if node.is_file() { "" } else { "/" };
        Ok(Entry::with(format!("{parent}{name}{slash}"), metadata(node)?))
    }

    /// Returns the name of a child. The path that the server gives ends at a `?`, the label does not.
    fn name_of(&self, node: &Node) -> Result<String> {
        let path = node.path();
        if let Some((kept, _)) = node.label().split_once('?')
            && path == self.node.join(kept)
        {
            return Ok(node.label().to_owned());
        }
        match path.parent() {
            Some(parent) if parent == self.node => Ok(path.name().to_owned()),
            _ => Err(Error::new(
                ErrorKind::Unexpected,
                format!(
                    "{} contains a file that the server lists as {path}, under which it cannot be \
                     reached; rename it on the server's disk",
                    self.node
                ),
            )),
        }
    }
}

impl oio::PageList for PydioLister {
    /// The first page has everything. A second one follows only for the error about a child without a
    /// usable name, which has to come after the others.
    async fn next_page(&self, page: &mut oio::PageContext) -> Result<()> {
        page.done = true;
        if !page.token.is_empty() {
            return Err(Error::new(ErrorKind::Unexpected, page.token.clone()));
        }
        match self.files.find(&self.node).await? {
            Some(folder) if !folder.is_file() => {
                page.entries.push_back(Entry::new(&self.path, metadata(&folder)?));
            }
            _ => return Ok(()),
        }
        let nodes = match children(&self.files, &self.node).await {
            Ok(nodes) => nodes,
            // It was deleted after it was looked up.
            Err(_) if self.files.find(&self.node).await?.is_none() => {
                page.entries.clear();
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        for node in nodes {
            match self.entry(&node) {
                Ok(entry) => page.entries.push_back(entry),
                Err(error) => (page.done, page.token) = (false, error.message().to_owned()),
            }
        }
        Ok(())
    }
}

/// Returns the children of a folder, without the recycle bin.
pub(crate) async fn children(files: &PydioFiles, folder: &NodePath) -> Result<Vec<Node>> {
    let mut nodes = files.workspace().list(folder).await.map_err(converted)?;
    nodes.retain(|node| node.mime() != Some(RECYCLE_BIN));
    Ok(nodes)
}
