//! Logging in, keeping the session, and losing it, against a model of the server's sessions.

use std::marker::PhantomData;

use http::{Method as HttpMethod, header};
use tokio::task::JoinSet;

use super::{LoginError, LoginResult, Session};
use crate::{
    call::{ActionCall, Call},
    client::Pydio,
    json::Json,
    response::{Download, FromResponse, Nothing},
    testing::{BINDINGS, Canned, LS, MKDIR, SECRET, Server, action},
    types::{Endpoint, Envelope, Error, ErrorKind, Method, Param, Request},
};
use fake::Fake;

mod fake;
mod login;
mod workspaces;

static STAT: Endpoint = action(&BINDINGS, "stat", Method::Get, &[]).session_only();
static FORBIDDEN: Endpoint = action(&BINDINGS, "forbidden", Method::Get, &[]);
static DOWNLOAD: Endpoint =
    action(&BINDINGS, "download", Method::Get, &[Param::rest_of_path("file")]);
static UNKNOWN: Endpoint = action(&BINDINGS, "no_such_action", Method::Get, &[]);

/// A call that returns `A`, for any endpoint.
struct Typed<A>(Request, PhantomData<A>);

impl<A: FromResponse> Call for Typed<A> {
    const ENDPOINT: &'static Endpoint = &LS;
    type Response = A;

    fn request(&self) -> &Request {
        &self.0
    }

    fn into_request(self) -> Request {
        self.0
    }
}

impl<A: FromResponse> ActionCall for Typed<A> {}

fn typed<A>(request: Request) -> Typed<A> {
    Typed(request, PhantomData)
}

fn ls() -> Typed<Envelope> {
    typed(Request::new(&LS).node("dir", "/"))
}

fn download(path: &str) -> Typed<Download> {
    typed(Request::new(&DOWNLOAD).node("file", path))
}

/// Returns the workspace of a call.
fn told(envelope: &Envelope) -> &str {
    &envelope.messages[0].text
}

async fn logged_in(fake: &Fake) -> Session {
    let session = fake.connect().session().login("alice", SECRET).await.unwrap();
    fake.model().log.clear();
    session
}

/// Makes ten calls concurrently.
async fn ten(session: &Session) -> Vec<Result<Envelope, Error>> {
    let mut calls = JoinSet::new();
    for number in 0..10 {
        let session = session.clone();
        calls.spawn(async move {
            let call = typed(Request::new(&MKDIR).node("file", format!("/{number}")));
            session.workspace("my-files").call(call).await
        });
    }
    calls.join_all().await
}

#[tokio::test]
async fn a_call_carries_its_workspace_the_token_and_the_cookie() {
    let fake = Fake::default();
    let session = logged_in(&fake).await;
    let answer = session.workspace("my-files").call(ls()).await.unwrap();
    assert_eq!(told(&answer), "my-files");
    let asked = fake.last();
    assert_eq!(asked.method, HttpMethod::GET);
    assert_eq!(
        asked.uri,
        "http://pydio.test/sub/index.php?get_action=ls&dir=%2F&tmp_repository_id=my-files\
         &secure_token=t0ken4",
    );
    assert_eq!(asked.headers[header::COOKIE], "AjaXplorer=cookie3");
    assert!(asked.headers[header::COOKIE].is_sensitive());
    assert_eq!(asked.headers["ajxp-force-login"], "true");
    assert!(!asked.headers.contains_key(header::AUTHORIZATION));

    let call = typed::<Envelope>(Request::new(&MKDIR).node("file", "/a?"));
    session.call(call).await.unwrap();
    let asked = fake.last();
    assert_eq!((&asked.method, asked.uri.query()), (&HttpMethod::POST, None));
    assert_eq!(asked.field("file"), Some("/a?"));
    assert_eq!(
        (asked.field("tmp_repository_id"), asked.field("secure_token")),
        (None, Some("t0ken4"))
    );
}

#[tokio::test]
async fn ten_calls_on_an_expired_session_log_in_once() {
    let fake = Fake::default();
    let session = logged_in(&fake).await;
    fake.expire();
    for answer in ten(&session).await {
        assert_eq!(told(&answer.unwrap()), "my-files");
    }
    assert_eq!((fake.count("login"), fake.count("get_boot_conf")), (1, 1));
    assert_eq!(fake.count("mkdir"), 20);
    assert_eq!(fake.count("get_secure_token"), 0);
}

