//! Runs nightly maintenance through the server's command line: removes expired links, empties the
//! recycle bins, and updates the search index.
//!
//! ```sh
//! # run as the web server's user on the server itself; prompts for the password unless it is set
//! export PYDIO_SCRIPT=/var/www/pydio/cmd.php PYDIO_USER=admin
//! cargo run --release -p pydio-tests --example nightly -- my-files common
//! ```
//!
//! The first workspace is the personal one, which the program processes for every user; the others
//! are shared, and processed once. Unlike over HTTP, every action here runs to completion. The
//! program lists the bins afterwards; nothing reports what happened to the index. A failure for one
//! user does not stop the rest: it is printed, and the exit status is 1.

use std::{env, error::Error as StdError, process::ExitCode, time::Duration};

use console::Term;
use pydio_client::{
    Error,
    cmd::{CommandLine, CommandResult},
    response::Listing,
    v1::{access_fs, action_share, core_index},
};

#[path = "shared/ask.rs"]
mod ask;

/// What to maintain.
pub struct Options {
    /// The command line of an administrator.
    pub cmd: CommandLine,
    /// A workspace of which each user has a separate copy.
    pub personal: String,
    /// Workspaces shared by all users.
    pub shared: Vec<String>,
}

/// The result of a run.
#[derive(Debug, Default)]
pub struct Report {
    /// One line per completed step.
    pub done: Vec<String>,
    /// One line per failure.
    pub failed: Vec<String>,
}

impl Report {
    fn note<T>(&mut self, what: String, result: Result<T, Error>) {
        match result {
            Ok(_) => self.done.push(what),
            Err(error) => self.failed.push(format!("{what}: {error}")),
        }
    }

    fn note_each<T>(&mut self, what: &str, results: Result<Vec<CommandResult<T>>, Error>) {
        match results {
            Err(error) => self.failed.push(format!("{what}: {error}")),
            Ok(results) => {
                for result in results {
                    self.note(format!("{what} of {}", place(&result)), result.result);
                }
            }
        }
    }

    /// Records which bins were emptied, judging by their current content.
    fn note_bins<T>(
        &mut self,
        emptied: Result<Vec<CommandResult<T>>, Error>,
        left: Result<Vec<CommandResult<Listing>>, Error>,
    ) {
        let (emptied, left) = match (emptied, left) {
            (Ok(emptied), Ok(left)) => (emptied, left),
            (Err(error), _) | (_, Err(error)) => {
                return self.failed.push(format!("recycle bin: {error}"));
            }
        };
        for result in emptied {
            let place = place(&result);
            let what = format!("recycle bin of {place}");
            let now = left.iter().find(|left| self::place(left) == place);
            let nodes = now.map(|now| now.result.as_ref().map(|listing| listing.nodes.len()));
            match (result.result, nodes) {
                (Err(error), _) => self.failed.push(format!("{what}: {error}")),
                (Ok(_), Some(Ok(0))) => self.done.push(what),
                (Ok(_), Some(Ok(n))) => self.failed.push(format!("{what}: {n} nodes are left")),
                (Ok(_), Some(Err(error))) => {
                    self.failed.push(format!("{what}: whether it is empty is not known: {error}"));
                }
                (Ok(_), None) => self.failed.push(format!("{what}: it was not listed afterwards")),
            }
        }
    }
}

fn place<T>(result: &CommandResult<T>) -> String {
    let workspace = result.workspace_label.as_deref().unwrap_or("no workspace");
    format!("{} in {workspace}", result.user)
}

/// Runs all steps, and reports the result of each.
pub async fn run(options: &Options) -> Report {
    let Options { cmd, personal, shared } = options;
    let mut report = Report::default();
    let links = cmd.workspace("settings").call(action_share::sharelist_clear_expired()).await;
    report.note("expired links".to_owned(), links);
    let everybody = cmd.clone().for_all_users().workspace(&**personal);
    let emptied = everybody.call(access_fs::empty_recycle()).await;
    report.note_bins(emptied, everybody.call(access_fs::ls("/recycle_bin")).await);
    report.note_each("index", everybody.call(core_index::index("/")).await);
    if !shared.is_empty() {
        let all = cmd.workspaces(shared);
        let emptied = all.call(access_fs::empty_recycle()).await;
        report.note_bins(emptied, all.call(access_fs::ls("/recycle_bin")).await);
        report.note_each("index", all.call(core_index::index("/")).await);
    }
    report
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match begin().await {
        Ok(report) => {
            report.done.iter().for_each(|line| println!("{line}"));
            report.failed.iter().for_each(|line| eprintln!("FAILED {line}"));
            ExitCode::from(u8::from(!report.failed.is_empty()))
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

async fn begin() -> Result<Report, Box<dyn StdError + Send + Sync>> {
    let mut workspaces: Vec<String> = env::args().skip(1).collect();
    if workspaces.is_empty() {
        return Err("usage: nightly PERSONAL-WORKSPACE [SHARED-WORKSPACE ...]".into());
    }
    let personal = workspaces.remove(0);
    let script = ask::value("PYDIO_SCRIPT", "Path of cmd.php", Term::read_line)?;
    let login = ask::value("PYDIO_USER", "Login", Term::read_line)?;
    let password = ask::value("PYDIO_PASSWORD", "Password", Term::read_secure_line)?;
    let cmd = CommandLine::builder(script)
        .login(login, password)
        .timeout(Duration::from_secs(6 * 3600))
        .build()?;
    Ok(run(&Options { cmd, personal, shared: workspaces }).await)
}
