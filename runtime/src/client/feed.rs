//! Feeds of numbered changes, which are read on from a saved number.

use std::{collections::VecDeque, fmt, pin::Pin};

use futures_core::Stream;
use futures_util::stream;

use super::{Pydio, Workspace, pages::items_of, target::Target};
use crate::{
    call::{ActionCall, ChangesCall, OperationCall, RestCall},
    json::{Json, JsonError},
    response::{Origin, PageItem, number_at},
    session::SessionWorkspace,
    types::{Endpoint, Error, ErrorKind, PagedBy, Paging, Request},
};

/// The changes of a workspace, from a number on: returned by
/// [`Workspace::changes`](crate::Workspace::changes), [`Pydio::changes`](crate::Pydio::changes) and
/// [`SessionWorkspace::changes`](crate::SessionWorkspace::changes).
///
/// ```
/// # use pydio_runtime::{ChangesCall, Error, RestCall, Workspace};
/// # fn apply<T>(_: T) {} fn save(_: u64) {}
/// # async fn demo<C: RestCall + ChangesCall>(files: Workspace, changes: C) -> Result<(), Error> {
/// let mut feed = files.changes(changes);
/// while let Some(change) = feed.next().await? {
///     apply(change);
/// }
/// save(feed.sequence());
/// # Ok(())
/// # }
/// ```
///
/// The server sends all changes after a number in one response, ordered by node rather than by
/// number. The feed asks again, from the highest number, until there are no more, so it includes
/// changes that are made while it is read. After that, [`ChangeFeed::next`] requests new ones.
///
/// The number to resume from is [`ChangeFeed::sequence`], not the one that the server sends: that
/// is the number of the last change of *all* workspaces, looked up after the changes, and a change
/// in between would be skipped forever (source of 6.0 to 8.2: `meta.syncable`, `ChangesTracker`).
pub struct ChangeFeed<T> {
    target: Target,
    request: Request,
    paging: Paging,
    read: fn(PageItem) -> Result<T, JsonError>,
    /// All changes up to this number have been returned.
    sequence: u64,
    /// The changes of the response that is being returned, and their highest number.
    changes: VecDeque<PageItem>,
    reached: u64,
    /// The request in progress, which stays here when a future of [`ChangeFeed::next`] is dropped.
    asking: Option<Asking>,
}

type Asking = Pin<Box<dyn Future<Output = Result<Json, Error>> + Send>>;

