//! The servers of operations, and what is sent to them.

use std::{
    io::{Read as _, Write as _},
    marker::PhantomData,
    net::TcpListener,
    thread,
};

use http::header;

use super::operations::{Call, call};
use crate::{
    auth::{ApiKey, Credentials, KeyPlace},
    client::Pydio,
    json::Json,
    response::{Decoding, FromResponse, Head, Text, decode_as, undeclared},
    testing::{Canned, Log, SECRET, Server as Answers},
    types::{Bindings, Endpoint, ErrorKind, Method, Request, Site},
};

static SITE: Site = Site::new("/v1", &["https://api.test/v1", "https://{zone}.api.test/{version}"]);

static BINDINGS: Bindings = Bindings::other().site(&SITE);

static PLAIN: Bindings = Bindings::other();

const fn operation(id: &'static str) -> Endpoint {
    Endpoint::operation(&BINDINGS, Method::Get, id, "/a")
}

static GET: Endpoint = operation("get").accept("text/csv");
static OWN_PATH: Endpoint = operation("own").own_server("/up/v2");
static ELSEWHERE: Endpoint = operation("elsewhere").own_server("https://up.test/v1");
static LOOPBACK: Endpoint = operation("loopback").own_server("http://127.0.0.1:1");
static REDIRECT: Endpoint = operation("redirect").returns_redirect();
static HEAD: Endpoint = Endpoint::operation(&PLAIN, Method::Head, "head", "/");

fn key(place: KeyPlace, name: &'static str) -> Credentials {
    Credentials::Key(ApiKey::new(place, name, SECRET))
}

/// Returns a connection to `url` with keys in all locations.
fn keyed(url: &str, answers: impl IntoIterator<Item = Canned>) -> (Pydio, Log) {
    let (server, log) = Answers::new(answers);
    let builder = Pydio::builder(url)
        .token(SECRET)
        .credentials(key(KeyPlace::Header, "X-Key"))
        .credentials(key(KeyPlace::Query, "key"))
        .credentials(key(KeyPlace::Cookie, "sid"))
        .server("https://registered.test/", "http://real.test/x");
    let shown = format!("{builder:?}");
    let pydio = builder.transport(server).build().unwrap();
    let shown = format!("{shown} {pydio:?}");
    assert!(!shown.contains(SECRET), "{shown}");
    (pydio, log)
}

/// Returns the URL without the key in it, and whether the key and everything else was sent.
fn sent_to(url: &str, operation: &'static Endpoint) -> (String, bool) {
    let (pydio, log) = keyed(url, [Canned::json("{}")]);
    call::<Json>(&pydio, Request::new(operation)).unwrap();
    let log = log.lock().unwrap();
    let uri = log[0].uri().to_string();
    let secret = format!("?key={SECRET}");
    let headers = log[0].headers();
    let found = ["authorization", "x-key", "cookie"].map(|name| headers.contains_key(name));
    let in_query = uri.contains(&secret);
    assert!(found.iter().all(|is_there| *is_there == in_query), "{found:?} {uri}");
    (uri.replace(&secret, ""), in_query)
}

#[test]
fn the_path_of_a_server_is_there_once() {
    for (url, own, other) in [
        ("https://api.test", "https://api.test/v1/a", "https://api.test/up/v2/a"),
        ("https://api.test/", "https://api.test/v1/a", "https://api.test/up/v2/a"),
        ("https://api.test/v1", "https://api.test/v1/a", "https://api.test/up/v2/a"),
        ("https://api.test/v1//", "https://api.test/v1/a", "https://api.test/up/v2/a"),
        ("http://127.0.0.1:1/v1", "http://127.0.0.1:1/v1/a", "http://127.0.0.1:1/up/v2/a"),
        ("http://proxy.test/p", "http://proxy.test/p/v1/a", "http://proxy.test/p/up/v2/a"),
        ("http://proxy.test/p/v1/", "http://proxy.test/p/v1/a", "http://proxy.test/p/up/v2/a"),
        ("https://eu.api.test/v3", "https://eu.api.test/v3/a", "https://eu.api.test/v3/up/v2/a"),
    ] {
        assert_eq!(sent_to(url, &GET), (own.to_owned(), true), "{url}");
        assert_eq!(sent_to(url, &OWN_PATH), (other.to_owned(), true), "{url}");
    }
}

