//! A running upload.

use futures_util::StreamExt as _;

use super::{
    Check, Existing, Options, Planned, Resume, Retry, Uploaded,
    piece::Piece,
    stat::{self, Hashed, Lookup, Stat},
};
use crate::{
    connection::may_pass,
    transfer::{
        download::{NO_CHECKSUM, differing},
        files::Files,
    },
    types::{BoxError, Envelope, Error, ErrorKind, Failure, NodePath},
};

/// The size of a request that every server accepts, in bytes.
const SMALL: u64 = 1024 * 1024;

/// Space for what surrounds a file in a form, in bytes.
const FRAME: u64 = 64 * 1024;

/// The maximum number of names to try.
const MOST_NAMES: u32 = 1000;

/// A running upload.
pub(super) struct Run {
    files: Files,
    pub(super) planned: Planned,
    pub(super) options: Options,
    pub(super) length: u64,
}

/// The progress of an upload in parts.
pub(super) struct State {
    /// The file that is assembled from the parts.
    pub(super) node: NodePath,
    /// The file in which the server collects the parts.
    gathering: NodePath,
    /// The file that had the name when the upload began.
    before: Option<Stat>,
    sent: u64,
    /// Number of bytes from an earlier run.
    pub(super) resumed: u64,
    /// Whether it is unknown if the last part arrived.
    is_unsure: bool,
    is_done: bool,
}

impl Run {
    pub(super) fn new(files: Files, planned: Planned, options: Options) -> Self {
        let length = planned.source.length();
        Self { files, planned, options, length }
    }

    pub(super) async fn run(self) -> Result<Uploaded, Error> {
        if self.options.is_raw && self.planned.actions.raw.is_none() {
            let message = "these bindings have no operation that takes a file as a raw body";
            return Err(Error::new(ErrorKind::InvalidRequest, self.failure(message)));
        }
        if self.options.is_raw && matches!(self.files, Files::Session(_)) {
            let message = "operations work only over REST; in a session, a file is sent in a form";
            return Err(Error::new(ErrorKind::InvalidRequest, self.failure(message)));
        }
        let by_call = match self.planned.keeps_both {
            true => Existing::KeepBoth,
            false => Existing::Replace,
        };
        let existing = self.options.existing.unwrap_or(by_call);
        if existing == Existing::Refuse
            && let Some(there) = self.stat(&self.planned.node).await?
        {
            let node = &self.planned.node;
            // Perhaps the beginning, left by an upload in one request.
            let message = match there.size == self.length {
                true => format!("`{node}` already exists, with the same size"),
                false => format!(
                    "`{node}` already exists, with {} bytes instead of {}",
                    there.size, self.length
                ),
            };
            return Err(Error::new(ErrorKind::Precondition, self.failure(message)));
        }
        if existing == Existing::Append
            && let Some(there) = self.stat(&self.planned.node).await?
        {
            return self.append(there.size).await;
        }
        if self.length == 0 {
            return self.empty(existing).await;
        }
        let room = self.room().await?;
        match self.length <= self.part_size(room) {
            true => self.in_one_request(existing).await,
            false => self.in_parts(existing, room).await,
        }
    }

    /// Returns how much of the file the server accepts in one request, if it reports that.
    async fn room(&self) -> Result<Option<u64>, Error> {
        let limit = match self.options.limit {
            None if self.options.part_size.min(self.length) > SMALL => {
                self.lookup().largest().await?
            }
            limit => limit,
        };
        let frame = if self.options.is_raw { 0 } else { FRAME };
        Ok(limit.map(|limit| limit.saturating_sub(frame).max(limit / 2).max(1)))
    }

    fn part_size(&self, room: Option<u64>) -> u64 {
        let size = self.options.part_size.min(self.length);
        room.map_or(size, |room| size.min(room))
    }

