//! A session over a socket, with the client's own HTTP.

use pydio_client::{Error, LoginError, Session, v1::access_fs};
use tokio::task::JoinSet;

use crate::fake::{Fake, field};

async fn logged_in() -> (Fake, Session) {
    let fake = Fake::start().await;
    let session = fake.connect().session().login("alice", "secret").await.unwrap();
    (fake, session)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ten_calls_at_once_log_in_once() {
    let (fake, session) = logged_in().await;
    fake.expire();
    let mut calls = JoinSet::new();
    for number in 0..10 {
        let files = session.workspace(format!("w{number}"));
        calls.spawn(async move { files.call(access_fs::ls("/")).await });
    }
    for outcome in calls.join_all().await {
        outcome.unwrap();
    }
    assert_eq!((fake.count("login"), fake.count("ls")), (2, 20));
}

#[tokio::test]
async fn a_session_is_known_by_its_cookie() {
    let (fake, session) = logged_in().await;
    session.workspace("my-files").call(access_fs::ls("/")).await.unwrap();
    let seen = fake.seen();
    let cookies: Vec<_> = seen.iter().map(|seen| seen.header("cookie")).collect();
    let (first, second) = (Some("AjaXplorer=c1"), Some("AjaXplorer=c2"));
    assert_eq!(cookies, [None, first, first, second]);
    let last = &seen[3];
    assert_eq!(field(last, "tmp_repository_id"), "my-files");
    assert_eq!(last.header("authorization"), None);
}

#[tokio::test]
async fn a_session_that_is_dropped_sends_nothing() {
    let (fake, session) = logged_in().await;
    let count = fake.seen().len();
    drop(session);
    let session = fake.connect().session().login("alice", "secret").await.unwrap();
    session.logout().await.unwrap();
    assert_eq!((fake.seen().len(), fake.count("logout")), (count + 4, 1));
}

#[tokio::test]
async fn a_wrong_password_is_told_and_not_tried_again() {
    let fake = Fake::start().await;
    let outcome = fake.connect().session().login("alice", "wrong").await;
    assert!(matches!(outcome, Err(LoginError::Refused(..))), "{outcome:?}");
    assert_eq!(fake.count("login"), 1);
}

#[tokio::test]
async fn another_server_learns_nothing_of_a_session() {
    let (fake, session) = logged_in().await;
    let other = Fake::start().await;
    fake.redirect(&format!("{}/index.php", other.url()));
    let files = session.workspace("w");
    for outcome in [
        files.call(access_fs::ls("/")).await.map(drop),
        files.call(access_fs::mkdir("/a")).await.map(drop),
        files.call(access_fs::download("/a")).await.map(drop),
    ] {
        assert!(matches!(outcome, Err(Error::Redirected(_))), "{outcome:?}");
    }
    assert!(other.seen().is_empty());
}
