//! The traits that calls of bindings implement.

mod offline;

use bytes::Bytes;

use crate::{
    json::JsonError,
    response::{FromResponse, PageItem},
    types::{Body, Endpoint, Error, Request},
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

    /// Returns a copy of the call, to send it again; `None` if it contains a stream, which is read
    /// once.
    fn try_clone(&self) -> Option<Self>
    where
        Self: Clone,
    {
        let copy = self.clone();
        copy.request().is_complete().then_some(copy)
    }

    /// Reads a response to the call that is in memory: one that another HTTP client received, or
    /// the recorded one of a test.
    ///
    /// It is checked as a connection does it: a failure that the server reports is an error,
    /// whatever the status, and so is the listing of another folder.
    ///
    /// ```
    /// # use pydio_runtime::{Bindings, Call, Endpoint, Error, Method, Param, Request, response::Listing};
    /// # static BINDINGS: Bindings = Bindings::pydio("8.2.5");
    /// # struct Ls(Request);
    /// # impl Call for Ls {
    /// #     const ENDPOINT: &'static Endpoint =
    /// #         &Endpoint::action(&BINDINGS, Method::Get, "access.fs", "ls")
    /// #             .params(&[Param::rest_of_path("dir")]);
    /// #     type Response = Listing;
    /// #     fn request(&self) -> &Request { &self.0 }
    /// #     fn into_request(self) -> Request { self.0 }
    /// # }
    /// # fn ls(dir: &str) -> Ls { Ls(Request::new(Ls::ENDPOINT).node("dir", dir)) }
    /// let xml = r#"<tree filename="/photos"><tree filename="/photos/a.jpg" bytesize="7"/></tree>"#;
    /// let response = http::Response::builder().header("content-type", "text/xml").body(xml).unwrap();
    /// let listing = ls("/photos").decode(response)?;
    /// assert_eq!(listing.nodes[0].size(), Some(7));
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns the errors of the call, except those of the network. [`ErrorKind::Redirected`] for
    /// any redirect, unless it is what the call returns.
    ///
    /// [`ErrorKind::Redirected`]: crate::ErrorKind::Redirected
    fn decode(&self, response: http::Response<impl Into<Bytes>>) -> Result<Self::Response, Error> {
        let response = offline::received(self.request(), response.map(Into::into))?;
        offline::completed(Self::Response::decode(response))
    }
}

/// A [`Call`] of an action, which works in a session and on the console.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a call of an action",
    note = "operations of a spec, such as those of the v2 API, are sent with `Pydio::call`"
)]
pub trait ActionCall: Call {}

/// A [`Call`] of an action that REST v1 reaches, because its manifest gives it `restParams`.
///
/// The server refuses every other action over REST, so a call without this trait does not
/// compile there.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be called over REST",
    label = "the server's manifest gives this action no `restParams`",
    note = "actions without `restParams` work only in a session (`index.php`) and on the command \
            line (`cmd.php`)"
)]
pub trait RestCall: ActionCall {
    /// Returns the HTTP request of the call on a workspace, to be sent by another HTTP client.
    ///
    /// `server` is the address of the web interface, and `workspace` the slug or id of the workspace.
    /// The request has the address, the headers and the body that a connection would send, but no
    /// credentials: add an `Authorization` header. [`Call::decode`] reads the response.
    ///
    /// ```
    /// # use pydio_runtime::{ActionCall, Bindings, Call, Endpoint, Error, Method, Param, Request, RestCall};
    /// # static BINDINGS: Bindings = Bindings::pydio("8.2.5");
    /// # struct Ls(Request);
    /// # impl Call for Ls {
    /// #     const ENDPOINT: &'static Endpoint =
    /// #         &Endpoint::action(&BINDINGS, Method::Get, "access.fs", "ls")
    /// #             .params(&[Param::rest_of_path("dir")]);
    /// #     type Response = pydio_runtime::response::Listing;
    /// #     fn request(&self) -> &Request { &self.0 }
    /// #     fn into_request(self) -> Request { self.0 }
    /// # }
    /// # impl ActionCall for Ls {}
    /// # impl RestCall for Ls {}
    /// # fn ls(dir: &str) -> Ls { Ls(Request::new(Ls::ENDPOINT).node("dir", dir)) }
    /// let request = ls("/a b").into_http("https://files.example.org/pydio", "my-files")?;
    /// assert_eq!(request.uri().path(), "/pydio/api/my-files/ls/a%20b");
    /// # Ok::<(), Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`ErrorKind::InvalidRequest`] when the call cannot be encoded so that the server understands
    /// it, and [`ErrorKind::Config`] when the address is not one of HTTP. A host outside of ASCII has
    /// to be in its encoded form (`xn--…`).
    ///
    /// [`ErrorKind::InvalidRequest`]: crate::ErrorKind::InvalidRequest
    /// [`ErrorKind::Config`]: crate::ErrorKind::Config
    fn into_http(self, server: &str, workspace: &str) -> Result<http::Request<Body>, Error> {
        offline::of_action(self.into_request(), Self::Response::ACCEPT, server, workspace)
    }
}

/// A [`Call`] of an operation of a spec, which works over REST only.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an operation of a spec",
    note = "actions are called on a workspace, which `Pydio::workspace` or `Session::workspace` \
            returns"
)]
pub trait OperationCall: Call {
    /// Returns the HTTP request of the call, to be sent by another HTTP client.
    ///
    /// `server` is the address of the server, with the path that its spec declares or without. An
    /// operation for which the spec declares another host is sent to `server` as well. Everything
    /// else is as in [`RestCall::into_http`].
    ///
    /// # Errors
    /// Returns the errors of [`RestCall::into_http`].
    fn into_http(self, server: &str) -> Result<http::Request<Body>, Error> {
        offline::of_operation(self.into_request(), Self::Response::ACCEPT, server)
    }
}

/// A [`Call`] that returns a list, which [`Workspace::items`](crate::Workspace::items) and its likes
/// read item by item, over all its pages.
#[diagnostic::on_unimplemented(
    message = "`{Self}` does not return a list that can be read item by item",
    note = "`Endpoint::paging` describes how a list is paged; corrections declare it with `paging`"
)]
pub trait PagedCall: Call {
    /// The type of an item.
    type Item: Send + 'static;

    /// Reads an item of a page.
    ///
    /// # Errors
    ///
    /// If it is not of that type.
    fn item(item: PageItem) -> Result<Self::Item, JsonError>;
}

/// A [`Call`] of a feed of numbered changes, which [`Workspace::changes`](crate::Workspace::changes)
/// and its likes read on from a number.
#[diagnostic::on_unimplemented(message = "`{Self}` does not return a feed of changes")]
pub trait ChangesCall: Call {
    /// The type of a change.
    type Change: Send + 'static;

    /// Reads a change.
    ///
    /// # Errors
    ///
    /// If it is not of that type.
    fn change(item: PageItem) -> Result<Self::Change, JsonError>;
}