#[test]
fn another_host_sees_credentials_where_they_are_safe() {
    let elsewhere = "https://up.test/v1/a".to_owned();
    for (url, is_safe) in [
        ("https://api.test", true),
        ("https://eu.api.test", true),
        ("https://own.test", false),
        ("http://127.0.0.1:1", false),
    ] {
        assert_eq!(sent_to(url, &ELSEWHERE), (elsewhere.clone(), is_safe), "{url}");
        assert_eq!(sent_to(url, &LOOPBACK), ("http://127.0.0.1:1/a".to_owned(), true), "{url}");
    }
    static REGISTERED: Endpoint = operation("").own_server("https://registered.test");
    assert_eq!(sent_to("http://own.test", &REGISTERED), ("http://real.test/x/a".to_owned(), true));
    static ODD: Endpoint = operation("").own_server("odd");
    let (pydio, log) = keyed("https://api.test", [Canned::json("{}")]);
    let error = call::<Json>(&pydio, Request::new(&ODD)).unwrap_err();
    assert!(error.kind() == ErrorKind::InvalidRequest, "{error}");
    assert!(error.to_string().contains("Builder::server"), "{error}");
    assert!(log.lock().unwrap().is_empty());
}

#[test]
fn a_server_with_an_open_variable_has_to_be_registered() {
    static OPEN: Endpoint = operation("list").own_server("https://{region}.up.test");
    let (pydio, log) = keyed("https://api.test", [Canned::json("{}")]);
    let error = call::<Json>(&pydio, Request::new(&OPEN)).unwrap_err();
    assert!(error.kind() == ErrorKind::InvalidRequest, "{error}");
    let text = error.to_string();
    assert!(text.contains("`region`") && text.contains("`Builder::server`"), "{text}");
    assert!(log.lock().unwrap().is_empty());
}

#[test]
fn keys_stay_on_their_server_after_a_redirect() {
    for (to, is_own) in [("https://api.test/b", true), ("https://evil.test/b", false)] {
        let location = format!("{to}?c=1&key={SECRET}");
        let moved = Canned::new("text/html", "").status(302).header("location", &location);
        let (pydio, log) = keyed("https://api.test", [moved, Canned::json("{}")]);
        call::<Json>(&pydio, Request::new(&GET)).unwrap();
        let log = log.lock().unwrap();
        let uri = log[1].uri().to_string();
        assert_eq!(uri.matches(SECRET).count(), usize::from(is_own), "{uri}");
        assert!(uri.starts_with(to) && uri.contains("c=1"), "{uri}");
        let headers = format!("{:?}", log[1].headers());
        assert_eq!(headers.contains("x-key"), is_own, "{headers}");
        assert_eq!(headers.contains("cookie"), is_own, "{headers}");
        assert!(!headers.contains(SECRET), "{headers}");
    }
}

#[test]
fn a_key_that_cannot_be_sent_is_an_invalid_setting() {
    let key = ApiKey::new(KeyPlace::Header, "X-Key", format!("{SECRET}\n"));
    let error = Pydio::builder("https://api.test").credentials(Credentials::Key(key)).build();
    let error = error.unwrap_err();
    assert!(error.kind() == ErrorKind::Config);
    assert!(!format!("{error} {error:?}").contains(SECRET), "{error:?}");
}

#[test]
fn the_declared_media_types_are_asked_for() {
    let (pydio, log) = keyed("https://api.test", [Canned::new("text/csv", "a;b\nPASS_ERROR")]);
    let text = call::<Text>(&pydio, Request::new(&GET)).unwrap();
    assert_eq!(text.0, "a;b\nPASS_ERROR");
    assert_eq!(log.lock().unwrap()[0].headers()[header::ACCEPT], "text/csv");
}

#[test]
fn text_of_another_server_is_as_it_came() {
    for (kind, body) in
        [("text/html", "<!doctype html>"), ("application/xml", "<a"), ("text/plain", "PASS_ERROR")]
    {
        let (pydio, _) = keyed("https://api.test", [Canned::new(kind, body)]);
        assert_eq!(call::<Text>(&pydio, Request::new(&GET)).unwrap().0, body);
    }
}

#[test]
fn a_redirect_that_is_the_response_is_not_followed() {
    let moved = Canned::new("text/html", "x").status(303).header("location", "https://x.org/y");
    let (pydio, log) = keyed("https://api.test", [moved]);
    let head = call::<Head>(&pydio, Request::new(&REDIRECT)).unwrap();
    assert_eq!((head.status(), head.location()), (303, Some("https://x.org/y")));
    assert_eq!(head.header("Content-Type"), Some("text/html"));
    assert_eq!(log.lock().unwrap().len(), 1);
    let (pydio, _) = keyed("https://api.test", [Canned::json("{}").status(404)]);
    let error = call::<Head>(&pydio, Request::new(&REDIRECT)).unwrap_err();
    assert!(error.kind() == ErrorKind::Status);
}

