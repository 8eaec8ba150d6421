//! Tasks: background work, and entries that clients add themselves.

use serde_json::{Value, json};

use crate::{
    Version,
    disk::RECYCLE_BIN,
    names::{base, join, parent},
    pack,
    world::World,
};

/// The list of tasks, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Tasks(pub(crate) Vec<Task>);

/// A task.
#[derive(Clone, Debug)]
pub(crate) struct Task {
    pub(crate) id: String,
    pub(crate) login: String,
    /// The id of its workspace.
    pub(crate) workspace: String,
    pub(crate) label: String,
    pub(crate) action: String,
    pub(crate) parameters: Value,
    pub(crate) status: i64,
    pub(crate) message: String,
    /// As its client sent it: a number, or text.
    pub(crate) progress: Value,
    /// When it runs: a cron expression, or nothing for a task that runs at once.
    pub(crate) schedule: String,
    /// The internal URLs of the nodes that it is about.
    pub(crate) nodes: Vec<String>,
    /// `None` in the response to its creation.
    pub(crate) created: Option<i64>,
    /// The remaining work; a task created by a client has none.
    pub(crate) work: Option<Work>,
}

/// The work of a task.
#[derive(Clone, Debug)]
pub(crate) struct Work {
    pub(crate) kind: WorkKind,
    pub(crate) disk: String,
    /// For how many further requests it stays unfinished.
    pub(crate) steps: u32,
}

/// The kinds of work.
#[derive(Clone, Debug)]
pub(crate) enum WorkKind {
    /// Packs nodes into an archive.
    Compress { paths: Vec<String>, archive: String, is_flat: bool },
    /// Packs nodes into a compressed tar.
    Tar { paths: Vec<String>, archive: String },
    /// Unpacks a tar into a new folder.
    Untar { archive: String, folder: String },
    /// Permanently deletes a node.
    Delete { path: String },
    /// Permanently deletes the content of the recycle bin.
    EmptyRecycleBin,
    /// Copies or moves nodes to a folder of the same disk, a single one under a name of its own.
    Place { paths: Vec<String>, folder: String, name: Option<String>, is_move: bool },
    /// Copies or moves nodes to a folder of another disk.
    Transfer { paths: Vec<String>, to: String, folder: String, is_move: bool },
}

/// A task that runs at certain times.
#[derive(Clone, Debug)]
pub(crate) struct Scheduled {
    pub(crate) label: String,
    pub(crate) schedule: String,
    pub(crate) action: String,
    pub(crate) login: String,
    /// The ids of the workspaces, or `*`.
    pub(crate) workspaces: Vec<String>,
    /// Names and values.
    pub(crate) parameters: Vec<(String, String)>,
    pub(crate) last_run: Option<i64>,
}

/// The state of a running task.
pub(crate) const RUNNING: i64 = 2;

/// The state of a task that has failed.
const FAILED: i64 = 8;

impl Task {
    /// Creates a running task without a name.
    pub(crate) fn new(now: i64) -> Self {
        Self {
            id: String::new(),
            login: String::new(),
            workspace: String::new(),
            label: String::new(),
            action: String::new(),
            parameters: Value::Array(Vec::new()),
            status: RUNNING,
            message: String::new(),
            progress: json!(-1),
            schedule: String::new(),
            nodes: Vec::new(),
            created: Some(now),
            work: None,
        }
    }

    /// Returns the id of its workspace, which may be a number in the response to its creation.
    fn workspace_id(&self) -> Value {
        let number = self.workspace.parse::<u64>().ok().filter(|_| self.created.is_none());
        number.map_or_else(|| json!(self.workspace), |number| json!(number))
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "id": self.id,
            "flags": 0,
            "label": self.label,
            "userId": self.login,
            "wsId": self.workspace_id(),
            "wsIdentifier": null,
            "status": self.status,
            "statusMessage": self.message,
            "progress": self.progress,
            "schedule": {"type": if self.schedule.is_empty() { 2 } else { 3 }, "value": self.schedule},
            "action": self.action,
            "parameters": self.parameters,
            "type": 1,
            "parentId": null,
            "statusChangeDate": self.created,
            "creationDate": self.created,
            "nodes": self.nodes,
        })
    }
}

