//! A workspace, reached in a session.

use super::{Sending, Session, answered, with_work};
use crate::{
    call::ActionCall,
    connection::{CallOptions, Connection},
    response::FromResponse,
    types::{Error, Request},
};

/// A workspace, reached in a session. Cheap to clone.
#[derive(Clone, Debug)]
pub struct SessionWorkspace {
    pub(super) session: Session,
    pub(super) id: String,
}

impl SessionWorkspace {
    /// Returns the workspace's slug or id, as it was given.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Sends a call and reads its response.
    ///
    /// # Errors
    /// Returns the errors of [`Session::call`].
    pub async fn call<C: ActionCall>(&self, call: C) -> Result<C::Response, Error> {
        self.ask(call.into_request()).await
    }

    pub(crate) async fn ask<A: FromResponse>(&self, request: Request) -> Result<A, Error> {
        let id = self.session.workspace_name(&self.id, &request).await?;
        let begun = self.session.begun(&self.id, &request);
        let sending = Sending::new(&self.session, Some(&id), request)?;
        let answer = answered(&mut sending.on(&self.id)).await?;
        Ok(with_work(answer, begun))
    }

    /// Returns the same workspace with other settings for the calls made on it.
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self { session: self.session.with_options(options), id: self.id.clone() }
    }

    /// Returns the server that the session is on.
    pub(crate) fn connection(&self) -> &Connection {
        self.session.connection()
    }
}
