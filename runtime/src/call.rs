//! The traits that calls of bindings implement.

use crate::{
    response::FromResponse,
    types::{Endpoint, Request},
};

/// A call that can be sent: an endpoint with the values of one call.
///
/// Bindings implement it for one type per endpoint, with one of the markers [`ActionCall`],
/// [`RestCall`] and [`OperationCall`], which determine where it can be sent. Nothing is sent until
/// the call is passed to a connection.
pub trait Call: Sized {
    /// The endpoint that is called.
    const ENDPOINT: &'static Endpoint;
    /// The type that a successful call returns.
    type Response: FromResponse;

    /// Returns the call with its values.
    fn request(&self) -> &Request;

    /// Returns the call with its values, ready to be sent.
    fn into_request(self) -> Request;

    /// Returns a copy of the call, to be sent once more; `None` when it holds a stream, which is
    /// read once.
    fn try_clone(&self) -> Option<Self>
    where
        Self: Clone,
    {
        let copy = self.clone();
        copy.request().is_complete().then_some(copy)
    }
}

/// A [`Call`] of an action, which works on a session and on the console.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no call of an action",
    note = "operations of a spec, as those of the v2 API, are sent with `Pydio::call`"
)]
pub trait ActionCall: Call {}

/// A [`Call`] of an action that REST v1 reaches, because its manifest gives it `restParams`.
///
/// The server refuses every other action over REST, so a call without this trait does not
/// compile there.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be called over REST",
    label = "the server's manifest gives this action no `restParams`",
    note = "actions without `restParams` work on a session (`index.php`) and on the command line (`cmd.php`) only"
)]
pub trait RestCall: ActionCall {}

/// A [`Call`] of an operation of a spec, which works over REST only.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no operation of a spec",
    note = "actions are called on a workspace, which `Pydio::workspace` or `Session::workspace` makes"
)]
pub trait OperationCall: Call {}
