//! Requests, the meaning of each status, and the targets of redirects.

use http::{Method, StatusCode, header};

use crate::{
    client::Pydio,
    json::Json,
    response::{Accept, AnyResponse, Download, FromResponse, Listing, Text},
    testing::{Canned, LS, Log, MKDIR, SECRET, Server, Typed, connect, ready},
    transport::{Exchange, ResponseBody, Transport},
    types::{Body, Element, Envelope, Error, ErrorKind, Request},
};

mod bare;
mod operations;
mod servers;

const OK: &str = "<tree ></tree>";

fn call<A: FromResponse>(pydio: &Pydio, request: Request) -> Result<A, Error> {
    let call = Typed::<A>(request, std::marker::PhantomData);
    ready(pydio.workspace("my-files").call(call))
}

fn ask(answers: impl IntoIterator<Item = Canned>) -> (Result<Envelope, Error>, Vec<String>) {
    let (pydio, log) = connect(answers);
    let outcome = call(&pydio, Request::new(&LS).node("dir", "/a b").text("q", "1"));
    (outcome, asked(&log))
}

fn asked(log: &Log) -> Vec<String> {
    log.lock().unwrap().iter().map(|request| request.uri().to_string()).collect()
}

#[test]
fn a_query_is_sent_as_get() {
    let (pydio, log) = connect([Canned::xml(OK)]);
    call::<Envelope>(&pydio, Request::new(&LS).node("dir", "/a").text("q", "x y")).unwrap();
    let log = log.lock().unwrap();
    assert_eq!(log[0].method(), Method::GET);
    assert_eq!(log[0].uri(), "http://pydio.test/sub/api/my-files/ls/a?q=x+y");
    let authorization = &log[0].headers()[header::AUTHORIZATION];
    assert_eq!(authorization, "Basic YWxpY2U6czNjcjN0LW1hcmtlcg==");
    assert!(authorization.is_sensitive());
    assert!(log[0].body().is_empty() && !log[0].headers().contains_key(header::CONTENT_TYPE));
}

#[test]
fn a_form_is_sent_as_post() {
    let (pydio, log) = connect([Canned::xml(OK)]);
    let request = Request::new(&MKDIR).node("file", "/new").flag("ignore_exists", true);
    call::<Envelope>(&pydio, request).unwrap();
    let log = log.lock().unwrap();
    assert_eq!(log[0].method(), Method::POST);
    assert_eq!(log[0].uri(), "http://pydio.test/sub/api/my-files/mkdir/new");
    assert_eq!(log[0].headers()[header::CONTENT_TYPE], "application/x-www-form-urlencoded");
    assert_eq!(&log[0].body()[..], b"ignore_exists=true");
    assert_eq!(log[0].headers()[header::CONTENT_LENGTH], "18");
}

#[test]
fn an_empty_form_has_a_length_of_zero() {
    let (pydio, log) = connect([Canned::xml(OK)]);
    call::<Envelope>(&pydio, Request::new(&MKDIR).node("file", "/new")).unwrap();
    let log = log.lock().unwrap();
    assert_eq!((log[0].method(), log[0].body().len()), (&Method::POST, 0));
    assert_eq!(log[0].headers()[header::CONTENT_LENGTH], "0");
}

#[test]
fn formats_are_asked_for_to_the_letter() {
    fn accept<A: FromResponse>() -> (Accept, String) {
        let (pydio, log) = connect([Canned::json("{}")]);
        let _ = call::<A>(&pydio, Request::new(&LS));
        let log = log.lock().unwrap();
        let lines: Vec<_> = log[0].headers().get_all(header::ACCEPT).iter().collect();
        assert_eq!(lines.len(), 1);
        (A::ACCEPT, lines[0].to_str().unwrap().to_owned())
    }
    for xml in [
        accept::<Envelope>(),
        accept::<Listing>(),
        accept::<Element>(),
        accept::<AnyResponse>(),
        accept::<Text>(),
    ] {
        assert_eq!(xml, (Accept::Xml, "text/xml".to_owned()));
    }
    assert_eq!(accept::<Json>(), (Accept::Json, "application/json".to_owned()));
    assert_eq!(accept::<Download>(), (Accept::Any, "*/*".to_owned()));
}

#[test]
fn without_a_login_none_is_sent() {
    let (server, log) = Server::new([Canned::xml(OK)]);
    let pydio = Pydio::builder("https://pydio.test/index.php").transport(server).build().unwrap();
    call::<Envelope>(&pydio, Request::new(&LS)).unwrap();
    assert_eq!(asked(&log), ["https://pydio.test/api/my-files/ls/"]);
    assert!(!log.lock().unwrap()[0].headers().contains_key(header::AUTHORIZATION));
}

