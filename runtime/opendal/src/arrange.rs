//! Copies and renames, neither of which leaves a half-written file under the target's path.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use opendal_core::{Error, ErrorKind, Metadata, MetadataBuilder, Result};
use pydio_client::{self as client, Files as _, NodePath, Release, response::Node, v1::access_fs};
use tokio::runtime::Handle;

use crate::{
    error::{converted, is_a_directory, not_found},
    files::PydioFiles,
};

/// As many bytes are copied or moved before the server responds; of more, it may make a task.
const AT_ONCE: u64 = 10 * 1024 * 1024;

/// How often a file is moved to a path that others write to as well.
const ATTEMPTS: u32 = 5;

/// A folder for one file until it is complete, below the root of the service.
pub(crate) struct Staging {
    files: PydioFiles,
    folder: NodePath,
    is_removed: bool,
}

impl Staging {
    pub(crate) async fn create(files: &PydioFiles) -> Result<Self> {
        let folder = NodePath::from(files.root()).join(&unique_name());
        files.workspace().create_folder(&folder).await.map_err(converted)?;
        Ok(Self { files: files.clone(), folder, is_removed: false })
    }

    /// Returns the path of a file in the folder.
    pub(crate) fn path(&self, name: &str) -> NodePath {
        self.folder.join(name)
    }

    /// Removes the folder, with whatever is in it. What was asked for is done or has failed already,
    /// and that is more important than whether this works.
    pub(crate) async fn remove(mut self) {
        self.is_removed = true;
        remove(self.files.clone(), self.folder.clone()).await;
    }
}

impl Drop for Staging {
    /// Removes the folder of a writer that is neither closed nor aborted, and of a copy that is not
    /// waited for, if a task can still be spawned.
    fn drop(&mut self) {
        if !self.is_removed
            && let Ok(runtime) = Handle::try_current()
        {
            runtime.spawn(remove(self.files.clone(), self.folder.clone()));
        }
    }
}

async fn remove(files: PydioFiles, folder: NodePath) {
    let call = access_fs::delete(folder).force_deletion(true);
    if let Ok(deleting) = files.workspace().call(call).await {
        let _ = deleting.wait().await;
    }
}

/// Moves a file to a path, where it replaces another file.
pub(crate) async fn rename(files: &PydioFiles, from: &NodePath, to: &NodePath) -> Result<()> {
    let source = source(files, from, to).await?;
    files.make_room(to).await?;
    move_to(files, from, to, source.size().unwrap_or_default()).await
}

/// Copies a file to a path, where it replaces another file once it is complete.
pub(crate) async fn copy(files: &PydioFiles, from: &NodePath, to: &NodePath) -> Result<Metadata> {
    let source = source(files, from, to).await?;
    let target = files.make_room(to).await?;
    let size = source.size().unwrap_or_default();
    if target.is_none() && !is_stray_taken(files, from, to).await? {
        copy_to(files, from, to, size).await?;
    } else {
        let staging = Staging::create(files).await?;
        let staged = staging.path(to.name());
        let copied = async {
            copy_to(files, from, &staged, size).await?;
            move_to(files, &staged, to, size).await
        };
        let copied = copied.await;
        staging.remove().await;
        copied?;
    }
    Ok(MetadataBuilder::file(size).build())
}

/// Returns the file to copy or rename.
async fn source(files: &PydioFiles, from: &NodePath, to: &NodePath) -> Result<Node> {
    if from == to {
        return Err(Error::new(ErrorKind::IsSameFile, format!("{from} is both source and target")));
    }
    match files.find(from).await? {
        None => Err(not_found(from)),
        Some(node) if !node.is_file() => Err(is_a_directory(from)),
        Some(node) => Ok(node),
    }
}

/// Returns whether a release that does not read the new name of a copy, which are those before 6.5.1,
/// would replace a third file: the one that has the name of the source in the folder of the target.
async fn is_stray_taken(files: &PydioFiles, from: &NodePath, to: &NodePath) -> Result<bool> {
    let folder = to.parent().unwrap_or_else(NodePath::root);
    if from.name() == to.name() || from.parent().as_ref() == Some(&folder) {
        return Ok(false);
    }
    Ok(files.find(&folder.join(from.name())).await?.is_some())
}

/// Moves a file of that size to a path in an existing folder, where it replaces another file.
pub(crate) async fn move_to(
    files: &PydioFiles,
    from: &NodePath,
    to: &NodePath,
    size: u64,
) -> Result<()> {
    let mut replaced = Vec::new();
    let mut moved = place(files, from, to, size, &mut replaced).await;
    if let Err(error) = moved {
        moved = Err(match replaced.pop() {
            None => error,
            // The server refuses this if the path is taken.
            Some(last) => match rename_to(files, &last, to).await {
                Ok(()) => error,
                Err(_) => error.with_context("replaced", format!("may be at {last} now")),
            },
        });
    }
    for old in replaced {
        remove(files.clone(), old).await;
    }
    moved
}

