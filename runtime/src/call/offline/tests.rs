//! Requests without a connection are those of a connection, and so is what their responses say.

use std::marker::PhantomData;

use bytes::Bytes;
use http::{HeaderMap, header::AUTHORIZATION};

use crate::{
    call::{Call as _, OperationCall, RestCall},
    response::{Download, FromResponse, Listing},
    testing::{BINDINGS, Canned, LS, Log, MKDIR, Typed, action, connect, ready},
    types::{
        Bindings, Endpoint, Envelope, Error, ErrorKind, FilePart, Method, Param, Request, Site,
    },
};

const SERVER: &str = "http://pydio.test/sub";

fn typed<A: FromResponse>(request: Request) -> Typed<A> {
    Typed(request, PhantomData)
}

/// The request that a connection sent, without its credentials.
fn sent(log: &Log) -> (http::Method, String, HeaderMap, Bytes) {
    let request = log.lock().unwrap().pop().unwrap();
    let mut headers = request.headers().clone();
    headers.remove(AUTHORIZATION);
    (request.method().clone(), request.uri().to_string(), headers, request.body().clone())
}

fn offline(request: http::Request<crate::Body>) -> (http::Method, String, HeaderMap, Bytes) {
    let (head, body) = request.into_parts();
    let body = body.as_bytes().cloned().unwrap_or_default();
    (head.method, head.uri.to_string(), head.headers, body)
}

static UPLOAD: Endpoint = action(&BINDINGS, "upload", Method::Post, &[Param::rest_of_path("dir")]);

#[test]
fn the_request_of_an_action_is_that_of_a_connection() {
    for request in [
        || Request::new(&LS).node("dir", "/"),
        || Request::new(&LS).node("dir", "/a b/été").text("options", "a&l"),
        || Request::new(&LS).node("dir", "/x").text("long", "x".repeat(5000)),
        || Request::new(&MKDIR).node("file", "/a%2Fb").text("x", "1"),
        || Request::new(&MKDIR),
    ] {
        let (pydio, log) = connect([Canned::xml("<tree/>")]);
        let files = pydio.workspace("my files");
        let _ = ready(files.call(typed::<Envelope>(request())));
        let call = typed::<Envelope>(request());
        let own = RestCall::into_http(call, SERVER, "my files").unwrap();
        assert_eq!(offline(own), sent(&log));
    }
    let form = Request::new(&UPLOAD).file("f", FilePart::new("a.txt", "hello"));
    let own = RestCall::into_http(typed::<Envelope>(form), SERVER, "w").unwrap();
    let media_type = own.headers()["content-type"].to_str().unwrap();
    assert!(media_type.starts_with("multipart/form-data; boundary="), "{media_type}");
    assert_eq!(own.headers()["content-length"], own.body().length().to_string());
}

#[test]
fn the_request_of_an_operation_is_that_of_a_connection() {
    static SITE: Site = Site::new("/v1", &["https://files.test/v1", "http://{zone}.test/{v}"]);
    static OTHER: Bindings = Bindings::other().site(&SITE);
    const PARAMS: &[Param] = &[Param::path("id"), Param::query("q"), Param::cookie("c")];
    static OWN: Endpoint =
        Endpoint::operation(&OTHER, Method::Put, "own", "/x/{id}").params(PARAMS);
    static BESIDE: Endpoint = OWN_SERVER;
    const OWN_SERVER: Endpoint = Endpoint::operation(&OTHER, Method::Get, "side", "/x/{id}")
        .params(PARAMS)
        .own_server("/beta");
    for endpoint in [&OWN, &BESIDE] {
        for server in [
            "http://pydio.test/sub",
            "https://files.test/v1/",
            "https://files.test:8443",
            "http://eu.test/v7",
        ] {
            let request =
                || Request::new(endpoint).text("id", "a/b").text("q", "ü&").text("c", "1");
            let (transport, log) = crate::testing::Server::new([Canned::json("{}")]);
            let builder = crate::Pydio::builder(server).transport(transport);
            let _ = ready(builder.build().unwrap().call(typed::<crate::Json>(request())));
            let own = OperationCall::into_http(typed::<crate::Json>(request()), server).unwrap();
            assert_eq!(offline(own), sent(&log), "{server} {endpoint}");
        }
    }
}

