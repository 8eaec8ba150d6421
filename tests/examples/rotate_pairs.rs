//! Replaces the key pair of a program with a new one, and can revoke all others of the user.
//!
//! ```sh
//! export PYDIO_URL=https://files.example.org PYDIO_USER=alice      # prompts for the password
//! cargo run --release -p pydio-tests --example rotate_pairs -- pairs.json backup.laptop
//! cargo run --release -p pydio-tests --example rotate_pairs -- pairs.json backup.laptop --revoke-others
//! cargo run --release -p pydio-tests --example rotate_pairs -- pairs.json backup.laptop --on-session
//! ```
//!
//! The file is the one of the program's `FileStore`. A running program picks up the new pair
//! automatically: it reads the store again when its own pair is refused. The new pair is stored
//! before the old one stops working, and tested with a call before any other pair is revoked.
//! `--on-session` creates it on a session, for web servers that do not pass the password to the
//! API.
//!
//! The exit status is 0 on success, 1 on failure, and 3 if the outcome is unknown: the server was
//! not reached, a proxy gave up waiting for it, or its response was incomplete.

use std::{env, error::Error as StdError, path::PathBuf, process::ExitCode};

use pydio_client::{
    Error, Pydio,
    keystore::{FileStore, KeyPair, KeyPairId, KeyPairInfo, KeyPairStore as _},
};

#[path = "shared/account.rs"]
mod account;
#[path = "shared/ended.rs"]
pub mod ended;
use pydio::tasks::Explained;
use pydio_runtime::tasks::read_back;

pub use account::Account;

/// Which pair to replace.
pub struct Options {
    /// The user.
    pub account: Account,
    /// The file that the program stores its pair in.
    pub file: PathBuf,
    /// The device name that the program uses.
    pub device: String,
    /// Whether to revoke all other pairs of the user.
    pub revoke_others: bool,
    /// Whether to create the pair on a session, rather than over REST.
    pub on_session: bool,
}

/// The result of a rotation.
#[derive(Debug, PartialEq, Eq)]
pub struct Report {
    /// The devices whose pairs were revoked.
    pub revoked: Vec<String>,
    /// The devices that still have a pair.
    pub left: Vec<String>,
}

type Failed = Box<dyn StdError + Send + Sync>;

/// Creates a new pair, stores it, tests it, and revokes the others if requested.
///
/// # Errors
///
/// Returns an error if the server issues no pairs, the file cannot be written, or the new pair is
/// refused (nothing is revoked then), or if a pair that should be revoked still exists.
pub async fn run(options: Options) -> Result<Report, Failed> {
    let Options { account, file, device, revoke_others, on_session } = options;
    let by_password = account.connect()?;
    // If a response is lost, another pair for the device replaces the unknown one.
    let pair = read_back(|| {
        Box::pin(async {
            match on_session {
                true => on_a_session(&by_password, &account, &device).await,
                false => by_password.key_pairs().generate(&device).await,
            }
        })
    });
    let pair = pair.await?.ok_or("the server gives out no key pairs")?;
    let server = format!("{}/", account.url.trim_end_matches('/'));
    FileStore::new(file).save(&KeyPairId::new(server, &*account.login, &*device), &pair)?;

    let pydio = Pydio::builder(&account.url).key_pair(pair).build()?;
    let pairs = || read_back(|| Box::pin(async { pydio.key_pairs().list().await }));
    let is_wanted = |other: &KeyPairInfo| !revoke_others || other.device.as_ref() == Some(&device);
    let others: Vec<_> = pairs().await?.into_iter().filter(|other| !is_wanted(other)).collect();
    let mut failed = None;
    for other in &others {
        failed = pydio.key_pairs().revoke(&other.token).await.err().or(failed);
    }
    let left = pairs().await?;
    let name = |pair: &KeyPairInfo| pair.device.clone().unwrap_or_else(|| "no device".to_owned());
    if let Some(other) = left.iter().find(|other| !is_wanted(other)) {
        let why = format!("the pair of `{}` is still there", name(other));
        return Err(match failed {
            Some(error) => Explained::new(why, error).into(),
            None => why.into(),
        });
    }
    let (revoked, left) = (others.iter().map(name).collect(), left.iter().map(name).collect());
    let report = Report { revoked, left };
    match report.left.contains(&device) {
        true => Ok(report),
        false => Err("the server does not list the new pair".into()),
    }
}

async fn on_a_session(
    pydio: &Pydio,
    account: &Account,
    device: &str,
) -> Result<Option<KeyPair>, Error> {
    let session = pydio.session().login(&account.login, account.password.as_str()).await?;
    let pair = session.generate_key_pair(device).await;
    // A session that is not closed expires automatically.
    let _ = session.logout().await;
    pair
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match begin().await {
        Ok(Report { revoked, left }) => {
            revoked.iter().for_each(|device| println!("revoked: {device}"));
            left.iter().for_each(|device| println!("left: {device}"));
            ExitCode::SUCCESS
        }
        Err(error) => ended::failed(&*error, 1),
    }
}

const USAGE: &str = "usage: rotate_pairs FILE DEVICE [--revoke-others] [--on-session]";

async fn begin() -> Result<Report, Failed> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let has = |flag: &str| arguments.iter().skip(2).any(|argument| argument == flag);
    let (revoke_others, on_session) = (has("--revoke-others"), has("--on-session"));
    let expected = 2 + usize::from(revoke_others) + usize::from(on_session);
    let [file, device, ..] = &arguments[..] else { return Err(USAGE.into()) };
    if arguments.len() != expected {
        return Err(USAGE.into());
    }
    let (account, file, device) = (Account::ask()?, file.into(), device.clone());
    run(Options { account, file, device, revoke_others, on_session }).await
}
