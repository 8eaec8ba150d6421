//! Calls on one workspace over REST v1.

use crate::{Answer, Error, Pydio, RestCall, exchange::answered};

/// A workspace, reached over REST v1. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Workspace {
    pydio: Pydio,
    id: String,
}

impl Workspace {
    pub(crate) fn new(pydio: Pydio, id: String) -> Self {
        Self { pydio, id }
    }

    /// The workspace's slug or id, as it was given.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Sends a call and reads its answer.
    ///
    /// # Errors
    ///
    /// [`Error::Unsendable`] before anything is sent when an argument cannot be spelt so that the
    /// server reads it back unchanged, and any other [`Error`] of the exchange. An `ERROR` message
    /// of the server is an error, whatever its status.
    pub fn call<C: RestCall>(
        &self,
        call: C,
    ) -> impl Future<Output = Result<C::Answer, Error>> + Send {
        let accept = <C::Answer as Answer>::ACCEPT;
        answered(self.pydio.send(&self.id, call.into_request(), accept))
    }
}
