//! A file that is not complete yet.
//!
//! A download to `big.iso` is written to `big.iso.part`. The sibling file `big.iso.part.version`
//! records the version of the file, so that another run resumes only with the same file; it is empty if
//! the version is unknown. A `.part` file without one is somebody else's.

use std::{
    ffi::OsString,
    fs::Metadata,
    io,
    path::{Path, PathBuf},
};

use bytes::Bytes;
use futures_util::future;
use tokio::{
    fs::{self, File, OpenOptions},
    io::{AsyncReadExt as _, AsyncSeekExt as _, AsyncWriteExt as _, BufWriter},
};

use super::{
    checksum::{Beside, Checksum},
    sink::Sink,
    zip,
};

/// How many bytes are buffered before they are written.
const BUFFER: usize = 256 * 1024;

/// A file that is being downloaded.
pub(super) struct Partial {
    target: PathBuf,
    replaces: bool,
    path: PathBuf,
    version_path: PathBuf,
    file: BufWriter<File>,
    length: u64,
    version: Option<String>,
    /// Of everything in the file, if this run has written all of it.
    checksum: Option<Beside>,
}

impl Partial {
    /// Opens the partial file, or creates it.
    pub(super) async fn open(target: &Path, replaces: bool) -> io::Result<Self> {
        if target.file_name().is_none() || target.is_dir() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "this is not a valid file name",
            ));
        }
        // A device or a pipe cannot be replaced or resumed.
        if fs::metadata(target).await.is_ok_and(|there| !there.is_file()) {
            let message = "this is a device or a pipe, which a download cannot replace";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        // A link that leads to nothing is something too.
        if !replaces && fs::symlink_metadata(target).await.is_ok() {
            return Err(there_already());
        }
        let path = beside(target, ".part");
        let version_path = beside(target, ".part.version");
        let version = fs::read_to_string(&version_path).await.ok();
        let mut file = open_own(&path).await?;
        let there = file.seek(io::SeekFrom::End(0)).await?;
        if there > 0 && version.is_none() {
            let message = format!("`{}` is not from a download; move it away", path.display());
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
        let version = version.filter(|version| !version.is_empty());
        let length = match version {
            Some(_) => there,
            None => {
                file.set_len(0).await?;
                file.rewind().await?;
                0
            }
        };
        let file = BufWriter::with_capacity(BUFFER, file);
        let target = target.to_owned();
        let checksum = (length == 0).then(Beside::default);
        Ok(Self { target, replaces, path, version_path, file, length, version, checksum })
    }

    /// Gives the complete file its name.
    pub(super) async fn finish(mut self) -> io::Result<()> {
        self.file.flush().await?;
        self.file.get_mut().sync_all().await?;
        if self.replaces {
            fs::rename(&self.path, &self.target).await?;
        } else {
            rename_to_new(&self.path, &self.target).await?;
        }
        remove(&self.version_path).await
    }

    /// Removes the useless partial file.
    pub(super) async fn discard(self) -> io::Result<()> {
        drop(self.file);
        remove(&self.version_path).await?;
        remove(&self.path).await
    }
}

fn beside(target: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(target);
    name.push(suffix);
    name.into()
}

/// Opens a file to read and write, or creates it. Does not follow a symbolic link.
async fn open_own(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    match options.clone().create_new(true).open(path).await {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        opened => return opened,
    }
    let named = fs::symlink_metadata(path).await?;
    let file = options.open(path).await?;
    if !named.is_file() || !is_same(&named, &file.metadata().await?) {
        let name = path.display();
        return Err(io::Error::other(format!("`{name}` is not a regular file; remove it")));
    }
    Ok(file)
}

/// Returns whether the opened file is the one with this name, which may have become a link in
/// between.
#[cfg(unix)]
fn is_same(named: &Metadata, opened: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    (named.dev(), named.ino()) == (opened.dev(), opened.ino())
}

#[cfg(not(unix))]
fn is_same(_: &Metadata, opened: &Metadata) -> bool {
    opened.is_file()
}

/// Gives a file a name that does not exist yet. If the file system has no hard links, an empty file
/// takes the name first, and is then replaced.
async fn rename_to_new(from: &Path, to: &Path) -> io::Result<()> {
    match fs::hard_link(from, to).await {
        Ok(()) => return remove(from).await,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(there_already()),
        Err(_) => {}
    }
    match OpenOptions::new().write(true).create_new(true).open(to).await {
        Ok(_) => fs::rename(from, to).await,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(there_already()),
        Err(error) => Err(error),
    }
}

fn there_already() -> io::Error {
    io::Error::new(io::ErrorKind::AlreadyExists, "a file with that name already exists")
}

async fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path).await {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

impl Sink for Partial {
    fn length(&self) -> u64 {
        self.length
    }

    fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    async fn restart(&mut self) -> io::Result<bool> {
        self.file.flush().await?;
        let file = self.file.get_mut();
        file.set_len(0).await?;
        file.rewind().await?;
        self.length = 0;
        self.checksum = Some(Beside::default());
        // In this order: a file with content always has a record of its version.
        self.begin(None).await?;
        Ok(true)
    }

    /// Called before anything is written, so that a partial file always has a known version.
    async fn begin(&mut self, version: Option<&str>) -> io::Result<()> {
        self.version = version.map(str::to_owned);
        remove(&self.version_path).await?;
        let version = version.unwrap_or_default();
        let mut file =
            OpenOptions::new().write(true).create_new(true).open(&self.version_path).await?;
        file.write_all(version.as_bytes()).await?;
        file.flush().await
    }

    async fn write(&mut self, chunk: Bytes) -> io::Result<()> {
        self.file.write_all(&chunk).await?;
        self.length += chunk.len() as u64;
        match &mut self.checksum {
            Some(checksum) => checksum.update(chunk).await,
            None => Ok(()),
        }
    }

    async fn flush(&mut self) -> io::Result<()> {
        self.file.flush().await
    }

    async fn checksum(&mut self) -> io::Result<String> {
        let written = self.checksum.take();
        let checksum = async {
            match written {
                Some(written) => written.hex().await,
                None => Checksum::of_file(&self.path).await,
            }
        };
        // Meanwhile the disk writes what `finish` waits for, which takes as long for a large file.
        let (checksum, synced) = future::join(checksum, self.file.get_ref().sync_all()).await;
        synced?;
        checksum
    }

    async fn tail(&self) -> io::Result<Vec<u8>> {
        let mut file = File::open(&self.path).await?;
        let start = self.length.saturating_sub(zip::LONGEST_END as u64);
        file.seek(io::SeekFrom::Start(start)).await?;
        let mut tail = Vec::new();
        file.take(zip::LONGEST_END as u64).read_to_end(&mut tail).await?;
        Ok(tail)
    }
}
