//! Downloads that go on where they broke off.

use std::{io, ops::RangeBounds, path::Path, time::Duration};

use tokio::io::AsyncWrite;

use super::{
    Check, Progress,
    partial::Partial,
    progress::Listener,
    retry::{Retries, Retry},
    sink::{Sink, Writer},
    stat::Lookup,
    zip,
};
use crate::{
    Call, Error, Failure, NodePath, OperationCall, OperationRequest, Pydio, Request, RestCall,
    Workspace,
    answer::{Answer as _, Download},
    operation,
    request::Value,
};

/// A download that has not begun: [`Self::to_file`] or [`Self::to_writer`] runs it,
/// [`Self::open`] leaves the bytes to the caller.
///
/// A connection that breaks is taken up where it broke off, and so is an earlier run into the same
/// file, as long as the server still has the file it had. An archive that the server packs of
/// several nodes, or of a folder, is never the same twice: it begins anew.
#[derive(Clone)]
#[must_use = "a download does nothing until it is run"]
pub struct FileDownload {
    source: Source,
    check: Check,
    retries: Retries,
    listener: Listener,
}

/// What a download brought.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Downloaded {
    /// How many bytes the file has.
    pub bytes: u64,
    /// How many of them were there from an earlier run.
    pub resumed: u64,
    /// The MD5 checksum that this side and the server agree on, where it was asked for.
    pub md5: Option<String>,
}

/// What is called, as often as it takes.
#[derive(Clone)]
enum Source {
    Action { workspace: Workspace, request: Request },
    Operation { pydio: Pydio, request: OperationRequest },
}

impl Workspace {
    /// A download by any call that answers bytes.
    pub fn download<C>(&self, call: C) -> FileDownload
    where
        C: RestCall + Call<Answer = Download>,
    {
        FileDownload::of(Source::Action { workspace: self.clone(), request: call.into_request() })
    }
}

impl Pydio {
    /// A download by any operation that answers bytes. Its size is checked against what the server
    /// announces, since no other call is known to ask.
    pub fn download<C: OperationCall<Answer = Download>>(&self, call: C) -> FileDownload {
        FileDownload::of(Source::Operation { pydio: self.clone(), request: call.into_request() })
    }
}

impl FileDownload {
    fn of(source: Source) -> Self {
        let (check, retries) = (Check::default(), Retries::default());
        Self { source, check, retries, listener: Listener::default() }
    }

    /// Calls this whenever bytes have come.
    pub fn progress(mut self, tell: impl FnMut(Progress) + Send + 'static) -> Self {
        self.listener = Listener::new(tell);
        self
    }

    /// How it is made sure that the file is what the server has: by its size unless set.
    pub fn check(mut self, check: Check) -> Self {
        self.check = check;
        self
    }

    /// How often the download is taken up without getting any further, and how long it waits
    /// before the first time, which doubles each time: 4 times and half a second unless set.
    pub fn retries(mut self, most: u32, pause: Duration) -> Self {
        self.retries = Retries { most, pause };
        self
    }

    /// Asks once for some of the bytes, or with `..` for all of them, and hands them on as they
    /// come.
    ///
    /// # Errors
    ///
    /// Those of the call.
    pub async fn open(self, range: impl RangeBounds<u64> + Send) -> Result<Download, Error> {
        self.source.open(range).await
    }

    /// Downloads into a file, which replaces one of that name once it is whole; until then the
    /// bytes gather in one whose name ends with `.part`, which another run goes on with. Two runs
    /// at the same time get in each other's way.
    ///
    /// # Errors
    ///
    /// Those of the call; [`Error::Transport`] when the connection breaks too often, after which
    /// the partial file is kept; [`Error::Incomplete`] when what came is not what the server has;
    /// [`Error::LocalFile`] when the file cannot be written.
    pub async fn to_file(self, path: impl AsRef<Path> + Send) -> Result<Downloaded, Error> {
        let path = path.as_ref();
        let local = |error: io::Error| {
            let message = format!("{}: {error}", path.display());
            Error::LocalFile(Failure::new(message).source(error))
        };
        let mut partial = Partial::open(path).await.map_err(local)?;
        match self.run(&mut partial, &local).await {
            Ok(downloaded) => partial.finish().await.map(|()| downloaded).map_err(local),
            // Nothing to go on with: no file that makes one wonder what is in it.
            Err(Stopped::Broken(error)) if partial.length() == 0 => {
                partial.discard().await.map_err(local)?;
                Err(error)
            }
            Err(Stopped::Broken(error)) => Err(error),
            Err(Stopped::Useless(error)) => {
                partial.discard().await.map_err(local)?;
                Err(error)
            }
        }
    }

