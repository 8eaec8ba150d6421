//! Creates users from a CSV file, with an optional dry run.
//!
//! ```sh
//! export PYDIO_URL=https://files.example.org PYDIO_USER=admin      # prompts for the password
//! cargo run --release -p pydio-tests --example provision -- people.csv            # only shows
//! cargo run --release -p pydio-tests --example provision -- people.csv --apply    # does it
//! ```
//!
//! The file begins with the line `login,password,group,display_name,email`; `group` is a path such
//! as `/staff/paris`, or empty for none. The program creates missing groups. Existing users keep
//! their data; it adds a missing name or address, unless their group or other data differs from the
//! file: those it reports as failed. It checks the whole file before it sends
//! anything: one invalid line stops the run. Keep the file private, and have users change their
//! passwords: Pydio sends no invitation to users created this way.
//!
//! Most servers do not distinguish groups whose names differ only by case. The program therefore
//! also refuses a file that has both `/staff` and `/Staff`, or one of them if the server lists the
//! other.
//!
//! Finally it reads back what it changed, and reports those users whose group, name or address differs from the
//! file as failed.
//!
//! The exit status is 0 if every user of the file exists on the server as described, or would after
//! a real run; 1 if something failed for some users, which you can fix by running it again; 2 if
//! nothing was done.

use std::{env, error::Error as StdError, fs::File, process::ExitCode};

#[path = "shared/account.rs"]
mod account;

pub use pydio::tasks::provision::{Report, run};

type Failed = Box<dyn StdError + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match begin().await {
        Ok((report, is_dry)) => {
            let done = if is_dry { "would make" } else { "made" };
            report.groups.iter().for_each(|group| println!("{done} the group {group}"));
            report.made.iter().for_each(|login| println!("{done} {login}"));
            let completed = if is_dry { "would complete" } else { "completed" };
            report.updated.iter().for_each(|login| println!("{completed} {login}"));
            report.kept.iter().for_each(|login| println!("already exists: {login}"));
            report.failed.iter().for_each(|(who, why)| eprintln!("FAILED {who}: {why}"));
            let Report { groups, made, updated, kept, failed } = &report;
            eprintln!(
                "users: {done} {}, {completed} {}, {} there already; groups: {done} {}; failed: {}",
                made.len(),
                updated.len(),
                kept.len(),
                groups.len(),
                failed.len(),
            );
            if is_dry {
                eprintln!("nothing was done yet: `--apply` does it");
            }
            ExitCode::from(u8::from(!report.failed.is_empty()))
        }
        Err(error) => {
            eprintln!("nothing was done:\n{error}");
            ExitCode::from(2)
        }
    }
}

async fn begin() -> Result<(Report, bool), Failed> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let (file, is_dry) = match &arguments[..] {
        [file] => (file, true),
        [file, apply] if apply == "--apply" => (file, false),
        _ => return Err("usage: provision FILE.csv [--apply]".into()),
    };
    let opened = File::open(file).map_err(|error| format!("{file}: {error}"))?;
    let pydio = account::Account::ask()?.connect()?;
    Ok((run(&pydio, opened, is_dry).await?, is_dry))
}
