//! Downloads that resume where they broke off.

mod source;

use std::{io, ops::RangeBounds, path::Path, time::Duration};

use http::StatusCode;
use tokio::io::AsyncWrite;

use super::{
    Check, Progress,
    files::Files,
    partial::Partial,
    progress::Listener,
    retry::{Retries, Retry},
    sink::{Sink, Writer},
    stat::{Hashed, Lookup},
    zip,
};
use crate::{
    call::{ActionCall, Call, OperationCall, RestCall},
    client::{Pydio, Workspace},
    response::Download,
    session::SessionWorkspace,
    types::{Error, ErrorKind, Failure, NodePath},
};
use source::Source;

/// A download that has not started: [`Self::to_file`] or [`Self::to_writer`] runs it,
/// [`Self::open`] leaves the bytes to the caller.
///
/// Resumes after a broken connection, and resumes an earlier run into the same file, as long as the
/// file on the server has not changed. An archive that the server creates from several nodes, or
/// from a folder, is never the same twice: its download starts over.
#[derive(Clone)]
#[must_use = "a download does nothing until it is run"]
pub struct FileDownload {
    source: Source,
    check: Check,
    retries: Retries,
    replaces: bool,
    listener: Listener,
}

/// The result of a download.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Downloaded {
    /// Size of the file in bytes.
    pub bytes: u64,
    /// Number of bytes from an earlier run.
    pub resumed: u64,
    /// The MD5 checksum, which is the same on both sides. `None` if the server returns none, as
    /// for an archive, or without the plugin `meta.filehasher`: the content is then unverified, and
    /// only its size matches the server.
    pub md5: Option<String>,
}

impl Workspace {
    /// Returns a download by any call that returns bytes.
    pub fn download<C>(&self, call: C) -> FileDownload
    where
        C: RestCall + Call<Response = Download>,
    {
        let files = Files::Rest(self.clone());
        FileDownload::of(Source { files, request: call.into_request() })
    }
}

impl SessionWorkspace {
    /// Like [`Workspace::download`], on the session.
    pub fn download<C: ActionCall + Call<Response = Download>>(&self, call: C) -> FileDownload {
        let files = Files::Session(self.clone());
        FileDownload::of(Source { files, request: call.into_request() })
    }
}

impl Pydio {
    /// Returns a download by any operation that returns bytes. Its size is checked against what the
    /// server announces, since there is no other known call to ask.
    pub fn download<C: OperationCall<Response = Download>>(&self, call: C) -> FileDownload {
        let files = Files::Operations(self.clone());
        FileDownload::of(Source { files, request: call.into_request() })
    }
}

impl FileDownload {
    fn of(source: Source) -> Self {
        let (check, retries) = (Check::default(), Retries::default());
        Self { source, check, retries, replaces: true, listener: Listener::default() }
    }

    /// Sets a function to call whenever bytes have arrived.
    pub fn progress(mut self, tell: impl FnMut(Progress) + Send + 'static) -> Self {
        self.listener = Listener::new(tell);
        self
    }

    /// Sets how the file is compared with the one on the server: by its checksum, if the server can
    /// compute one, unless set.
    pub fn check(mut self, check: Check) -> Self {
        self.check = check;
        self
    }

    /// Sets how often the download is resumed without progress, and the pause before the first
    /// time, which doubles each time: 4 times and half a second unless set.
    pub fn retries(mut self, most: u32, pause: Duration) -> Self {
        self.retries = Retries { most, pause };
        self
    }

    /// Sets whether [`Self::to_file`] replaces an existing file: it does unless set to `false`,
    /// which makes such a file an error, even one that appears while the download runs.
    pub fn replace(mut self, replaces: bool) -> Self {
        self.replaces = replaces;
        self
    }

    /// Requests some of the bytes, or with `..` all of them, once, and returns them as they arrive.
    ///
    /// # Errors
    /// Returns the errors of the call.
    pub async fn open(self, range: impl RangeBounds<u64> + Send) -> Result<Download, Error> {
        self.source.open(range, None).await
    }

    /// Downloads into a file, which replaces one of that name once it is complete, unless
    /// [`Self::replace`] says otherwise. Until then the bytes are in a file whose name ends with
    /// `.part`, which another run resumes; a symbolic link of that name is an error. Do not run two
    /// downloads to the same file at the same time.
    ///
    /// # Errors
    ///
    /// Returns the errors of the call; [`ErrorKind::Transport`] when the connection breaks too
    /// often, after which the partial file is kept; [`ErrorKind::Incomplete`] when the bytes are
    /// not those that the server has; [`ErrorKind::LocalFile`] when the file cannot be written.
    pub async fn to_file(self, path: impl AsRef<Path> + Send) -> Result<Downloaded, Error> {
        self.to(path.as_ref()).await
    }

