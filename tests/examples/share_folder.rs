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

use std::{env, error::Error as StdError, process::ExitCode, time::Duration};

use console::Term;
use pydio_client::{
    ErrorKind, NodePath, Workspace,
    v1::{action_share, models::ShareLink},
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

/// What to share, and how.
pub struct Options {
    /// The workspace.
    pub files: Workspace,
    /// The folder.
    pub folder: NodePath,
    /// Days until the link expires, at most 3650.
    pub days: i64,
    /// The password of the link.
    pub password: String,
}

/// The longest lifetime of a link; anything longer is as good as unlimited.
const MOST_DAYS: i64 = 3650;

/// How long to wait before reading the link again.
const PAUSE: Duration = Duration::from_millis(300);

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
    if password.is_empty() {
        return Err("the link needs a password".into());
    }
    match files.call(action_share::load_shared_element_data(&folder)).await {
        // The server reports an unshared folder this way.
        Err(error) if error.kind() == ErrorKind::Server => {}
        Err(error) => return Err(error.into()),
        Ok(shared) => {
            let links: Vec<_> = shared.links.into_values().map(|link| link.public_link).collect();
            let links = links.join(", ");
            return Err(format!("{folder} is shared already, with the links: {links}").into());
        }
    }
    let call = action_share::share(action_share::SimpleShareType::Private, &folder)
        .guest_user_pass(password)
        .expiration(days)
        .simple_right_read(true)
        .simple_right_download(true);
    let link = made(&files, &folder, call).await?;
    if link.has_password == Some(true) && (1..=days).contains(&link.expire_after) {
        return Ok(link);
    }
    let why = "the server made a link without password or end";
    let gone = files.call(action_share::unshare(&folder).element_id(link.hash)).await;
    match gone {
        Ok(_) => Err(format!("{why}; it was removed again").into()),
        Err(error) => {
            let why = format!("{why}, and {} may still be there", link.public_link);
            Err(Explained::new(why, error).into())
        }
    }
}

/// Shares a folder that is not shared, and reads the result back. If the response is lost, the
/// server may still have created the link: then it is the only one.
async fn made(
    files: &Workspace,
    folder: &NodePath,
    call: action_share::Share,
) -> Result<ShareLink, Failed> {
    let answer = files.call(call).await;
    let lost = match &answer {
        Err(error) if error.may_be_done() => Some(error.clone()),
        _ => None,
    };
    let address = if lost.is_some() { None } else { Some(answer?.0.trim().to_owned()) };
    let shared = async || files.call(action_share::load_shared_element_data(folder)).await;
    let links = match (read_back(PAUSE, shared).await, lost) {
        (Ok(shared), _) => shared.links,
        // The folder is not shared.
        (Err(error), Some(lost)) if error.kind() == ErrorKind::Server => return Err(lost.into()),
        (Err(error), lost) => {
            let why = format!("{folder} may be shared, see to it");
            return Err(Explained::new(why, lost.unwrap_or(error)).into());
        }
    };
    let is_it = |link: &ShareLink| address.as_ref().is_none_or(|made| *made == link.public_link);
    let link = links.into_values().find(is_it);
    link.ok_or_else(|| {
        let address = address.unwrap_or_else(|| "of an unknown address".to_owned());
        format!(
            "the link {address} is in no list, and may work: the call may have arrived twice. Unshare \
             {folder}, and see whether it still opens"
        )
        .into()
    })
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
