//! The workspaces that tasks run on without `async`.

use super::{Connected, sealed::Sealed};
use crate::{blocking, client, session, types::Error};

/// A workspace that tasks run on without `async`: over REST v1, or in a session.
pub trait BlockingWorkspace: Sealed {
    /// The workspace with asynchronous methods.
    type Asynchronous: Connected;

    /// Returns the workspace with asynchronous methods.
    fn connected(&self) -> &Self::Asynchronous;

    /// Waits for the end of a task.
    ///
    /// # Errors
    ///
    /// Returns the errors of the task, and [`ErrorKind::Config`](crate::ErrorKind::Config) when
    /// the system has no resources for a thread.
    fn finish<T: Send>(&self, task: super::Pending<'_, T>) -> Result<T, Error>;
}

impl Sealed for blocking::Workspace {}

impl BlockingWorkspace for blocking::Workspace {
    type Asynchronous = client::Workspace;

    fn connected(&self) -> &Self::Asynchronous {
        self.asynchronous()
    }

    fn finish<T: Send>(&self, task: super::Pending<'_, T>) -> Result<T, Error> {
        self.block_on(task)?
    }
}

impl Sealed for blocking::SessionWorkspace {}

impl BlockingWorkspace for blocking::SessionWorkspace {
    type Asynchronous = session::SessionWorkspace;

    fn connected(&self) -> &Self::Asynchronous {
        self.asynchronous()
    }

    fn finish<T: Send>(&self, task: super::Pending<'_, T>) -> Result<T, Error> {
        self.block_on(task)?
    }
}
