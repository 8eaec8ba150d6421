//! Packs a folder into an archive on the server, and waits until the archive exists.
//!
//! ```sh
//! export PYDIO_URL=https://files.example.org PYDIO_USER=alice      # prompts for the password
//! cargo run --release -p pydio-tests --example compress -- my-files /photos photos.zip
//! ```
//!
//! The server responds immediately and packs in the background, where it reports no failure to the
//! client. This program therefore polls the task list until the archive's task is gone, and then
//! checks that the archive contains everything the folder does.
//!
//! The exit status is 0 on success, 1 on failure, and 3 if the outcome is unknown: the server was
//! not reached, a proxy gave up waiting for it, or its response was incomplete.

use std::{
    collections::BTreeSet,
    env,
    error::Error as StdError,
    process::ExitCode,
    time::{Duration, Instant},
};

use pydio_client::{
    Error, Json, NodePath, Pydio, Workspace,
    response::OneOrMany,
    v1::access_fs,
    v2::{models::Task, task::list_tasks},
};

#[path = "shared/account.rs"]
mod account;
#[path = "shared/ended.rs"]
pub mod ended;
#[path = "shared/explained.rs"]
mod explained;
#[path = "shared/read_back.rs"]
mod read_back;

use explained::Explained;
use read_back::read_back;

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
    /// How long to wait between polls.
    pub pause: Duration,
    /// How long to wait in total.
    pub limit: Duration,
}

/// The state of a failed task.
const FAILED: i64 = 8;
/// The state of a completed task.
const COMPLETE: i64 = 4;

type Failed = Box<dyn StdError + Send + Sync>;

/// A finished archive.
#[derive(Debug, PartialEq, Eq)]
pub struct Packed {
    /// The size of the archive in bytes.
    pub bytes: u64,
    /// Entries of the folder that may or may not be in the archive.
    pub unseen: Vec<String>,
}

/// Packs the folder. If an earlier run has started the archive, waits for that one.
///
/// # Errors
///
/// Returns an error if the folder does not exist, the server refuses, the task fails or takes too
/// long, or the archive is missing or incomplete afterwards.
pub async fn run(options: Options) -> Result<Packed, Failed> {
    if options.archive.contains('/') || !options.archive.ends_with(".zip") {
        let name = &options.archive;
        return Err(format!("`{name}` is no name for an archive: `photos.zip` would be one").into());
    }
    let files = options.pydio.workspace(&*options.workspace);
    let target = options.folder.parent().ok_or("the root itself cannot be packed this way")?;
    let path = target.join(&options.archive);
    let packing = Packing { options, files, target, path };
    let Packing { files, target, options, path } = &packing;
    // The server makes an empty archive of a folder that does not exist.
    if files.call(access_fs::stat(&options.folder)).await? == OneOrMany::Missing {
        return Err(format!("there is no {}", options.folder).into());
    }
    let mut wanted = names_below(files, target, &options.folder).await?;
    wanted.insert(options.folder.name().to_owned());
    packing.wait(packing.start().await?).await?;
    // The server may still cache the earlier `stat`; a listing is always read again.
    let size = packing.size().await?;
    let size = size.ok_or_else(|| format!("the server is done, and there is no {path}"))?;
    let packed = read_back(options.pause, async || names_below(files, path, path).await).await?;
    let missing = wanted.difference(&packed).cloned();
    let (unseen, missing): (Vec<_>, Vec<_>) = missing.partition(|path| is_hidden(path));
    match missing.first() {
        None => Ok(Packed { bytes: size, unseen }),
        Some(name) => Err(format!(
            "the archive has {} of {} files and folders: `{name}` is missing",
            wanted.intersection(&packed).count(),
            wanted.len()
        )
        .into()),
    }
}

/// Returns whether the server may list the folder in place of the file, as it does in an archive
/// for names of one byte (measured on 8.2.5).
fn is_hidden(path: &str) -> bool {
    path.rsplit('/').next().is_some_and(|name| name.len() == 1)
}

/// An archive that is being packed.
struct Packing {
    options: Options,
    files: Workspace,
    /// The folder that will contain the archive.
    target: NodePath,
    /// The path of the archive.
    path: NodePath,
}