#[test]
fn what_cannot_be_sent_is_refused() {
    let request = |server: &str, workspace: &str| {
        let call = typed::<Listing>(Request::new(&LS).node("dir", "/a"));
        RestCall::into_http(call, server, workspace).unwrap_err()
    };
    for server in ["", "files", "/pydio", "ftp://x", "http://alice:secret@x", "http://é.test"] {
        let error = request(server, "w");
        assert_eq!(error.kind(), ErrorKind::Config, "{server}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
    let error = request(SERVER, "../x");
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(error.call_name(), "access.fs/ls");
    let operation = typed::<Listing>(Request::new(&LS));
    assert_eq!(
        OperationCall::into_http(operation, SERVER).unwrap_err().kind(),
        ErrorKind::InvalidRequest
    );
}

fn response(status: u16, media_type: &str, body: &str) -> http::Response<Bytes> {
    let builder = http::Response::builder().status(status).header("content-type", media_type);
    builder.body(Bytes::copy_from_slice(body.as_bytes())).unwrap()
}

/// Reads a response both ways, which have to agree, and returns the outcome.
fn read<A: FromResponse>(status: u16, media_type: &'static str, body: &str) -> Result<A, Error> {
    let request = || Request::new(&LS).node("dir", "/a");
    let (pydio, _) = connect([Canned::new(media_type, body).status(status)]);
    let online = ready(pydio.workspace("w").call(typed::<A>(request())));
    let own = typed::<A>(request()).decode(response(status, media_type, body));
    let kind = |outcome: &Result<A, Error>| outcome.as_ref().err().map(Error::kind);
    assert_eq!(kind(&own), kind(&online), "{status} {body}");
    own
}

#[test]
fn a_response_in_memory_is_read_as_one_that_arrives() {
    let xml = r#"<tree filename="/a"><tree filename="/a/x"/><tree filename="/a/y"/></tree>"#;
    assert_eq!(read::<Listing>(200, "text/xml", xml).unwrap().nodes.len(), 2);
    assert_eq!(read::<crate::Json>(200, "application/json", r#"{"a":1}"#).unwrap()["a"], 1);
    let bytes = read::<Download>(200, "image/png", "png").unwrap().bytes(10);
    assert_eq!(ready(bytes).unwrap(), b"png");
    for (status, media_type, body, kind) in [
        (200, "text/xml", r#"<tree filename="/b"/>"#, ErrorKind::Malformed),
        (200, "text/xml", r#"<tree filename="/a">"#, ErrorKind::Malformed),
        (200, "text/xml", r#"<tree><message type="ERROR">no</message></tree>"#, ErrorKind::Server),
        (200, "text/xml", "<tree><require_auth/></tree>", ErrorKind::AuthenticationRequired),
        (200, "text/html", "<html>", ErrorKind::UnexpectedContentType),
        (200, "text/xml", "", ErrorKind::Empty),
        (401, "text/html", "", ErrorKind::Forbidden),
        (404, "text/html", "<html>", ErrorKind::UnexpectedContentType),
        (503, "text/plain", "busy", ErrorKind::Status),
    ] {
        let error = read::<Listing>(status, media_type, body).unwrap_err();
        assert_eq!((error.kind(), error.status()), (kind, Some(status)), "{body}");
    }
}

#[test]
fn the_head_of_a_response_in_memory_counts() {
    let listing = |head: http::Response<Bytes>| {
        typed::<Listing>(Request::new(&LS).node("dir", "/a")).decode(head).unwrap_err()
    };
    let mut refused = response(401, "text/html", "");
    refused.headers_mut().insert("www-authenticate", "Basic realm=\"Pydio API\"".parse().unwrap());
    assert_eq!(listing(refused).kind(), ErrorKind::BadCredentials);
    let mut moved = response(302, "text/html", "");
    moved.headers_mut().insert("location", "https://elsewhere.test/".parse().unwrap());
    assert_eq!(listing(moved).kind(), ErrorKind::Redirected);
    let mut short = response(200, "text/xml", "<tree/>");
    short.headers_mut().insert("content-length", "9".parse().unwrap());
    assert_eq!(listing(short).kind(), ErrorKind::Transport);
    let mut busy = response(503, "text/plain", "");
    busy.headers_mut().insert("retry-after", "7".parse().unwrap());
    assert_eq!(listing(busy).retry_after().map(|wait| wait.as_secs()), Some(7));
}