    /// Creates an empty file, which the server refuses as an upload.
    async fn empty(&self, existing: Existing) -> Result<Uploaded, Error> {
        let actions = self.planned.actions;
        let nothing = self.planned.source.piece(0, 0, &self.options.listener);
        let mut stream = Box::pin(nothing.into_stream());
        if let Some(Err(error)) = stream.next().await {
            return Err(self.unreadable(error));
        }
        let node = self.free_node(existing).await?;
        let request = stat::about(actions.create, node.as_str());
        let request = request.flag(actions.replace, existing == Existing::Replace);
        self.files.call::<Envelope>(request).await?;
        self.finish(node, 0).await
    }

    async fn in_one_request(&self, existing: Existing) -> Result<Uploaded, Error> {
        let keep_both = existing == Existing::KeepBoth;
        // Without the response, it is unknown whether there is a file with a new name.
        let can_repeat = self.planned.source.can_repeat() && !keep_both;
        let node = &self.planned.node;
        let mut retry = Retry::new(self.options.retries);
        let answer = loop {
            let piece = Piece { node, offset: 0, length: self.length, keep_both, appends: false };
            match self.send(piece).await {
                Ok(answer) => break answer,
                Err(error) if can_repeat => retry.after(error).await?,
                Err(error) => return Err(error),
            }
        };
        let stored = self.stored(&answer)?;
        self.finish(stored, 0).await
    }

    async fn in_parts(&self, existing: Existing, room: Option<u64>) -> Result<Uploaded, Error> {
        let node = self.free_node(existing).await?;
        let suffix = self.planned.actions.parts.suffix;
        let gathering = NodePath::from(format!("{node}{suffix}"));
        let resumed = self.left_behind(&gathering).await?;
        let before = self.stat(&node).await?;
        let (is_unsure, is_done) = (false, false);
        let mut state =
            State { node, gathering, before, sent: resumed, resumed, is_unsure, is_done };
        if let Some(most) = self.options.one_request
            && room.is_some_and(|room| self.length <= room)
            && let Some(stored) = self.try_one_request(&state, most).await?
        {
            return self.finish(stored, 0).await;
        }
        let set_aside = match state.resumed {
            0 => self.set_aside(&state.gathering).await?,
            _ => None,
        };
        if let Err(error) = self.send_parts(&mut state, self.part_size(room)).await {
            if state.sent > 0 && !self.can_go_on(&error) {
                // The original error is more important than whether this works.
                let _ = self.lookup().remove(&state.gathering).await;
            }
            return Err(error);
        }
        Ok(Uploaded { set_aside, ..self.finish(state.node, state.resumed).await? })
    }

    /// Renames a file that the first part would replace: nothing shows whether an interrupted
    /// upload or somebody else left it. Deleting it into the recycle bin may be a task, which would
    /// find the new parts. Returns the new path.
    async fn set_aside(&self, gathering: &NodePath) -> Result<Option<NodePath>, Error> {
        // The server does not replace a folder.
        if self.stat(gathering).await?.is_none_or(|stat| stat.is_folder) {
            return Ok(None);
        }
        let name = gathering.name();
        let free = self.free(gathering, |number| format!("{name}-{number}")).await?;
        let Err(error) = self.lookup().rename(gathering, free.name()).await else {
            return Ok(Some(free));
        };
        // The server's cache may know a file that was removed; the message depends on the language.
        let is_gone = error.message().contains("Cannot find file")
            || match self.lookup().hashed(gathering).await? {
                Hashed::Absent => true,
                Hashed::Unknown => self.stat(gathering).await?.is_none(),
                Hashed::Known { .. } => false,
            };
        if is_gone { Ok(None) } else { Err(error) }
    }