#[test]
fn a_response_to_head_has_a_length_and_no_body() {
    let answer = || Canned::new("text/plain", "").header("content-length", "1000");
    let (pydio, _) = keyed("https://api.test", [answer()]);
    let head = call::<Head>(&pydio, Request::new(&HEAD)).unwrap();
    assert_eq!(head.header("content-length"), Some("1000"));
    call::<()>(&pydio, Request::new(&HEAD)).unwrap();
    let (pydio, _) = keyed("https://api.test", [answer().status(204)]);
    call::<()>(&pydio, Request::new(&GET)).unwrap();
}

#[test]
fn a_response_to_head_is_not_waited_for_on_a_socket() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let (mut socket, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let length = socket.read(&mut request).unwrap();
        socket.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n").unwrap();
        // Open until the client has read the response.
        let _ = socket.read(&mut request[length..]);
        String::from_utf8_lossy(&request[..length]).into_owned()
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let head = runtime.block_on(async {
        let pydio = Pydio::builder(address).build().unwrap();
        let call = Call::<Head>(Request::new(&HEAD), PhantomData);
        pydio.call(call).await
    });
    drop(runtime);
    assert_eq!(head.unwrap().header("content-length"), Some("1000"));
    assert!(server.join().unwrap().starts_with("HEAD / HTTP/1.1\r\n"));
}

#[test]
fn the_body_of_an_error_is_kept() {
    let problem = || Canned::json(r#"{"detail":"too short","n":1.0}"#);
    for status in [401, 422, 500] {
        let (pydio, _) = keyed("https://api.test", [problem().status(status)]);
        let error = call::<Json>(&pydio, Request::new(&GET)).unwrap_err();
        assert_eq!(error.body(), Some(&br#"{"detail":"too short","n":1.0}"#[..]));
        let json: Json = error.json().unwrap();
        assert_eq!(json["detail"], "too short");
        assert!(error.json::<Vec<Json>>().is_err());
        // The response of the server is a message; the rest of it may be anything.
        assert!(!format!("{error:?}").contains("\"n\""), "{error:?}");
    }
    let long = format!("\"{}\"", "x".repeat(300 * 1024));
    let (pydio, _) = keyed("https://api.test", [Canned::json(&long).status(500)]);
    let error = call::<Json>(&pydio, Request::new(&GET)).unwrap_err();
    assert_eq!(error.body(), None);
    let message = error.json::<Json>().unwrap_err().to_string();
    assert_eq!(message, "the response has no body");
}

#[test]
fn a_call_without_credentials_says_so() {
    let (server, _) = Answers::new([Canned::json("{}").status(401)]);
    let pydio = Pydio::builder("https://api.test").transport(server).build().unwrap();
    let error = call::<Json>(&pydio, Request::new(&GET)).unwrap_err();
    assert!(error.to_string().contains("requires credentials"), "{error}");
}

#[derive(Debug, PartialEq)]
enum Either {
    Number(i64),
    Text(Option<Text>),
}

impl FromResponse for Either {
    const ACCEPT: crate::Accept = crate::Accept::Any;

    fn decode(response: crate::Response) -> Decoding<Self> {
        match response.status() {
            200 => decode_as(response, Self::Number),
            204 => decode_as(response, |()| Self::Text(None)),
            202 => decode_as(response, |text| Self::Text(Some(text))),
            _ => undeclared(response),
        }
    }
}

#[test]
fn a_response_is_read_by_its_status() {
    let ask = |status: u16, body: &str| {
        let (pydio, _) =
            keyed("https://api.test", [Canned::new("text/plain", body).status(status)]);
        call::<Either>(&pydio, Request::new(&GET))
    };
    assert_eq!(ask(200, "7").unwrap(), Either::Number(7));
    assert_eq!(ask(202, "7").unwrap(), Either::Text(Some(Text("7".to_owned()))));
    assert_eq!(ask(204, "").unwrap(), Either::Text(None));
    let error = ask(206, "7").unwrap_err();
    let expected =
        "unexpected status: get (HTTP 206): the spec declares no response for this status";
    assert_eq!(error.to_string(), expected);
}
