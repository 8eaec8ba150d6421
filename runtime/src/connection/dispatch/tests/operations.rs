//! Calls of operations: what is sent besides the URL, and the errors for unsuccessful statuses.

use http::{Method as HttpMethod, header};
use std::marker::PhantomData;

use crate::{
    call::{self, Call as _, OperationCall},
    client::Pydio,
    json::Json,
    response::{Download, FromResponse},
    testing::{BINDINGS, Canned, LIMIT, Log, SECRET, Server as Answers, connect, ready},
    types::{Bindings, Body, Endpoint, Envelope, Error, ErrorKind, Method, Param, Request, Server},
};

static OTHER_BINDINGS: Bindings = Bindings::other();

const fn operation(server: Server, method: Method, path: &'static str) -> Endpoint {
    let bindings = match server {
        Server::Pydio => &BINDINGS,
        Server::Other => &OTHER_BINDINGS,
    };
    Endpoint::operation(bindings, method, "someCall", path)
}

static GET: Endpoint = operation(Server::Pydio, Method::Get, "/api/v2/user");
static OTHER: Endpoint = operation(Server::Other, Method::Get, "/a/user");
static PATH: Endpoint = operation(Server::Other, Method::Get, "/{path+}");
static ODD: Endpoint = operation(Server::Other, Method::Get, "/a:b/c");

#[derive(Clone)]
pub(super) struct Call<A>(pub(super) Request, pub(super) PhantomData<A>);

impl<A: FromResponse> OperationCall for Call<A> {}

impl<A: FromResponse> call::Call for Call<A> {
    const ENDPOINT: &'static Endpoint = &GET;
    type Response = A;

    fn request(&self) -> &Request {
        &self.0
    }

    fn into_request(self) -> Request {
        self.0
    }
}

pub(super) fn call<A: FromResponse>(pydio: &Pydio, request: Request) -> Result<A, Error> {
    ready(pydio.call(Call::<A>(request, PhantomData)))
}

fn ask<A: FromResponse>(operation: &'static Endpoint, answer: Canned) -> Result<A, Error> {
    call(&connect([answer]).0, Request::new(operation))
}

/// Returns the request of an operation with this method and body.
fn sent(method: Method, body: impl FnOnce(Request) -> Request) -> Log {
    let operation = Box::leak(Box::new(operation(Server::Pydio, method, "/api/v2/x")));
    let (pydio, log) = connect([Canned::json("{}")]);
    call::<()>(&pydio, body(Request::new(operation))).unwrap();
    log
}

#[test]
fn only_methods_with_a_body_announce_a_length() {
    for (method, length) in [
        (Method::Get, None),
        (Method::Delete, None),
        (Method::Head, None),
        (Method::Post, Some("0")),
        (Method::Put, Some("0")),
        (Method::Patch, Some("0")),
    ] {
        let log = sent(method, |request| request);
        let log = log.lock().unwrap();
        let sent = log[0].headers().get(header::CONTENT_LENGTH);
        assert_eq!(sent.map(|value| value.to_str().unwrap()), length, "{method:?}");
        assert_eq!(log[0].method(), method.http());
    }
    let log = sent(Method::Patch, |request| {
        request.with(Param::body("body").json()).json("body", &Json::from("é"))
    });
    assert_eq!(log.lock().unwrap()[0].headers()[header::CONTENT_LENGTH], "4");
    let stream = || Body::stream(7, futures_util::stream::empty());
    let log = sent(Method::Put, |request| {
        request.with(Param::body("body").bytes()).bytes("body", stream())
    });
    assert_eq!(log.lock().unwrap()[0].headers()[header::CONTENT_LENGTH], "7");
}

#[test]
fn json_and_bytes_are_asked_for_to_the_letter() {
    let (pydio, log) = connect([Canned::json("{}")]);
    let request = || Request::new(&GET);
    let _ = call::<Json>(&pydio, request());
    let _ = call::<Envelope>(&pydio, request());
    let _ = call::<Download>(&pydio, request());
    let log = log.lock().unwrap();
    let accepted = log.iter().map(|request| request.headers()[header::ACCEPT].clone());
    assert_eq!(accepted.collect::<Vec<_>>(), ["application/json", "text/xml", "*/*"]);
    assert_eq!(log[0].uri(), "http://pydio.test/sub/api/v2/user");
    assert!(log[0].headers().contains_key(header::AUTHORIZATION));
}

#[test]
fn a_path_never_leads_to_another_server() {
    let (pydio, log) = connect([Canned::json("{}")]);
    let path = Request::new(&PATH).with(Param::path("path")).text("path", "//evil.test/x");
    call::<Json>(&pydio, path).unwrap();
    call::<Json>(&pydio, Request::new(&ODD)).unwrap();
    let log = log.lock().unwrap();
    assert_eq!(log[0].uri(), "http://pydio.test/sub///evil.test/x");
    assert_eq!(log[1].uri(), "http://pydio.test/sub/a:b/c");
}

#[test]
fn a_body_is_not_dropped_on_a_redirect() {
    let moved = || Canned::new("text/html", "").status(307).header("location", "/elsewhere");
    let (pydio, log) = connect([moved(), Canned::json("{}")]);
    let request = Request::new(&GET).with(Param::body("body").json()).json("body", &Json::from(1));
    assert!(
        call::<Json>(&pydio, request)
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::Redirected)
    );
    assert_eq!(log.lock().unwrap().len(), 1);
    let (pydio, log) = connect([moved(), Canned::json("{}")]);
    assert!(call::<Json>(&pydio, Request::new(&GET)).is_ok());
    assert_eq!(log.lock().unwrap()[1].method(), HttpMethod::GET);
}

