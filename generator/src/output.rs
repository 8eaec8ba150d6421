//! Emitted files on disk: written, compared, and never anybody else's.
//!
//! A file belongs to this tool when one of its first lines holds [`MARK`]. Anything
//! else is left alone, and is an error when it is in the way.

use std::{
    fs,
    io::{self, Read as _, Write as _},
    path::{Path, PathBuf},
};

use similar::TextDiff;

use crate::emit::{Files, MARK};

/// What it takes to make a directory hold exactly the emitted files.
#[derive(Debug)]
pub struct Plan<'f> {
    root: PathBuf,
    files: &'f Files,
    /// Paths of files to write, with what is there now.
    pub changed: Vec<(String, Option<String>)>,
    /// Paths of files of this tool that are no longer emitted.
    pub stale: Vec<String>,
}

/// Why a directory cannot be made to hold the files.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The file is in the way and was not written by this tool.
    #[error(
        "{0} was not written by this tool and is left alone: move it away, or choose another `--out`"
    )]
    NotOurs(String),
    /// Reading or writing failed.
    #[error("{path}: {source}")]
    Io {
        /// The file or directory.
        path: String,
        /// What happened.
        source: io::Error,
    },
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> OutputError + use<> {
    let path = path.display().to_string();
    move |source| OutputError::Io { path, source }
}

impl<'f> Plan<'f> {
    /// Compares `files` with what is in `root`. Nothing is written.
    ///
    /// # Errors
    ///
    /// When a file that is not this tool's is in the way, or something cannot be read.
    pub fn new(root: &Path, files: &'f Files) -> Result<Self, OutputError> {
        let mut changed = Vec::new();
        for (path, content) in files {
            let full = root.join(path);
            let existing = match fs::read(&full) {
                Ok(bytes) => Some(String::from_utf8_lossy(&bytes).into_owned()),
                Err(error) if error.kind() == io::ErrorKind::NotFound => None,
                Err(error) => return Err(io_error(&full)(error)),
            };
            if existing.as_deref().is_some_and(|text| !is_ours(text)) {
                return Err(OutputError::NotOurs(full.display().to_string()));
            }
            if existing.as_ref() != Some(content) {
                changed.push((path.clone(), existing));
            }
        }
        let stale = stale(root, files)?;
        Ok(Self { root: root.to_owned(), files, changed, stale })
    }

    /// Whether the directory already holds exactly the files.
    pub fn is_clean(&self) -> bool {
        self.changed.is_empty() && self.stale.is_empty()
    }

    /// Writes what is to be written and removes what is stale. A file is replaced in one step, so
    /// that none is ever half written.
    ///
    /// # Errors
    ///
    /// When the disk does not let it.
    pub fn apply(&self) -> Result<(), OutputError> {
        for (path, _) in &self.changed {
            let full = self.root.join(path);
            let directory = full.parent().unwrap_or(&self.root);
            fs::create_dir_all(directory).map_err(io_error(directory))?;
            replace(&full, directory, &self.files[path]).map_err(io_error(&full))?;
        }
        for path in &self.stale {
            let full = self.root.join(path);
            fs::remove_file(&full).map_err(io_error(&full))?;
        }
        Ok(())
    }

    /// The differences in the usual form, at most `limit` lines of them.
    pub fn diff(&self, limit: usize) -> String {
        let mut text = String::new();
        for (path, existing) in &self.changed {
            let old = existing.as_deref().unwrap_or_default();
            let diff = TextDiff::from_lines(old, &self.files[path]);
            let name = if existing.is_some() { path } else { "/dev/null" };
            text.push_str(&diff.unified_diff().context_radius(1).header(name, path).to_string());
        }
        for path in &self.stale {
            text.push_str(&format!("--- {path}\n+++ /dev/null\n"));
        }
        let lines = text.lines().count();
        let mut shown: String = text.lines().take(limit).map(|line| format!("{line}\n")).collect();
        if lines > limit {
            shown.push_str(&format!("… and {} more lines\n", lines - limit));
        }
        shown
    }
}

fn is_ours(text: &str) -> bool {
    text.lines().take(3).any(|line| line.contains(MARK))
}

fn replace(path: &Path, directory: &Path, content: &str) -> io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(content.as_bytes())?;
    set_readable(file.as_file())?;
    file.persist(path)?;
    Ok(())
}

/// Temporary files are private; sources are not.
#[cfg(unix)]
fn set_readable(file: &fs::File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn set_readable(_: &fs::File) -> io::Result<()> {
    Ok(())
}

/// Files of this tool, in the directories that are written to, that are not among `files`.
fn stale(root: &Path, files: &Files) -> Result<Vec<String>, OutputError> {
    let mut tops: Vec<&str> =
        files.keys().filter_map(|path| Some(path.split_once('/')?.0)).collect();
    tops.dedup();
    let mut stale = Vec::new();
    for top in tops {
        collect_stale(root, top, files, &mut stale)?;
    }
    stale.sort();
    Ok(stale)
}

fn collect_stale(
    root: &Path,
    below: &str,
    files: &Files,
    stale: &mut Vec<String>,
) -> Result<(), OutputError> {
    let directory = root.join(below);
    let entries = match fs::read_dir(&directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(io_error(&directory)(error)),
    };
    for entry in entries {
        let entry = entry.map_err(io_error(&directory))?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = format!("{below}/{name}");
        let kind = entry.file_type().map_err(io_error(&entry.path()))?;
        if kind.is_dir() {
            collect_stale(root, &path, files, stale)?;
        } else if kind.is_file() && !files.contains_key(&path) && begins_as_ours(&entry.path()) {
            stale.push(path);
        }
    }
    Ok(())
}

fn begins_as_ours(path: &Path) -> bool {
    let mut head = Vec::new();
    let read = fs::File::open(path).and_then(|file| file.take(512).read_to_end(&mut head));
    read.is_ok() && is_ours(&String::from_utf8_lossy(&head))
}
