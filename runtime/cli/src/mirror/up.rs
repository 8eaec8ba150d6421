//! Up: from a local folder to the server.

mod send;

use std::{path::PathBuf, pin::pin};

use futures_util::StreamExt as _;
use pydio_cli::Failed;
use pydio_client::{Files as _, NodePath, Workspace, v1::access_fs};

use super::{
    Compare, Job, Options, Planned, SMALL,
    down::{STAGING, no_checksums},
    lock,
};
use crate::{
    context::{self, Names},
    hashes, outcome, progress,
    reach::Reach,
    summary::Summary,
    tree::{self, Kind, Problem, Tree, is_in, leaf, node},
};

/// A local folder that is mirrored to one on the server.
#[derive(Debug)]
pub(crate) struct Up {
    pub(crate) files: Workspace,
    pub(crate) from: PathBuf,
    pub(crate) to: NodePath,
    pub(crate) options: Options,
    pub(crate) reach: Reach,
}

/// What is to be done.
#[derive(Debug, Default)]
struct Plan {
    /// Folders to create, parents first.
    folders: Vec<String>,
    jobs: Vec<Job>,
    /// Files of which only the checksum shows whether they are the same, with the time of the one on
    /// the server.
    same_size: Vec<(Job, Option<i64>)>,
}

impl Up {
    /// # Errors
    ///
    /// Returns an error if nothing was done: one of the folders cannot be read at all.
    pub(crate) async fn run(self) -> Result<Summary, Failed> {
        let local = |error| Failed::local(self.from.display(), &error);
        if !self.from.metadata().map_err(local)?.is_dir() {
            return Err(Failed::refused(format!("{} is not a folder", self.from.display())));
        }
        let own = tree::local(&self.from, STAGING, &self.options.filter);
        let own = own.without_empty_folders(&self.options.filter);
        let (is_there, there) = self.there().await?;
        let mut summary = self.options.summary();
        let mut plan = plan(&own, &there, &mut summary);
        plan.jobs.extend(self.differing(std::mem::take(&mut plan.same_size), &mut summary).await?);
        let extra = self.extra(&own, &there, &mut summary);
        if self.options.is_dry {
            self.finish_dry(is_there, &plan, &extra, &mut summary).await?;
        } else {
            if !is_there {
                self.files.create_folder(&self.to).await?;
                summary.add("folders created", 1);
            }
            let jobs = self.create_folders(&plan.folders, plan.jobs, &mut summary).await;
            self.send_all(jobs, &mut summary).await?;
            self.delete(&extra, &mut summary).await;
        }
        [own, there].into_iter().for_each(|tree| summary.take_over(tree));
        summary.note(lock::note(&self.from));
        summary.patterns(&self.options.filter);
        Ok(summary)
    }

    /// Reads what is in the folder on the server, if it exists.
    async fn there(&self) -> Result<(bool, Tree), Failed> {
        match self.files.stat(&self.to).await? {
            None => return Ok((false, Tree::default())),
            Some(node) if node.is_file() => {
                return Err(Failed::refused(format!("{} is a file", self.to)));
            }
            Some(_) => {}
        }
        let Options { filter, transfers, output, .. } = &self.options;
        let bar = progress::bar(output.is_json, progress::COUNT);
        bar.set_message("listing");
        let tell = |count: usize| bar.set_position(count as u64);
        // With folders that are empty by the patterns: they exist all the same.
        let tree = tree::remote(&self.files, &self.reach, &self.to, filter, *transfers, tell).await;
        bar.finish_and_clear();
        Ok((true, tree))
    }

