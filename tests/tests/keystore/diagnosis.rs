//! Why a call was not let in, and what finding out costs.

use pydio_client::{
    Diagnosis, Error, Pydio,
    keystore::{KeyPair, Keystore},
    v1::access_fs,
};
use pydio_tests::{ALICE, Server as Pydio8, Version};

use crate::server::{Server, Way};

fn login(server: &Server, password: &str) -> Pydio {
    Pydio::builder(server.url()).login("alice", password).build().unwrap()
}

async fn fail(pydio: &Pydio, workspace: &str) -> Error {
    pydio.workspace(workspace).call(access_fs::ls("/")).await.unwrap_err()
}

async fn why(pydio: &Pydio, workspace: &str) -> Diagnosis {
    let error = fail(pydio, workspace).await;
    pydio.diagnose(&error).await.unwrap()
}

#[tokio::test]
async fn a_wrong_password_is_found_without_another_failure() {
    let server = Server::start().await;
    assert_eq!(why(&login(&server, "typo"), "w").await, Diagnosis::BadCredentials);
    assert_eq!(server.state().failures, 1);
}

#[tokio::test]
async fn a_lost_header_is_found() {
    let server = Server::start().await;
    server.state().loses_header = true;
    let pydio = login(&server, "alice-secret");
    assert_eq!(why(&pydio, "w").await, Diagnosis::HeaderLost);
    let keystore = Keystore::new("alice", "alice-secret", "d");
    let managed = Pydio::builder(server.url()).keystore(keystore).build().unwrap();
    assert_eq!(why(&managed, "w").await, Diagnosis::HeaderLost);
    assert_eq!(server.state().failures, 0);
}

#[tokio::test]
async fn a_forbidden_workspace_is_found() {
    let server = Server::start().await;
    let pydio = login(&server, "alice-secret");
    assert_eq!(why(&pydio, "settings").await, Diagnosis::Forbidden);
    // While somebody at the same address is guessing passwords, too.
    server.state().failures = 10;
    assert_eq!(why(&pydio, "settings").await, Diagnosis::Forbidden);
    assert_eq!(server.state().failures, 10);
}

#[tokio::test]
async fn a_lock_out_is_found() {
    let server = Server::start().await;
    let pydio = login(&server, "typo");
    for _ in 0..3 {
        assert!(matches!(fail(&pydio, "w").await, Error::BadCredentials(_)));
    }
    let error = fail(&pydio, "w").await;
    assert!(matches!(error, Error::Refused(_)), "{error}");
    assert_eq!(pydio.diagnose(&error).await.unwrap(), Diagnosis::LockedOut);
}

#[tokio::test]
async fn a_pair_that_is_none_any_more_is_found() {
    let server = Server::start().await;
    let pair = KeyPair::new("unknown", "s");
    let pydio = Pydio::builder(server.url()).pair(pair).build().unwrap();
    assert_eq!(why(&pydio, "w").await, Diagnosis::PairRefused);
    assert_eq!(server.ways().0, [Way::Refused]);
}

#[tokio::test]
async fn rewriting_that_is_off_and_a_wrong_prefix_are_found() {
    let server = Server::start().await;
    server.state().routes_api = false;
    let pydio = login(&server, "alice-secret");
    assert_eq!(why(&pydio, "w").await, Diagnosis::RewritingOff);
    let elsewhere = Pydio::builder(server.url() + "x").login("alice", "alice-secret");
    assert_eq!(why(&elsewhere.build().unwrap(), "w").await, Diagnosis::WrongAddress);
}

/// The other server of these tests answers a header without a login as well.
#[tokio::test]
async fn a_wrong_password_is_found_on_the_server_of_files() {
    let server = Pydio8::start(Version::V8_2).await.unwrap();
    let pydio = Pydio::builder(server.url()).login(ALICE.login, "typo").build().unwrap();
    assert_eq!(why(&pydio, "common").await, Diagnosis::BadCredentials);
}
