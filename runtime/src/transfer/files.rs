//! Where the calls of a transfer go.

use url::Url;

use crate::{Answer, Error, Request, SessionWorkspace, Workspace};

/// The workspace of a transfer, over REST or on a session: the actions are the same on both.
#[derive(Clone, Debug)]
pub(super) enum Files {
    Rest(Workspace),
    Session(SessionWorkspace),
}

impl Files {
    /// The workspace's slug or id, as it was given.
    pub(super) fn id(&self) -> &str {
        match self {
            Self::Rest(workspace) => workspace.id(),
            Self::Session(workspace) => workspace.id(),
        }
    }

    /// The server's address.
    pub(super) fn base(&self) -> &Url {
        match self {
            Self::Rest(workspace) => workspace.pydio().base(),
            Self::Session(workspace) => workspace.pydio().base(),
        }
    }

    /// Sends a call and reads its answer.
    pub(super) async fn call<A: Answer>(&self, request: Request) -> Result<A, Error> {
        match self {
            Self::Rest(workspace) => A::decode(workspace.send(request, A::ACCEPT).await?).await,
            Self::Session(workspace) => workspace.ask(request).await,
        }
    }
}
