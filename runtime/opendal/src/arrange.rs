//! Copies and renames, neither of which leaves a half-written file under the target's path.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use opendal_core::{Error, ErrorKind, Metadata, MetadataBuilder, Result};
use pydio_client::{Files as _, NodePath, response::Node, v1::access_fs};
use tokio::runtime::Handle;

use crate::{
    error::{converted, is_a_directory, not_found, unsupported},
    files::PydioFiles,
};

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
    let target = files.make_room(to).await?;
    let size = source.size().unwrap_or_default();
    if target.is_none() && from.parent() == to.parent() {
        return files.workspace().rename(from, to.name()).await.map_err(converted);
    }
    if !is_stray_taken(files, from, to).await? {
        return move_to(files, from, to, size).await;
    }
    let aside = from.parent().unwrap_or_else(NodePath::root).join(&unique_name());
    files.workspace().rename(from, aside.name()).await.map_err(converted)?;
    let Err(error) = move_to(files, &aside, to, size).await else { return Ok(()) };
    match files.workspace().rename(&aside, from.name()).await {
        Ok(()) => Err(error),
        Err(_) => Err(error.with_context("source", format!("is at {aside} now"))),
    }
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

/// Returns whether a release that does not read the new name, which are those before 7.0, would
/// replace a third file: the one that has the name of the source in the folder of the target.
async fn is_stray_taken(files: &PydioFiles, from: &NodePath, to: &NodePath) -> Result<bool> {
    let folder = to.parent().unwrap_or_else(NodePath::root);
    if from.name() == to.name() || from.parent().as_ref() == Some(&folder) {
        return Ok(false);
    }
    Ok(files.find(&folder.join(from.name())).await?.is_some())
}

/// Moves a file of that size to a path, where it replaces another file.
pub(crate) async fn move_to(
    files: &PydioFiles,
    from: &NodePath,
    to: &NodePath,
    size: u64,
) -> Result<()> {
    let folder = to.parent().unwrap_or_else(NodePath::root);
    let call = access_fs::move_nodes(from, &folder);
    let moved = if from.name() == to.name() {
        match files.workspace().call(call).await {
            Ok(moving) => moving.wait().await.map(drop),
            Err(error) => Err(error),
        }
    } else {
        // Not waited for: releases before 7.0 move the file under its old name, and over REST, later
        // ones are done when they respond.
        files.workspace().call(call.target_base_name(to.name())).await.map(drop)
    };
    // The response may be lost although the file is moved.
    if let Err(error) = moved
        && !error.may_be_done()
    {
        return Err(converted(error));
    }
    let stray = folder.join(from.name());
    let [left, there, strayed] = files.find_all([from, to, &stray]).await?;
    let has_all = |node: &Option<Node>| node.as_ref().is_some_and(|node| node.size() == Some(size));
    match (left, &there) {
        (None, there) if has_all(there) && (stray == *to || strayed.is_none()) => Ok(()),
        (None, None) if has_all(&strayed) => {
            files.workspace().rename(&stray, to.name()).await.map_err(converted)
        }
        (None, Some(_)) if has_all(&strayed) => {
            let back = from.parent().unwrap_or_else(NodePath::root);
            files.workspace().move_to(&stray, back).await.map_err(converted)?;
            Err(unsupported("releases before 7.0 replace a file only by one of the same name"))
        }
        _ => Err(Error::new(
            ErrorKind::Unexpected,
            format!("{from} was moved to {to}, but the server does not have it there"),
        )),
    }
}

/// Copies a file of that size to a free path, or into a folder of its own.
async fn copy_to(files: &PydioFiles, from: &NodePath, to: &NodePath, size: u64) -> Result<()> {
    let folder = to.parent().unwrap_or_else(NodePath::root);
    let call = access_fs::copy(from, &folder);
    if from.name() == to.name() {
        let copying = files.workspace().call(call).await.map_err(converted)?;
        copying.wait().await.map_err(converted)?;
    } else {
        // As in `move_to`.
        files.workspace().call(call.target_base_name(to.name())).await.map_err(converted)?;
    }
    let stray = folder.join(from.name());
    let [there, strayed] = files.find_all([to, &stray]).await?;
    let there = match there {
        // A release before 7.0 has copied the file under its old name.
        None if stray != *from && strayed.is_some() => {
            files.workspace().rename(&stray, to.name()).await.map_err(converted)?;
            strayed
        }
        there => there,
    };
    match there.and_then(|node| node.size()) {
        Some(copied) if copied == size => Ok(()),
        copied => Err(Error::new(
            ErrorKind::Unexpected,
            format!(
                "{from} has {size} bytes, but its copy {to} has {}",
                copied.map_or_else(|| "none".to_owned(), |copied| copied.to_string())
            ),
        )),
    }
}

/// Returns a name that nothing else has. It is unique because the keys of the hasher are random.
fn unique_name() -> String {
    format!("opendal-{:016x}", RandomState::new().build_hasher().finish())
}
