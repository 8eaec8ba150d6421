//! Compares a local folder with a folder of a workspace in both directions.
//!
//! ```sh
//! export PYDIO_URL=https://files.example.org PYDIO_USER=alice      # prompts for the password
//! cargo run --release -p pydio-tests --example mirror_check -- ./photos my-files /photos
//! ```
//!
//! Prints a line for each difference: `only here`, `only there`, `differs`. Compares files by size,
//! and by MD5 checksum if the server has `meta.filehasher`; changes nothing on either side. The
//! exit status is 0 if both are the same, 1 if they differ, 2 if the comparison failed. It does not
//! follow symbolic links: they are `only here`.

use std::{
    collections::BTreeMap,
    env,
    error::Error as StdError,
    fmt,
    fs::{self, File},
    io::{self, BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::ExitCode,
};

use md5::{Digest as _, Md5};
use pydio_client::{
    ErrorKind, NodePath, Workspace,
    v1::{access_fs, meta_filehasher},
};

#[path = "shared/account.rs"]
mod account;
#[path = "shared/elsewhere.rs"]
mod elsewhere;
#[path = "shared/shown.rs"]
mod shown;

use elsewhere::leads_elsewhere;
use shown::shown;

/// What to compare.
pub struct Options {
    /// The local folder.
    pub here: PathBuf,
    /// The workspace that contains the remote folder.
    pub files: Workspace,
    /// The remote folder.
    pub there: NodePath,
}

/// A difference, by the path relative to both folders.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Difference {
    /// The node exists only in the local folder.
    OnlyHere(String),
    /// The node exists only on the server.
    OnlyThere(String),
    /// The node exists on both sides and differs for the given reason.
    Differs(String, &'static str),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OnlyHere(path) => write!(f, "only here\t{}", shown(path)),
            Self::OnlyThere(path) => write!(f, "only there\t{}", shown(path)),
            Self::Differs(path, why) => write!(f, "differs\t{}\t{why}", shown(path)),
        }
    }
}

/// The result of a comparison.
#[derive(Debug)]
pub struct Comparison {
    /// The differences, ordered by path.
    pub differences: Vec<Difference>,
    /// The number of files and folders that both sides have.
    pub common: usize,
    /// Whether only sizes were compared because the server computes no checksums.
    pub is_by_size_alone: bool,
}

type Failed = Box<dyn StdError + Send + Sync>;

/// The kind of a node, with the size of a file.
#[derive(Debug, PartialEq, Eq)]
enum Kind {
    File(u64),
    Folder,
    Other,
}

/// Compares both folders.
///
/// # Errors
///
/// Returns an error if either side cannot be read completely: unread parts never count as equal.
pub async fn run(options: &Options) -> Result<Comparison, Failed> {
    let Options { here, files, there } = options;
    let mut local = BTreeMap::new();
    walk_here(here, "", &mut local)?;
    let (mut has_hashes, mut common) = (true, 0);
    let mut differences = Vec::new();
    for (path, kind) in walk_there(files, there).await? {
        let Some(own) = local.remove(&path) else {
            differences.push(Difference::OnlyThere(path));
            continue;
        };
        common += 1;
        let why = match (own, kind) {
            (Kind::File(own), Kind::File(other)) if own != other => Some("other size"),
            (Kind::File(_), Kind::File(_)) if has_hashes => {
                match hash_there(files, &there.join(&path)).await? {
                    Some(hash) => (checksum(&here.join(&path))? != hash).then_some("other content"),
                    None => {
                        has_hashes = false;
                        None
                    }
                }
            }
            (own, other) => (own != other).then_some("a file on one side, none on the other"),
        };
        differences.extend(why.map(|why| Difference::Differs(path, why)));
    }
    differences.extend(local.into_keys().map(Difference::OnlyHere));
    differences.sort_by(|a, b| path(a).cmp(path(b)));
    Ok(Comparison { differences, common, is_by_size_alone: !has_hashes })
}

fn path(difference: &Difference) -> &str {
    let (Difference::OnlyHere(path) | Difference::OnlyThere(path) | Difference::Differs(path, _)) =
        difference;
    path
}

