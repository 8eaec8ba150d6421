//! Packs a folder into an archive on the server, and waits until it is there.
//!
//! ```sh
//! export PYDIO_URL=https://files.example.org PYDIO_USER=alice      # the password is asked for
//! cargo run --release -p pydio-tests --example compress -- my-files /photos photos.zip
//! ```
//!
//! The server answers at once and goes on in the background, where a failure is told to nobody. So
//! this looks at the list of tasks until that of the archive is gone, and then into the archive,
//! which has to hold what the folder does.
//!
//! The exit status is 0 when it is done, 1 when it is not, and 3 when that is not known: the server
//! was not reached, a proxy gave up waiting for it, or its response did not arrive whole.

use std::{
    collections::BTreeSet,
    env,
    error::Error as StdError,
    process::ExitCode,
    time::{Duration, Instant},
};

use pydio_client::{
    Error, NodePath, Pydio, Workspace,
    answer::OneOrMany,
    v1::access_fs,
    v2::{self, models::Task},
};

#[path = "shared/account.rs"]
mod account;
#[path = "shared/ended.rs"]
pub mod ended;

/// What to pack.
pub struct Options {
    /// The connection.
    pub pydio: Pydio,
    /// The workspace.
    pub workspace: String,
    /// The folder; the archive is put beside it.
    pub folder: NodePath,
    /// The name of the archive, which must not be there yet.
    pub archive: String,
    /// How long to wait between looks.
    pub pause: Duration,
    /// How long to wait in all.
    pub limit: Duration,
}

/// The state of a task that has failed.
const FAILED: i64 = 8;
/// The state of a task that is complete.
const COMPLETE: i64 = 4;

type Failed = Box<dyn StdError + Send + Sync>;

/// Packs the folder, and gives the size of the archive in bytes.
///
/// # Errors
///
/// When there is no such folder, when the server refuses, when the task fails or takes too long, and when there is no archive in
/// the end.
pub async fn run(options: Options) -> Result<u64, Failed> {
    let Options { pydio, workspace, folder, archive, pause, limit } = options;
    let files = pydio.workspace(&*workspace);
    let target = folder.parent().ok_or("the root itself cannot be packed this way")?;
    let path = target.join(&archive);
    // Of a folder that is not there, the server makes an empty archive.
    if files.call(access_fs::stat(&folder)).await? == OneOrMany::Missing {
        return Err(format!("there is no {folder}").into());
    }
    if files.call(access_fs::stat(&path)).await? != OneOrMany::Missing {
        return Err(format!("{path} is there already").into());
    }
    let earlier: BTreeSet<String> =
        pydio.call(v2::task::list_tasks(&*workspace)).await?.into_iter().map(|t| t.id).collect();
    let mut wanted = names_below(&files, &target, &folder).await?;
    wanted.insert(folder.name().to_owned());
    files.call(access_fs::compress([&folder], &target).archive_name(&*archive)).await?;
    let begin = Instant::now();
    loop {
        let tasks = pydio.call(v2::task::list_tasks(&*workspace)).await?;
        let mut tasks = tasks.into_iter().filter(|task| is_packing(task, &earlier));
        match tasks.find(|task| task.status != COMPLETE) {
            None => break,
            Some(task) if task.status == FAILED => {
                return Err(task.status_message.unwrap_or("the task failed".to_owned()).into());
            }
            Some(_) if begin.elapsed() > limit => {
                return Err(format!("not ready after {} s; it goes on", limit.as_secs()).into());
            }
            Some(_) => tokio::time::sleep(pause).await,
        }
    }
    // What `stat` said before may still be in a cache of the server: a listing is read anew.
    let mut listed = files.nodes(access_fs::ls(&target).options("al"));
    let mut size = None;
    while let Some(node) = listed.next().await? {
        if node.path() == path {
            size = node.size();
        }
    }
    let size = size.ok_or_else(|| format!("the server is done, and there is no {path}"))?;
    let packed = names_below(&files, &path, &path).await?;
    match wanted.difference(&packed).next() {
        None => Ok(size),
        Some(name) => Err(format!(
            "the archive has {} of {} files and folders: `{name}` is missing",
            wanted.intersection(&packed).count(),
            wanted.len()
        )
        .into()),
    }
}

/// The paths of all files and folders in a folder or archive, without the part that `top` is.
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
            let name = path.as_str().strip_prefix(top.as_str()).unwrap_or(path.as_str());
            names.insert(name.trim_start_matches('/').to_owned());
            if !node.is_file() {
                left.push(path);
            }
        }
    }
    Ok(names)
}

fn is_packing(task: &Task, earlier: &BTreeSet<String>) -> bool {
    task.action.as_deref() == Some("compress") && !earlier.contains(&task.id)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match begin().await {
        Ok(size) => {
            println!("the archive is there: {size} bytes");
            ExitCode::SUCCESS
        }
        Err(error) => ended::failed(&*error, 1),
    }
}

async fn begin() -> Result<u64, Failed> {
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
