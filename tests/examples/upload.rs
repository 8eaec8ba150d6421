//! Brings a file of any size to a server, in parts, and goes on where an earlier run stopped.
//!
//! ```sh
//! export PYDIO_URL=https://files.example.org PYDIO_USER=alice      # the password is asked for
//! cargo run --release -p pydio-tests --example upload -- big.iso my-files /backup
//! ```
//!
//! Each part is a request that the server takes, whatever its limit for uploads is, and one that
//! breaks off is sent again. When the program itself is stopped, run it once more: what is on the
//! server already stays there, if its checksum is that of the beginning of this file. In the end
//! the server is asked for size and checksum of the whole.
//!
//! The exit status is 0 when it is done, 1 when it is not, and 3 when that is not known: the server
//! was not reached, a proxy gave up waiting for it, or its response did not arrive whole.

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
    /// The file here.
    pub file: PathBuf,
    /// The workspace.
    pub workspace: String,
    /// The folder there, where the file gets the name that it has here.
    pub folder: NodePath,
    /// How many bytes go in one request.
    pub part_size: u64,
    /// How long to wait before a request that broke off is sent again, which doubles each time.
    pub pause: Duration,
    /// Shows how far it is.
    pub progress: ProgressBar,
}

type Failed = Box<dyn StdError + Send + Sync>;

/// Uploads the file. One that is there already is left alone.
///
/// # Errors
///
/// When the file cannot be read, when one of that name is on the server, when the server refuses,
/// and when it does not have every byte in the end.
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
