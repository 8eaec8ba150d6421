//! What is below a folder on this machine.

use std::{
    fs::{self, Metadata},
    io,
    path::Path,
    time::UNIX_EPOCH,
};

use pydio_cli::Failed;

use super::{Kind, Problem, Tree, below};
use crate::filter::Filter;

/// Reads what is below a folder. Symbolic links are not followed, and what is neither a file nor a
/// folder is not transferred: both are problems, so that nothing is skipped silently.
///
/// `own` is a folder in the folder itself that is not part of what it contains.
pub(crate) fn local(root: &Path, own: &str, filter: &Filter) -> Tree {
    let mut tree = Tree::default();
    let mut left = vec![String::new()];
    while let Some(folder) = left.pop() {
        let read =
            fs::read_dir(root.join(&folder)).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let entries = match read {
            Ok(entries) => entries,
            Err(error) => {
                tree.unread(&folder, &error);
                continue;
            }
        };
        for entry in entries {
            let name = entry.file_name();
            let Some(name) = name.to_str() else {
                let path = below(&folder, &name.to_string_lossy());
                tree.problems.push(Problem::new(path, &cannot("its name is not UTF-8")));
                continue;
            };
            let path = below(&folder, name);
            match entry.metadata() {
                Ok(data) if path == own && data.is_dir() => {}
                Ok(data) => tree.put(path, &data, filter, &mut left),
                Err(error) => tree.unread(&path, &error),
            }
        }
    }
    tree
}

fn cannot(message: &str) -> Failed {
    Failed::local(message, &io::Error::other("it is skipped"))
}

impl Tree {
    fn unread(&mut self, path: &str, error: &io::Error) {
        self.problems.push(Problem::new(path, &Failed::local("not read", error)));
    }

    fn put(&mut self, path: String, data: &Metadata, filter: &Filter, left: &mut Vec<String>) {
        if data.is_dir() {
            if self.takes_folder(&path, filter) {
                self.entries.insert(path.clone(), Kind::Folder);
                left.push(path);
            }
        } else if self.takes_file(&path, filter) {
            if data.is_file() {
                let kind = Kind::File { size: data.len(), modified: modified(data) };
                self.entries.insert(path, kind);
            } else {
                let message = match data.is_symlink() {
                    true => "it is a symbolic link",
                    false => "it is neither a file nor a folder",
                };
                self.problems.push(Problem::new(path, &cannot(message)));
            }
        }
    }
}

/// Returns the time of the last change in seconds since 1970.
pub(crate) fn modified(data: &Metadata) -> Option<i64> {
    let time = data.modified().ok()?;
    match time.duration_since(UNIX_EPOCH) {
        Ok(since) => i64::try_from(since.as_secs()).ok(),
        Err(before) => i64::try_from(before.duration().as_secs()).ok().map(|seconds| -seconds),
    }
}