    /// Returns those files of equal size whose content differs.
    async fn differing(
        &self,
        same_size: Vec<(Job, Option<i64>)>,
        summary: &mut Summary,
    ) -> Result<Vec<Job>, Failed> {
        let (jobs, times): (Vec<Job>, Vec<_>) = same_size.into_iter().unzip();
        let mut times = times.into_iter();
        let mut differing = Vec::new();
        let mut hashed = pin!(super::hashed(&self.files, &self.reach, &self.to, &jobs));
        while let Some((batch, known)) = hashed.next().await {
            let known = match known {
                Err(error) => {
                    let failed = error.about("not compared");
                    batch.iter().for_each(|job| summary.problem(Problem::new(&*job.path, &failed)));
                    times.by_ref().take(batch.len()).for_each(drop);
                    continue;
                }
                Ok(None) if self.options.compare == Compare::Checksums => {
                    return Err(no_checksums());
                }
                Ok(known) => known,
            };
            for (job, time) in batch.iter().zip(times.by_ref()) {
                let is_same = match &known {
                    Some(known) => {
                        let own = hashes::of_file(&self.from.join(&job.path)).ok();
                        own.is_some() && own.as_ref() == known.get(&job.path)
                    }
                    // An upload has the time at which it was made.
                    None => time.is_some() && time >= job.modified,
                };
                if !is_same {
                    differing.push(job.clone());
                    continue;
                }
                summary.add("files unchanged", 1);
                summary.add("bytes unchanged", job.size);
                summary.add("files compared by size and time alone", known.is_none().into());
            }
        }
        Ok(differing)
    }

    /// Creates folders, and returns the files that have one to go to.
    async fn create_folders(
        &self,
        folders: &[String],
        jobs: Vec<Job>,
        summary: &mut Summary,
    ) -> Vec<Job> {
        let mut missing: Vec<&String> = Vec::new();
        for folder in folders {
            let made = match missing.iter().find(|missing| is_in(folder, missing)) {
                Some(missing) => Err(Failed::refused(format!("`{missing}` was not created"))),
                None => self.create_folder(folder).await,
            };
            match made {
                Ok(()) => summary.add("folders created", 1),
                Err(failed) => {
                    summary.problem(Problem::new(&**folder, &failed));
                    missing.push(folder);
                }
            }
        }
        let (lost, jobs): (Vec<_>, Vec<_>) = jobs
            .into_iter()
            .partition(|job| missing.iter().any(|missing| is_in(&job.path, missing)));
        for job in lost {
            summary.problem(Problem::refused(job.path, "its folder was not created"));
        }
        jobs
    }

    /// Creates a folder, under the name that was asked for.
    async fn create_folder(&self, folder: &str) -> Result<(), Failed> {
        self.reach.check()?;
        let path = node(&self.to, folder);
        let made = self.files.call(access_fs::mkdir(&path).ignore_exists(true)).await;
        self.reach.saw(&made);
        let lost = match made {
            Ok(made) if made.diff.added.iter().any(|node| node.path() == path) => return Ok(()),
            Ok(_) => None,
            Err(error) if error.may_be_done() => Some(error),
            Err(error) => return Err(error.into()),
        };
        if self.files.exists(&path).await? {
            return Ok(());
        }
        if let Some(error) = lost {
            return Err(error.into());
        }
        Err(Failed::refused("the server reports success, but did not create it under this name"))
    }

    /// Returns what only the server has, if it is to be deleted.
    fn extra(&self, own: &Tree, there: &Tree, summary: &mut Summary) -> Vec<String> {
        if !self.options.deletes {
            return Vec::new();
        }
        super::extra(there, own, &self.options.filter, summary)
    }

    /// Returns whether everything was uploaded, so that the rest can be deleted.
    fn may_delete(extra: &[String], summary: &mut Summary) -> bool {
        if !extra.is_empty() && !summary.is_whole() {
            let message = "nothing is deleted, since not everything was uploaded";
            summary.problem(Problem::refused("", message));
            return false;
        }
        true
    }

    async fn delete(&self, extra: &[String], summary: &mut Summary) {
        if !Self::may_delete(extra, summary) {
            return;
        }
        for path in extra {
            match self.delete_node(path).await {
                Ok(()) => self.options.deleted(path, summary),
                Err(failed) => summary.problem(Problem::new(&**path, &failed)),
            }
        }
    }

    async fn delete_node(&self, path: &str) -> Result<(), Failed> {
        self.reach.check()?;
        let node = Names::default().node(&self.files, &node(&self.to, path));
        outcome::delete(&node, &self.reach).await
    }

    /// Returns whether the user may write, as far as the list of workspaces tells.
    async fn may_write(&self) -> Result<bool, Failed> {
        let own = context::own_workspaces(self.files.pydio()).await?;
        let workspace = context::find(&own, self.files.id());
        let rights = workspace.and_then(|workspace| workspace.acl.as_ref());
        Ok(rights.is_none_or(|rights| rights.can_write()))
    }