#[test]
fn what_cannot_be_encoded_is_not_sent() {
    let (pydio, log) = connect([Canned::xml(OK)]);
    let error = call::<Envelope>(&pydio, Request::new(&LS).node("dir", "/who?")).unwrap_err();
    assert!(error.kind() == ErrorKind::InvalidRequest);
    assert_eq!(error.status(), None);
    assert!(asked(&log).is_empty());
}

#[test]
fn only_a_challenge_means_a_wrong_password() {
    let empty = || Canned::new("text/html", "").status(401);
    let (outcome, _) = ask([empty().header("www-authenticate", "Basic realm=\"Pydio API\"")]);
    assert!(outcome.as_ref().is_err_and(|error| error.kind() == ErrorKind::BadCredentials));
    let text = Canned::new("text/html", "You are not authorized to access this API.").status(401);
    for refused in [text, empty()] {
        let (outcome, _) = ask([refused]);
        let error = outcome.unwrap_err();
        assert!(error.kind() == ErrorKind::Forbidden && error.is_auth());
        assert_eq!(error.status(), Some(401));
    }
}

#[test]
fn an_error_status_gives_the_server_s_words_where_there_are_any() {
    let xml = "<tree ><message type=\"ERROR\">.hidden Forbidden</message></tree>";
    let json = r#"{"level":"Error","message":".hidden Forbidden"}"#;
    for answer in [
        Canned::xml(xml).status(411),
        Canned::json(json).status(411),
        Canned::xml(xml).status(500),
        Canned::xml(xml).status(404),
        Canned::new("text/html", format!("<?xml version=\"1.0\"?>{xml}")).status(500),
    ] {
        let error = ask([answer]).0.unwrap_err();
        assert!(error.kind() == ErrorKind::Server, "{error}");
        assert_eq!(error.message(), ".hidden Forbidden");
    }
}

#[test]
fn an_error_status_is_never_a_success() {
    for (status, answer) in [
        (500, Canned::new("text/html", "")),
        (500, Canned::new("text/html", "<html>oops")),
        (500, Canned::xml(OK)),
        (500, Canned::xml("<tree >")),
        (503, Canned::json("{}")),
        (403, Canned::new("image/png", "x")),
        (413, Canned::new("text/html", "<html><title>413")),
        (304, Canned::new("text/xml", "")),
        (302, Canned::xml(OK)),
        (404, Canned::xml(OK)),
    ] {
        let error = ask([answer.status(status)]).0.unwrap_err();
        assert!(error.kind() == ErrorKind::Status, "{status} {error}");
        assert_eq!(error.status(), Some(status));
        let reason = StatusCode::from_u16(status).unwrap();
        assert_eq!(Some(error.message()), reason.canonical_reason());
    }
    let unrouted = Canned::new("text/html", "<html>404 Not Found</html>").status(404);
    assert!(
        ask([unrouted])
            .0
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::UnexpectedContentType)
    );
    let silent = Canned::new("text/html", "").status(204);
    assert!(ask([silent]).0.as_ref().is_err_and(|error| error.kind() == ErrorKind::Empty));
}

fn to(status: u16, location: &str) -> Canned {
    Canned::new("text/html", "moved").status(status).header("location", location)
}

#[test]
fn a_redirect_on_the_same_server_is_followed() {
    for status in [301, 302, 303, 307, 308] {
        let (outcome, asked) = ask([to(status, "/other/api?x#y"), Canned::xml(OK)]);
        assert!(outcome.is_ok());
        assert_eq!(asked[0], "http://pydio.test/sub/api/my-files/ls/a%20b?q=1");
        assert_eq!(asked[1], "http://pydio.test/other/api?x");
    }
}

#[test]
fn a_redirect_to_another_server_sends_no_credentials() {
    let authorized = |location: &str| {
        let (pydio, log) = connect([to(301, location), Canned::xml(OK)]);
        call::<Envelope>(&pydio, Request::new(&LS)).unwrap();
        let log = log.lock().unwrap();
        log[1].headers().contains_key(header::AUTHORIZATION)
    };
    assert!(authorized("http://pydio.test/x"));
    assert!(authorized("http://pydio.test:80/x"));
    for other in ["https://pydio.test/x", "http://pydio.test:81/x", "//evil.test/x"] {
        assert!(!authorized(other), "{other}");
    }
    let challenged = Canned::new("text/html", "").status(401).header("www-authenticate", "Basic");
    let error = ask([to(301, "https://pydio.test/x"), challenged]).0.unwrap_err();
    assert!(error.kind() == ErrorKind::Redirected);
    assert!(error.to_string().contains("to https://pydio.test; use that URL"), "{error}");
}