#[test]
fn a_status_says_why() {
    let long = "x".repeat(1000);
    for (status, answer, message) in [
        (400, Canned::json(r#"{"message":"bad path"}"#), "Bad Request: bad path"),
        (404, Canned::json(r#"{"Code":"x","Detail":"no node","Title":"t"}"#), "Not Found: no node"),
        (403, Canned::json(r#"{"Title":"forbidden","Detail":" "}"#), "Forbidden: forbidden"),
        (409, Canned::json(r#"{"error":"there is one"}"#), "Conflict: there is one"),
        (409, Canned::json(r#"{"error":{"code":1,"message":"deep"}}"#), "Conflict: deep"),
        (
            500,
            Canned::new("application/problem+json", r#"{"detail":"d"}"#),
            "Internal Server Error: d",
        ),
        (500, Canned::json("\"just text\""), "Internal Server Error: just text"),
        (502, Canned::new("text/plain", " no\n\tupstream\0 "), "Bad Gateway: no  upstream"),
        (
            500,
            Canned::new("text/html", "Warning: x in y.php"),
            "Internal Server Error: Warning: x in y.php",
        ),
        (500, Canned::new("", "untyped"), "Internal Server Error: untyped"),
        (500, Canned::json(r#"{"message":7,"code":1}"#), "Internal Server Error"),
        (500, Canned::json("[1]"), "Internal Server Error"),
        (500, Canned::new("text/html", "<html>oops"), "Internal Server Error"),
        (500, Canned::new("application/pdf", "text"), "Internal Server Error"),
        (500, Canned::json(r#"{"message":"half"}"#).broken("reset"), "Internal Server Error"),
        (500, Canned::new("text/plain", "x".repeat(LIMIT as usize + 1)), "Internal Server Error"),
        (418, Canned::new("text/plain", ""), "I'm a teapot"),
        (
            500,
            Canned::new("text/plain", &long),
            &format!("Internal Server Error: {}…", &long[..200]),
        ),
    ] {
        for operation in [&GET, &OTHER] {
            let error = ask::<Json>(operation, answer.clone().status(status)).unwrap_err();
            // A Pydio's `message` alone reports a missing right.
            let is_report =
                operation.bindings.server == Server::Pydio && message == "Bad Request: bad path";
            assert_eq!(error.kind() == ErrorKind::Status, !is_report, "{error:?}");
            if !is_report {
                assert_eq!(error.message(), message);
            }
            assert_eq!(error.status(), Some(status));
        }
    }
}

#[test]
fn another_server_s_401_is_about_the_credentials() {
    let answer = Canned::json(r#"{"Title":"Unauthorized","Detail":"token expired"}"#).status(401);
    let error = ask::<Json>(&OTHER, answer).unwrap_err();
    assert!(error.kind() == ErrorKind::BadCredentials && error.is_auth());
    assert!(error.to_string().ends_with("not accept the credentials: token expired"), "{error}");
    let error = ask::<Json>(&OTHER, Canned::new("text/html", "").status(401)).unwrap_err();
    assert!(error.to_string().ends_with("not accept the credentials"), "{error}");
}

#[test]
fn another_server_s_report_in_a_success_is_data() {
    for body in [r#"{"message":"x"}"#, r#"{"level":"Error","message":"x"}"#, r#"{"ERROR":"x"}"#] {
        assert!(ask::<Json>(&OTHER, Canned::json(body)).is_ok());
        assert!(ask::<Json>(&GET, Canned::json(body)).is_err());
    }
}

#[test]
fn an_error_names_the_operation_and_shows_no_secret() {
    let (server, _) = Answers::new([Canned::json("[]")]);
    let builder = Pydio::builder("http://pydio.test").token(SECRET).transport(server);
    let request = Request::new(&GET).with(Param::query("password")).text("password", SECRET);
    let error = call::<Vec<Json>>(
        &builder.build().unwrap(),
        request.with(Param::body("body").json()).json("body", &Json::from(SECRET)),
    );
    assert!(error.is_ok());
    let error = ask::<String>(&GET, Canned::json("[]")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "malformed response: someCall (HTTP 200): expected text, found a list of 0"
    );
    let late = Request::new(&GET)
        .with(Param::query("password"))
        .text("password", SECRET)
        .with(Param::rest_of_path("path").not_root());
    let error = call::<Json>(&connect([Canned::json("{}")]).0, late).unwrap_err();
    assert!(error.kind() == ErrorKind::InvalidRequest);
    assert!(!format!("{error} {error:?}").contains(SECRET), "{error:?}");
}

#[test]
fn an_operation_with_a_stream_has_no_copy() {
    let stream = || Body::stream(2, futures_util::stream::iter([Ok("ab".into())]));
    let request = || Request::new(&GET);
    assert!(
        request().with(Param::body("body").bytes()).bytes("body", stream()).try_clone().is_none()
    );
    assert!(request().file("f", stream()).try_clone().is_none());
    assert!(request().file("f", Body::from("ab")).try_clone().is_some());
    assert!(request().with(Param::body("body").bytes()).bytes("body", "ab").try_clone().is_some());
    assert!(
        request().refusing_root("path").try_clone().is_some(),
        "it is refused for another reason"
    );

    let copy = request().with(Param::body("body").bytes()).bytes("body", stream()).clone();
    assert!(copy.try_clone().is_none(), "a copy of a copy has no stream either");
    assert!(
        Call::<Json>(
            request().with(Param::body("body").bytes()).bytes("body", stream()),
            PhantomData
        )
        .try_clone()
        .is_none()
    );
    assert!(
        Call::<Json>(request().with(Param::body("body").bytes()).bytes("body", "ab"), PhantomData)
            .try_clone()
            .is_some()
    );
}