#[tokio::test]
async fn ten_calls_with_a_stale_token_fetch_one() {
    let fake = Fake::default();
    let session = logged_in(&fake).await;
    fake.forget_tokens();
    for answer in ten(&session).await {
        answer.unwrap();
    }
    assert_eq!((fake.count("get_secure_token"), fake.count("login")), (1, 0));
    let json = session.call(typed::<Json>(Request::new(&STAT))).await.unwrap();
    assert_eq!(json["size"], 1);
    fake.forget_tokens();
    session.call(typed::<Json>(Request::new(&STAT))).await.unwrap();
    assert_eq!(fake.count("get_secure_token"), 2);
}

#[tokio::test]
async fn a_call_is_repeated_as_it_was() {
    let fake = Fake::default();
    let session = logged_in(&fake).await;
    fake.forget_tokens();
    let request = Request::new(&MKDIR).node("file", "/a").text("password", "x&y");
    session.call(typed::<Envelope>(request)).await.unwrap();
    let log = &fake.model().log;
    let (first, last) = (&log[0], log.last().unwrap());
    let plain = |n: usize| first.fields[n] == last.fields[n];
    assert!((0..3).all(plain) && !plain(3));
    assert_eq!(first.fields[3].0, "secure_token");
}

#[cfg(feature = "http")]
#[tokio::test]
async fn a_file_is_sent_again_and_a_stream_is_not() {
    let fake = Fake::default();
    let session = logged_in(&fake).await;
    let upload = |body: crate::Body| {
        typed::<Envelope>(Request::new(&LS).node("dir", "/").file("userfile_0", body))
    };
    let streamed =
        || upload(crate::Body::stream(3, futures_util::stream::iter([Ok("abc".into())])));
    for lose in [Fake::forget_tokens, Fake::expire] {
        lose(&fake);
        session.call(upload("abc".into())).await.unwrap();
        let sent = fake.last();
        assert_eq!(
            (sent.method.clone(), sent.field("userfile_0")),
            (HttpMethod::POST, Some("abc"))
        );
        assert!(sent.field("secure_token").is_some() && sent.uri.query().is_none());

        lose(&fake);
        let error = session.call(streamed()).await.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Server | ErrorKind::AuthenticationRequired),
            "{error}"
        );
        session.call(streamed()).await.unwrap();
    }
}

#[tokio::test]
async fn a_server_that_takes_no_token_is_not_asked_for_ever() {
    let fake = Fake::default();
    let session = logged_in(&fake).await;
    fake.model().refuses_all_tokens = true;
    let error = session.workspace("w").call(ls()).await.unwrap_err();
    assert!(error.kind() == ErrorKind::InvalidToken, "{error:?}");
    assert_eq!((error.call_name(), error.workspace()), ("access.fs/ls", "w"));
    assert_eq!(error.status(), Some(200));
    assert_eq!(fake.actions(), ["ls", "get_secure_token", "ls"]);
}

#[tokio::test]
async fn each_way_to_say_that_it_has_expired_is_understood() {
    let fake = Fake::default();
    let session = logged_in(&fake).await;
    fake.expire();
    assert!(session.call(ls()).await.is_ok());
    fake.expire();
    assert!(session.call(typed::<Json>(Request::new(&STAT))).await.is_ok());
    fake.expire();
    let file = session.call(download("/a")).await.unwrap();
    assert_eq!(file.bytes(100).await.unwrap(), b"content");
    fake.expire();
    let file = session.call(download("/untyped")).await.unwrap();
    assert_eq!(file.bytes(100).await.unwrap(), b"content");
    assert_eq!(fake.count("login"), 4);
    let empty = session.call(download("/empty")).await.unwrap();
    assert!(empty.is_empty());
    // `get_global_binary_param` sends this for a picture that does not exist.
    let picture = session.call(download("/picture")).await.unwrap();
    assert!(picture.bytes(100).await.unwrap().is_empty());
    assert_eq!(fake.count("login"), 4);
}

