//! The target of the calls of a transfer.

use url::Url;

use crate::{
    client::{Pydio, Workspace},
    response::FromResponse,
    session::SessionWorkspace,
    types::{Error, Request},
};

/// The target of the calls of a transfer: the actions are the same over REST and in a session.
#[derive(Clone, Debug)]
pub(super) enum Files {
    Rest(Workspace),
    Session(SessionWorkspace),
    /// Operations, which name their workspace themselves.
    Operations(Pydio),
}

impl Files {
    /// Returns the workspace's slug or id, as it was given; empty if the call names it.
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Rest(workspace) => workspace.id(),
            Self::Session(workspace) => workspace.id(),
            Self::Operations(_) => "",
        }
    }

    /// Returns the server's address.
    pub(super) fn base(&self) -> &Url {
        match self {
            Self::Rest(workspace) => workspace.pydio().base(),
            Self::Session(workspace) => &workspace.connection().base,
            Self::Operations(pydio) => pydio.base(),
        }
    }

    /// Sends a call and reads its response.
    pub(super) async fn call<R: FromResponse>(&self, request: Request) -> Result<R, Error> {
        match self {
            Self::Rest(workspace) => R::decode(workspace.send(request, R::ACCEPT).await?).await,
            Self::Session(workspace) => workspace.ask(request).await,
            Self::Operations(pydio) => R::decode(pydio.operate(request, R::ACCEPT).await?).await,
        }
    }
}
