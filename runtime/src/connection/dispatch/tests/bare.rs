//! Failures under status 200 that are neither XML nor JSON, as recorded on 6.0.8 and 6.4.2.

use std::marker::PhantomData;

use super::call;
use crate::{
    json::Json,
    response::{AnyResponse, Download, FromResponse, Listing, Nothing, Text},
    testing::{BINDINGS, Canned, Typed, action, connect, ready},
    types::{Bindings, Endpoint, Envelope, Error, ErrorKind, Method, Request, ResponseKind},
};

static V6: Bindings = Bindings::pydio("6.4.2");

static MKDIR_6: Endpoint =
    action(&V6, "mkdir", Method::Post, &[]).returns(ResponseKind::OptionalEnvelope);
static LS_6: Endpoint = action(&V6, "ls", Method::Get, &[]).returns(ResponseKind::Listing);
static GET_6: Endpoint = action(&V6, "download", Method::Get, &[]).returns(ResponseKind::Bytes);
static ANY_6: Endpoint = action(&V6, "restore", Method::Post, &[]);
static LS_8: Endpoint = action(&BINDINGS, "ls", Method::Get, &[]).returns(ResponseKind::Listing);

fn bare(text: &str) -> Canned {
    Canned::new("text/html; charset=UTF-8", text)
}

fn one<A: FromResponse>(endpoint: &'static Endpoint, answer: Canned) -> Result<A, Error> {
    call(&connect([answer]).0, Request::new(endpoint))
}

#[test]
fn an_unknown_workspace_is_an_error_whatever_was_asked_for() {
    let unknown = || bare("Cannot find repository with ID my-files");
    for (endpoint, other) in [(&MKDIR_6, &LS_8), (&GET_6, &LS_6)] {
        let outcomes = [
            one::<Envelope>(endpoint, unknown()).map(drop),
            one::<Option<Envelope>>(endpoint, unknown()).map(drop),
            one::<AnyResponse>(endpoint, unknown()).map(drop),
            one::<Nothing>(endpoint, unknown()).map(drop),
            one::<Text>(endpoint, unknown()).map(drop),
            one::<Json>(endpoint, unknown()).map(drop),
            one::<Download>(endpoint, unknown()).map(drop),
            one::<Listing>(other, unknown()).map(drop),
        ];
        for outcome in outcomes {
            let error = outcome.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::UnknownWorkspace, "{error}");
            assert_eq!(error.message(), "Cannot find repository with ID my-files");
        }
    }
    let text = "Cannot find repository without an ID";
    assert_eq!(one::<Text>(&ANY_6, bare(text)).unwrap().0, text);
}

static USER_INFO: Endpoint =
    Endpoint::operation(&BINDINGS, Method::Get, "userInfo", "/user").since("6.5.1");

/// A server without v2 takes it for a workspace, and so does one without that operation.
#[test]
fn an_unknown_operation_is_no_unknown_workspace() {
    let missing =
        "<tree ><message type='ERROR'>Could not find workspace with id/alias v2</message></tree>";
    for answer in [bare("Cannot find repository with ID v2"), Canned::xml(missing)] {
        let call = Typed::<Json>(Request::new(&USER_INFO), PhantomData);
        let error = ready(connect([answer]).0.call(call)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownAction);
        let why = "bindings 8.2.5: this operation is new in 6.5.1";
        assert!(error.message().ends_with(why), "{error}");
    }
}

#[test]
fn nothing_is_an_unknown_action_where_the_action_returns_something() {
    let kind = |outcome: Result<(), Error>| outcome.unwrap_err().kind();
    assert_eq!(kind(one::<Listing>(&LS_6, bare("")).map(drop)), ErrorKind::UnknownAction);
    assert_eq!(kind(one::<Download>(&GET_6, bare("")).map(drop)), ErrorKind::UnknownAction);
    // Later releases report an unknown action, so this is something else.
    assert_eq!(kind(one::<Listing>(&LS_8, bare("")).map(drop)), ErrorKind::Empty);
    // These may return nothing.
    assert!(one::<Option<Envelope>>(&MKDIR_6, bare("")).unwrap().is_none());
    assert!(matches!(one::<AnyResponse>(&ANY_6, bare("")).unwrap(), AnyResponse::Empty));
    one::<Nothing>(&ANY_6, bare("")).unwrap();
    // A file without content announces itself.
    let empty = bare("").header("content-disposition", "attachment; filename=\"a\"");
    let download = one::<Download>(&GET_6, empty.header("content-length", "0")).unwrap();
    assert!(download.is_empty());
}