    async fn to(self, path: &Path) -> Result<Downloaded, Error> {
        let local = |error: io::Error| {
            let message = format!("{}: {error}", path.display());
            Error::new(ErrorKind::LocalFile, Failure::new(message).source(error))
        };
        let mut partial = Partial::open(path, self.replaces).await.map_err(local)?;
        match self.run(&mut partial, &local).await {
            Ok(downloaded) => partial.finish().await.map(|()| downloaded).map_err(local),
            Err(Stopped::Broken(error)) if partial.length() > 0 => Err(error),
            // Nothing to resume: leave no file behind.
            Err(Stopped::Broken(error) | Stopped::Useless(error)) => {
                partial.discard().await.map_err(local)?;
                Err(error)
            }
        }
    }

    /// Downloads into a writer. Written bytes cannot be taken back: a file that changes while it is
    /// downloaded, and an archive that breaks off, are errors.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Self::to_file`]; the writer then contains the beginning of the
    /// file.
    pub async fn to_writer<W>(self, writer: W) -> Result<Downloaded, Error>
    where
        W: AsyncWrite + Unpin + Send + Sync,
    {
        let local = |error: io::Error| {
            Error::new(
                ErrorKind::LocalFile,
                Failure::new(format!("the writer: {error}")).source(error),
            )
        };
        self.run(&mut Writer::new(writer), &local).await.map_err(|stopped| match stopped {
            Stopped::Broken(error) | Stopped::Useless(error) => error,
        })
    }

    async fn run<S: Sink>(
        &self,
        sink: &mut S,
        local: &(impl Fn(io::Error) -> Error + Sync),
    ) -> Result<Downloaded, Stopped> {
        let mut run = Run { download: self, sink, local, resumed: 0, is_archive: false };
        let total = run.fetch().await.map_err(Stopped::Broken)?;
        run.verify(total).await
    }
}

/// Why a download stopped early.
enum Stopped {
    /// Another run may resume.
    Broken(Error),
    /// The received bytes are useless.
    Useless(Error),
}

/// A running download.
struct Run<'r, S, L> {
    download: &'r FileDownload,
    sink: &'r mut S,
    local: &'r L,
    resumed: u64,
    is_archive: bool,
}

