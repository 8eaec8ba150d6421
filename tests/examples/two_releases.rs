//! Lists a folder on a Pydio 6.4.2 and on an 8.2.5 in one program, each with the bindings of its
//! release, and shows what only one of them has: after a migration, for one.
//!
//! ```sh
//! export PYDIO_USER=alice                                          # prompts for the password
//! cargo run --release -p pydio-tests --example two_releases -- \
//!     https://old.example.org https://new.example.org my-files /photos
//! ```
//!
//! The user and the password are those of both servers. Prints a line for each node that is missing
//! or has another size on one side. The exit status is 0 if both folders list the same, 1 if they
//! differ, and 2 if one of them could not be listed.
//!
//! The bindings of both releases use one runtime: connections, errors and listings are of the same
//! types, so that the functions below take either. Your own program depends on one generated crate
//! for each release.

use std::{collections::BTreeMap, env, error::Error as StdError, fmt, process::ExitCode};

use console::Term;
use pydio_client::{Error, NodePath, Pydio, RestCall, Workspace, response::Listing, v1::access_fs};
use pydio_releases::v6_4_2;

#[path = "shared/ask.rs"]
mod ask;
#[path = "shared/shown.rs"]
mod shown;

use ask::value;
use shown::shown;

/// What a folder lists: the size of each file by its name, `None` for a folder.
type Names = BTreeMap<String, Option<u64>>;

/// A node that both servers do not list alike.
#[derive(Debug, PartialEq, Eq)]
pub enum Difference {
    /// Only the old server has it.
    OnlyOld(String),
    /// Only the new server has it.
    OnlyNew(String),
    /// Both have it, with another size, or as a file and as a folder.
    Differs(String),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OnlyOld(name) => write!(f, "only old\t{}", shown(name)),
            Self::OnlyNew(name) => write!(f, "only new\t{}", shown(name)),
            Self::Differs(name) => write!(f, "differs\t{}", shown(name)),
        }
    }
}

/// Lists the folder on both servers.
///
/// # Errors
///
/// Returns an error if a folder cannot be listed completely.
pub async fn run(
    old: &Workspace,
    new: &Workspace,
    folder: &NodePath,
) -> Result<Vec<Difference>, Error> {
    // The default options of 6.4.2 are the full list, those of 8.2.5 leave sizes out.
    let old = names(old, v6_4_2::v1::access_fs::ls(folder).options("al")).await?;
    let new = names(new, access_fs::ls(folder).options("al")).await?;
    Ok(compare(old, new))
}

/// Lists a folder by the `ls` of any release.
async fn names<C>(files: &Workspace, ls: C) -> Result<Names, Error>
where
    C: RestCall<Response = Listing>,
{
    let (mut nodes, mut names) = (files.nodes(ls), Names::new());
    while let Some(node) = nodes.next().await? {
        let size = if node.is_file() { node.size() } else { None };
        names.insert(node.path().name().to_owned(), size);
    }
    Ok(names)
}

fn compare(old: Names, mut new: Names) -> Vec<Difference> {
    let mut differences = Vec::new();
    for (name, size) in old {
        match new.remove(&name) {
            None => differences.push(Difference::OnlyOld(name)),
            Some(other) if other != size => differences.push(Difference::Differs(name)),
            Some(_) => {}
        }
    }
    differences.extend(new.into_keys().map(Difference::OnlyNew));
    differences
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match begin().await {
        Ok(differences) => {
            differences.iter().for_each(|difference| println!("{difference}"));
            ExitCode::from(u8::from(!differences.is_empty()))
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

async fn begin() -> Result<Vec<Difference>, Box<dyn StdError>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [old, new, workspace, folder] = &arguments[..] else {
        return Err("usage: two_releases OLD-ADDRESS NEW-ADDRESS WORKSPACE FOLDER".into());
    };
    let login = value("PYDIO_USER", "Login", Term::read_line)?;
    let password = value("PYDIO_PASSWORD", "Password", Term::read_secure_line)?;
    let connect = |address: &str| Pydio::builder(address).login(&login, password.as_str()).build();
    let (old, new) = (connect(old)?.workspace(workspace), connect(new)?.workspace(workspace));
    Ok(run(&old, &new, &folder.as_str().into()).await?)
}
