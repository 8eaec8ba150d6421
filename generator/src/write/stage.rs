//! Files that are written beside their places, and put there all together.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use tempfile::TempPath;

use super::{OutputError, io_error, partly};

/// What the names of files that are not yet in place begin with.
pub(super) const PREFIX: &str = ".tmp";

/// Files that are written and not yet in place. Dropped, it leaves nothing behind.
#[derive(Debug, Default)]
pub(super) struct Stage {
    files: Vec<(TempPath, PathBuf)>,
    /// Directories that were made for them, outer ones first.
    directories: Vec<PathBuf>,
}

impl Stage {
    /// Writes what is to become `path`.
    pub(super) fn write(&mut self, path: &Path, content: &str) -> Result<(), OutputError> {
        let directory = path.parent().unwrap_or(Path::new(""));
        self.make(directory)?;
        let written = write(directory, content).map_err(io_error(path))?;
        self.files.push((written, path.to_owned()));
        Ok(())
    }

    fn make(&mut self, directory: &Path) -> Result<(), OutputError> {
        let missing = |path: &&Path| !path.as_os_str().is_empty() && !path.exists();
        let mut missing: Vec<_> = directory.ancestors().take_while(missing).collect();
        missing.reverse();
        for path in missing {
            match fs::create_dir(path) {
                Ok(()) => self.directories.push(path.to_owned()),
                // Another run was a moment earlier.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {}
                Err(error) => return Err(io_error(path)(error)),
            }
        }
        Ok(())
    }

    /// Puts every file in its place, each in one step.
    pub(super) fn commit(mut self) -> Result<(), OutputError> {
        self.directories.clear();
        for (written, path) in std::mem::take(&mut self.files) {
            written.persist(&path).map_err(|error| partly(&path, error.error))?;
        }
        Ok(())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        self.files.clear();
        for directory in self.directories.iter().rev() {
            // What somebody else put there in the meantime stays.
            let _ = fs::remove_dir(directory);
        }
    }
}

/// A file of its own in `directory`, closed: there may be more of them than a process may open.
fn write(directory: &Path, content: &str) -> io::Result<TempPath> {
    let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    // The error of the library names the file that is to be renamed, which says nothing to anybody.
    let file = tempfile::Builder::new().prefix(PREFIX).tempfile_in(directory);
    let mut file = file.map_err(|error| io::Error::from(error.kind()))?;
    file.write_all(content.as_bytes())?;
    set_readable(file.as_file())?;
    Ok(file.into_temp_path())
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
