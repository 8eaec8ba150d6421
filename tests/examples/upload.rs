//! Uploads a file of any size in parts, and resumes an interrupted upload.
//!
//! ```sh
//! export PYDIO_URL=https://files.example.org PYDIO_USER=alice      # prompts for the password
//! cargo run --release -p pydio-tests --example upload -- big.iso my-files /backup
//! ```
//!
//! Each part is a request below the server's upload limit, and is sent again if the connection
//! breaks. If the program is interrupted, run it again: it keeps what is already on the server if
//! the checksum matches the beginning of this file. Finally it compares size and checksum of the
//! whole file with the server.
//!
//! The exit status is 0 on success, 1 on failure, and 3 if the outcome is unknown: the server was
//! not reached, a proxy gave up waiting for it, or its response was incomplete.

use std::{
    env,
    error::Error as StdError,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use indicatif::{ProgressBar, ProgressStyle};
use pydio_client::{
    Body, NodePath, Pydio,
    transfer::{Check, Existing, Uploaded},
    v1::access_fs,
};

#[path = "shared/account.rs"]
mod account;
#[path = "shared/ended.rs"]
pub mod ended;

/// What to upload.
pub struct Options {
    /// The connection.
    pub pydio: Pydio,
    /// The local file.
    pub file: PathBuf,
    /// The workspace.
    pub workspace: String,
    /// The remote folder, where the file keeps its name.
    pub folder: NodePath,
    /// The number of bytes per request.
    pub part_size: u64,
    /// The delay before a broken request is repeated; it doubles each time.
    pub pause: Duration,
    /// Shows the progress.
    pub progress: ProgressBar,
}

type Failed = Box<dyn StdError + Send + Sync>;

/// Uploads the file. Refuses to replace an existing one.
///
/// # Errors
///
/// Returns an error if the file cannot be read, if one of that name exists on the server, if the
/// server refuses, or if it does not have every byte in the end.
pub async fn run(options: Options) -> Result<Uploaded, Failed> {
    let Options { pydio, file, workspace, folder, part_size, pause, progress } = options;
    let name = name_of(&file)?;
    let content =
        Body::file(&file).await.map_err(|error| format!("{}: {error}", file.display()))?;
    progress.set_length(content.length());
    let bar = progress.clone();
    let done = pydio
        .workspace(workspace)
        .upload(access_fs::upload(folder, name, content))
        .part_size(part_size)
        .existing(Existing::Refuse)
        .check(Check::Hash)
        .retries(5, pause)
        .progress(move |now| bar.set_position(now.bytes))
        .await?;
    progress.finish_and_clear();
    Ok(done)
}

fn name_of(file: &Path) -> Result<String, Failed> {
    let name = file.file_name().and_then(|name| name.to_str());
    Ok(name.ok_or_else(|| format!("{} has no name to give it", file.display()))?.to_owned())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match begin().await {
        Ok(Uploaded { node, bytes, resumed, .. }) => {
            println!("{node}: {bytes} bytes, {resumed} of them from an earlier run");
            ExitCode::SUCCESS
        }
        Err(error) => ended::failed(&*error, 1),
    }
}

async fn begin() -> Result<Uploaded, Failed> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [file, workspace, folder] = &arguments[..] else {
        return Err("usage: upload FILE WORKSPACE FOLDER".into());
    };
    let style = "{bytes}/{total_bytes} {wide_bar} {eta}";
    run(Options {
        pydio: account::Account::ask()?.connect()?,
        file: file.into(),
        workspace: workspace.clone(),
        folder: folder.into(),
        part_size: 16 << 20,
        pause: Duration::from_secs(2),
        progress: ProgressBar::new(0).with_style(ProgressStyle::with_template(style)?),
    })
    .await
}