impl Packing {
    /// Starts packing unless an earlier run has, and returns the tasks that belong to something
    /// else.
    async fn start(&self) -> Result<Vec<Task>, Failed> {
        let Self { options, files, target, path } = self;
        // Read the tasks before the archive: a task that ends in between has created it.
        let (same, earlier): (Vec<_>, _) =
            self.tasks().await?.into_iter().partition(|task| self.is_going_on(task));
        if !same.is_empty() {
            return Ok(earlier);
        }
        if files.call(access_fs::stat(path)).await? != OneOrMany::Missing {
            return Err(format!("{path} is there already").into());
        }
        let call = access_fs::compress([&options.folder]).dir(target);
        match files.call(call.archive_name(&*options.archive)).await {
            // The server may have started despite the error.
            Err(error) if error.may_be_done() => match self.has_begun(&earlier).await {
                Ok(true) => Ok(earlier),
                Ok(false) => Err(error.into()),
                Err(_) => Err(Explained::new(format!("{path} may be on its way"), error).into()),
            },
            answer => {
                answer?;
                Ok(earlier)
            }
        }
    }

    /// Returns whether a new task or the archive exists.
    async fn has_begun(&self, earlier: &[Task]) -> Result<bool, Error> {
        let is_listed = self.tasks().await?.iter().any(|task| is_new(task, earlier));
        Ok(is_listed || self.size().await?.is_some())
    }

    /// Waits until no packing task is left except the earlier ones.
    async fn wait(&self, earlier: Vec<Task>) -> Result<(), Failed> {
        let Options { pause, limit, .. } = &self.options;
        let begin = Instant::now();
        loop {
            let tasks = self.tasks().await;
            let tasks = tasks.map_err(|error| Explained::new("it may go on", error))?;
            match tasks.into_iter().find(|task| is_new(task, &earlier)) {
                None => return Ok(()),
                Some(task) if task.status == FAILED => {
                    return Err(task.status_message.unwrap_or("the task failed".to_owned()).into());
                }
                Some(_) if begin.elapsed() > *limit => {
                    return Err(format!("not ready after {} s; it goes on", limit.as_secs()).into());
                }
                Some(_) => tokio::time::sleep(*pause).await,
            }
        }
    }

    async fn tasks(&self) -> Result<Vec<Task>, Error> {
        let Options { pydio, workspace, pause, .. } = &self.options;
        read_back(*pause, async || pydio.call(list_tasks(&**workspace)).await).await
    }

    /// Returns whether a task is still packing this archive.
    fn is_going_on(&self, task: &Task) -> bool {
        let parameters = task.parameters.as_ref();
        let archive = parameters.and_then(|all| all.get("archive_name")).and_then(Json::as_str);
        is_packing(task) && task.status != FAILED && archive == Some(&self.options.archive)
    }

    /// Returns the size of the archive from the listing of its folder, or `None` if it is missing.
    async fn size(&self) -> Result<Option<u64>, Error> {
        let size = async || {
            let mut listed = self.files.nodes(access_fs::ls(&self.target).options("al"));
            while let Some(node) = listed.next().await? {
                if node.path() == self.path {
                    return Ok(node.size());
                }
            }
            Ok(None)
        };
        read_back(self.options.pause, size).await
    }
}

/// Returns whether a task packs something and is not complete.
fn is_packing(task: &Task) -> bool {
    task.action.as_deref() == Some("compress") && task.status != COMPLETE
}

/// Returns whether a task is packing and was not in the earlier list.
fn is_new(task: &Task, earlier: &[Task]) -> bool {
    is_packing(task) && !earlier.iter().any(|known| known.id == task.id)
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

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match begin().await {
        Ok(Packed { bytes, unseen }) => {
            println!("the archive is there: {bytes} bytes");
            for path in unseen {
                println!("not checked, since the server does not list it in an archive: {path}");
            }
            ExitCode::SUCCESS
        }
        Err(error) => ended::failed(&*error, 1),
    }
}

async fn begin() -> Result<Packed, Failed> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [workspace, folder, archive] = &arguments[..] else {
        return Err("usage: compress WORKSPACE FOLDER ARCHIVE.zip".into());
    };
    run(Options {
        pydio: account::Account::ask()?.connect()?,
        workspace: workspace.clone(),
        folder: folder.into(),
        archive: archive.clone(),
        pause: Duration::from_secs(2),
        limit: Duration::from_secs(3600),
    })
    .await
}