impl<S: Sink, L: Fn(io::Error) -> Error + Sync> Run<'_, S, L> {
    /// Downloads everything, and returns the announced size.
    async fn fetch(&mut self) -> Result<Option<u64>, Error> {
        let mut retry = Retry::new(self.download.retries);
        self.resumed = self.sink.length();
        let mut is_refreshed = false;
        loop {
            let before = self.sink.length();
            let attempt = self.attempt().await;
            let flushed = self.sink.flush().await.map_err(self.local);
            match attempt {
                Ok(total) => return flushed.map(|()| total),
                Err(error) => {
                    // An archive cannot be resumed on another connection.
                    if self.is_archive && !self.sink.restart().await.map_err(self.local)? {
                        return Err(error);
                    }
                    if self.sink.length() > before {
                        retry.reset();
                    } else if before > 0 && !is_refreshed {
                        self.refresh().await;
                        is_refreshed = true;
                    }
                    retry.after(error).await?;
                    flushed?;
                }
            }
        }
    }

    /// Makes the server check the file again: a file that was shortened outside Pydio is announced
    /// at the size in a cache, and breaks off at its end each time (measured on 8.2.5, where asking
    /// for the checksum updates the cache).
    async fn refresh(&self) {
        if self.download.check == Check::Size || self.is_archive {
            return;
        }
        if let Some((lookup, node)) = self.download.source.node(self.download.retries) {
            // The next attempt reports errors.
            let _ = lookup.hashed(&node).await;
        }
    }

    async fn attempt(&mut self) -> Result<Option<u64>, Error> {
        let source = &self.download.source;
        let there = self.sink.length();
        let mut download = match source.open(there.., self.sink.version()).await {
            // The file ends before this byte, or at it: download the whole file to find out.
            Err(error) if there > 0 && is_past_the_end(&error) => source.open(.., None).await?,
            download => download?,
        };
        let mut version = source.version(&download);
        let is_longer = download.total().is_some_and(|total| there > total);
        if is_longer || !self.sink.is_of(version.as_deref()) {
            let why = match (self.sink.version(), version.as_deref()) {
                // Releases before 8 send no date.
                (None, _) | (_, None) if !is_longer => {
                    "the server does not report whether the file is still the same, so the \
                     download cannot be resumed"
                }
                _ => "the file changed while it was downloaded",
            };
            self.restart(download.failure(why)).await?;
            if download.offset() > 0 {
                download = source.open(.., None).await?;
                version = source.version(&download);
            }
        }
        let total = download.total();
        if there > 0 && self.sink.length() == there && total == Some(there) {
            // Already complete. Dropping the download ends it.
            self.download.listener.tell(there, total);
            return Ok(total);
        }
        if self.sink.length() == 0 {
            self.is_archive = source.is_archive(&download);
            let version = version.filter(|_| !self.is_archive);
            self.sink.begin(version.as_deref()).await.map_err(self.local)?;
        }
        self.download.listener.tell(self.sink.length(), total);
        while let Some(chunk) = download.chunk().await? {
            self.sink.write(chunk).await.map_err(self.local)?;
            self.download.listener.tell(self.sink.length(), total);
        }
        Ok(total)
    }

    /// Starts over, because the local part belongs to another version of the file.
    async fn restart(&mut self, changed: Failure) -> Result<(), Error> {
        self.resumed = 0;
        match self.sink.restart().await.map_err(self.local)? {
            true => Ok(()),
            false => Err(Error::new(ErrorKind::Incomplete, changed)),
        }
    }

    /// Verifies that the received bytes are all that the server has.
    async fn verify(&mut self, total: Option<u64>) -> Result<Downloaded, Stopped> {
        let source = &self.download.source;
        let mut md5 = None;
        match source.node(self.download.retries) {
            _ if self.is_archive => self.verify_archive().await?,
            Some((lookup, node)) => md5 = self.verify_node(&lookup, &node, total).await?,
            None if total.is_none() => {
                let message = "the length of the file is unknown, so it may be incomplete";
                return Err(self.useless(message));
            }
            None if self.download.check == Check::Hash => return Err(self.useless(NO_CHECKSUM)),
            None => {}
        }
        Ok(Downloaded { bytes: self.sink.length(), resumed: self.resumed, md5 })
    }

    async fn verify_archive(&self) -> Result<(), Stopped> {
        let tail = self.sink.tail().await.map_err(|error| self.broken(error))?;
        if !zip::has_end(&tail, self.sink.length()) {
            return Err(self.useless("the archive is truncated: it has no directory"));
        }
        match self.download.check {
            Check::Hash => Err(self.useless(NO_CHECKSUM)),
            Check::Size | Check::HashIfKnown => Ok(()),
        }
    }

    /// Compares checksums if both sides have one, and sizes otherwise.
    async fn verify_node(
        &mut self,
        lookup: &Lookup<'_>,
        node: &NodePath,
        total: Option<u64>,
    ) -> Result<Option<String>, Stopped> {
        let check = self.download.check;
        let hashed = lookup.checked_beside(node, check, self.sink.checksum()).await;
        match hashed.map_err(Stopped::Broken)? {
            (Hashed::Known { size, hash }, Some(ours)) => {
                let ours = ours.map_err(|error| self.broken(error))?;
                self.compare_content(size, ours, &hash).map(Some)
            }
            (Hashed::Absent, _) => Err(self.useless("the server has no such file")),
            _ if check == Check::Hash => Err(self.useless(NO_CHECKSUM)),
            _ => self.verify_size(lookup, node, total).await.map(|()| None),
        }
    }

    async fn verify_size(
        &self,
        lookup: &Lookup<'_>,
        node: &NodePath,
        total: Option<u64>,
    ) -> Result<(), Stopped> {
        match lookup.stat(node).await {
            Ok(Some(stat)) if stat.size == self.sink.length() => Ok(()),
            Ok(Some(stat)) => Err(self.other_size(stat.size)),
            Ok(None) => Err(self.useless("the server has no such file")),
            // Only the announced size is left to compare.
            Err(error) if error.kind() == ErrorKind::UnknownAction && total.is_some() => Ok(()),
            Err(error) => Err(Stopped::Broken(error)),
        }
    }

    fn compare_content(&self, size: u64, ours: String, theirs: &str) -> Result<String, Stopped> {
        if size != self.sink.length() {
            return Err(self.other_size(size));
        }
        if ours == theirs {
            return Ok(ours);
        }
        Err(self.useless(format!(
            "{}. If the file was changed on the server's disk and not through Pydio, Pydio sends \
             it at its old size. Requesting the checksum has refreshed the size: download the \
             file again, and synchronize it (`lsync`) if the problem remains",
            differing(&ours, theirs)
        )))
    }

    fn other_size(&self, size: u64) -> Stopped {
        self.useless(format!("received {} bytes, but the server has {size}", self.sink.length()))
    }

    fn useless(&self, message: impl Into<String>) -> Stopped {
        Stopped::Useless(Error::new(ErrorKind::Incomplete, self.download.source.failure(message)))
    }

    fn broken(&self, error: io::Error) -> Stopped {
        Stopped::Broken((self.local)(error))
    }
}

/// Returns whether the server reports that the file ends before the first requested byte.
fn is_past_the_end(error: &Error) -> bool {
    error.status() == Some(StatusCode::RANGE_NOT_SATISFIABLE.as_u16())
}

pub(super) const NO_CHECKSUM: &str = "the server reports no checksum of the transferred file";

pub(super) fn differing(ours: &str, theirs: &str) -> String {
    format!("the checksum is {ours} here, but {theirs} on the server")
}