    /// Appends to a file of `before` bytes, and verifies its size after each part.
    async fn append(&self, before: u64) -> Result<Uploaded, Error> {
        if self.options.check == Check::Hash {
            let message =
                "the checksum of a file that is appended to is not known; use another check";
            return Err(Error::new(ErrorKind::InvalidRequest, self.failure(message)));
        }
        let node = &self.planned.node;
        let size = self.part_size(self.room().await?);
        let mut retry = Retry::new(self.options.retries);
        let mut sent = 0;
        while sent < self.length {
            let length = size.min(self.length - sent);
            let piece = Piece { node, offset: sent, length, keep_both: false, appends: true };
            let failed = self.send(piece).await.err();
            if let Some(error) = &failed
                && !self.planned.source.can_repeat()
            {
                return Err(error.clone());
            }
            let there = self.stat(node).await?.map_or(0, |stat| stat.size);
            match failed {
                _ if there == before + sent + length => {
                    sent += length;
                    retry.reset();
                }
                Some(error) if there == before + sent => retry.after(error).await?,
                _ => return Err(self.differs(before + sent + length, there)),
            }
        }
        self.refuse_changed().await?;
        Ok(Uploaded {
            node: node.clone(),
            bytes: before + sent,
            resumed: before,
            md5: None,
            set_aside: None,
        })
    }

