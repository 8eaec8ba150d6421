//! Compares a folder here with one on the server.

use std::{collections::BTreeSet, fmt, path::PathBuf, pin::pin};

use futures_util::StreamExt as _;
use pydio_cli::Failed;
use pydio_client::{Files as _, NodePath, Workspace};
use serde_json::json;

use super::{Job, down::STAGING, lock};
use crate::{
    context::Output,
    filter::Filter,
    hashes, progress,
    reach::Reach,
    summary::Summary,
    tree::{self, Kind, Problem, Tree},
};

/// What is compared.
#[derive(Debug)]
pub(crate) struct Check {
    pub(crate) files: Workspace,
    pub(crate) here: PathBuf,
    pub(crate) there: NodePath,
    pub(crate) filter: Filter,
    pub(crate) at_once: usize,
    pub(crate) output: Output,
    pub(crate) reach: Reach,
}

/// What every check counts.
const COUNTS: &[&str] = &["compared by size alone", "on both sides"];

/// How a node differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Difference {
    OnlyHere,
    OnlyThere,
    Size,
    Content,
    Kind,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OnlyHere => "only here",
            Self::OnlyThere => "only there",
            Self::Size => "differs in size",
            Self::Content => "differs in content",
            Self::Kind => "a file on one side, a folder on the other",
        })
    }
}

impl Check {
    /// # Errors
    ///
    /// Returns an error if one of the folders does not exist.
    pub(crate) async fn run(self) -> Result<Summary, Failed> {
        let mut summary = Summary::with_counts(COUNTS);
        refuse_no_folder(&self.files, &self.there).await?;
        let local = |error| Failed::local(self.here.display(), &error);
        if !self.here.metadata().map_err(local)?.is_dir() {
            return Err(Failed::refused(format!("{} is not a folder", self.here.display())));
        }
        let bar = progress::bar(self.output.is_json, progress::COUNT);
        let tell = |count: usize| bar.set_position(count as u64);
        let Self { files, reach, filter, .. } = &self;
        let there = tree::remote(files, reach, &self.there, filter, self.at_once, tell).await;
        bar.finish_and_clear();
        let there = there.without_empty_folders(filter);
        let here = tree::local(&self.here, STAGING, filter).without_empty_folders(filter);
        let mut same_size = Vec::new();
        let paths: BTreeSet<&String> = here.entries.keys().chain(there.entries.keys()).collect();
        for path in paths {
            let difference = match (here.entries.get(path), there.entries.get(path)) {
                (Some(Kind::File { size, .. }), Some(Kind::File { size: other, .. })) => {
                    if size == other {
                        same_size.push(Job { path: path.clone(), size: *size, modified: None });
                    }
                    (size != other).then_some(Difference::Size)
                }
                (Some(Kind::Folder), Some(Kind::Folder)) => None,
                (Some(_), Some(_)) => Some(Difference::Kind),
                (Some(_), None) if there.folders_left_out.contains(path) => None,
                (None, Some(_)) if here.folders_left_out.contains(path) => None,
                (Some(_), None) if is_below_unread(&there, path) => None,
                (None, Some(_)) if is_below_unread(&here, path) => None,
                (Some(_), None) => Some(Difference::OnlyHere),
                _ => Some(Difference::OnlyThere),
            };
            match difference {
                None => summary.add("on both sides", 1),
                Some(difference) => self.tell(path, difference, &mut summary)?,
            }
        }
        self.contents(&same_size, &mut summary).await?;
        [here, there].into_iter().for_each(|tree| summary.take_over(tree));
        summary.note(lock::note(&self.here));
        summary.patterns(&self.filter);
        Ok(summary)
    }

    /// Compares the contents of files of equal size.
    async fn contents(&self, jobs: &[Job], summary: &mut Summary) -> Result<(), Failed> {
        let mut hashed = pin!(super::hashed(&self.files, &self.reach, &self.there, jobs));
        while let Some((batch, known)) = hashed.next().await {
            let known = match known {
                Ok(Some(known)) => known,
                Ok(None) => {
                    summary.add("compared by size alone", batch.len() as u64);
                    continue;
                }
                Err(error) => {
                    let failed = error.about("not compared");
                    batch.iter().for_each(|job| summary.problem(Problem::new(&*job.path, &failed)));
                    continue;
                }
            };
            for job in batch {
                match hashes::of_file(&self.here.join(&job.path)) {
                    Ok(own) if known.get(&job.path) == Some(&own) => {}
                    Ok(_) => self.tell(&job.path, Difference::Content, summary)?,
                    Err(error) => {
                        let failed = Failed::local("not compared", &error);
                        summary.problem(Problem::new(&*job.path, &failed));
                    }
                }
            }
        }
        Ok(())
    }

    fn tell(
        &self,
        path: &str,
        difference: Difference,
        summary: &mut Summary,
    ) -> Result<(), Failed> {
        summary.differs();
        let text = format!("{difference}\t{}", pydio_cli::shown(path));
        self.output.line(&text, || json!({ "difference": difference.to_string(), "path": path }))
    }
}

/// Returns whether a tree may have this path in a folder that could not be read.
fn is_below_unread(tree: &Tree, path: &str) -> bool {
    tree.problems.iter().any(|problem| {
        problem.path.is_empty() || path == problem.path || tree::is_in(path, &problem.path)
    })
}

/// Refuses a path that is not one of a folder of the server.
pub(super) async fn refuse_no_folder(files: &Workspace, path: &NodePath) -> Result<(), Failed> {
    match files.stat(path).await? {
        Some(node) if node.is_file() => Err(Failed::refused(format!("{path} is a file"))),
        Some(_) => Ok(()),
        None => Err(Failed::refused(format!("{path} does not exist"))),
    }
}
