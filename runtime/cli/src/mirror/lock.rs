//! Keeps two runs from writing to the same local folder.

use std::{
    ffi::OsString,
    fs::{self, File, Metadata},
    io,
    path::{Path, PathBuf},
};

use fs4::{FileExt, TryLockError};
use pydio_cli::Failed;
use tempfile::TempDir;

use super::down::STAGING;
use crate::tree;

/// The name of the locked file.
const NAME: &str = "lock";

/// The beginning of the name of a folder for trials of the file system.
const PROBE: &str = "pydio-probe-";

/// The right to write to a folder, until it is dropped or the process ends.
#[derive(Debug)]
pub(crate) struct Lock {
    /// The staging folder, with the file that is locked.
    staging: PathBuf,
    _file: File,
}

impl Lock {
    /// Creates the folder and its staging folder, unless they exist, and locks them.
    ///
    /// # Errors
    ///
    /// Returns an error if another run writes to the folder, or it cannot be written.
    pub(crate) fn new(folder: &Path) -> Result<Self, Failed> {
        let staging = folder.join(STAGING);
        let local = |error| Failed::local(staging.display(), &error);
        let path = staging.join(NAME);
        if staging.is_symlink() {
            let message = format!("{} is a symbolic link", staging.display());
            let tip = "it is the place of incomplete files: remove it";
            return Err(Failed::usage(message).tip(tip));
        }
        loop {
            fs::create_dir_all(&staging).map_err(local)?;
            let opened = File::options().write(true).create(true).truncate(false).open(&path);
            let file = match opened {
                // A run that has ended removed the folder in the meantime.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                opened => opened.map_err(local)?,
            };
            match FileExt::try_lock(&file) {
                Ok(()) if !is_at(&file, &path).map_err(local)? => {}
                // Not every file system has locks.
                Ok(()) | Err(TryLockError::Error(_)) => return Ok(Self { staging, _file: file }),
                Err(TryLockError::WouldBlock) => {
                    let message = format!("another run is writing to {}", folder.display());
                    return Err(Failed::usage(message).tip("run this again when it has ended"));
                }
            }
        }
    }

    /// Creates an empty folder for trials of the file system.
    pub(super) fn probe(&self) -> io::Result<TempDir> {
        tempfile::Builder::new().prefix(PROBE).tempdir_in(&self.staging)
    }

    /// Removes what runs have left in the staging folder of files that have gone from the server
    /// since, and the folder. Returns a note if it contains anything else, which stays.
    ///
    /// # Errors
    ///
    /// Returns an error if it cannot be removed.
    pub(crate) fn end(self) -> Result<Option<String>, Failed> {
        let local = |error| Failed::local(self.staging.display(), &error);
        let (own, others) = content(&self.staging).map_err(local)?;
        for name in own {
            let path = self.staging.join(name);
            let is_folder = fs::symlink_metadata(&path).map_err(local)?.is_dir();
            let removed = if is_folder { fs::remove_dir_all(path) } else { fs::remove_file(path) };
            removed.map_err(local)?;
        }
        if others.is_empty() {
            return fs::remove_dir(&self.staging).map_err(local).map(|()| None);
        }
        Ok(Some(format!("{STAGING}: it contains {}, which no mirror wrote", named(&others))))
    }
}

/// Returns a note about the staging folder in a folder that is read, if it has one.
pub(super) fn note(folder: &Path) -> Option<String> {
    let staging = folder.join(STAGING);
    if staging.is_symlink() || !staging.is_dir() {
        return None;
    }
    Some(match content(&staging) {
        Ok((_, others)) if others.is_empty() => {
            format!("{STAGING}: incomplete files of a mirror to this folder")
        }
        Ok((_, others)) => {
            let others = named(&others);
            format!("{STAGING}: the folder for incomplete files also contains {others}; move it")
        }
        Err(error) => format!("{STAGING}: the folder for incomplete files cannot be read: {error}"),
    })
}

/// Returns what is in a staging folder: what runs have written, and everything else.
fn content(staging: &Path) -> io::Result<(Vec<OsString>, Vec<OsString>)> {
    let entries = fs::read_dir(staging)?.collect::<io::Result<Vec<_>>>()?;
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for entry in entries {
        let (name, data) = (entry.file_name(), entry.metadata()?);
        match name.to_str().is_some_and(|name| is_own(name, &data)) {
            true => own.push(name),
            false => others.push(name),
        }
    }
    others.sort();
    Ok((own, others))
}

/// Returns whether runs write something like this: the lock, which is empty, the file of a download,
/// whose name is a checksum, with what a download adds to it, and a folder for trials.
fn is_own(name: &str, data: &Metadata) -> bool {
    if data.is_dir() {
        return name.starts_with(PROBE);
    }
    let stem = name.strip_suffix(".part.version").or(name.strip_suffix(".part")).unwrap_or(name);
    let is_checksum = stem.len() == 32 && stem.bytes().all(|byte| byte.is_ascii_hexdigit());
    data.is_file() && (is_checksum || name == NAME && data.len() == 0)
}

fn named(names: &[OsString]) -> String {
    tree::few(names.iter().map(|name| name.to_string_lossy().into_owned()))
}

impl Drop for Lock {
    /// Leaves the staging folder only if it has something to resume.
    fn drop(&mut self) {
        let path = self.staging.join(NAME);
        if fs::symlink_metadata(&path).is_ok_and(|data| is_own(NAME, &data)) {
            let _ = fs::remove_file(path);
        }
        let _ = fs::remove_dir(&self.staging);
    }
}

/// Returns whether an open file still has its path: the run that had locked it may have removed it.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::MetadataExt as _;
    let own = file.metadata()?;
    match path.metadata() {
        Ok(there) => Ok((there.dev(), there.ino()) == (own.dev(), own.ino())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn is_at(_: &File, path: &Path) -> io::Result<bool> {
    path.try_exists()
}