    async fn send_parts(&self, state: &mut State, size: u64) -> Result<(), Error> {
        let mut retry = Retry::new(self.options.retries);
        while !state.is_done {
            let before = state.sent;
            match self.advance(state, size).await {
                Ok(()) if state.sent > before => retry.reset(),
                Ok(()) => {}
                Err(error) if self.planned.source.can_repeat() => retry.after(error).await?,
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Returns whether another run can resume after that error with the parts on the server.
    fn can_go_on(&self, error: &Error) -> bool {
        let is_wanted = self.options.resume != Resume::Never && self.planned.source.can_repeat();
        is_wanted && may_pass(error)
    }

    /// Returns how many bytes an earlier run left on the server that are the beginning of this
    /// file. A server that caches sizes may report the size of a part that has become a file since:
    /// only a checksum is proof.
    async fn left_behind(&self, gathering: &NodePath) -> Result<u64, Error> {
        let source = &self.planned.source;
        if self.options.resume == Resume::Never || !source.can_repeat() {
            return Ok(0);
        }
        let of_use = |size: u64| if size < self.length { size } else { 0 };
        match self.lookup().hashed(gathering).await? {
            Hashed::Known { size, hash } if of_use(size) > 0 => {
                let ours = self.readable(source.checksum(size).await).await?;
                Ok(if ours == hash { size } else { 0 })
            }
            Hashed::Unknown if self.options.resume == Resume::Always => {
                Ok(self.stat(gathering).await?.map_or(0, |stat| of_use(stat.size)))
            }
            Hashed::Known { .. } | Hashed::Absent | Hashed::Unknown => Ok(0),
        }
    }

    /// Sends the next part, or finds out what happened to the last one.
    async fn advance(&self, state: &mut State, size: u64) -> Result<(), Error> {
        let length = size.min(self.length - state.sent);
        if state.is_unsure {
            self.find_out(state, length).await?;
            state.is_unsure = false;
            return Ok(());
        }
        state.is_unsure = true;
        let State { node, sent, .. } = &*state;
        let piece = Piece { node, offset: *sent, length, keep_both: false, appends: false };
        let answer = self.send(piece).await?;
        state.sent += length;
        if state.sent == self.length {
            state.node = match self.stored(&answer) {
                Err(error) => self.sent_twice(state, error).await?,
                Ok(node) => node,
            };
            state.is_done = true;
        } else {
            // A part for a missing file is dropped, or begins a new one, and a success is reported.
            let there = self.stat(&state.gathering).await?.map_or(0, |stat| stat.size);
            if there != state.sent {
                self.restart(state, there)?;
            }
        }
        state.is_unsure = false;
        Ok(())
    }

    /// Returns the file if the server has it although it reports none: something in between sent
    /// the last part twice, and the second time it began another collecting file.
    async fn sent_twice(&self, state: &State, error: Error) -> Result<NodePath, Error> {
        if !self.has_arrived(state).await? {
            return Err(error);
        }
        // It does not matter if there is none.
        let _ = self.lookup().remove(&state.gathering).await;
        Ok(state.node.clone())
    }

    /// Starts over when the part of an earlier run no longer exists.
    fn restart(&self, state: &mut State, there: u64) -> Result<(), Error> {
        if state.resumed == 0 {
            return Err(self.differs(state.sent, there));
        }
        (state.sent, state.resumed) = (0, 0);
        Ok(())
    }

    /// Asks how much the server has, after a failure that does not report it.
    async fn find_out(&self, state: &mut State, length: u64) -> Result<(), Error> {
        // The first part replaces an existing file, which may be from an earlier run.
        if state.sent == 0 {
            return Ok(());
        }
        // Once the file is complete, the reported size of the part may be outdated.
        if state.sent + length == self.length && self.has_arrived(state).await? {
            (state.sent, state.is_done) = (self.length, true);
            return Ok(());
        }
        let there = self.stat(&state.gathering).await?.map_or(0, |stat| stat.size);
        match there {
            there if there == state.sent => Ok(()),
            there if there == state.sent + length && there < self.length => {
                state.sent = there;
                Ok(())
            }
            there => self.restart(state, there),
        }
    }

    /// Returns whether the file exists, and is not the previous one.
    pub(super) async fn has_arrived(&self, state: &State) -> Result<bool, Error> {
        let now = self.stat(&state.node).await?;
        if now == state.before || now.is_none_or(|now| now.size != self.length) {
            return Ok(false);
        }
        match self.lookup().hashed(&state.node).await? {
            Hashed::Unknown => Ok(true),
            Hashed::Absent => Ok(false),
            Hashed::Known { hash, .. } => {
                let ours = self.planned.source.checksum(self.length).await;
                Ok(self.readable(ours).await? == hash)
            }
        }
    }

    /// Verifies that the server has what was sent.
    pub(super) async fn finish(&self, node: NodePath, resumed: u64) -> Result<Uploaded, Error> {
        let ours = self.planned.source.checksum(self.length);
        let hashed = self.lookup().checked_beside(&node, self.options.check, ours).await;
        let md5 = match hashed.map_err(|error| self.unverified(error))? {
            (Hashed::Known { size, hash }, Some(ours)) => {
                self.compare_size(Some(size))?;
                let ours = self.readable(ours).await?;
                self.compare_content(&ours, &hash).await?;
                Some(ours)
            }
            (Hashed::Absent, _) => return Err(self.differs(self.length, 0)),
            _ if self.options.check == Check::Hash => {
                return Err(Error::new(ErrorKind::Incomplete, self.failure(NO_CHECKSUM)));
            }
            _ => {
                let stat = self.stat(&node).await.map_err(|error| self.unverified(error))?;
                self.compare_size(stat.map(|stat| stat.size))?;
                self.refuse_changed().await?;
                None
            }
        };
        Ok(Uploaded { node, bytes: self.length, resumed, md5, set_aside: None })
    }

    /// Everything was sent and accepted: whatever the server reports afterwards does not undo that.
    fn unverified(&self, error: Error) -> Error {
        let message = format!("everything was sent, but could not be verified: {error}");
        Error::new(ErrorKind::Incomplete, self.failure(message).source(error))
    }

    fn compare_size(&self, there: Option<u64>) -> Result<(), Error> {
        match there {
            Some(size) if size == self.length => Ok(()),
            there => Err(self.differs(self.length, there.unwrap_or(0))),
        }
    }

    async fn compare_content(&self, ours: &str, theirs: &str) -> Result<(), Error> {
        self.refuse_changed().await?;
        if ours == theirs {
            return Ok(());
        }
        Err(Error::new(ErrorKind::Incomplete, self.failure(differing(ours, theirs))))
    }

    /// A file that changed cannot be read to its end.
    async fn readable(&self, read: Result<String, BoxError>) -> Result<String, Error> {
        if read.is_err() {
            self.refuse_changed().await?;
        }
        read.map_err(|error| self.unreadable(error))
    }

    async fn refuse_changed(&self) -> Result<(), Error> {
        let unchanged = self.planned.source.is_unchanged().await;
        if unchanged.map_err(|error| self.unreadable(error))? {
            return Ok(());
        }
        Err(Error::new(
            ErrorKind::LocalFile,
            self.failure("the file changed while it was uploaded"),
        ))
    }

    /// Returns the file that a response reports: there is none until all parts have arrived.
    pub(super) fn stored(&self, answer: &Envelope) -> Result<NodePath, Error> {
        let nodes = answer.diff.added.iter().chain(&answer.diff.updated);
        let node = nodes.map(|node| node.path()).next();
        node.ok_or_else(|| {
            Error::new(
                ErrorKind::Incomplete,
                self.failure("everything was sent, but the server reports no file"),
            )
        })
    }

    /// Returns the file to create, under a free name if both are kept.
    async fn free_node(&self, existing: Existing) -> Result<NodePath, Error> {
        let node = &self.planned.node;
        if existing != Existing::KeepBoth || self.stat(node).await?.is_none() {
            return Ok(node.clone());
        }
        let (stem, ending) = match node.name().rsplit_once('.') {
            Some((stem, ending)) if !stem.is_empty() => (stem, format!(".{ending}")),
            _ => (node.name(), String::new()),
        };
        self.free(node, |number| format!("{stem}-{number}{ending}")).await
    }

    /// Returns a path in the folder of a node that is not taken, out of numbered names.
    async fn free(
        &self,
        node: &NodePath,
        named: impl Fn(u32) -> String,
    ) -> Result<NodePath, Error> {
        let folder = node.parent().unwrap_or_else(NodePath::root);
        for number in 1..MOST_NAMES {
            let node = folder.join(&named(number));
            if self.stat(&node).await?.is_none() {
                return Ok(node);
            }
        }
        Err(Error::new(
            ErrorKind::InvalidRequest,
            self.failure(format!("all names like `{}` are taken", node.name())),
        ))
    }

    /// Sends a piece. A file that cannot be read appears as a broken connection.
    pub(super) async fn send(&self, piece: Piece<'_>) -> Result<Envelope, Error> {
        let planned = &self.planned;
        let sent = match planned.send(&self.files, &self.options, piece).await {
            // The server looked for the previous file, which was removed; now its cache is up to
            // date.
            Err(error)
                if stat::is_stale(&error) && piece.offset == 0 && planned.source.can_repeat() =>
            {
                planned.send(&self.files, &self.options, piece).await
            }
            sent => sent,
        };
        if sent.as_ref().is_err_and(|error| error.kind() == ErrorKind::Transport) {
            self.refuse_changed().await?;
        }
        sent
    }

    async fn stat(&self, node: &NodePath) -> Result<Option<Stat>, Error> {
        self.lookup().stat(node).await
    }

    fn lookup(&self) -> Lookup<'_> {
        let (actions, retries) = (self.planned.actions, self.options.retries);
        Lookup { files: &self.files, actions, retries }
    }

    fn differs(&self, sent: u64, there: u64) -> Error {
        let message = format!("{sent} bytes were sent, but the server has {there}");
        Error::new(ErrorKind::Incomplete, self.failure(message))
    }

    fn unreadable(&self, error: impl Into<BoxError>) -> Error {
        let error = error.into();
        Error::new(ErrorKind::LocalFile, self.failure(error.to_string()).source(error))
    }

    fn failure(&self, message: impl Into<String>) -> Failure {
        let action = self.planned.actions.upload.endpoint.to_string();
        Failure::new(message).call(action, self.files.id())
    }
}
