//! Writes files under temporary names, and then moves them all into place.

use std::{
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use tempfile::TempPath;

use super::{OutputError, io_error, partly};

/// The prefix of the names of temporary files.
pub(super) const PREFIX: &str = ".tmp";

/// Files that are written but not yet in place. Dropping it removes them.
#[derive(Debug, Default)]
pub(super) struct Stage {
    files: Vec<(TempPath, PathBuf)>,
    /// Directories created for them, outer ones first.
    directories: Vec<PathBuf>,
}

impl Stage {
    /// Writes the future content of `path`.
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
                // Another run created it a moment earlier.
                Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => {}
                Err(error) => return Err(io_error(path)(error)),
            }
        }
        Ok(())
    }

    /// Moves every file into place, each in one step.
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
            // Files that others created there in the meantime stay.
            let _ = fs::remove_dir(directory);
        }
    }
}

/// Writes a temporary file in `directory` and closes it: there may be more of them than a process
/// may open.
fn write(directory: &Path, content: &str) -> io::Result<TempPath> {
    let directory = if directory.as_os_str().is_empty() { Path::new(".") } else { directory };
    // The library's error names the temporary file, which is meaningless to users.
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