fn walk_here(folder: &Path, below: &str, found: &mut BTreeMap<String, Kind>) -> io::Result<()> {
    let entries = fs::read_dir(folder)
        .map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", folder.display())))?;
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().into_string().map_err(|name| {
            io::Error::other(format!("{} is not UTF-8", Path::new(&name).display()))
        })?;
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        let data = entry.metadata()?;
        if data.is_dir() {
            walk_here(&entry.path(), &path, found)?;
        }
        let kind = match (data.is_dir(), data.is_file()) {
            (true, _) => Kind::Folder,
            (_, true) => Kind::File(data.len()),
            _ => Kind::Other,
        };
        found.insert(path, kind);
    }
    Ok(())
}

/// Walks folder by folder: a recursive listing silently omits everything after the first page of a
/// folder.
async fn walk_there(files: &Workspace, root: &NodePath) -> Result<BTreeMap<String, Kind>, Failed> {
    let mut found = BTreeMap::new();
    let mut left = vec![String::new()];
    while let Some(below) = left.pop() {
        let folder = if below.is_empty() { root.clone() } else { root.join(&below) };
        let first = files.call(access_fs::ls(&folder).options("al")).await?;
        let (mut nodes, pagination) = (first.nodes, first.pagination.unwrap_or_default());
        for page in 2..=pagination.total {
            let page = access_fs::ls(&folder).options("al").page(u32::try_from(page)?);
            nodes.extend(files.call(page).await?.nodes);
        }
        if first.pagination.is_some() && nodes.len() as u64 != pagination.count {
            return Err(
                format!("{} of {} nodes in {folder} came", nodes.len(), pagination.count).into()
            );
        }
        for node in nodes {
            if leads_elsewhere(&node, &folder) {
                let (name, path) = (node.label(), node.path());
                return Err(format!(
                    "the server lists `{name}` in {folder} with the path {path}, which is not its \
                     own"
                )
                .into());
            }
            let name = node.path().name().to_owned();
            let path = if below.is_empty() { name } else { format!("{below}/{name}") };
            let kind = match (node.is_file(), node.size()) {
                (false, _) => Kind::Folder,
                (true, Some(size)) => Kind::File(size),
                (true, None) => return Err(format!("the server tells no size of {path}").into()),
            };
            if kind == Kind::Folder {
                left.push(path.clone());
            }
            found.insert(path, kind);
        }
    }
    Ok(found)
}

/// Returns the MD5 checksum of a file on the server, or `None` if no plugin computes it.
async fn hash_there(files: &Workspace, path: &NodePath) -> Result<Option<String>, Failed> {
    match files.call(meta_filehasher::stat_hash(path)).await {
        Ok(stat) => {
            let hash = stat.one().and_then(|stat| stat.hash);
            hash.map(Some).ok_or_else(|| format!("{path} went away meanwhile").into())
        }
        Err(error) if error.kind() == ErrorKind::UnknownAction => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn checksum(file: &Path) -> io::Result<String> {
    let (mut file, mut digest) = (BufReader::new(File::open(file)?), Md5::new());
    loop {
        let chunk = file.fill_buf()?;
        if chunk.is_empty() {
            return Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect());
        }
        digest.update(chunk);
        let length = chunk.len();
        file.consume(length);
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match begin().await {
        Ok(Comparison { differences, common, is_by_size_alone }) => {
            differences.iter().for_each(|difference| println!("{difference}"));
            eprintln!("on both sides: {common}, differences: {}", differences.len());
            if is_by_size_alone {
                eprintln!("compared by size alone: the server computes no checksums");
            }
            ExitCode::from(u8::from(!differences.is_empty()))
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

async fn begin() -> Result<Comparison, Failed> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [here, workspace, there] = &arguments[..] else {
        return Err("usage: mirror_check FOLDER WORKSPACE FOLDER-THERE".into());
    };
    let files = account::Account::ask()?.connect()?.workspace(workspace);
    run(&Options { here: here.into(), files, there: there.into() }).await
}
