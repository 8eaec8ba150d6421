//! Packs a folder into an archive on the server, and waits until the archive exists.

use std::{collections::BTreeSet, error::Error as StdError, time::Duration};

use pydio_client::{Error, Files as _, NodePath, Pydio, Workspace, v1::access_fs};
use pydio_runtime::tasks::read_back;

use super::Explained;

/// What to pack.
pub struct Options {
    /// The connection.
    pub pydio: Pydio,
    /// The workspace.
    pub workspace: String,
    /// The folder. The archive is created next to it.
    pub folder: NodePath,
    /// The name of the archive, which must not exist yet.
    pub archive: String,
    /// How long to wait for it.
    pub limit: Duration,
}

type Failed = Box<dyn StdError + Send + Sync>;

/// A finished archive.
#[derive(Debug, PartialEq, Eq)]
pub struct Packed {
    /// The size of the archive in bytes.
    pub bytes: u64,
    /// Entries of the folder that may or may not be in the archive.
    pub unseen: Vec<String>,
}

/// Packs the folder.
///
/// # Errors
///
/// Returns an error if the folder does not exist, the archive does already, the server refuses, the
/// task fails or takes too long, or the archive is missing or incomplete afterwards.
pub async fn run(options: Options) -> Result<Packed, Failed> {
    let Options { pydio, workspace, folder, archive, limit } = options;
    let name = archive.strip_suffix(".zip").unwrap_or_default();
    if archive.contains('/') || name.is_empty() {
        let message = format!("`{archive}` is not the name of a ZIP archive, such as `photos.zip`");
        return Err(pydio_cli::Failed::usage(message).into());
    }
    let files = pydio.workspace(&workspace);
    let root = || pydio_cli::Failed::usage("the root itself cannot be packed this way");
    let target = folder.parent().ok_or_else(root)?;
    let path = target.join(&archive);
    // The server makes an empty archive of a folder that does not exist.
    match files.stat(&folder).await? {
        None => return Err(format!("there is no {folder}").into()),
        Some(node) if node.is_file() => return Err(format!("{folder} is not a folder").into()),
        Some(_) => {}
    }
    // It would be replaced.
    if size(&files, &path).await?.is_some() {
        return Err(format!("{path} already exists").into());
    }
    let mut wanted = names_below(&files, &target, &folder).await?;
    wanted.insert(folder.name().to_owned());
    let call = access_fs::compress([&folder]).dir(&target).archive_name(archive);
    let work = files.call(call).await.map_err(|error| match error.may_be_done() {
        true => Explained::new(format!("{path} may still be in progress"), error).into(),
        false => Failed::from(error),
    })?;
    let wait = work.wait().deadline(limit);
    wait.on_progress(|task| pydio_cli::say(pydio_cli::shown(&task.message))).await?;
    let packed = read_back(|| Box::pin(names_below(&files, &path, &path))).await?;
    let size = read_back(|| Box::pin(size(&files, &path))).await?;
    let missing = wanted.difference(&packed).cloned();
    let (unseen, missing): (Vec<_>, Vec<_>) = missing.partition(|path| is_hidden(path));
    match missing.first() {
        None => Ok(Packed { bytes: size.unwrap_or_default(), unseen }),
        Some(name) => Err(format!(
            "the archive has {} of {} files and folders: `{name}` is missing",
            wanted.intersection(&packed).count(),
            wanted.len()
        )
        .into()),
    }
}

/// Returns the size of a node, or `None` if it does not exist.
async fn size(files: &Workspace, path: &NodePath) -> Result<Option<u64>, Error> {
    let described = files.call(access_fs::ls("/").nodes([path]).options("al")).await?;
    Ok(described.nodes.first().map(|node| node.size().unwrap_or_default()))
}

/// Returns whether the server may list the folder in place of the file, as it does in an archive
/// for names of one byte (measured on 8.2.5).
fn is_hidden(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.len() == 1)
}

/// Returns the paths of all files and folders in a folder or archive, relative to `top`.
async fn names_below(
    files: &Workspace,
    top: &NodePath,
    folder: &NodePath,
) -> Result<BTreeSet<String>, Error> {
    let (mut names, mut left) = (BTreeSet::new(), vec![folder.clone()]);
    while let Some(folder) = left.pop() {
        let mut listed = files.nodes(access_fs::ls(&folder).options("al"));
        while let Some(node) = listed.next().await? {
            let path = node.path();
            // The folder appears in place of a file whose name the server does not reveal.
            if path == folder {
                continue;
            }
            let name = path.as_str().strip_prefix(top.as_str()).unwrap_or(path.as_str());
            names.insert(name.trim_start_matches('/').to_owned());
            if !node.is_file() {
                left.push(path);
            }
        }
    }
    Ok(names)
}
