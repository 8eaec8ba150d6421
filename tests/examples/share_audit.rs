//! Lists the links of all users that have expired, never expire, or are open to everybody.
//!
//! ```sh
//! export PYDIO_URL=https://files.example.org PYDIO_USER=admin      # prompts for the password
//! cargo run --release -p pydio-tests --example share_audit
//! cargo run --release -p pydio-tests --example share_audit -- --clear-expired
//! ```
//!
//! Changes nothing, unless `--clear-expired` makes the server remove the expired links; the program
//! then reads the remaining ones again. The exit status is 0 if there are no findings, 1 if there
//! are, and 2 if a share could not be read and the list is therefore incomplete. It is 3 if the
//! server was not reached, a proxy gave up waiting for it, or its response was incomplete.

use std::{env, error::Error as StdError, process::ExitCode};

#[path = "shared/account.rs"]
mod account;
#[path = "shared/ended.rs"]
pub mod ended;

pub use pydio::tasks::shares::{Audit, Finding, clear_expired, run};

type Failed = Box<dyn StdError + Send + Sync>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match begin().await {
        Ok(audit) => {
            audit.links.iter().for_each(|link| println!("{link}"));
            audit
                .unknown
                .iter()
                .for_each(|(share, why)| eprintln!("NOT LOOKED AT: {share}: {why}"));
            let [shares, links] = [audit.shares, audit.links.len()];
            eprintln!("shares: {shares}, links to see to: {links}");
            match (audit.unknown.is_empty(), audit.links.is_empty()) {
                (false, _) => ExitCode::from(2),
                (true, false) => ExitCode::from(1),
                (true, true) => ExitCode::SUCCESS,
            }
        }
        Err(error) => ended::failed(&*error, 2),
    }
}

async fn begin() -> Result<Audit, Failed> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let clears = arguments == ["--clear-expired"];
    if !clears && !arguments.is_empty() {
        return Err("usage: share_audit [--clear-expired]".into());
    }
    let pydio = account::Account::ask()?.connect()?;
    if clears {
        clear_expired(&pydio).await?;
    }
    run(&pydio).await
}
