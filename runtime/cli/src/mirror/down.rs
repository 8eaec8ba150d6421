//! Down: from the server to a local folder.

mod fetch;
mod plan;

use std::{
    fs, io,
    path::{Path, PathBuf},
    pin::pin,
};

use futures_util::{StreamExt as _, stream};
use pydio_cli::Failed;
use pydio_client::{NodePath, Workspace};
use serde_json::json;

use super::{Compare, Job, Options, Planned, SMALL, batches, lock::Lock};
use crate::{
    progress,
    reach::Reach,
    summary::Summary,
    tree::{self, Namespace, Problem, Tree},
};
use fetch::{Expected, Fetch, Fetched};
use plan::Plan;

/// The folder in the target for files that are not complete yet. Servers list no names that begin
/// with a dot, so that nothing else has this one.
pub(crate) const STAGING: &str = ".pydio-partial";

/// A folder of the server that is mirrored to one here.
#[derive(Debug)]
pub(crate) struct Down {
    pub(crate) files: Workspace,
    pub(crate) from: NodePath,
    pub(crate) to: PathBuf,
    pub(crate) options: Options,
    pub(crate) reach: Reach,
}

impl Down {
    /// # Errors
    ///
    /// Returns an error if nothing was done: the folder cannot be read at all, or the target cannot be
    /// written.
    pub(crate) async fn run(self) -> Result<Summary, Failed> {
        let Options { filter, transfers, output, is_dry, .. } = &self.options;
        super::check::refuse_no_folder(&self.files, &self.from).await?;
        let lock = if *is_dry { None } else { Some(Lock::new(&self.to)?) };
        let bar = progress::bar(output.is_json, progress::COUNT);
        bar.set_message("listing");
        let tell = |count: usize| bar.set_position(count as u64);
        let tree =
            tree::remote(&self.files, &self.reach, &self.from, filter, *transfers, tell).await;
        let tree = tree.without_empty_folders(filter);
        bar.finish_and_clear();
        let Some(lock) = lock else {
            let mut summary = self.options.summary();
            let plan = self.plan(&tree, &mut summary, Namespace::Exact, None)?;
            self.finish_dry(tree, plan, &mut summary).await?;
            return Ok(summary);
        };
        self.to_folder(tree, lock).await
    }

    /// Makes the local folder like this tree of the server.
    ///
    /// # Errors
    ///
    /// Returns an error if the local folder cannot be written.
    pub(crate) async fn to_folder(&self, tree: Tree, lock: Lock) -> Result<Summary, Failed> {
        let mut summary = self.options.summary();
        let staging = self.to.join(STAGING);
        let local = |error| Failed::local(self.to.display(), &error);
        let probe = lock.probe().map_err(local)?;
        let namespace = Namespace::probe(probe.path()).map_err(local)?;
        let plan = self.plan(&tree, &mut summary, namespace, Some(probe.path()))?;
        drop(probe);
        self.transfer(plan, &staging, &mut summary).await?;
        self.end(tree, &mut summary);
        if summary.is_whole() {
            summary.note(lock.end()?);
        }
        Ok(summary)
    }

    fn plan(
        &self,
        tree: &Tree,
        summary: &mut Summary,
        namespace: Namespace,
        probe: Option<&Path>,
    ) -> Result<Plan, Failed> {
        let plan = Plan::new(tree, &self.to, &self.options, summary);
        match probe {
            None => Ok(plan),
            Some(folder) => plan
                .without_collisions(namespace, folder, summary)
                .map_err(|error| Failed::local(self.to.display(), &error)),
        }
    }

    /// Creates the folders, and downloads the files.
    async fn transfer(
        &self,
        plan: Plan,
        staging: &Path,
        summary: &mut Summary,
    ) -> Result<(), Failed> {
        for folder in &plan.folders {
            match fs::create_dir(self.to.join(folder)) {
                Ok(()) => summary.add("folders created", 1),
                Err(error) => {
                    summary.problem(Problem::new(folder, &Failed::local("not created", &error)))
                }
            }
        }
        let Plan { same_size, mut jobs, .. } = plan;
        jobs.extend(self.differing(same_size, summary).await?);
        let bytes = jobs.iter().map(|job| job.size).sum();
        let bar = progress::bar(self.options.output.is_json, progress::BYTES);
        bar.set_length(bytes);
        let (small, large): (Vec<_>, Vec<_>) = jobs.into_iter().partition(|job| job.size <= SMALL);
        let fetch = Fetch {
            files: &self.files,
            from: &self.from,
            to: &self.to,
            staging,
            bar: &bar,
            reach: &self.reach,
        };
        // Several checksums at a time, before the files: each is then verified as it arrives.
        let batches = stream::iter(batches(&small).into_iter().map(|batch| {
            let fetch = &fetch;
            async move { batch.iter().zip(fetch.expected(batch).await).collect::<Vec<_>>() }
        }));
        let small = batches.buffered(2).flat_map(stream::iter);
        let all = small.chain(stream::iter(large.iter().map(|job| (job, Expected::Unknown))));
        let done = all.map(|(job, expected)| {
            let fetch = &fetch;
            async move { (job, fetch.run(job, expected).await) }
        });
        let mut done = Box::pin(done.buffer_unordered(self.options.transfers));
        while let Some((job, outcome)) = done.next().await {
            self.record(job, outcome, summary)?;
        }
        bar.finish_and_clear();
        Ok(())
    }