impl World {
    /// Advances the tasks by one step; completed ones leave the list, failed ones stay.
    pub(crate) fn work_on_tasks(&mut self) {
        let mut done = Vec::new();
        self.tasks.0.retain_mut(|task| match &mut task.work {
            Some(work) if work.steps == 0 => {
                done.push((work.clone(), Task { work: None, ..task.clone() }));
                false
            }
            Some(work) => {
                work.steps -= 1;
                true
            }
            None => true,
        });
        for (work, mut task) in done {
            if let Err(why) = self.finish(&work) {
                task.message = format!("User '{}' / {} - {why}", task.login, task.workspace);
                task.status = FAILED;
                self.tasks.0.push(task);
            }
        }
    }

    /// Completes all remaining work.
    pub(crate) fn finish_tasks(&mut self) {
        while self.tasks.0.iter().any(|task| task.work.is_some()) {
            self.work_on_tasks();
        }
    }

    /// Does the work of a task, or says why it fails.
    fn finish(&mut self, work: &Work) -> Result<(), String> {
        let is_cached = self.settings.caches_stats && self.settings.version == Version::V8_2;
        let disk = self.disk(&work.disk);
        match &work.kind {
            WorkKind::Compress { paths, archive, is_flat } => {
                // Into a folder that does not exist nothing is written, and the task is complete.
                if disk.is_folder(parent(archive)) {
                    let content = pack::zip(disk, paths, *is_flat);
                    let before = disk.get(archive).cloned();
                    disk.write(archive, content);
                    // The console has a cache of its own.
                    if let Some(before) = before.filter(|_| is_cached) {
                        disk.keep_cached(archive, before);
                    }
                }
            }
            WorkKind::Tar { paths, archive } => {
                let content = pack::tar(disk, paths);
                disk.write(archive, content);
            }
            WorkKind::Untar { archive, folder } => pack::untar(disk, archive, folder),
            WorkKind::Delete { path } => {
                if let Some(before) = disk.remove(path).filter(|_| is_cached) {
                    disk.keep_deleted(path, before);
                }
            }
            WorkKind::Place { paths, folder, name, is_move } => {
                if !disk.is_folder(folder) {
                    return Err(format!(
                        "The directory {folder} is not writeable. There might be a permission \
                         problem, please check with your administrator."
                    ));
                }
                for path in paths {
                    let to = join(folder, name.as_deref().unwrap_or(base(path)));
                    match is_move {
                        true => disk.rename(path, &to),
                        false => disk.copy(path, &to),
                    };
                }
            }
            WorkKind::EmptyRecycleBin => disk.empty_recycle_bin(),
            WorkKind::Transfer { paths, to, folder, is_move } => {
                self.transfer(&work.disk, paths, to, folder, *is_move);
            }
        }
        for name in [&work.disk].into_iter().chain(work.kind.other_disk()) {
            let changes = self.disk(name).take_changes();
            self.journal.record(name, changes);
        }
        Ok(())
    }

    fn transfer(&mut self, from: &str, paths: &[String], to: &str, folder: &str, is_move: bool) {
        for path in paths {
            let Some(node) = self.disk(from).get(path).cloned() else { continue };
            let target = self.disk(to);
            let free = target.free(folder, base(path));
            if target.place(&free, node) && is_move && !path.starts_with(RECYCLE_BIN) {
                self.disk(from).remove(path);
            }
        }
    }
}

impl WorkKind {
    fn other_disk(&self) -> Option<&String> {
        match self {
            Self::Transfer { to, .. } => Some(to),
            _ => None,
        }
    }
}