    /// Downloads into a writer. What has gone into it cannot be taken back: a file that changes
    /// while it is downloaded, and an archive that breaks off, are errors.
    ///
    /// # Errors
    ///
    /// Those of [`Self::to_file`]; the writer then holds the beginning of the file.
    pub async fn to_writer<W>(self, writer: W) -> Result<Downloaded, Error>
    where
        W: AsyncWrite + Unpin + Send + Sync,
    {
        let local = |error: io::Error| {
            Error::LocalFile(Failure::new(format!("the writer: {error}")).source(error))
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

/// Why a download has ended before its end.
enum Stopped {
    /// Another run may go on.
    Broken(Error),
    /// What came is of no use.
    Useless(Error),
}

/// A download that goes on.
struct Run<'r, S, L> {
    download: &'r FileDownload,
    sink: &'r mut S,
    local: &'r L,
    resumed: u64,
    is_archive: bool,
}

impl<S: Sink, L: Fn(io::Error) -> Error + Sync> Run<'_, S, L> {
    /// Brings everything there is, and tells how much that should be.
    async fn fetch(&mut self) -> Result<Option<u64>, Error> {
        let mut retry = Retry::new(self.download.retries);
        self.resumed = self.sink.length();
        loop {
            let before = self.sink.length();
            let attempt = self.attempt().await;
            let flushed = self.sink.flush().await.map_err(self.local);
            match attempt {
                Ok(total) => return flushed.map(|()| total),
                Err(error) => {
                    // What an archive was is gone with the connection.
                    if self.is_archive && !self.sink.restart().await.map_err(self.local)? {
                        return Err(error);
                    }
                    if self.sink.length() > before {
                        retry.reset();
                    }
                    retry.after(error).await?;
                    flushed?;
                }
            }
        }
    }

    async fn attempt(&mut self) -> Result<Option<u64>, Error> {
        let mut download = self.download.source.open(self.sink.length()..).await?;
        let mut version = self.download.source.version(&download);
        let is_longer = download.total().is_some_and(|total| self.sink.length() > total);
        if is_longer || !self.sink.is_of(version.as_deref()) {
            let changed = download.failure("the file changed while it was downloaded");
            self.restart(changed).await?;
            download = self.download.source.open(..).await?;
            version = self.download.source.version(&download);
        }
        if self.sink.length() == 0 {
            self.is_archive = self.download.source.is_archive(&download);
            let version = version.filter(|_| !self.is_archive);
            self.sink.begin(version.as_deref()).await.map_err(self.local)?;
        }
        let total = download.total();
        self.download.listener.tell(self.sink.length(), total);
        while let Some(chunk) = download.chunk().await? {
            self.sink.write(&chunk).await.map_err(self.local)?;
            self.download.listener.tell(self.sink.length(), total);
        }
        Ok(total)
    }

    /// Begins anew: what is there is of another file than what comes.
    async fn restart(&mut self, changed: Failure) -> Result<(), Error> {
        self.resumed = 0;
        match self.sink.restart().await.map_err(self.local)? {
            true => Ok(()),
            false => Err(Error::Incomplete(changed)),
        }
    }

    /// Makes sure that what came is all of what the server has.
    async fn verify(&mut self, total: Option<u64>) -> Result<Downloaded, Stopped> {
        let source = &self.download.source;
        let mut md5 = None;
        match source.node(self.download.retries) {
            _ if self.is_archive => self.verify_archive().await?,
            Some((lookup, node)) => {
                self.verify_size(&lookup, &node, total).await?;
                md5 = self.verify_checksum(&lookup, &node).await?;
            }
            None if total.is_none() => {
                let message = "nothing says how long the file is, so that it may not be whole";
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
            return Err(self.useless("the archive breaks off: it has no directory"));
        }
        match self.download.check {
            Check::Hash => Err(self.useless(NO_CHECKSUM)),
            Check::Size | Check::HashIfKnown => Ok(()),
        }
    }

    async fn verify_size(
        &self,
        lookup: &Lookup<'_>,
        node: &NodePath,
        total: Option<u64>,
    ) -> Result<(), Stopped> {
        let bytes = self.sink.length();
        match lookup.stat(node).await {
            Ok(Some(stat)) if stat.size == bytes => Ok(()),
            Ok(Some(stat)) => {
                let message = format!("{bytes} bytes came, and the server has {}", stat.size);
                Err(self.useless(message))
            }
            Ok(None) => Err(self.useless("the server has no such file")),
            // What was announced has to do.
            Err(Error::UnknownAction(_)) if total.is_some() => Ok(()),
            Err(error) => Err(Stopped::Broken(error)),
        }
    }

    async fn verify_checksum(
        &self,
        lookup: &Lookup<'_>,
        node: &NodePath,
    ) -> Result<Option<String>, Stopped> {
        if self.download.check == Check::Size {
            return Ok(None);
        }
        let theirs = lookup.hash(node).await.map_err(Stopped::Broken)?;
        let ours = self.sink.checksum().await.map_err(|error| self.broken(error))?;
        agreed(self.download.check, ours, theirs).map_err(|message| self.useless(message))
    }

    fn useless(&self, message: impl Into<String>) -> Stopped {
        Stopped::Useless(Error::Incomplete(self.download.source.failure(message)))
    }

    fn broken(&self, error: io::Error) -> Stopped {
        Stopped::Broken((self.local)(error))
    }
}

const NO_CHECKSUM: &str = "the server tells no checksum of what was transferred";

/// The checksum that both sides have, as far as the server has one.
pub(super) fn agreed(
    check: Check,
    ours: String,
    theirs: Option<String>,
) -> Result<Option<String>, String> {
    match theirs {
        Some(theirs) if theirs == ours => Ok(Some(ours)),
        Some(theirs) => Err(format!("the checksum is {ours} here, and {theirs} on the server")),
        None if check == Check::Hash => Err(NO_CHECKSUM.to_owned()),
        None => Ok(None),
    }
}

impl Source {
    async fn open(&self, range: impl RangeBounds<u64> + Send) -> Result<Download, Error> {
        let response = match self {
            Self::Action { workspace, request } => {
                workspace.send(request.clone().range(range), Download::ACCEPT).await?
            }
            Self::Operation { pydio, request } => {
                pydio.operate(request.clone().range(range), Download::ACCEPT).await?
            }
        };
        Download::decode(response).await
    }

    fn failure(&self, message: impl Into<String>) -> Failure {
        let failure = Failure::new(message);
        match self {
            Self::Action { workspace, request } => {
                failure.call(request.action().to_string(), workspace.id())
            }
            Self::Operation { request, .. } => failure.call(request.operation().id, ""),
        }
    }

    /// What tells one version of the file from another, and from other files.
    fn version(&self, download: &Download) -> Option<String> {
        let (total, modified) = (download.total()?, download.last_modified()?);
        let (base, what) = match self {
            Self::Action { workspace, .. } => {
                let (_, node) = self.node(Retries::default())?;
                (workspace.pydio().base(), format!("{} {node}", workspace.id()))
            }
            Self::Operation { pydio, request } => {
                let values = request.arguments.iter().map(|argument| argument.value.text());
                let values = values.collect::<Vec<_>>().join(" ");
                (pydio.base(), format!("{} {values}", request.operation().id))
            }
        };
        Some(format!("{base} {what}\n{total} bytes, {modified}\n"))
    }

    /// Whether the server packs what is downloaded: several nodes, or one that is a folder, which
    /// shows in the name it proposes.
    fn is_archive(&self, download: &Download) -> bool {
        let node = match self {
            Self::Action { request, .. } => match Selected::of(request) {
                Selected::One(node) => Some(node),
                Selected::Several => return true,
                Selected::Unknown => None,
            },
            Self::Operation { request, .. } => {
                request.arguments.iter().find_map(|argument| match &argument.value {
                    operation::Value::Node(path) => Some(NodePath::from(path)),
                    _ => None,
                })
            }
        };
        let is_packed = |node: NodePath| {
            let name = download.file_name().filter(|name| *name != node.name());
            name.is_some_and(|name| name.ends_with(".zip"))
        };
        node.is_some_and(is_packed)
    }

    /// The one file that is downloaded, with what tells its size.
    fn node(&self, retries: Retries) -> Option<(Lookup<'_>, NodePath)> {
        let Self::Action { workspace, request } = self else { return None };
        let roles = request.action().transfer()?;
        match Selected::of(request) {
            Selected::One(node) if roles.download.is(request.action()) => {
                Some((Lookup { workspace, roles, retries }, node))
            }
            _ => None,
        }
    }
}

/// The nodes a call is about.
enum Selected {
    One(NodePath),
    Several,
    Unknown,
}

impl Selected {
    /// Those of a list go before the one in the path.
    fn of(request: &Request) -> Self {
        let lists = request.arguments().iter().filter_map(|argument| match &argument.value {
            Value::List(nodes) => Some(nodes),
            Value::Text(_) => None,
        });
        let nodes: Vec<&String> = lists.flatten().collect();
        match nodes[..] {
            [] => Self::in_path(request).map_or(Self::Unknown, Self::One),
            [node] => Self::One(NodePath::from(node)),
            _ => Self::Several,
        }
    }

    fn in_path(request: &Request) -> Option<NodePath> {
        let name = request.action().node_parameter()?;
        request.text_of(name).map(NodePath::from)
    }
}