#[tokio::test]
async fn without_a_password_an_expired_session_is_an_error() {
    let fake = Fake::default();
    let builder = fake.connect().session().keep_password(false);
    let session = builder.login("alice", SECRET).await.unwrap();
    fake.expire();
    fake.model().log.clear();
    let errors = [
        session.workspace("w").call(ls()).await.unwrap_err(),
        session.workspace("w").call(typed::<Json>(Request::new(&STAT))).await.unwrap_err(),
        session.workspace("w").call(download("/a")).await.map(drop).unwrap_err(),
    ];
    for error in errors {
        assert!(error.kind() == ErrorKind::SessionExpired && error.is_auth(), "{error:?}");
        assert_eq!((error.workspace(), error.status()), ("w", Some(200)));
    }
    assert_eq!(fake.count("login"), 0);
    session.log_in(SECRET).await.unwrap();
    assert!(session.call(ls()).await.is_ok());
}

#[tokio::test]
async fn an_outdated_password_is_tried_once() {
    let fake = Fake::default();
    let session = logged_in(&fake).await;
    fake.expire();
    fake.model().password = Some("new".to_owned());
    let answers = ten(&session).await;
    let refused = answers
        .iter()
        .filter(|a| a.as_ref().is_err_and(|error| error.kind() == ErrorKind::BadCredentials))
        .count();
    let expired = answers
        .iter()
        .filter(|a| a.as_ref().is_err_and(|error| error.kind() == ErrorKind::SessionExpired))
        .count();
    assert_eq!((refused, expired), (1, 9));
    assert!(
        session
            .call(ls())
            .await
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::SessionExpired)
    );
    assert_eq!(fake.count("login"), 1);
    session.log_in("new").await.unwrap();
    fake.expire();
    assert!(session.call(ls()).await.is_ok());
}

#[tokio::test]
async fn a_login_that_fails_for_one_call_fails_for_those_that_waited() {
    let fake = Fake::default();
    let session = logged_in(&fake).await;
    fake.expire();
    fake.model().captcha = Some("w8rd");
    let answers = ten(&session).await;
    let captcha = answers
        .iter()
        .filter(|a| a.as_ref().is_err_and(|error| error.kind() == ErrorKind::CaptchaRequired))
        .count();
    let expired = answers
        .iter()
        .filter(|a| a.as_ref().is_err_and(|error| error.kind() == ErrorKind::SessionExpired))
        .count();
    assert_eq!((captcha, expired, fake.count("get_boot_conf")), (1, 9, 1));
    // A later call tries again.
    fake.model().captcha = None;
    assert!(session.call(ls()).await.is_ok());
}

#[tokio::test]
async fn a_missing_right_is_not_an_expired_session_for_ever() {
    let fake = Fake::default();
    let session = logged_in(&fake).await;
    let error = session.call(typed::<Envelope>(Request::new(&FORBIDDEN))).await.unwrap_err();
    assert!(error.kind() == ErrorKind::AuthenticationRequired, "{error:?}");
    assert_eq!((fake.count("forbidden"), fake.count("login")), (2, 1));
}

#[tokio::test]
async fn an_unknown_action_is_reported_as_unknown() {
    let fake = Fake::default();
    let session = logged_in(&fake).await;
    let error = session.call(typed::<Nothing>(Request::new(&UNKNOWN))).await.unwrap_err();
    assert!(error.kind() == ErrorKind::UnknownAction, "{error:?}");
    assert_eq!(error.status(), Some(204));
}

#[tokio::test]
async fn a_login_that_is_dropped_half_way_does_no_harm() {
    let fake = Fake::default();
    let session = logged_in(&fake).await;
    fake.expire();
    for polls in 1..12 {
        let mut call = Box::pin(session.call(ls()));
        for _ in 0..polls {
            tokio::select! {
                biased;
                _ = &mut call => break,
                () = tokio::task::yield_now() => {}
            }
        }
        drop(call);
    }
    assert!(session.call(ls()).await.is_ok());
}

#[tokio::test]
async fn a_session_stays_logged_out() {
    let fake = Fake::default();
    let session = logged_in(&fake).await;
    session.logout().await.unwrap();
    assert_eq!(fake.actions(), ["logout"]);
    assert!(
        session
            .call(ls())
            .await
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::SessionExpired)
    );
    session.logout().await.unwrap();
    assert_eq!(fake.count("login"), 0);

    let session = logged_in(&fake).await;
    fake.forget_tokens();
    session.logout().await.unwrap();
    assert_eq!(fake.actions(), ["logout", "get_secure_token", "logout"]);
}