    async fn finish_dry(
        &self,
        is_there: bool,
        plan: &Plan,
        extra: &[String],
        summary: &mut Summary,
    ) -> Result<(), Failed> {
        let Plan { folders, jobs, .. } = plan;
        let changes = !is_there || !folders.is_empty() || !jobs.is_empty() || !extra.is_empty();
        if changes && !self.may_write().await? {
            let message = format!("this user may not write to `{}`", self.files.id());
            summary.problem(Problem::refused("", message));
            return Ok(());
        }
        summary.add("folders created", (!is_there).into());
        let mut refused: Vec<&str> = Vec::new();
        for folder in folders {
            if is_foreseen(folder, tree::name_to_refuse(leaf(folder)), &refused, summary) {
                refused.push(folder);
                continue;
            }
            self.options.plan(Planned::Create, folder, summary)?;
        }
        for job in jobs {
            let why = tree::file_name_to_refuse(leaf(&job.path));
            if is_foreseen(&job.path, why, &refused, summary) {
                continue;
            }
            self.options.plan(Planned::Upload, &job.path, summary)?;
            summary.add("bytes", job.size);
        }
        if Self::may_delete(extra, summary) {
            for path in extra {
                self.options.plan(Planned::Delete, path, summary)?;
            }
        }
        Ok(())
    }
}

/// Returns whether the server will probably refuse to create a node, and records why.
fn is_foreseen(path: &str, why: Option<&str>, refused: &[&str], summary: &mut Summary) -> bool {
    let message = match (refused.iter().find(|folder| is_in(path, folder)), why) {
        (Some(folder), _) => format!("`{folder}` would not be created"),
        (None, Some(why)) => format!("the server refuses the name: {why}"),
        (None, None) => return false,
    };
    summary.problem(Problem::refused(path, message));
    true
}

/// Returns why a folder or file cannot have its name on the server.
fn refused_name(own: &Tree, path: &str, kind: Kind) -> Option<&'static str> {
    /// What the server adds to the name of a file while it collects its parts.
    const PARTS: &str = ".dlpart";
    let name = leaf(path);
    let whole = path.strip_suffix(PARTS).and_then(|path| own.entries.get(path));
    match (kind, whole) {
        (Kind::Folder, _) => tree::server_name(name),
        (_, Some(Kind::File { size, .. })) if *size > SMALL => {
            Some("the server collects the parts of another file under this name; rename it")
        }
        (Kind::File { .. }, _) => tree::server_file_name(name),
    }
}

fn plan(own: &Tree, there: &Tree, summary: &mut Summary) -> Plan {
    let mut plan = Plan::default();
    let mut blocked: Vec<&str> = Vec::new();
    for (path, kind) in &own.entries {
        if let Some(folder) = blocked.iter().find(|folder| is_in(path, folder)) {
            let message = format!("`{folder}` cannot be entered on the server");
            summary.problem(Problem::refused(&**path, message));
            continue;
        }
        if there.recycle_bin.as_ref() == Some(path) {
            let message =
                "the server has its recycle bin under this path: rename it, or exclude it";
            summary.problem(Problem::refused(&**path, message));
            blocked.push(path);
            continue;
        }
        if let Some(why) = refused_name(own, path, *kind) {
            let message = format!("it cannot have this name on the server: {why}");
            summary.problem(Problem::refused(&**path, message));
            blocked.push(path);
            continue;
        }
        match (*kind, there.entries.get(path)) {
            (Kind::Folder, Some(Kind::Folder)) => {}
            (Kind::Folder, None) => plan.folders.push(path.clone()),
            (Kind::Folder, Some(Kind::File { .. })) => {
                summary.problem(Problem::refused(
                    &**path,
                    "a file is in its place on the server: move one of them",
                ));
                blocked.push(path);
            }
            (Kind::File { .. }, Some(Kind::Folder)) => {
                summary.problem(Problem::refused(
                    &**path,
                    "a folder is in its place on the server: move one of them",
                ));
            }
            (Kind::File { size, modified }, Some(Kind::File { size: other, modified: time }))
                if size == *other =>
            {
                plan.same_size.push((Job { path: path.clone(), size, modified }, *time));
            }
            (Kind::File { size, modified }, _) => {
                plan.jobs.push(Job { path: path.clone(), size, modified });
            }
        }
    }
    plan
}