    fn record(
        &self,
        job: &Job,
        outcome: Result<Fetched, Failed>,
        summary: &mut Summary,
    ) -> Result<(), Failed> {
        match outcome {
            Ok(fetched) => {
                summary.add("files", 1);
                summary.add("bytes", fetched.bytes);
                summary.add("files compared by size alone", fetched.is_by_size.into());
                let output = self.options.output;
                if output.is_json {
                    output.line(
                        "",
                        || json!({ "file": job.path, "bytes": fetched.bytes, "md5": fetched.md5 }),
                    )?;
                }
            }
            Err(failed) => summary.problem(Problem::new(&*job.path, &failed)),
        }
        Ok(())
    }

    /// Returns those files of equal size whose content differs, and corrects the times of the others.
    async fn differing(
        &self,
        same_size: Vec<Job>,
        summary: &mut Summary,
    ) -> Result<Vec<Job>, Failed> {
        let mut differing = Vec::new();
        let mut hashed = pin!(super::hashed(&self.files, &self.reach, &self.from, &same_size));
        while let Some((batch, known)) = hashed.next().await {
            match known {
                Err(error) => {
                    let failed = error.about("not compared");
                    batch.iter().for_each(|job| summary.problem(Problem::new(&*job.path, &failed)));
                }
                Ok(None) if self.options.compare == Compare::Checksums => {
                    return Err(no_checksums());
                }
                Ok(None) => {
                    for job in batch {
                        let own = self.to.join(&job.path).metadata().ok();
                        let own = own.as_ref().and_then(tree::modified);
                        if own.is_none() || own != job.modified {
                            differing.push(job.clone());
                            continue;
                        }
                        unchanged(job, summary);
                        summary.add("files compared by size and time alone", 1);
                    }
                }
                Ok(Some(known)) => {
                    for job in batch {
                        let path = self.to.join(&job.path);
                        let own = crate::hashes::of_file(&path).ok();
                        if own.is_none() || own.as_ref() != known.get(&job.path) {
                            differing.push(job.clone());
                            continue;
                        }
                        unchanged(job, summary);
                        if !self.options.is_dry && fetch::set_time(&path, job.modified).is_err() {
                            // The next run compares it once more.
                            summary.add("files whose time could not be set", 1);
                        }
                    }
                }
            }
        }
        Ok(differing)
    }

    /// Takes over what could not be read, and deletes what the server does not have.
    fn end(&self, tree: Tree, summary: &mut Summary) {
        for path in self.extra(&tree, summary) {
            match remove(&self.to.join(&path)) {
                Ok(()) => self.options.deleted(&path, summary),
                Err(error) => {
                    summary.problem(Problem::new(path, &Failed::local("not deleted", &error)));
                }
            }
        }
        summary.take_over(tree);
        summary.patterns(&self.options.filter);
    }

    /// Returns what is to be deleted: what only the local folder has.
    fn extra(&self, tree: &Tree, summary: &mut Summary) -> Vec<String> {
        if !self.options.deletes {
            return Vec::new();
        }
        if !tree.problems.is_empty() || !summary.is_whole() {
            let message = "nothing is deleted, since not everything was downloaded";
            summary.problem(Problem::refused("", message));
            return Vec::new();
        }
        // A dry run does not create the folder.
        if matches!(self.to.try_exists(), Ok(false)) {
            return Vec::new();
        }
        let own = tree::local(&self.to, STAGING, &self.options.filter);
        let extra = super::extra(&own, tree, &self.options.filter, summary);
        summary.take_over(own);
        extra
    }

    async fn finish_dry(
        &self,
        tree: Tree,
        plan: Plan,
        summary: &mut Summary,
    ) -> Result<(), Failed> {
        for folder in &plan.folders {
            self.options.plan(Planned::Create, folder, summary)?;
        }
        let Plan { same_size, mut jobs, .. } = plan;
        jobs.extend(self.differing(same_size, summary).await?);
        for job in &jobs {
            self.options.plan(Planned::Download, &job.path, summary)?;
            summary.add("bytes", job.size);
        }
        for path in self.extra(&tree, summary) {
            self.options.plan(Planned::Delete, &path, summary)?;
        }
        summary.take_over(tree);
        summary.patterns(&self.options.filter);
        Ok(())
    }
}

/// Records a file that is as it should be.
fn unchanged(job: &Job, summary: &mut Summary) {
    summary.add("files unchanged", 1);
    summary.add("bytes unchanged", job.size);
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path)?.is_dir() {
        true => fs::remove_dir_all(path),
        false => fs::remove_file(path),
    }
}

/// The failure of a comparison that the server cannot make.
pub(super) fn no_checksums() -> Failed {
    let message = "the server computes no checksums: the plugin `meta.filehasher` is off";
    Failed::refused(message).tip("omit `--checksum` to compare sizes and times")
}
