//! What is in a folder and below, on the server and here.

mod local;
mod names;
mod remote;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use pydio_cli::Failed;
use pydio_client::NodePath;
use serde_json::json;

use crate::filter::Filter;

pub(crate) use local::{local, modified};
pub(crate) use names::{
    Namespace, few, file_name_to_refuse, local_name, name_to_refuse, server_file_name, server_name,
};
pub(crate) use remote::{leads_elsewhere, list, remote};

/// The files and folders below a folder, by relative path: `a/b.txt`.
#[derive(Debug, Default)]
pub(crate) struct Tree {
    pub(crate) entries: BTreeMap<String, Kind>,
    /// What could not be read. As long as there is any, what is missing may exist.
    pub(crate) problems: Vec<Problem>,
    /// The recycle bin, which is left out.
    pub(crate) recycle_bin: Option<String>,
    /// What was left out on purpose.
    pub(crate) notes: Vec<String>,
    /// The files that patterns left out.
    pub(crate) files_left_out: BTreeSet<String>,
    /// The folders that patterns left out, with what is in them.
    pub(crate) folders_left_out: BTreeSet<String>,
}

/// A file or a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Its size in bytes, and the time of its last change in seconds since 1970.
    File {
        size: u64,
        modified: Option<i64>,
    },
    Folder,
}

impl Tree {
    /// Returns the number of folders.
    pub(crate) fn folders(&self) -> u64 {
        self.entries.values().filter(|kind| **kind == Kind::Folder).count() as u64
    }

    /// Returns whether the command is about this file, and records if it is not.
    fn takes_file(&mut self, path: &str, filter: &Filter) -> bool {
        let is_taken = filter.has_file(path);
        if !is_taken {
            self.files_left_out.insert(path.to_owned());
        }
        is_taken
    }

    /// Returns whether the command is about what is in this folder, and records if it is not.
    fn takes_folder(&mut self, path: &str, filter: &Filter) -> bool {
        let is_taken = filter.has_folder(path);
        if !is_taken {
            self.folders_left_out.insert(path.to_owned());
        }
        is_taken
    }

    /// Leaves out folders without files, directly or below, if the command is about files that match.
    pub(crate) fn without_empty_folders(mut self, filter: &Filter) -> Self {
        if !filter.is_about_some() {
            return self;
        }
        let mut used = BTreeSet::new();
        for (path, kind) in &self.entries {
            if matches!(kind, Kind::File { .. }) {
                let ends = path.match_indices('/').map(|(end, _)| &path[..end]);
                used.extend(ends.map(str::to_owned));
            }
        }
        let is_used = |path: &String, kind| kind != Kind::Folder || used.contains(path);
        let all = std::mem::take(&mut self.entries);
        let (entries, empty): (BTreeMap<_, _>, BTreeMap<_, _>) =
            all.into_iter().partition(|(path, kind)| is_used(path, *kind));
        self.entries = entries;
        self.folders_left_out.extend(empty.into_keys());
        self
    }
}

/// Something that could not be done, by the path that it is about.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) path: String,
    pub(crate) message: String,
    /// The exit status that it leads to.
    pub(crate) status: u8,
}

impl Problem {
    pub(crate) fn new(path: impl Into<String>, failed: &Failed) -> Self {
        let status = failed.status_among_others();
        Self { path: path.into(), message: failed.message().to_owned(), status }
    }

    /// Something about the server or the names in it.
    pub(crate) fn refused(path: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(path, &Failed::refused(message))
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        json!({ "problem": self.message, "path": self.path, "status": self.status })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = if self.path.is_empty() { "the folder itself" } else { &self.path };
        write!(f, "{}: {}", pydio_cli::shown(path), pydio_cli::shown(&self.message))
    }
}

/// Returns the last name of a path.
pub(crate) fn leaf(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Returns whether a path is in a folder, at any depth.
pub(crate) fn is_in(path: &str, folder: &str) -> bool {
    path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Returns the node with a relative path below a folder of the server.
pub(crate) fn node(root: &NodePath, path: &str) -> NodePath {
    if path.is_empty() { root.clone() } else { root.join(path) }
}

/// Returns the path of a child.
pub(crate) fn below(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}
