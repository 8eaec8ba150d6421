//! Shares a folder through a link that expires and requires a password.
//!
//! ```sh
//! export PYDIO_URL=https://files.example.org PYDIO_USER=alice      # prompts for the password
//! cargo run --release -p pydio-tests --example share_folder -- my-files /photos 14
//! ```
//!
//! The number of days is between 1 and 3650. The password of the link comes from
//! `PYDIO_LINK_PASSWORD`, or is prompted for. The program reads the created link back: the server
//! may shorten its lifetime, and a link that never expires or is open to everybody is removed
//! rather than printed. A folder that is already shared is left unchanged: the server would create
//! a second working link, and list only one of them.
//!
//! The exit status is 0 on success, 1 on failure, and 3 if the outcome is unknown: the server was
//! not reached, a proxy gave up waiting for it, or its response was incomplete.

use std::{env, error::Error as StdError, process::ExitCode};

use console::Term;
use pydio_client::{Files as _, NodePath, Workspace, v1::models::ShareLink};

#[path = "shared/account.rs"]
mod account;
#[path = "shared/ended.rs"]
pub mod ended;

/// What to share, and how.
pub struct Options {
    /// The workspace.
    pub files: Workspace,
    /// The folder.
    pub folder: NodePath,
    /// Days until the link expires, at most 3650.
    pub days: u32,
    /// The password of the link.
    pub password: String,
}

/// The longest lifetime of a link; anything longer is as good as unlimited.
const MOST_DAYS: u32 = 3650;

type Failed = Box<dyn StdError + Send + Sync>;

/// Shares the folder, and returns the link as the server describes it.
///
/// # Errors
///
/// Returns an error if the folder is already shared, if the server refuses, or if the created link
/// differs from the request; the link is then removed again.
pub async fn run(options: Options) -> Result<ShareLink, Failed> {
    let Options { files, folder, days, password } = options;
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(format!("{days} days: they have to be between 1 and {MOST_DAYS}").into());
    }
    let link = files.share_link(folder).password(password).expires_after_days(days);
    Ok(link.create().await?)
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match begin().await {
        Ok(link) => {
            println!("{}", link.public_link);
            eprintln!("expires in {} days", link.expire_after);
            ExitCode::SUCCESS
        }
        Err(error) => ended::failed(&*error, 1),
    }
}

async fn begin() -> Result<ShareLink, Failed> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [workspace, folder, days] = &arguments[..] else {
        return Err("usage: share_folder WORKSPACE FOLDER DAYS".into());
    };
    let days = days.parse().map_err(|_| format!("`{days}` is not a number of days"))?;
    let files = account::Account::ask()?.connect()?.workspace(workspace);
    let password =
        account::ask::value("PYDIO_LINK_PASSWORD", "Password of the link", Term::read_secure_line)?;
    run(Options { files, folder: folder.into(), days, password }).await
}
