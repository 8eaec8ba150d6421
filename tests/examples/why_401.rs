//! Finds out why a server does not let a user in: one status, 401, stands for most reasons.
//!
//! ```sh
//! export PYDIO_URL=https://files.example.org PYDIO_USER=alice      # the password is asked for
//! cargo run --release -p pydio-tests --example why_401 -- my-files
//! ```
//!
//! Says whether the workspace can be listed, and if not, why, as far as it can be told from
//! outside: wrong password, header lost on the way, locked out, no right, no URL rewriting, no
//! Pydio, a server in front. A wrong password is told from a lost header by a login on a session:
//! one that is wrong counts as a failed login twice, and the third locks the address out. Where the
//! server is not reached, it says whether its certificate is the reason. The exit status is 0 when the
//! user is let in, 1 when not, and 2 when that was not found out.

use std::{env, error::Error as StdError, process::ExitCode};

use pydio_client::{Diagnosis, Error, ErrorKind, Pydio, v1::access_fs};

#[path = "shared/account.rs"]
mod account;

/// What became of the attempt.
#[derive(Debug)]
pub enum Outcome {
    /// The workspace was listed, with that many nodes on the first page.
    Works(usize),
    /// It was not, with what the server said and what is behind that.
    Refused(Error, Diagnosis),
}

impl Outcome {
    /// The exit status.
    pub fn status(&self) -> u8 {
        match self {
            Self::Works(_) => 0,
            // The reason is none that was looked for: the user may well be let in.
            Self::Refused(error, _) if error.may_be_done() || error.kind() == ErrorKind::Status => {
                2
            }
            Self::Refused(..) => 1,
        }
    }
}

/// Tries to list a workspace, and looks into the reason when that fails.
///
/// # Errors
///
/// When the reason cannot be found out.
pub async fn run(pydio: &Pydio, workspace: &str) -> Result<Outcome, Error> {
    match pydio.workspace(workspace).call(access_fs::ls("/")).await {
        Ok(listing) => Ok(Outcome::Works(listing.nodes.len())),
        Err(error) => {
            let diagnosis = pydio.diagnose_by_login(&error).await?;
            Ok(Outcome::Refused(error, diagnosis))
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match begin().await {
        Ok(outcome) => {
            match &outcome {
                Outcome::Works(nodes) => println!("it works: {nodes} nodes"),
                Outcome::Refused(error, diagnosis) => println!("{error}\n{diagnosis}"),
            }
            ExitCode::from(outcome.status())
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

async fn begin() -> Result<Outcome, Box<dyn StdError>> {
    let workspace = env::args().nth(1).ok_or("usage: why_401 WORKSPACE")?;
    let pydio = account::Account::ask()?.connect()?;
    Ok(run(&pydio, &workspace).await?)
}
