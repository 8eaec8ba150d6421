//! Authentication and authorization: credentials, workspaces, rights.

use pydio_client::{ErrorKind, Json, Pydio, v1::access_fs};
use pydio_runtime::Request;
use pydio_tests::{ADMIN, ALICE, Account, BOB, COMMON_ID, Server, Version};

use crate::support::{ACTIONS, call, common, connect};

fn with_password(server: &Server, account: &Account, password: &str) -> Pydio {
    Pydio::builder(server.url()).login(account.login, password).build().unwrap()
}

#[tokio::test]
async fn a_workspace_is_named_by_slug_or_id() {
    let server = Server::start(Version::V8_2).await.unwrap();
    server.put("common", "/a.txt", "a");
    server.put("my-files/admin", "/mine.txt", "a");
    server.put("default", "/first.txt", "a");
    let pydio = connect(&server, &ADMIN);
    for (name, file) in [("common", "/a.txt"), (COMMON_ID, "/a.txt")]
        .into_iter()
        .chain(["my-files", "1"].map(|name| (name, "/mine.txt")))
        // The first workspace of a user.
        .chain(["pydio", "default", "0"].map(|name| (name, "/first.txt")))
    {
        let listing = pydio.workspace(name).call(access_fs::ls("/")).await.unwrap();
        assert_eq!(listing.nodes[0].path().as_str(), file, "{name}");
    }
    let error = pydio.workspace("Common").call(access_fs::ls("/")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::UnknownWorkspace, "{error:?}");
    assert_eq!(error.message(), "Could not find workspace with id/alias Common");
}

#[tokio::test]
async fn the_login_is_sent_as_utf_8() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let files = connect(&server, &ADMIN).workspace("my-files");
    assert!(files.call(access_fs::ls("/")).await.is_ok());
    let seen = server.last().unwrap();
    assert_eq!(seen.header("authorization"), Some("Basic YWRtaW46YWRtaW46cEBzcyB3w7ZyZA=="));
    assert_eq!(seen.header("accept"), Some("text/xml"));
}

#[tokio::test]
async fn a_wrong_password_is_reported_until_the_lock_out() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let ls = async |password| {
        let pydio = with_password(&server, &ALICE, password);
        pydio.workspace("common").call(access_fs::ls("/")).await
    };
    for _ in 0..3 {
        let error = ls("s3cr3t-typo").await.unwrap_err();
        assert!(error.kind() == ErrorKind::BadCredentials, "{error:?}");
        assert_eq!(error.status(), Some(401));
        assert!(!format!("{error} {error:?}").contains("s3cr3t-typo"));
    }
    let error = ls("s3cr3t-typo").await.unwrap_err();
    assert!(error.kind() == ErrorKind::Forbidden, "{error:?}");
    assert!(ls(ALICE.password).await.is_ok());
}

#[tokio::test]
async fn no_credentials_are_bad_credentials() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let pydio = Pydio::builder(server.url()).build().unwrap();
    let error = pydio.workspace("common").call(access_fs::ls("/")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::BadCredentials, "{error:?}");
    assert_eq!(server.last().unwrap().header("authorization"), None);
}

#[tokio::test]
async fn only_the_administrator_enters_settings() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let ls = async |account| {
        let settings = connect(&server, account).workspace("settings");
        settings.call(access_fs::ls("/")).await
    };
    let error = ls(&ALICE).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Forbidden, "{error:?}");
    assert!(error.is_auth());
    let groups = ls(&ADMIN).await.unwrap();
    assert_eq!(groups.nodes[0].path().as_str(), "/data");
}

#[tokio::test]
async fn a_missing_right_is_reported() {
    let server = Server::start(Version::V8_2).await.unwrap();
    server.put("common", "/a.txt", "a");
    let bob = connect(&server, &BOB).workspace("common");
    let listing = bob.call(access_fs::ls("/").options("al")).await.unwrap();
    assert!(listing.nodes[0].is_read_only());
    let error = bob.call(access_fs::mkfile("/b.txt")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Forbidden, "{error:?}");
    assert_eq!(error.message(), "You have no write permission on this folder");
    assert!(!server.has("common", "/b.txt"));
}

#[tokio::test]
async fn unknown_and_unreachable_actions_are_reported() {
    let (_server, files) = common().await;
    for action in [&ACTIONS.unknown, &ACTIONS.elsewhere] {
        let error = call::<Json>(&files, Request::new(action)).await.unwrap_err();
        assert!(error.kind() == ErrorKind::UnknownAction, "{error:?}");
        let message = format!("Could not find action {}", action.id());
        assert_eq!(error.message(), message);
    }
}
