//! Makes a folder like another one, on the server or here.

mod check;
mod down;
mod lock;
mod up;

use std::{collections::BTreeMap, time::Duration};

use futures_util::{Stream, StreamExt as _, stream};
use pydio_cli::Failed;
use pydio_client::{NodePath, Workspace};
use serde_json::json;

use crate::{
    context::Output,
    filter::Filter,
    hashes::{self, Hashes},
    reach::Reach,
    summary::Summary,
    tree::{Kind, Problem, Tree, is_in, node},
};

pub(crate) use check::Check;
pub(crate) use down::{Down, STAGING};
pub(crate) use lock::Lock;
pub(crate) use up::Up;

/// How a folder is mirrored.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) is_dry: bool,
    pub(crate) compare: Compare,
    pub(crate) deletes: bool,
    pub(crate) filter: Filter,
    pub(crate) transfers: usize,
    /// The size of one request of an upload, in bytes, unless the default is right.
    pub(crate) part_size: Option<u64>,
    pub(crate) output: Output,
}

/// How files of equal size are compared before a transfer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compare {
    /// By the time of their last change, and by checksum if it differs.
    Times,
    /// By checksum, if the server computes one, and otherwise by time.
    ChecksumsIfKnown,
    /// By checksum; a server that computes none is an error.
    Checksums,
}

/// What every mirror counts, also one that only shows what it would do.
const COUNTS: &[&str] = &[
    "bytes",
    "bytes unchanged",
    "deleted",
    "files",
    "files compared by size alone",
    "files compared by size and time alone",
    "files sent, not verified",
    "files unchanged",
    "files whose time could not be set",
    "folders created",
];

impl Options {
    /// Returns an empty summary of a run.
    fn summary(&self) -> Summary {
        Summary::with_counts(COUNTS).dry(self.is_dry)
    }

    /// Counts what was deleted, and prints it where transfers are printed.
    fn deleted(&self, path: &str, summary: &mut Summary) {
        summary.add("deleted", 1);
        if self.output.is_json
            && let Err(failed) = self.output.line("", || json!({ "deleted": path }))
        {
            summary.problem(Problem::new(path, &failed));
        }
    }

    /// Prints what a run would do, and counts it.
    fn plan(&self, what: Planned, path: &str, summary: &mut Summary) -> Result<(), Failed> {
        let (verb, count) = match what {
            Planned::Create => ("create", "folders created"),
            Planned::Download => ("download", "files"),
            Planned::Upload => ("upload", "files"),
            Planned::Delete => ("delete", "deleted"),
        };
        summary.add(count, 1);
        let text = format!("{verb}\t{}", pydio_cli::shown(path));
        self.output.line(&text, || json!({ "would": verb, "path": path }))
    }
}

/// What a dry run shows.
#[derive(Clone, Copy, Debug)]
enum Planned {
    Create,
    Download,
    Upload,
    Delete,
}

/// A file of up to this size is held in memory, and compared together with others.
const SMALL: u64 = 4 << 20;

/// How long the upload of a file in one request may take. A broken connection loses all of it, and
/// without parts the server need not assemble the file.
pub(crate) const AT_ONCE: Duration = Duration::from_secs(60);

/// A file to transfer, by its path below both folders.
#[derive(Clone, Debug)]
struct Job {
    path: String,
    size: u64,
    modified: Option<i64>,
}

/// Splits jobs into batches whose checksums the server computes in one call: it reads the files.
fn batches(jobs: &[Job]) -> Vec<&[Job]> {
    /// The most bytes of a batch, so that no call takes longer than a proxy waits.
    const BYTES: u64 = 256 << 20;
    let (mut batches, mut rest) = (Vec::new(), jobs);
    while !rest.is_empty() {
        let mut bytes = 0;
        let is_in = |job: &&Job| {
            bytes += job.size;
            bytes <= BYTES
        };
        let length = rest.iter().take(hashes::MOST).take_while(is_in).count().max(1);
        let (batch, others) = rest.split_at(length);
        batches.push(batch);
        rest = others;
    }
    batches
}

/// Returns what the target has and the source has not, and is to be deleted: nothing if one of them was
/// not read completely, because a folder may contain what was not read. What is in such a folder is not listed
/// separately, unless the filter may have left out other things in it: only files are then.
fn extra(target: &Tree, source: &Tree, filter: &Filter, summary: &mut Summary) -> Vec<String> {
    let mut extra: Vec<String> = Vec::new();
    if !target.problems.is_empty() || !source.problems.is_empty() {
        let message = "nothing is deleted, since not everything was read";
        summary.problem(Problem::refused("", message));
        return extra;
    }
    for (path, kind) in &target.entries {
        if source.entries.contains_key(path) || filter.is_partial() && *kind == Kind::Folder {
            continue;
        }
        let is_inside = extra.iter().rev().any(|folder| is_in(path, folder));
        if !is_inside {
            extra.push(path.clone());
        }
    }
    extra
}

/// Checksums of files, by relative path; `None` if the server computes none.
type Known = Result<Option<BTreeMap<String, String>>, Failed>;

/// Returns the checksums of files below a folder.
async fn hashes_of(files: &Workspace, reach: &Reach, root: &NodePath, jobs: &[Job]) -> Known {
    reach.check()?;
    let nodes: Vec<NodePath> = jobs.iter().map(|job| node(root, &job.path)).collect();
    let known = hashes::of(files, &nodes).await;
    reach.saw(&known);
    Ok(match known? {
        Hashes::Unknown => None,
        Hashes::Known(known) => {
            let of = |(job, node): (&Job, &NodePath)| {
                Some((job.path.clone(), known.get(node.as_str())?.clone()))
            };
            Some(jobs.iter().zip(&nodes).filter_map(of).collect())
        }
    })
}

/// Returns the jobs in batches, each with the checksums of the server: while one batch is compared,
/// the server computes the next ones.
fn hashed<'j>(
    files: &'j Workspace,
    reach: &'j Reach,
    root: &'j NodePath,
    jobs: &'j [Job],
) -> impl Stream<Item = (&'j [Job], Known)> {
    /// How many batches the server computes at a time.
    const AT_ONCE: usize = 2;
    let calls = batches(jobs)
        .into_iter()
        .map(move |batch| async move { (batch, hashes_of(files, reach, root, batch).await) });
    stream::iter(calls).buffered(AT_ONCE)
}

#[cfg(test)]
mod tests {
    use super::{Job, batches};

    #[test]
    fn batches_have_all_jobs_and_no_more_than_the_server_takes() {
        let job = |size| Job { path: String::new(), size, modified: None };
        let lengths = |sizes: Vec<u64>| -> Vec<usize> {
            let jobs: Vec<_> = sizes.into_iter().map(job).collect();
            batches(&jobs).into_iter().map(<[Job]>::len).collect()
        };
        assert_eq!(lengths(vec![1; 250]), [100, 100, 50]);
        assert_eq!(lengths(vec![200 << 20, 100 << 20, 1, 999 << 20, 1]), [1, 2, 1, 1]);
        assert_eq!(lengths(Vec::new()), [0; 0]);
    }
}
