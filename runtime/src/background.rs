//! Waiting for work that a server goes on with after it has responded.
//!
//! Releases since 6.5.1 pack, unpack, copy and delete much in the background: they respond
//! immediately, and no error reaches the client. [`Background::wait`] finds the task of the call,
//! follows it to its end, and then looks for what the work leaves on the server.
//!
//! ```
//! # use pydio_runtime::{Error, RestCall, Workspace, response::{Background, Envelope}};
//! # async fn demo<C>(files: Workspace, compress: C) -> Result<(), Error>
//! # where C: RestCall<Response = Background<Option<Envelope>>> {
//! use std::time::Duration;
//! use pydio_runtime::background::Evidence;
//!
//! let work = files.call(compress).await?;
//! let wait = work.wait().deadline(Duration::from_secs(600));
//! let finished = wait.on_progress(|task| println!("{}", task.message)).await?;
//! assert_eq!(finished.evidence, Evidence::Outcome);
//! # Ok(())
//! # }
//! ```
//!
//! # How its task is found
//!
//! The server lists the unfinished and failed tasks of the user in the workspace. The one of the
//! call has the same action and parameters, and was created while the call was running, by the
//! server's clock (its `Date`). If that clock is not the one that tasks are dated by, a task with the
//! same parameters is taken for it once it appears or changes while you wait.
//!
//! # What is verified
//!
//! A task that has ended proves nothing: measured on 7.0.4 and 8.2.5, a `compress` into a folder that
//! is not writable, or does not exist, ends as complete without an archive. Where the outcome of an
//! action is known ([`Endpoint::known_outcome`](crate::Endpoint::known_outcome)), it is looked for. A cache
//! of the server may still show a node that was removed or replaced, so a node that seems to be
//! there is looked for again in the listing of its folder. A copy is compared with its source: by size
//! and time, and by checksum if it may be older than the call. Servers have times in whole seconds, so
//! a node of that name from the second before the call passes for a new one; the content of a copied
//! folder, and of an archive, is not compared.

mod goal;
mod look;
mod question;
mod task;
mod watch;

use std::{fmt, pin::Pin, sync::Arc, time::Duration};

use crate::{
    response::{Background, Work},
    types::Error,
};
use task::Progress;
use watch::Watch;

pub use task::{TaskInfo, TaskStatus};

/// How long a [`Wait`] lasts unless it has another deadline: one hour.
const DEADLINE: Duration = Duration::from_secs(3600);

impl<T> Background<T> {
    /// Waits until the work is done. Set a deadline or a function for progress, then `await` it.
    ///
    /// Works for calls on every release and access method: if the work was done before the
    /// response, this is known after two requests.
    ///
    /// # Errors
    ///
    /// * [`ErrorKind::Server`](crate::ErrorKind::Server) with the message of the task if it failed
    ///   or was interrupted.
    /// * [`ErrorKind::NotDone`](crate::ErrorKind::NotDone) if the server reports no failure, but
    ///   the outcome is missing.
    /// * [`ErrorKind::Unfinished`](crate::ErrorKind::Unfinished) at the deadline.
    /// * [`ErrorKind::Unverified`](crate::ErrorKind::Unverified) if it is unknown whether the work
    ///   is done: the server lists no tasks (before 6.5.1) and no outcome is known, it could not be
    ///   asked for half a minute, or the node that exists seems to be older than the call.
    /// * An error of authentication or of rights, if the server cannot be asked because of it.
    /// * [`ErrorKind::Config`](crate::ErrorKind::Config) for a response that did not arrive over a
    ///   connection.
    pub fn wait(&self) -> Wait {
        Wait {
            work: self.work.clone(),
            deadline: DEADLINE,
            every: None,
            progress: Progress::default(),
        }
    }
}

/// Waiting for the work of a call: returned by [`Background::wait`], and started by `await`. Cheap
/// to drop: the server continues.
#[must_use = "waiting starts when it is awaited"]
pub struct Wait {
    work: Option<Arc<Work>>,
    deadline: Duration,
    every: Option<Duration>,
    progress: Progress,
}

impl Wait {
    /// Waits no longer than this: an hour unless set.
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Asks the server at this interval. Unless set, the first pause is 250 ms, and each further
    /// pause is 50 % longer than the previous one, up to 5 seconds.
    pub fn every(mut self, interval: Duration) -> Self {
        self.every = Some(interval);
        self
    }

    /// Calls this function with the task of the call, when it is found and each time it changes.
    /// Nothing is reported for work that ended before the first look, nor by releases before 6.5.1.
    pub fn on_progress(mut self, report: impl FnMut(&TaskInfo) + Send + 'static) -> Self {
        self.progress = Progress::of(Box::new(report));
        self
    }
}

impl IntoFuture for Wait {
    type Output = Result<Finished, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        let Self { work, deadline, every, progress } = self;
        Box::pin(async move {
            let mut watch = Watch::new(work.as_deref(), progress)?;
            match tokio::time::timeout(deadline, watch.run(every)).await {
                Ok(outcome) => outcome,
                Err(_) => Err(watch.unfinished(deadline)),
            }
        })
    }
}

impl fmt::Debug for Wait {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wait")
            .field("deadline", &self.deadline)
            .field("every", &self.every)
            .finish_non_exhaustive()
    }
}

/// Work that is done, as far as the client knows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finished {
    /// The task of the call, as it was last seen; `None` if there was none, or if it ended before
    /// the first look.
    pub task: Option<TaskInfo>,
    /// How the client knows that the work is done.
    pub evidence: Evidence,
}

/// How the client knows that work is done, strongest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Evidence {
    /// The result of the work is on the server: see
    /// [`Endpoint::known_outcome`](crate::Endpoint::known_outcome).
    Outcome,
    /// The task of the call has ended, and the server reports no failure. Its expected result is
    /// unknown or cannot be checked.
    Task,
    /// The call returned after the work, as always on the command line. The expected result is
    /// unknown or cannot be checked.
    Response,
    /// The server lists no task of the call, and it would list an unfinished or failed one. The
    /// expected result is unknown or cannot be checked.
    NoTask,
}

impl fmt::Display for Finished {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.evidence {
            Evidence::Outcome => "done, and verified",
            Evidence::Task => "the task ended without a failure",
            Evidence::Response => "done when the call returned",
            Evidence::NoTask => "no task of the call is unfinished or failed",
        })
    }
}
