//! Downloads one file.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use indicatif::ProgressBar;
use pydio_cli::Failed;
use pydio_client::{Error, NodePath, Workspace, v1::access_fs};

use crate::{
    hashes,
    mirror::{Job, SMALL, hashes_of},
    reach::Reach,
    tree::node,
};

/// Downloads files to a folder.
pub(super) struct Fetch<'d> {
    pub(super) files: &'d Workspace,
    pub(super) from: &'d NodePath,
    pub(super) to: &'d Path,
    pub(super) staging: &'d Path,
    pub(super) bar: &'d ProgressBar,
    pub(super) reach: &'d Reach,
}

/// The content that a file is expected to have.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Expected {
    Md5(String),
    /// The server computes no checksums.
    Size,
    /// The download has to ask.
    Unknown,
}

/// A file that is complete and has its name.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) bytes: u64,
    /// The checksum that both sides have.
    pub(super) md5: Option<String>,
    /// Whether only its size was compared.
    pub(super) is_by_size: bool,
}

impl Fetch<'_> {
    /// Returns what each file of a batch is expected to contain.
    pub(super) async fn expected(&self, batch: &[Job]) -> Vec<Expected> {
        let known = hashes_of(self.files, self.reach, self.from, batch).await;
        let known: Option<BTreeMap<_, _>> = match known {
            Ok(Some(known)) => Some(known),
            Ok(None) => return vec![Expected::Size; batch.len()],
            Err(_) => None,
        };
        let hash = |job: &Job| known.as_ref().and_then(|known| known.get(&job.path).cloned());
        batch.iter().map(|job| hash(job).map_or(Expected::Unknown, Expected::Md5)).collect()
    }

    /// Downloads a file, and gives it its name once it is verified.
    pub(super) async fn run(&self, job: &Job, expected: Expected) -> Result<Fetched, Failed> {
        self.reach.check()?;
        self.bar.set_message(pydio_cli::shown(&job.path).into_owned());
        if job.size <= SMALL
            && let Some(bytes) = self.in_memory(job, &expected).await
        {
            let md5 = match expected {
                Expected::Md5(hash) => Some(hash),
                _ => None,
            };
            let (staged, target) = (self.staged(&job.path), self.to.join(&job.path));
            let modified = job.modified;
            let write = move || {
                fs::write(&staged, &bytes)?;
                place(&staged, &target, modified).map(|()| bytes.len() as u64)
            };
            let written = tokio::task::spawn_blocking(write).await;
            let written = written.unwrap_or_else(|error| Err(io::Error::other(error)));
            let bytes = written.map_err(|error| Failed::local("not written", &error))?;
            self.bar.inc(bytes);
            return Ok(Fetched { bytes, is_by_size: md5.is_none(), md5 });
        }
        self.to_staging(job).await
    }

    /// Returns the content of a small file, if it arrives at once and is as expected. Otherwise the
    /// download that tries again finds out what is wrong.
    async fn in_memory(&self, job: &Job, expected: &Expected) -> Option<Vec<u8>> {
        let is_right = |bytes: &[u8]| match expected {
            Expected::Md5(hash) => hashes::of_bytes(bytes) == *hash,
            Expected::Size => true,
            Expected::Unknown => false,
        };
        if *expected == Expected::Unknown {
            return None;
        }
        if job.size == 0 && is_right(b"") {
            return Some(Vec::new());
        }
        let call = access_fs::download(node(self.from, &job.path));
        let bytes = match self.files.call(call).await {
            // One byte more than expected shows that it has grown.
            Ok(download) => download.bytes(job.size + 1).await.ok()?,
            Err(_) => return None,
        };
        self.reach.saw(&Ok(()));
        (bytes.len() as u64 == job.size && is_right(&bytes)).then_some(bytes)
    }

    /// Downloads into the staging folder, where another run resumes.
    async fn to_staging(&self, job: &Job) -> Result<Fetched, Failed> {
        let staged = self.staged(&job.path);
        let bar = self.bar.clone();
        let mut last = 0;
        let download = self.files.download(access_fs::download(node(self.from, &job.path)));
        let download = download.progress(move |now| {
            bar.inc(now.bytes.saturating_sub(last));
            last = now.bytes;
        });
        let done: Result<_, Error> = download.to_file(&staged).await;
        self.reach.saw(&done);
        let done = done?;
        if done.md5.is_none() && done.bytes != job.size {
            let message = format!(
                "received {} bytes of a file of {}: if it was changed on the server's disk, the \
                 list has its old size, so run this again",
                done.bytes, job.size
            );
            return Err(Failed::refused(message));
        }
        let placed = place(&staged, &self.to.join(&job.path), job.modified);
        placed.map_err(|error| Failed::local("not written", &error))?;
        Ok(Fetched { bytes: done.bytes, is_by_size: done.md5.is_none(), md5: done.md5 })
    }

    /// Returns where a file is until it is complete. The name is the same for each run.
    fn staged(&self, path: &str) -> PathBuf {
        self.staging.join(hashes::of_bytes(path.as_bytes()))
    }
}

/// Gives a complete file its time and its name. It replaces a file, and nothing else.
fn place(staged: &Path, target: &Path, modified: Option<i64>) -> io::Result<()> {
    set_time(staged, modified)?;
    fs::rename(staged, target)
}

/// Gives a file the time that it has on the server.
pub(super) fn set_time(path: &Path, modified: Option<i64>) -> io::Result<()> {
    match modified.and_then(time) {
        None => Ok(()),
        Some(time) => File::options().write(true).open(path)?.set_modified(time),
    }
}

fn time(seconds: i64) -> Option<SystemTime> {
    let since = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { UNIX_EPOCH.checked_sub(since) } else { UNIX_EPOCH.checked_add(since) }
}
