//! Lists of any length, one item at a time.

use std::{fmt, pin::Pin};

use futures_core::Stream;
use futures_util::{StreamExt as _, stream};

use super::{
    Pydio, Workspace,
    pages::{Pager, Step},
    target::Target,
};
use crate::{
    call::{ActionCall, OperationCall, PagedCall, RestCall},
    json::JsonError,
    response::{Origin, PageItem},
    session::{Session, SessionWorkspace},
    types::{Endpoint, Error, ErrorKind, Request},
};

/// The items of a list, over all its pages: returned by
/// [`Workspace::items`](crate::Workspace::items), [`Pydio::items`](crate::Pydio::items) and the same
/// methods of sessions.
///
/// ```
/// # use pydio_runtime::{Error, PagedCall, RestCall, Workspace};
/// # async fn demo<C: RestCall + PagedCall>(settings: Workspace, ls: C) -> Result<(), Error> {
/// let mut users = settings.items(ls);
/// while let Some(user) = users.next().await? {
///     # let _ = user;
/// }
/// if users.has_changed() {
///     // Items were added or removed in the meantime.
/// }
/// # Ok(())
/// # }
/// ```
///
/// A page is requested when its first item is needed, like a separate call: with the attempts, the
/// time limit and the headers of the connection. It is held in memory, and its items are returned
/// once all of it has arrived. A list that the server never pages is read in one go.
///
/// No server freezes a list. An item that is added in the meantime may be missed. One that is moved
/// to a later page is returned once: the list remembers what identifies its items, where they have
/// such a thing (the path of a node, the number of an event). One that is moved to an earlier page,
/// because another was removed, may be missed: see [`Items::has_changed`].
///
/// If the call sets a page or an offset, the list begins there; if it sets a limit, that is the
/// number of entries that are requested at a time. Filters stay as they are.
pub struct Items<T> {
    endpoint: &'static Endpoint,
    workspace: String,
    /// Work in progress stays here when a future of [`Items::next`] is dropped. `None` at the end.
    steps: Option<Steps>,
    read: fn(PageItem) -> Result<T, JsonError>,
    count: Option<u64>,
    has_changed: bool,
}

type Steps = Pin<Box<dyn Stream<Item = Result<Step, Error>> + Send>>;

impl<T: Send + 'static> Items<T> {
    fn new(target: Target, request: Request, read: fn(PageItem) -> Result<T, JsonError>) -> Self {
        let (endpoint, workspace) = (request.endpoint(), target.workspace().to_owned());
        let steps = Some(steps(Pager::new(target, request)));
        Self { endpoint, workspace, steps, read, count: None, has_changed: false }
    }

    /// Returns the next item; `None` after the last, and after an error.
    ///
    /// The future may be dropped, by a timeout or `select!`: the next one continues, and no item is
    /// lost.
    ///
    /// # Errors
    ///
    /// Returns the errors of a call; [`ErrorKind::Malformed`] if the server returns another page
    /// than requested or the same one again and again, and after the last item when the list lacks
    /// something: the list is complete only if `None` is returned first.
    pub async fn next(&mut self) -> Result<Option<T>, Error> {
        let step = self.next_item().await?;
        match step.map(self.read).transpose() {
            Ok(item) => Ok(item),
            Err(error) => {
                self.steps = None;
                let origin = Origin::new(self.endpoint, &self.workspace);
                let failure = origin.failure(error.to_string()).source(error);
                Err(Error::new(ErrorKind::Malformed, failure))
            }
        }
    }

    /// Returns the next item unchanged.
    async fn next_item(&mut self) -> Result<Option<PageItem>, Error> {
        while let Some(steps) = &mut self.steps {
            match steps.next().await {
                Some(Ok(Step::Item(item))) => return Ok(Some(item)),
                Some(Ok(Step::Count(count))) => {
                    self.has_changed |= self.count.is_some_and(|before| before != count);
                    self.count = Some(count);
                }
                Some(Err(error)) => {
                    self.steps = None;
                    return Err(error);
                }
                None => self.steps = None,
            }
        }
        Ok(None)
    }

    /// Returns the number of items as counted by the server, once a page has arrived; `None` if it
    /// does not say, or counts some of them twice (shares, from 6.5 to 7.0).
    ///
    /// What is counted is up to the server: of the users of a group, those below it are not, nor are
    /// groups; of shares, those that it cannot describe are.
    pub fn count(&self) -> Option<u64> {
        self.count
    }

    /// Returns whether the server counted differently from page to page. Items were then added or
    /// removed while the list was read, and an item that existed all the time may be missing: if
    /// none may, list again until this is `false`. An item that was added for one that was removed
    /// does not show.
    pub fn has_changed(&self) -> bool {
        self.has_changed
    }

    /// Returns the items as a stream, which ends after an error.
    pub fn into_stream(self) -> impl Stream<Item = Result<T, Error>> + Send {
        stream::try_unfold(self, |mut items| async {
            Ok(items.next().await?.map(|item| (item, items)))
        })
    }
}

/// Returns the steps of reading a list.
fn steps(pager: Pager) -> Steps {
    Box::pin(stream::try_unfold(pager, |mut pager| async {
        Ok(pager.step().await?.map(|step| (step, pager)))
    }))
}

impl<T> fmt::Debug for Items<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("call", &self.endpoint.to_string())
            .field("workspace", &self.workspace)
            .finish_non_exhaustive()
    }
}

impl Workspace {
    /// Reads a list of any length, one item at a time, over all its pages. Nothing is sent before
    /// the first item is requested.
    ///
    /// ```
    /// # use pydio_runtime::{Error, PagedCall, RestCall, Workspace};
    /// # async fn demo<C: RestCall + PagedCall>(settings: Workspace, ls: C) -> Result<(), Error> {
    /// let mut users = settings.items(ls);
    /// while let Some(user) = users.next().await? {
    ///     # let _ = user;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// [`Workspace::nodes`] reads the nodes of a folder with less memory, and with everything below
    /// it.
    pub fn items<C: RestCall + PagedCall>(&self, call: C) -> Items<C::Item> {
        Items::new(Target::Workspace(self.clone()), call.into_request(), C::item)
    }
}

impl Pydio {
    /// Reads a list of any length, one item at a time, over all its pages: see
    /// [`Workspace::items`](crate::Workspace::items).
    pub fn items<C: OperationCall + PagedCall>(&self, call: C) -> Items<C::Item> {
        Items::new(Target::Operations(self.clone()), call.into_request(), C::item)
    }
}

impl SessionWorkspace {
    /// Reads a list of any length, one item at a time, over all its pages: see
    /// [`Workspace::items`](crate::Workspace::items).
    pub fn items<C: ActionCall + PagedCall>(&self, call: C) -> Items<C::Item> {
        Items::new(Target::SessionWorkspace(self.clone()), call.into_request(), C::item)
    }
}

impl Session {
    /// Reads a list that needs no workspace, one item at a time: see
    /// [`Workspace::items`](crate::Workspace::items).
    pub fn items<C: ActionCall + PagedCall>(&self, call: C) -> Items<C::Item> {
        Items::new(Target::Session(self.clone()), call.into_request(), C::item)
    }
}
