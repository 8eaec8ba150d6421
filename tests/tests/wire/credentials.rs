//! The credentials of a server with an API of its own: what requests carry, together and after a
//! redirect, and that nothing shows them.

use std::sync::{Arc, Mutex};

use pydio_client::{
    Builder, Credentials, Error, ErrorKind, Pydio,
    hook::{After, Attempt, Outcome},
    response::Text,
};
use pydio_runtime::{ApiKey, Bindings, Endpoint, KeyPlace, Method, Param, Request, ResponseKind};
use pydio_tests::{AnyCall, Canned, Seen, stub::Stub};

static API: Bindings = Bindings::other();

static PET: Endpoint = Endpoint::operation(&API, Method::Get, "pet", "/pets/{id}")
    .params(&[Param::path("id").required(), Param::query("q"), Param::cookie("c")])
    .returns(ResponseKind::Text);

const SECRET: &str = "s3cr3t";

fn key(place: KeyPlace, name: &'static str, value: &str) -> Credentials {
    Credentials::Key(ApiKey::new(place, name, format!("{SECRET}-{value}")))
}

/// A key in each place, and HTTP Basic.
fn everything() -> [Credentials; 4] {
    [
        Credentials::Basic { login: "alice".to_owned(), password: SECRET.into() },
        key(KeyPlace::Header, "X-API-Key", "h"),
        key(KeyPlace::Query, "api_key", "q"),
        key(KeyPlace::Cookie, "sid", "c"),
    ]
}

fn with(url: String, credentials: impl IntoIterator<Item = Credentials>) -> Builder {
    credentials.into_iter().fold(Pydio::builder(url), Builder::credentials)
}

async fn pet(pydio: &Pydio) -> Result<Text, Error> {
    let request = Request::new(&PET).text("id", "7").text("q", "x").text("c", "1");
    pydio.call(AnyCall::new(request)).await
}

/// Returns all that a request could carry a secret in.
fn carried(seen: &Seen) -> [String; 4] {
    let header = |name| seen.header(name).unwrap_or_default().to_owned();
    [header("authorization"), header("x-api-key"), seen.target.clone(), header("cookie")]
}

#[tokio::test]
async fn each_of_them_is_sent_where_it_belongs() {
    let token = Credentials::Bearer(format!("{SECRET}-t").into());
    let other = Credentials::Key(ApiKey::new(KeyPlace::Header, "Authorization", "Token s3cr3t"));
    let [basic, header, query, cookie] = everything();
    let plain = ["", "", "/pets/7?q=x", "c=1"];
    for (credentials, index, value) in [
        (basic, 0, "Basic YWxpY2U6czNjcjN0"),
        (token, 0, "Bearer s3cr3t-t"),
        (other, 0, "Token s3cr3t"),
        (header, 1, "s3cr3t-h"),
        (query, 2, "/pets/7?q=x&api_key=s3cr3t-q"),
        (cookie, 3, "c=1; sid=s3cr3t-c"),
    ] {
        let stub = Stub::start().await.unwrap();
        stub.answer(Canned::new(200, "text/plain", "Rex"));
        let pydio = with(stub.url(), [credentials]).build().unwrap();
        assert_eq!(pet(&pydio).await.unwrap().0, "Rex");
        let mut expected = plain;
        expected[index] = value;
        assert_eq!(carried(&stub.last().unwrap()), expected);
    }
}

#[tokio::test]
async fn they_add_up_and_stay_on_the_same_address() {
    let stub = Stub::start().await.unwrap();
    stub.answer(Canned::redirect(302, "/pets/8"));
    stub.answer(Canned::new(200, "text/plain", "Rex"));
    let pydio = with(stub.url(), everything()).build().unwrap();
    assert_eq!(pet(&pydio).await.unwrap().0, "Rex");
    let [first, second] = [0, 1].map(|index| carried(&stub.seen()[index]));
    let basic = "Basic YWxpY2U6czNjcjN0";
    let target = "/pets/7?q=x&api_key=s3cr3t-q";
    assert_eq!(first, [basic, "s3cr3t-h", target, "c=1; sid=s3cr3t-c"]);
    assert_eq!(second[0], basic);
    assert_eq!(second[1], "s3cr3t-h");
    assert_eq!(second[2], "/pets/8?api_key=s3cr3t-q");
}

#[tokio::test]
async fn another_address_gets_none_of_them() {
    let (stub, other) = (Stub::start().await.unwrap(), Stub::start().await.unwrap());
    // A server may repeat the query that it was sent.
    for query in ["", "?q=x&api_key=s3cr3t-q"] {
        stub.answer(Canned::redirect(307, &format!("{}/pets/7{query}", other.url())));
        other.answer(Canned::new(200, "text/plain", "not the server"));
        let pydio = with(stub.url(), everything()).build().unwrap();
        let _ = pet(&pydio).await;
        let seen = other.last().expect("the redirect was followed");
        let headers = format!("{:?}", seen.headers);
        assert!(!seen.target.contains(SECRET) && !headers.contains(SECRET), "{seen:?}");
        assert!(!headers.contains("YWxpY2U6"), "{seen:?}");
    }
}

/// A hook that keeps everything it can learn.
fn keeper(log: &Arc<Mutex<String>>) -> impl Fn(&Attempt<'_>) -> After + Send + Sync + 'static {
    let log = Arc::clone(log);
    move |attempt: &Attempt<'_>| {
        log.lock().unwrap().push_str(&format!("{attempt:?}"));
        let log = Arc::clone(&log);
        Box::new(move |outcome: &Outcome| {
            log.lock().unwrap().push_str(&format!("{outcome:?}"));
        }) as After
    }
}

#[tokio::test]
async fn nothing_shows_them() {
    let stub = Stub::start().await.unwrap();
    let log = Arc::default();
    let builder = with(stub.url(), everything()).hook(keeper(&log));
    let mut shown = format!("{builder:?} {:?}", everything());
    let pydio = builder.build().unwrap();
    shown += &format!("{pydio:?}");
    for (answer, kind) in [
        (Canned::new(401, "text/plain", "no"), ErrorKind::BadCredentials),
        (Canned::new(403, "text/plain", "no"), ErrorKind::Status),
        (Canned::new(500, "text/plain", "no"), ErrorKind::Status),
        (Canned::redirect(302, "ftp://elsewhere.test/"), ErrorKind::Redirected),
    ] {
        stub.answer(answer);
        let error = pet(&pydio).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        shown += &format!("{error} {error:?}");
    }
    drop(stub);
    let error = pet(&pydio).await.unwrap_err();
    shown += &format!("{error} {error:?} {}", log.lock().unwrap());
    assert!(shown.contains("pet") && shown.contains("alice"), "{shown}");
    assert!(!shown.contains(SECRET) && !shown.contains("YWxpY2U6"), "{shown}");
}
