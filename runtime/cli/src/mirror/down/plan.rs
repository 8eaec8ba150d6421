//! What is to be done to make the local folder like the one of the server.

use std::{collections::BTreeMap, fs, io, path::Path};

use crate::{
    mirror::{Compare, Job, Options, down::unchanged},
    summary::Summary,
    tree::{self, Kind, Namespace, Problem, Tree},
};

/// What is to be done.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Folders to create, parents first.
    pub(super) folders: Vec<String>,
    /// Files to download.
    pub(super) jobs: Vec<Job>,
    /// Files of which only the checksum shows whether they are the same.
    pub(super) same_size: Vec<Job>,
}

/// What is in the way of a node.
enum There {
    Nothing,
    Folder,
    File { size: u64, modified: Option<i64> },
    Link,
    Other,
}

impl Plan {
    pub(super) fn new(tree: &Tree, to: &Path, options: &Options, summary: &mut Summary) -> Self {
        let mut plan = Self::default();
        // Folders that cannot be created or entered; nothing is below them.
        let mut blocked: Vec<String> = Vec::new();
        for (path, kind) in &tree.entries {
            let name = tree::leaf(path);
            let outcome =
                if let Some(folder) = blocked.iter().find(|folder| tree::is_in(path, folder)) {
                    Err(format!("`{folder}` cannot be entered"))
                } else if let Some(why) = tree::local_name(name) {
                    Err(format!("it cannot have this name here: {why}"))
                } else if let Some(why) = tree::server_name(name) {
                    Err(format!("no call reaches it on the server: {why}"))
                } else if path == super::STAGING {
                    Err("this name is used for files that are not complete yet".to_owned())
                } else {
                    plan.add(path, *kind, there(&to.join(path)), options, summary)
                };
            if let Err(message) = outcome {
                summary.problem(Problem::refused(&**path, message));
                if *kind == Kind::Folder {
                    blocked.push(path.clone());
                }
            }
        }
        plan
    }

    /// Adds what is to be done for one node.
    fn add(
        &mut self,
        path: &str,
        kind: Kind,
        there: io::Result<There>,
        options: &Options,
        summary: &mut Summary,
    ) -> Result<(), String> {
        let there = there.map_err(|error| error.to_string())?;
        let (size, modified) = match (kind, &there) {
            (Kind::Folder, There::Folder) => return Ok(()),
            (Kind::Folder, There::Nothing) => {
                self.folders.push(path.to_owned());
                return Ok(());
            }
            (Kind::File { size, modified }, There::Nothing | There::File { .. }) => {
                (size, modified)
            }
            (_, There::Link) => return Err("a symbolic link is in its place here".to_owned()),
            (Kind::Folder, _) => return Err("a file is in its place here".to_owned()),
            (_, There::Folder) => return Err("a folder is in its place here".to_owned()),
            _ => return Err("something that is not a file is in its place here".to_owned()),
        };
        let job = Job { path: path.to_owned(), size, modified };
        match there {
            There::File { size: own, modified: own_time } if own == size => {
                let is_recent = modified.is_some() && own_time == modified;
                match is_recent && options.compare == Compare::Times {
                    true => unchanged(&job, summary),
                    false => self.same_size.push(job),
                }
            }
            _ => self.jobs.push(job),
        }
        Ok(())
    }

    /// Removes the nodes with names that the file system cannot distinguish: they would overwrite
    /// each other.
    pub(super) fn without_collisions(
        mut self,
        namespace: Namespace,
        probe: &Path,
        summary: &mut Summary,
    ) -> io::Result<Self> {
        if namespace == Namespace::Exact {
            return Ok(self);
        }
        let mut by_folder: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        let jobs = self.jobs.iter().chain(&self.same_size).map(|job| &*job.path);
        for path in jobs.chain(self.folders.iter().map(String::as_str)) {
            let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
            by_folder.entry(folder).or_default().push(name);
        }
        let mut twins = Vec::new();
        for (folder, names) in by_folder {
            let found = namespace.collisions(&names, probe)?;
            twins.extend(found.into_iter().map(|name| tree::below(folder, name)));
        }
        let is_twin = |path: &str| twins.iter().any(|twin| path == twin || tree::is_in(path, twin));
        self.folders.retain(|path| !is_twin(path));
        self.jobs.retain(|job| !is_twin(&job.path));
        self.same_size.retain(|job| !is_twin(&job.path));
        for twin in twins {
            let message = "this file system cannot distinguish its name from that of another one";
            summary.problem(Problem::refused(twin, message));
        }
        Ok(self)
    }
}

fn there(path: &Path) -> io::Result<There> {
    let data = match fs::symlink_metadata(path) {
        Ok(data) => data,
        // The folder may still have to be created.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(There::Nothing),
        Err(error) => return Err(error),
    };
    Ok(match () {
        () if data.is_dir() => There::Folder,
        () if data.is_file() => There::File { size: data.len(), modified: tree::modified(&data) },
        () if data.is_symlink() => There::Link,
        () => There::Other,
    })
}