impl<T: Send + 'static> ChangeFeed<T> {
    fn new(target: Target, request: Request, read: fn(PageItem) -> Result<T, JsonError>) -> Self {
        let paging = request.endpoint().paging.unwrap_or(Paging::whole());
        let from = param(&paging).and_then(|param| request.text_of(param)?.parse().ok());
        let sequence = from.unwrap_or(0);
        let changes = VecDeque::new();
        Self { target, request, paging, read, sequence, changes, reached: sequence, asking: None }
    }

    /// Returns the next change; `None` if there are no more for now. The next call then requests
    /// newer ones.
    ///
    /// The future may be dropped, by a timeout or `select!`: the next one continues, and no change
    /// is lost.
    ///
    /// # Errors
    ///
    /// Returns the errors of a call, and [`ErrorKind::UnknownSequence`] when the server has no
    /// change of the number that the feed is at: its record of changes was deleted, and has begun
    /// again. List what you follow, then begin a feed from 0. A record that has grown beyond that
    /// number again cannot be distinguished from the old one.
    ///
    /// [`ErrorKind::Malformed`] if a change cannot be read. The next call then requests all
    /// changes after [`ChangeFeed::sequence`] again.
    pub async fn next(&mut self) -> Result<Option<T>, Error> {
        if self.changes.is_empty() {
            let answer = self.answer().await?;
            self.take(answer)?;
        }
        let Some(change) = self.changes.pop_front() else { return Ok(None) };
        match (self.read)(change) {
            Ok(change) => {
                if self.changes.is_empty() {
                    self.sequence = self.reached;
                }
                Ok(Some(change))
            }
            Err(error) => {
                self.changes.clear();
                let failure = self.origin().failure(error.to_string()).source(error);
                Err(Error::new(ErrorKind::Malformed, failure))
            }
        }
    }

    /// Returns the number to resume from: every change up to it has been returned. Save it once you
    /// have dealt with them.
    ///
    /// It stays the same until the last change of a response has been returned, since changes are
    /// not ordered by number: a feed that is resumed earlier returns some of them again.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// Returns the available changes as a stream, which ends after an error. Use
    /// [`ChangeFeed::next`] if you need the number to resume from.
    pub fn into_stream(self) -> impl Stream<Item = Result<T, Error>> + Send {
        stream::try_unfold(self, |mut feed| async {
            Ok(feed.next().await?.map(|change| (change, feed)))
        })
    }

    /// Asks for the changes after the number that has been reached.
    async fn answer(&mut self) -> Result<Json, Error> {
        let asking = self.asking.get_or_insert_with(|| {
            let (target, request) = (self.target.clone(), self.request.clone());
            let request = match param(&self.paging) {
                Some(param) => request.number(param, self.sequence),
                None => request,
            };
            Box::pin(async move { target.ask(request).await })
        });
        let outcome = asking.await;
        self.asking = None;
        outcome
    }

    /// Keeps the changes of a response.
    fn take(&mut self, document: Json) -> Result<(), Error> {
        let last = self.paging.count.and_then(|pointer| number_at(&document, pointer));
        let changes = items_of(document, self.paging.items)
            .ok_or_else(|| self.malformed("the response does not contain the changes"))?;
        let number = self.paging.identity.first().copied().unwrap_or_default();
        let highest = changes.iter().filter_map(|change| change.number(number)).max();
        match highest {
            Some(highest) if highest > self.sequence => {
                let is_merged = self.paging.merged_by.and_then(|param| self.request.text_of(param));
                // Merging drops changes that cancel out: they would come again, without the others.
                self.reached = last.filter(|_| is_merged.is_some()).unwrap_or(0).max(highest);
            }
            None if changes.is_empty() => match last.is_some_and(|last| last < self.sequence) {
                true => return Err(self.unknown()),
                false => return Ok(()),
            },
            // The server would return these changes forever.
            _ => return Err(self.malformed("the changes are older than requested")),
        }
        self.changes = changes.into();
        Ok(())
    }

    fn unknown(&self) -> Error {
        let message = format!(
            "the server has no change {}: its record of changes was reset, and changes may be \
             missing; list the workspace, then read the changes from 0",
            self.sequence
        );
        Error::new(ErrorKind::UnknownSequence, self.origin().failure(message))
    }

    fn malformed(&self, message: &str) -> Error {
        Error::new(ErrorKind::Malformed, self.origin().failure(message))
    }

    fn origin(&self) -> Origin {
        Origin::new(self.endpoint(), self.target.workspace())
    }

    fn endpoint(&self) -> &'static Endpoint {
        self.request.endpoint()
    }
}

/// Returns the parameter for the number to read on from.
fn param(paging: &Paging) -> Option<&'static str> {
    match paging.by {
        PagedBy::Sequence(param) => Some(param),
        _ => None,
    }
}

impl<T> fmt::Debug for ChangeFeed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangeFeed")
            .field("call", &self.request.endpoint().to_string())
            .field("workspace", &self.target.workspace())
            .field("sequence", &self.sequence)
            .finish_non_exhaustive()
    }
}

impl Workspace {
    /// Reads the changes of the workspace, from the number in the call on. Nothing is sent before
    /// the first change is requested.
    ///
    /// ```
    /// # use pydio_runtime::{ChangesCall, Error, RestCall, Workspace};
    /// # async fn demo<C: RestCall + ChangesCall>(files: Workspace, changes: C) -> Result<u64, Error> {
    /// let mut feed = files.changes(changes);
    /// while let Some(change) = feed.next().await? {
    ///     # let _ = change;
    /// }
    /// Ok(feed.sequence())
    /// # }
    /// ```
    pub fn changes<C: RestCall + ChangesCall>(&self, call: C) -> ChangeFeed<C::Change> {
        ChangeFeed::new(Target::Workspace(self.clone()), call.into_request(), C::change)
    }
}

impl Pydio {
    /// Reads the changes of a workspace by an operation: see
    /// [`Workspace::changes`](crate::Workspace::changes).
    pub fn changes<C: OperationCall + ChangesCall>(&self, call: C) -> ChangeFeed<C::Change> {
        ChangeFeed::new(Target::Operations(self.clone()), call.into_request(), C::change)
    }
}

impl SessionWorkspace {
    /// Reads the changes of the workspace in a session: see
    /// [`Workspace::changes`](crate::Workspace::changes).
    pub fn changes<C: ActionCall + ChangesCall>(&self, call: C) -> ChangeFeed<C::Change> {
        ChangeFeed::new(Target::SessionWorkspace(self.clone()), call.into_request(), C::change)
    }
}
