//! Keeps two runs from writing to the same local folder.

use std::{
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use fs4::{FileExt, TryLockError};
use pydio_cli::Failed;

use super::down::STAGING;

/// The name of the locked file. Those of incomplete files are checksums.
const NAME: &str = "lock";

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

    /// Removes the staging folder, with what is left of files that have gone from the server since.
    ///
    /// # Errors
    ///
    /// Returns an error if it cannot be removed.
    pub(crate) fn end(self) -> Result<(), Failed> {
        let removed = fs::remove_dir_all(&self.staging);
        removed.map_err(|error| Failed::local(self.staging.display(), &error))
    }
}

impl Drop for Lock {
    /// Leaves the staging folder only if it has something to resume.
    fn drop(&mut self) {
        let _ = fs::remove_file(self.staging.join(NAME));
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
