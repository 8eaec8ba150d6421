//! Finds out why a server refuses a user: it reports most reasons with the same status, 401.
//!
//! ```sh
//! export PYDIO_URL=https://files.example.org PYDIO_USER=alice      # prompts for the password
//! cargo run --release -p pydio-tests --example why_401 -- my-files
//! ```
//!
//! Reports whether the workspace can be listed, and if not, the reason as far as it is visible to a
//! client: wrong password, header lost on the way, locked out, missing right, no URL rewriting, no
//! Pydio, a server in front. It distinguishes a wrong password from a lost header by a login on a
//! session: a wrong password then counts as two failed logins, and the third locks out the address.
//! If the server is not reached, it reports whether the certificate is the reason. The exit status
//! is 0 if the user is let in, 1 if not, and 2 if that could not be determined.

use std::{env, error::Error as StdError, process::ExitCode};

use pydio_client::{Diagnosis, Error, ErrorKind, Pydio, v1::access_fs};

#[path = "shared/account.rs"]
mod account;

/// The outcome of the attempt.
#[derive(Debug)]
pub enum Outcome {
    /// The workspace was listed, with this many nodes on the first page.
    Works(usize),
    /// The workspace was not listed: the server's error, and its cause.
    Refused(Error, Diagnosis),
}

impl Outcome {
    /// The exit status.
    pub fn status(&self) -> u8 {
        match self {
            Self::Works(_) => 0,
            // The cause is unrelated to access: the user may well be let in.
            Self::Refused(error, _) if error.may_be_done() || error.kind() == ErrorKind::Status => {
                2
            }
            Self::Refused(..) => 1,
        }
    }
}

/// Lists a workspace, and diagnoses the failure if that fails.
///
/// # Errors
///
/// Returns an error if the cause cannot be determined.
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
