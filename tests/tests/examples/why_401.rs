//! The program distinguishes every reason for a refusal.

use pydio_client::{Diagnosis, Pydio};
use pydio_tests::{ALICE, Account, Front, Server, Version, server::Builder};

use crate::support::connect;

#[path = "../../examples/why_401.rs"]
pub(crate) mod program;

use program::{Outcome, run};

async fn diagnosed(builder: Builder, account: &Account, workspace: &str) -> Option<Diagnosis> {
    let server = builder.start().await.unwrap();
    match run(&connect(&server, account), workspace).await.unwrap() {
        Outcome::Works(_) => None,
        Outcome::Refused(_, diagnosis) => Some(diagnosis),
    }
}

#[tokio::test]
async fn every_reason_is_reported() {
    let wrong = Account { login: ALICE.login, password: "wrong" };
    let server = || Server::builder(Version::V8_2);
    assert_eq!(diagnosed(server(), &ALICE, "common").await, None);
    for (builder, account, workspace, expected) in [
        (server(), &wrong, "common", Diagnosis::BadCredentials),
        (server(), &ALICE, "settings", Diagnosis::Forbidden),
        (server().front(Front::HeaderLost), &ALICE, "common", Diagnosis::HeaderLost),
        (server().front(Front::NoRewriting), &ALICE, "common", Diagnosis::RewritingOff),
        (server(), &ALICE, "nowhere", Diagnosis::Unrelated),
    ] {
        assert_eq!(diagnosed(builder, account, workspace).await, Some(expected));
    }
}

#[tokio::test]
async fn reasons_are_reported_after_three_failures() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let wrong = connect(&server, &Account { login: ALICE.login, password: "wrong" });
    for _ in 0..2 {
        run(&wrong, "common").await.unwrap();
    }
    let outcome = run(&wrong, "common").await.unwrap();
    assert!(matches!(outcome, Outcome::Refused(_, Diagnosis::LockedOut)), "{outcome:?}");
}

#[tokio::test]
async fn an_unreachable_server_is_reported() {
    let pydio = Pydio::builder("http://127.0.0.1:9").login("a", "b").build().unwrap();
    let outcome = run(&pydio, "common").await.unwrap();
    assert!(matches!(outcome, Outcome::Refused(_, Diagnosis::NotReached)), "{outcome:?}");
}
