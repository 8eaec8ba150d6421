//! Calls on one workspace over REST v1.

use super::{Nodes, Pydio};
use crate::{
    call::RestCall,
    connection::{CallOptions, Decoded, InFlight},
    response::{Accept, FromResponse, Listing},
    types::{Error, Method, Request},
};

/// A workspace, reached over REST v1. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Workspace {
    pydio: Pydio,
    id: String,
    method: Option<Method>,
}

impl Workspace {
    pub(crate) fn new(pydio: Pydio, id: String) -> Self {
        Self { pydio, id, method: None }
    }

    /// Returns the workspace's slug or id, as it was given.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Returns the same workspace with every call sent by this method, rather than by the one its
    /// action prefers. Both work for every action: [`Method::Post`] keeps names of files out of
    /// access logs, [`Method::Get`] works if something in between accepts no forms. Arguments that
    /// are too long for a query are sent in a form in any case.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = Some(method);
        self
    }

    /// Returns the same workspace with other settings for the calls made on it.
    #[must_use]
    pub fn with_options(&self, options: CallOptions) -> Self {
        Self { pydio: self.pydio.with_options(options), ..self.clone() }
    }

    /// Returns the connection to its server.
    pub fn pydio(&self) -> &Pydio {
        &self.pydio
    }

    pub(crate) fn send(&self, request: Request, accept: Accept) -> InFlight<'_> {
        self.pydio.send(&self.id, self.prepared(request), accept)
    }

    /// Sets the method of the workspace.
    fn prepared(&self, request: Request) -> Request {
        match self.method {
            Some(method) => request.method(method),
            None => request,
        }
    }

    /// Sends a call and reads its response.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest) before anything is sent when
    /// an argument cannot be encoded so that the server reads it back unchanged, and any other
    /// [`Error`] of the request. An `ERROR` message of the server is an error, regardless of the
    /// status.
    pub fn call<C: RestCall>(
        &self,
        call: C,
    ) -> impl Future<Output = Result<C::Response, Error>> + Send {
        self.ask(call.into_request())
    }

    pub(crate) fn ask<R: FromResponse>(&self, request: Request) -> Decoded<'_, R> {
        Decoded::new(self.pydio.connection(), Some(&self.id), self.prepared(request))
    }

    /// Lists a folder of any size: all its pages, one node at a time, without keeping any of them
    /// in memory. Nothing is sent before the first node is requested.
    ///
    /// ```
    /// # use pydio_runtime::{Error, RestCall, Workspace, response::Listing};
    /// # async fn demo<C: RestCall<Response = Listing>>(files: Workspace, ls: C) -> Result<(), Error> {
    /// let mut nodes = files.nodes(ls);
    /// while let Some(node) = nodes.next().await? {
    ///     println!("{}", node.path());
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn nodes<C: RestCall<Response = Listing>>(&self, call: C) -> Nodes {
        Nodes::new(self.clone(), call.into_request())
    }
}