#[tokio::test]
async fn calls_that_the_session_makes_itself_are_refused() {
    let fake = Fake::default();
    let session = logged_in(&fake).await;
    for own in [&super::actions::LOGIN, &super::actions::LOGOUT, &super::actions::SWITCH_REPOSITORY]
    {
        let error = session.call(typed::<Nothing>(Request::new(own))).await.unwrap_err();
        assert!(error.kind() == ErrorKind::InvalidRequest, "{error:?}");
        assert!(error.message().contains("use `Session::"), "{error}");
    }
    let unnamed = session.workspace("").call(ls()).await.unwrap_err();
    assert!(unnamed.kind() == ErrorKind::InvalidRequest);
    assert!(fake.actions().is_empty());
}

fn to(status: u16, location: &str) -> Canned {
    Canned::new("text/html", "moved")
        .status(status)
        .header("location", location)
        .header("set-cookie", "AjaXplorer=s3cr3t; path=/")
}

#[tokio::test]
async fn a_session_does_not_leave_its_server() {
    for other in ["https://pydio.test/x", "http://pydio.test:81/x", "//evil.test/x"] {
        let (server, log) = Server::new([to(302, "/sub/y"), to(302, other), Canned::xml("")]);
        let pydio = Pydio::builder("http://pydio.test/sub").transport(server).build().unwrap();
        let error = pydio.session().login("alice", SECRET).await.unwrap_err();
        let LoginError::Failed(failure) = error else { panic!("{error:?}") };
        assert_eq!(failure.kind(), ErrorKind::Redirected);
        assert!(failure.message().contains("never leaves its server"), "{failure}");
        let log = log.lock().unwrap();
        assert_eq!(log.len(), 2);
        assert!(!log[0].headers().contains_key(header::COOKIE));
        assert_eq!(log[1].headers()[header::COOKIE], "AjaXplorer=s3cr3t");
        assert!(log.iter().all(|request| request.uri().host() == Some("pydio.test")));
    }
}

#[tokio::test]
async fn nothing_shows_a_secret() {
    let fake = Fake::default();
    let session = logged_in(&fake).await;
    let builder = fake.connect().session();
    let mut shown = vec![format!("{session:?} {:?} {builder:?}", session.workspace("w"))];
    fake.model().refuses_all_tokens = true;
    let error = session.call(ls()).await.unwrap_err();
    shown.push(format!("{error} {error:?}"));
    fake.model().refuses_all_tokens = false;
    fake.expire();
    for result in ["-1", "-3", "-4", "-5", "7"] {
        fake.model().result = Some(result);
        let error = session.log_in(SECRET).await.unwrap_err();
        shown.push(format!("{error} {error:?}"));
        let error = Error::from(error);
        shown.push(format!("{error} {error:?}"));
    }
    for text in shown {
        for secret in [SECRET, "other-secret", "t0ken", "cookie3"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
}

/// Before 6.5 PHP fails without a message over a wrong token, if it shows no errors.
#[tokio::test]
async fn a_failure_without_a_word_may_be_the_token() {
    let fake = Fake::default();
    fake.model().fails_over_tokens = true;
    let session = logged_in(&fake).await;
    session.call(ls()).await.unwrap();
    fake.forget_tokens();
    session.call(ls()).await.unwrap();
    assert_eq!(fake.count("get_secure_token"), 1);

    // Any other failure is reported, and the call not sent again.
    let before = fake.count("ls");
    fake.model().failing_lists = 1;
    let error = session.call(ls()).await.unwrap_err();
    assert_eq!((error.status(), fake.count("ls") - before), (Some(500), 1));
}

#[test]
fn a_session_is_shared_by_its_clones() {
    const fn is_shared<T: Clone + Send + Sync + 'static>() {}
    is_shared::<Session>();
    is_shared::<super::SessionWorkspace>();
    const fn is_sent<T: Send + Sync + 'static>() {}
    is_sent::<LoginError>();
    is_sent::<LoginResult>();
}