#[test]
fn credentials_are_sent_again_to_the_own_server() {
    let (pydio, log) =
        connect([to(302, "http://other.test/"), to(302, "http://pydio.test/"), Canned::xml(OK)]);
    call::<Envelope>(&pydio, Request::new(&LS)).unwrap();
    let log = log.lock().unwrap();
    let authorized: Vec<_> =
        log.iter().map(|r| r.headers().contains_key(header::AUTHORIZATION)).collect();
    assert_eq!(authorized, [true, false, true]);
}

#[test]
fn a_post_is_never_repeated_elsewhere() {
    for status in [301, 302, 303, 307, 308] {
        let (pydio, log) = connect([to(status, "/login"), Canned::xml(OK)]);
        let outcome = call::<Envelope>(&pydio, Request::new(&MKDIR).node("file", "/a"));
        assert!(outcome.as_ref().is_err_and(|error| error.kind() == ErrorKind::Redirected));
        assert_eq!(asked(&log).len(), 1);
    }
}

/// Redirects to `https`, where nothing responds.
struct Unreachable;

impl Transport for Unreachable {
    fn send(&self, request: http::Request<Body>) -> Exchange<'_> {
        Box::pin(async move {
            match request.uri().scheme_str() {
                Some("http") => {
                    let moved = http::Response::builder()
                        .status(301)
                        .header("location", "https://pydio.test/a?password=x")
                        .body(Box::pin(futures_util::stream::empty()) as ResponseBody);
                    Ok(moved?)
                }
                _ => Err("unknown issuer".into()),
            }
        })
    }
}

#[test]
fn a_failure_after_a_redirect_has_no_status_of_the_redirect() {
    let pydio = Pydio::builder("http://pydio.test").transport(Unreachable).build().unwrap();
    let error = call::<Envelope>(&pydio, Request::new(&LS)).unwrap_err();
    assert!(error.kind() == ErrorKind::Transport, "{error}");
    assert_eq!(error.status(), None);
    assert_eq!(
        error.to_string(),
        "connection failed: access.fs/ls on workspace `my-files`: unknown issuer; \
         the server redirects to https://pydio.test"
    );
}

#[test]
fn redirects_that_lead_nowhere_end() {
    let (outcome, asked) = ask([to(302, "?again")]);
    assert!(outcome.unwrap_err().to_string().contains("in circles"));
    assert_eq!(asked.len(), 6);
    for nowhere in ["ftp://x/", "javascript:x", "http://a:b@pydio.test/", "http://", "\u{e9}"] {
        let (outcome, asked) = ask([to(302, nowhere)]);
        assert!(
            outcome.as_ref().is_err_and(|error| error.kind() == ErrorKind::Redirected),
            "{nowhere}"
        );
        assert_eq!(asked.len(), 1);
    }
}

#[test]
fn nothing_shows_a_secret() {
    let (pydio, _) = connect([Canned::xml(OK)]);
    let request = || Request::new(&MKDIR).node("file", "/a").text("password", SECRET);
    let mut shown = vec![
        format!("{pydio:?}"),
        format!("{:?}", pydio.workspace("w")),
        format!("{:?}", request()),
        format!("{:?}", Pydio::builder("http://pydio.test").login("alice", SECRET)),
        format!("{:?}", crate::Credentials::Basic { login: "a".into(), password: SECRET.into() }),
    ];
    for answer in [
        Canned::xml(OK).status(500),
        Canned::xml("<tree >"),
        Canned::new("text/html", "").status(401),
        to(302, "/x"),
        Canned::xml(OK).broken("reset"),
    ] {
        let (pydio, _) = connect([answer]);
        let error = call::<Envelope>(&pydio, request()).unwrap_err();
        shown.push(format!("{error} {error:?}"));
    }
    let unsendable = request().text("file", format!("{SECRET}?"));
    let error = call::<Envelope>(&pydio, unsendable).unwrap_err();
    shown.push(format!("{error} {error:?}"));
    for text in shown {
        assert!(!text.contains(SECRET) && !text.contains("czNjcjN0"), "{text}");
    }
}