/// Moves a file to a path. The files that have the path are moved out of the way first, unless the
/// server replaces them.
async fn place(
    files: &PydioFiles,
    from: &NodePath,
    to: &NodePath,
    size: u64,
    replaced: &mut Vec<NodePath>,
) -> Result<()> {
    for attempt in 1.. {
        if files.find(to).await?.is_some() {
            if from.name() == to.name() && is_done_at_once(files, size).await {
                let moved = replace(files, from, to).await;
                return verified(files, moved, from, to, size).await;
            }
            let old = NodePath::from(files.root()).join(&unique_name());
            let renamed = rename_to(files, to, &old).await;
            if let Err(error) = renamed
                && files.find(to).await?.is_some()
            {
                return Err(converted(error));
            }
            replaced.push(old);
        }
        let renamed = rename_to(files, from, to).await;
        let moved = verified(files, renamed, from, to, size).await;
        // Another writer may have taken the path.
        let [left, there] = match &moved {
            Err(_) if attempt < ATTEMPTS => files.find_all([from, to]).await?,
            _ => return moved,
        };
        if left.is_none() || there.is_none() {
            return moved;
        }
    }
    Ok(())
}

/// Moves a node to a free path. Of any size and on all releases, the server does so before it responds.
async fn rename_to(
    files: &PydioFiles,
    from: &NodePath,
    to: &NodePath,
) -> Result<(), client::Error> {
    files.workspace().call(access_fs::rename_to_path(to, from)).await.map(drop)
}

/// Moves a file to a folder, where it replaces the file of the same name, which keeps its public
/// link and its metadata.
async fn replace(files: &PydioFiles, from: &NodePath, to: &NodePath) -> Result<(), client::Error> {
    let folder = to.parent().unwrap_or_else(NodePath::root);
    let moving = files.workspace().call(access_fs::move_nodes(from, &folder)).await?;
    moving.wait().await.map(drop)
}

/// Returns whether the actions `move` and `copy` are done with a file of that size when the server
/// responds: from 6.5.1 on, it makes a task for a large one, which before 8.0.2 never starts over REST.
async fn is_done_at_once(files: &PydioFiles, size: u64) -> bool {
    if size <= AT_ONCE {
        return true;
    }
    let release = files.workspace().pydio().release().await;
    release.is_ok_and(|release| {
        !(Release::new(6, 5, 1)..Release::new(8, 0, 2)).contains(&release.oldest())
    })
}

/// Returns the outcome of a move by what the server has afterwards.
async fn verified(
    files: &PydioFiles,
    moved: Result<(), client::Error>,
    from: &NodePath,
    to: &NodePath,
    size: u64,
) -> Result<()> {
    let moved = match moved {
        Err(error) if !error.may_be_done() => return Err(converted(error)),
        // The response may be lost although the file is moved.
        moved => moved.map_err(converted),
    };
    match files.find_all([from, to]).await? {
        [None, Some(node)] if node.size() == Some(size) => Ok(()),
        _ => Err(moved.err().unwrap_or_else(|| {
            let message =
                format!("{from} was moved to {to}, but the server does not have it there");
            Error::new(ErrorKind::Unexpected, message)
        })),
    }
}

/// Copies a file of that size to a free path, or into a folder of its own.
async fn copy_to(files: &PydioFiles, from: &NodePath, to: &NodePath, size: u64) -> Result<()> {
    let folder = to.parent().unwrap_or_else(NodePath::root);
    let call = access_fs::copy(from, &folder);
    let has_name = from.name() == to.name();
    let call = if has_name { call } else { call.target_base_name(to.name()) };
    let copying = files.workspace().call(call).await.map_err(converted)?;
    // Releases before 6.5.1 copy the file under its old name, so that waiting for the other one fails.
    let copied = match has_name || !is_done_at_once(files, size).await {
        true => copying.wait().await.map(drop).map_err(converted),
        false => Ok(()),
    };
    let stray = folder.join(from.name());
    let [there, strayed] = files.find_all([to, &stray]).await?;
    let there = match there {
        None if stray != *from && strayed.is_some() => {
            files.workspace().rename(&stray, to.name()).await.map_err(converted)?;
            strayed
        }
        there => there,
    };
    match there.and_then(|node| node.size()) {
        Some(there) if there == size => Ok(()),
        there => Err(copied.err().unwrap_or_else(|| {
            let there = there.map_or_else(|| "none".to_owned(), |there| there.to_string());
            let message = format!("{from} has {size} bytes, but its copy {to} has {there}");
            Error::new(ErrorKind::Unexpected, message)
        })),
    }
}

/// Returns a name that nothing else has. It is unique because the keys of the hasher are random.
fn unique_name() -> String {
    format!("opendal-{:016x}", RandomState::new().build_hasher().finish())
}
