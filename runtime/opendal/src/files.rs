//! The workspace and the folder that the service works in.

use icu_normalizer::ComposingNormalizerBorrowed;
use opendal_core::{
    Error, ErrorKind, Metadata, MetadataBuilder, Result,
    raw::{Timestamp, build_rooted_abs_path},
};
use pydio_client::{Files as _, NodePath, Workspace, response::Node};

use crate::error::{converted, is_a_directory, unsupported};

/// A folder of a workspace. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct PydioFiles {
    workspace: Workspace,
    /// Begins and ends with a slash.
    root: String,
}

/// Characters in a name that the server drops, refuses or ends the name at, whatever encodes them.
const UNSENDABLE: [char; 4] = ['?', '"', '\\', '|'];

impl PydioFiles {
    pub(crate) fn new(workspace: Workspace, root: String) -> Result<Self> {
        refuse(&root)?;
        Ok(Self { workspace, root })
    }

    pub(crate) fn workspace(&self) -> &Workspace {
        &self.workspace
    }

    pub(crate) fn root(&self) -> &str {
        &self.root
    }

    /// Returns the node at a path below the root.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Unsupported`] if the server would take it for another one.
    pub(crate) fn node(&self, path: &str) -> Result<NodePath> {
        refuse(path)?;
        let path = build_rooted_abs_path(&self.root, path);
        Ok(match path.trim_end_matches('/') {
            "" => NodePath::root(),
            path => NodePath::from(path),
        })
    }

    /// Returns the node with this path, if it exists.
    pub(crate) async fn find(&self, node: &NodePath) -> Result<Option<Node>> {
        self.workspace.stat(node).await.map_err(converted)
    }

    /// Returns the nodes with these paths, each if it exists.
    pub(crate) async fn find_all<const N: usize>(
        &self,
        nodes: [&NodePath; N],
    ) -> Result<[Option<Node>; N]> {
        let found = self.find_each(nodes.into_iter()).await?;
        let count = found.len();
        found.try_into().map_err(|_| {
            Error::new(ErrorKind::Unexpected, format!("asked for {N} nodes, and {count} came"))
        })
    }

    /// Returns the nodes with these paths, each if it exists.
    pub(crate) async fn find_each(
        &self,
        nodes: impl Iterator<Item = &NodePath>,
    ) -> Result<Vec<Option<Node>>> {
        let nodes: Vec<NodePath> = nodes.cloned().collect();
        self.workspace.stat_many(nodes).await.map_err(converted)
    }

    /// Creates the folder that a new file goes into, unless it exists. Returns the file that has the
    /// path already.
    pub(crate) async fn make_room(&self, node: &NodePath) -> Result<Option<Node>> {
        let folder = node.parent().ok_or_else(|| is_a_directory(node))?;
        let [parent, existing] = self.find_all([&folder, node]).await?;
        match (parent, existing) {
            (Some(parent), _) if parent.is_file() => {
                Err(Error::new(ErrorKind::NotADirectory, format!("{folder} is a file")))
            }
            (_, Some(existing)) if !existing.is_file() => Err(is_a_directory(node)),
            (Some(_), existing) => Ok(existing),
            (None, _) => {
                self.workspace.create_folder(folder).await.map_err(converted)?;
                Ok(None)
            }
        }
    }
}

/// Refuses a new name that an upload would change, and then replace another file.
pub(crate) fn refuse_new_name(node: &NodePath) -> Result<()> {
    match ComposingNormalizerBorrowed::new_nfc().is_normalized(node.name()) {
        true => Ok(()),
        false => Err(unsupported(format!(
            "the name of {node} is not in Unicode normalization form C, to which the server changes \
             it; change the name in the same way"
        ))),
    }
}

/// Refuses a path that the server would take for another one.
fn refuse(path: &str) -> Result<()> {
    let is_unsendable = |c: char| UNSENDABLE.contains(&c) || c.is_ascii_control();
    match path.chars().find(|c| is_unsendable(*c)) {
        Some(found) => Err(unsupported(format!(
            "the path contains {found:?}: over REST, the server ends the name there, drops the \
             character or refuses it; rename the file, or use a session of `pydio-client`"
        ))),
        None => Ok(()),
    }
}

/// Returns the metadata of a node.
///
/// # Errors
///
/// [`ErrorKind::Unexpected`] if the server reports no size for a file, or no valid time.
pub(crate) fn metadata(node: &Node) -> Result<Metadata> {
    let mut metadata = match (node.is_file(), node.size()) {
        (true, Some(size)) => MetadataBuilder::file(size),
        (true, None) => {
            let message = format!("the server reports no size of {}", node.path());
            return Err(Error::new(ErrorKind::Unexpected, message));
        }
        (false, _) => MetadataBuilder::dir(),
    };
    if let Some(time) = node.modified() {
        metadata.last_modified(Timestamp::from_second(time.as_secs())?);
    }
    Ok(metadata.build())
}
