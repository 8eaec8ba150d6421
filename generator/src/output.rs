//! Emitted files on disk: written, compared, and never anybody else's.
//!
//! A file belongs to this tool when one of its first lines holds [`MARK`]. Anything
//! else is left alone, and is an error when it is in the way.

mod stage;

use std::{
    collections::BTreeSet,
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
    time::Duration,
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
    /// Paths and contents of files that belong to the user: to begin with, or with something added.
    pub users: Vec<(String, String)>,
}

/// Why a directory cannot be made to hold the files.
#[derive(Debug, thiserror::Error)]
pub enum OutputError {
    /// The file is in the way and was not written by this tool.
    #[error(
        "`{0}` was not written by this tool and is left alone: move it away, or choose another `--out`"
    )]
    NotOurs(String),
    /// Reading or writing failed before anything was in its place.
    #[error("`{path}`: {source}; nothing was written")]
    Io {
        /// The file or directory.
        path: String,
        /// What happened.
        source: io::Error,
    },
    /// What was written could not be put in its place.
    #[error("`{path}`: {source}; other files may have been written: run the same command again")]
    Partly {
        /// The file.
        path: String,
        /// What happened.
        source: io::Error,
    },
}

fn io_error(path: &Path) -> impl FnOnce(io::Error) -> OutputError + use<> {
    let path = path.display().to_string();
    move |source| OutputError::Io { path, source }
}

fn partly(path: &Path, source: io::Error) -> OutputError {
    OutputError::Partly { path: path.display().to_string(), source }
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
            let existing = existing(&root.join(path))?;
            if existing.as_ref() != Some(content) {
                changed.push((path.clone(), existing));
            }
        }
        let stale = stale(root, files)?;
        Ok(Self { root: root.to_owned(), files, changed, stale, users: Vec::new() })
    }

    /// Also writes a file without claiming it.
    #[must_use]
    pub fn user(mut self, path: &str, content: String) -> Self {
        self.users.push((path.to_owned(), content));
        self
    }

    /// Whether the directory already holds exactly the files.
    pub fn is_clean(&self) -> bool {
        self.changed.is_empty() && self.stale.is_empty()
    }

    /// Writes what is to be written and removes what is stale. Everything is written beside its
    /// place first, and only put there when all of it could be written: no file is ever half
    /// written, and a disk that is full or closed leaves the directory as it was.
    ///
    /// # Errors
    ///
    /// When the disk does not let it.
    pub fn apply(&self) -> Result<(), OutputError> {
        let mut stage = stage::Stage::default();
        for (path, _) in &self.changed {
            stage.write(&self.root.join(path), &self.files[path])?;
        }
        for (path, content) in &self.users {
            stage.write(&self.root.join(path), content)?;
        }
        stage.commit()?;
        for path in &self.stale {
            let full = self.root.join(path);
            match fs::remove_file(&full) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    return Err(partly(&full, source));
                }
                _ => {}
            }
            remove_empty(&self.root, &full);
        }
        Ok(())
    }

    /// The differences in the usual form, at most `limit` lines of them.
    pub fn diff(&self, limit: usize) -> String {
        let mut text = String::new();
        for (path, existing) in &self.changed {
            if text.lines().nth(limit).is_some() {
                break;
            }
            let old = existing.as_deref().unwrap_or_default();
            let mut config = TextDiff::configure();
            let diff = config.timeout(DIFF_TIME).diff_lines(old, &self.files[path]);
            let name = if existing.is_some() { path } else { "/dev/null" };
            text.push_str(&diff.unified_diff().context_radius(1).header(name, path).to_string());
        }
        for path in &self.stale {
            text.push_str(&format!("--- {path}\n+++ /dev/null\n"));
        }
        let mut lines = text.lines();
        let mut shown: String = lines.by_ref().take(limit).flat_map(|line| [line, "\n"]).collect();
        if lines.next().is_some() {
            shown.push_str("… and so on\n");
        }
        shown
    }
}

/// Writes files that the user named, whatever is there: all of them, or none where that fails
/// before the first is in its place.
///
/// # Errors
///
/// When the disk does not let it.
pub fn write(files: &[(PathBuf, String)]) -> Result<(), OutputError> {
    let mut stage = stage::Stage::default();
    for (path, content) in files {
        if path.is_dir() {
            return Err(io_error(path)(io::ErrorKind::IsADirectory.into()));
        }
        stage.write(path, content)?;
    }
    stage.commit()
}

/// How long the shortest difference of a file is looked for.
const DIFF_TIME: Duration = Duration::from_secs(2);

/// What is at `path`, if that is this tool's.
fn existing(path: &Path) -> Result<Option<String>, OutputError> {
    let not_ours = || Err(OutputError::NotOurs(path.display().to_string()));
    match fs::metadata(path) {
        Ok(metadata) if metadata.is_file() => {}
        Ok(_) => return not_ours(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(io_error(path)(error)),
    }
    let text = match String::from_utf8(fs::read(path).map_err(io_error(path))?) {
        Ok(text) => text,
        Err(error) => String::from_utf8_lossy(error.as_bytes()).into_owned(),
    };
    if is_ours(&text) { Ok(Some(text)) } else { not_ours() }
}

/// Whether there is nothing at `path`, or a file of this tool's.
pub(crate) fn may_be_written(path: &Path) -> bool {
    fs::symlink_metadata(path).is_err() || begins_as_ours(path)
}

fn is_ours(text: &str) -> bool {
    text.lines().take(3).any(|line| line.contains(MARK))
}

/// Removes the directories between `root` and a file that was removed, as far as they are empty.
fn remove_empty(root: &Path, file: &Path) {
    let between = file.ancestors().skip(1).take_while(|directory| *directory != root);
    for directory in between {
        // A directory that is not empty stays: that is how the end is found.
        if fs::remove_dir(directory).is_err() {
            return;
        }
    }
}

/// Files of this tool, in the directories that are written to, that are not among `files`.
fn stale(root: &Path, files: &Files) -> Result<Vec<String>, OutputError> {
    // There is nothing in `bin` now where a crate no longer declares the command line.
    let tops = files.keys().filter_map(|path| Some(path.split_once('/')?.0)).chain(["bin"]);
    let tops: BTreeSet<&str> = tops.collect();
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
        // What another run is about to put in its place.
        if name.starts_with(stage::PREFIX) {
            continue;
        }
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
