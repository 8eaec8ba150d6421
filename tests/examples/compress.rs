//! Packs a folder into an archive on the server, and waits until the archive exists.
//!
//! ```sh
//! export PYDIO_URL=https://files.example.org PYDIO_USER=alice      # prompts for the password
//! cargo run --release -p pydio-tests --example compress -- my-files /photos photos.zip
//! ```
//!
//! The server responds immediately and packs in the background. This program waits for its task and
//! for the archive, and then checks that the archive contains everything the folder does.
//!
//! The exit status is 0 on success, 1 on failure, and 3 if the outcome is unknown: the server was
//! not reached, a proxy gave up waiting for it, or its response was incomplete.

use std::{env, error::Error as StdError, process::ExitCode, time::Duration};

#[path = "shared/account.rs"]
mod account;
#[path = "shared/ended.rs"]
pub mod ended;

pub use pydio::tasks::compress::{Options, Packed, run};

type Failed = Box<dyn StdError + Send + Sync>;

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
        limit: Duration::from_secs(3600),
    })
    .await
}
