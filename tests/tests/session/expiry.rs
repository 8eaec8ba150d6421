//! Sessions and tokens that expire while they are in use.

use std::time::Duration;

use pydio_client::{Error, ErrorKind, Session, v1::access_fs};
use pydio_tests::{ALICE, Fault, Server, Version};
use tokio::task::JoinSet;

use crate::support::{
    builder, connect, count, field, forgetful, logged_in, ls, pass, refused_token,
};

/// Makes ten calls that are all in progress before the first response.
async fn ten_at_once(server: &Server, session: &Session) -> Vec<Result<usize, Error>> {
    (0..10).for_each(|_| server.fail(Fault::Delay(Duration::from_millis(50))));
    let mut calls = JoinSet::new();
    for _ in 0..10 {
        let session = session.clone();
        calls.spawn(async move { ls(&session).await });
    }
    calls.join_all().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_calls_at_once_log_in_once() {
    let (server, session) = logged_in().await;
    server.expire_sessions();
    for outcome in ten_at_once(&server, &session).await {
        outcome.unwrap();
    }
    assert_eq!((count(&server, "login"), count(&server, "ls")), (2, 20));
}

/// The server requires a captcha after three failures: these count as one.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_calls_with_a_changed_password_fail_to_log_in_once() {
    let (server, session) = logged_in().await;
    server.set_password("alice", "changed");
    server.expire_sessions();
    for outcome in ten_at_once(&server, &session).await {
        let error = outcome.unwrap_err();
        let is_told = matches!(error.kind(), ErrorKind::BadCredentials | ErrorKind::SessionExpired);
        assert!(is_told, "{error:?}");
    }
    assert_eq!(count(&server, "login"), 2);
    session.log_in("changed").await.unwrap();
    ls(&session).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_calls_at_once_fetch_one_new_token() {
    let (server, session) = logged_in().await;
    server.void_tokens();
    for outcome in ten_at_once(&server, &session).await {
        outcome.unwrap();
    }
    assert_eq!((count(&server, "get_secure_token"), count(&server, "ls")), (1, 20));
    assert_eq!(count(&server, "login"), 1);
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let (server, session) = logged_in().await;
    server.void_tokens();
    ls(&session).await.unwrap();
    let seen = server.seen();
    let [.., first, asked, second] = &seen[..] else { panic!("{seen:?}") };
    assert_eq!(field(asked, "get_action"), "get_secure_token");
    assert_ne!(field(first, "secure_token"), field(second, "secure_token"));
    assert_eq!(first.header("cookie"), second.header("cookie"));

    server.fail(refused_token());
    pass(&server, 1);
    server.fail(refused_token());
    let error = ls(&session).await.unwrap_err();
    assert!(error.kind() == ErrorKind::InvalidToken, "{error:?}");
    assert_eq!(count(&server, "login"), 1);
}

#[tokio::test]
async fn a_server_that_renews_no_token_is_reported() {
    let server = Server::builder(Version::V8_2).renews_tokens(false).start().await.unwrap();
    let session = connect(&server).session().login("alice", ALICE.password).await.unwrap();
    ls(&session).await.unwrap();
    server.void_tokens();
    let error = ls(&session).await.unwrap_err();
    assert!(error.kind() == ErrorKind::InvalidToken, "{error:?}");
}

/// Reads a listing of several pages to its end.
async fn all_pages(session: &Session, server: &Server) -> Result<Vec<String>, Error> {
    let files = session.workspace("common");
    let (mut names, mut page) = (Vec::new(), 1);
    loop {
        let listing = files.call(access_fs::ls("/many").page(page)).await?;
        names.extend(listing.nodes.iter().map(|node| node.label().to_owned()));
        if !listing.pagination.is_some_and(|page| page.has_more()) {
            return Ok(names);
        }
        if page == 2 {
            server.expire_sessions();
        }
        page += 1;
    }
}

async fn with_pages() -> Server {
    let server = Server::builder(Version::V8_2).pages(50, 20).start().await.unwrap();
    for n in 0..90 {
        server.put("common", &format!("/many/{n:02}.txt"), "");
    }
    server
}

#[tokio::test]
async fn a_session_that_expires_between_pages_loses_no_node() {
    let server = with_pages().await;
    let session = connect(&server).session().login("alice", ALICE.password).await.unwrap();
    let names = all_pages(&session, &server).await.unwrap();
    let expected: Vec<_> = (0..90).map(|n| format!("{n:02}.txt")).collect();
    assert_eq!(names, expected);
    assert_eq!(count(&server, "login"), 2);
}

#[tokio::test]
async fn without_the_password_the_listing_ends_in_an_error() {
    let server = with_pages().await;
    let begin = connect(&server).session().keep_password(false);
    let session = begin.login("alice", ALICE.password).await.unwrap();
    let error = all_pages(&session, &server).await.unwrap_err();
    assert!(error.kind() == ErrorKind::SessionExpired, "{error:?}");
    assert_eq!(count(&server, "login"), 1);
    session.log_in(ALICE.password).await.unwrap();
    ls(&session).await.unwrap();
}

/// The server responds to such a download with nothing, like to an empty file.
#[tokio::test]
async fn a_download_on_an_expired_session_is_not_an_empty_file() {
    for keeps in [true, false] {
        let (server, session) = if keeps { logged_in().await } else { forgetful().await };
        server.put("common", "/empty.txt", "");
        let files = session.workspace("common");
        let logins = count(&server, "login");
        // A file without bytes is valid, and no reason to log in again.
        let empty = files.call(access_fs::download("/empty.txt")).await.unwrap();
        assert_eq!(empty.bytes(10).await.unwrap(), b"");
        assert_eq!(count(&server, "login"), logins);
        server.expire_sessions();
        match files.call(access_fs::download("/a.txt")).await {
            Ok(file) if keeps => assert_eq!(file.bytes(10).await.unwrap(), b"hello"),
            Err(error) if error.kind() == ErrorKind::SessionExpired && !keeps => {}
            other => panic!("{other:?}"),
        }
        assert_eq!(count(&server, "login"), logins + usize::from(keeps));
    }
}

#[tokio::test]
async fn the_cookie_of_remember_me_logs_in_without_the_password() {
    let (server, _) = logged_in().await;
    let begin = builder(&server).build().unwrap().session();
    let begin = begin.keep_password(false).remember_me(true);
    let session = begin.login("alice", ALICE.password).await.unwrap();
    let before = server.seen().len();
    for _ in 0..2 {
        server.expire_sessions();
        ls(&session).await.unwrap();
    }
    let seen = server.seen();
    let since = &seen[before..];
    assert!(since.iter().all(|seen| !seen.text().contains(ALICE.password)));
    let logins = since.iter().filter(|seen| field(seen, "get_action") == "login");
    assert_eq!(logins.filter(|seen| field(seen, "cookie_login") == "true").count(), 2);
    session.logout().await.unwrap();
    assert!(
        ls(&session).await.as_ref().is_err_and(|error| error.kind() == ErrorKind::SessionExpired)
    );
}
