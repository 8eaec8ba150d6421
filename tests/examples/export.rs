//! Exports everything from a Pydio before you leave it.
//!
//! ```sh
//! export PYDIO_URL=https://files.example.org PYDIO_USER=admin      # prompts for the password
//! cargo run --release -p pydio-tests --example export -- ./export
//! ```
//!
//! Writes the following below the given folder:
//!
//! | | |
//! |---|---|
//! | `users.jsonl`, `groups.jsonl`, `workspaces.jsonl` | one JSON object per line with all that the server returns; a user has the path of their `group`, or null if it is unknown |
//! | `roles.jsonl` | every role, including those of a single group or user |
//! | `shares.jsonl` | each share as it is listed, with its links, people and dates below `details` |
//! | `metadata.jsonl` | every file and folder, with the metadata that plugins store |
//! | `comments.jsonl` | every comment |
//! | `files/{workspace}/…` | the files, with their modification times |
//! | `summary.json` | the counts, and what could not be read |
//!
//! Most servers do not distinguish groups whose names differ only by case, such as `/staff` and
//! `/Staff`: they list the users and groups of both for each. The program looks up the group of
//! each such user, and reports it as missing if it remains unknown.
//!
//! You can run it again after an interruption: it does not download unchanged files twice. It
//! compares every file with the server by size, and by MD5 checksum if the server has
//! `meta.filehasher`; it checks the length of every list. The exit status is 0 only if nothing is
//! missing. A user who is not an administrator exports nothing.
//!
//! REST does not show an administrator the personal files of other users. Each personal workspace
//! therefore counts as missing, unless you pass `--without-others` to state that you handle them
//! separately: mirror `my-files` as each user, or copy the data folder of the server. Hidden files
//! (`.name`) appear in no listing and are not copied.

use std::{env, error::Error as StdError, process::ExitCode, time::Duration};

use indicatif::{ProgressBar, ProgressStyle};

#[path = "shared/account.rs"]
mod account;
#[path = "shared/shown.rs"]
mod shown;

pub use pydio::tasks::export::{Options, Report, run};
use shown::shown;

type Failed = Box<dyn StdError + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match begin().await {
        Ok(report) => {
            for (kind, count) in &report.counts {
                println!("{count:>12} {kind}");
            }
            for note in &report.notes {
                eprintln!("left out: {}", shown(note));
            }
            for missing in &report.missing {
                eprintln!("MISSING: {}", shown(missing));
            }
            match report.missing.len() {
                0 => eprintln!("the export is complete"),
                many => eprintln!("NOT COMPLETE: {many} missing; another run fetches only those"),
            }
            ExitCode::from(u8::from(!report.missing.is_empty()))
        }
        Err(error) => {
            eprintln!("NOT COMPLETE: {error}");
            ExitCode::from(2)
        }
    }
}

async fn begin() -> Result<Report, Failed> {
    let (flags, folders): (Vec<String>, Vec<String>) =
        env::args().skip(1).partition(|argument| argument.starts_with("--"));
    let without_others = flags == ["--without-others"];
    let ([folder], true) = (&folders[..], flags.is_empty() || without_others) else {
        return Err("usage: export FOLDER [--without-others]".into());
    };
    let pydio = account::Account::ask()?.connect()?;
    // Limit the message to the terminal width: a wrapped line would not be cleared.
    let style = "{spinner} {bytes} {wide_msg}";
    let progress = ProgressBar::new_spinner().with_style(ProgressStyle::with_template(style)?);
    progress.enable_steady_tick(Duration::from_millis(100));
    run(Options { pydio, folder: folder.into(), without_others, progress }).await
}
