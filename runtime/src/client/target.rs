//! Where the calls of a list are sent.

use super::{Pydio, Workspace};
use crate::{
    connection::Decoded,
    response::FromResponse,
    session::{Session, SessionWorkspace},
    types::{Error, Request},
};

/// A connection to which the same call is sent several times.
#[derive(Clone)]
pub(super) enum Target {
    Operations(Pydio),
    Workspace(Workspace),
    Session(Session),
    SessionWorkspace(SessionWorkspace),
}

impl Target {
    /// Sends a call like any other: with the attempts, the time limit and the headers of the
    /// connection.
    pub(super) async fn ask<R: FromResponse>(&self, request: Request) -> Result<R, Error> {
        match self {
            Self::Operations(pydio) => Decoded::new(pydio.connection(), None, request).await,
            Self::Workspace(workspace) => workspace.ask(request).await,
            Self::Session(session) => session.ask(request).await,
            Self::SessionWorkspace(workspace) => workspace.ask(request).await,
        }
    }

    /// Returns the workspace, for errors; empty without one.
    pub(super) fn workspace(&self) -> &str {
        match self {
            Self::Operations(_) | Self::Session(_) => "",
            Self::Workspace(workspace) => workspace.id(),
            Self::SessionWorkspace(workspace) => workspace.id(),
        }
    }
}
