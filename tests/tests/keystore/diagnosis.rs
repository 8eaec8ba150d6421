//! Diagnoses refused calls, and checks what the diagnosis costs.

use pydio_client::{
    Diagnosis, Error, ErrorKind, Pydio,
    keystore::{KeyPair, Keystore},
    v1::{access_ajxp_conf, access_fs, models::WorkspaceDefinition},
};
use pydio_tests::{ADMIN, ALICE, Builder, Front, Server, Version};

use crate::support::{Way, builder, start, ways, wrong_passwords};

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

/// Like [`why`], with a login on a session.
async fn why_by_login(pydio: &Pydio, workspace: &str) -> Diagnosis {
    let error = fail(pydio, workspace).await;
    pydio.diagnose_by_login(&error).await.unwrap()
}

#[tokio::test]
async fn a_wrong_password_is_suspected_without_another_failure() {
    let server = start().await;
    assert_eq!(why(&login(&server, "typo"), "common").await, Diagnosis::PasswordOrHeader);
    assert_eq!(wrong_passwords(&server, "alice-secret"), 1);
    let server = start().await;
    let diagnosis = why_by_login(&login(&server, "typo"), "common").await;
    assert_eq!(diagnosis, Diagnosis::BadCredentials);
    assert_eq!(wrong_passwords(&server, "alice-secret"), 1);
}

#[tokio::test]
async fn a_lost_header_is_found() {
    let server = builder().front(Front::HeaderLost).start().await.unwrap();
    let pydio = login(&server, "alice-secret");
    assert_eq!(why(&pydio, "common").await, Diagnosis::PasswordOrHeader);
    assert_eq!(why_by_login(&pydio, "common").await, Diagnosis::HeaderLost);
    let keystore = Keystore::new("alice", "alice-secret", "d");
    let managed = Pydio::builder(server.url()).keystore(keystore).build().unwrap();
    assert_eq!(why_by_login(&managed, "common").await, Diagnosis::HeaderLost);
    assert_eq!(wrong_passwords(&server, "alice-secret"), 0);
}

#[tokio::test]
async fn a_forbidden_workspace_is_found() {
    let server = start().await;
    let pydio = login(&server, "alice-secret");
    assert_eq!(why(&pydio, "settings").await, Diagnosis::Forbidden);
    // The result is the same while somebody at the same address guesses passwords.
    for _ in 0..5 {
        fail(&login(&server, "guess"), "common").await;
    }
    assert_eq!(why(&pydio, "settings").await, Diagnosis::Forbidden);
    assert_eq!(wrong_passwords(&server, "alice-secret"), 5);
}

#[tokio::test]
async fn a_lock_out_is_found() {
    let server = start().await;
    let pydio = login(&server, "typo");
    for _ in 0..3 {
        assert!(fail(&pydio, "common").await.kind() == ErrorKind::BadCredentials);
    }
    let error = fail(&pydio, "common").await;
    assert!(error.kind() == ErrorKind::Forbidden, "{error}");
    assert_eq!(pydio.diagnose(&error).await.unwrap(), Diagnosis::LockedOut);
}

#[tokio::test]
async fn a_revoked_pair_is_found() {
    let server = start().await;
    let pair = KeyPair::new("unknown", "s");
    let pydio = Pydio::builder(server.url()).key_pair(pair).build().unwrap();
    assert_eq!(why(&pydio, "common").await, Diagnosis::PairRefused);
    assert_eq!(ways(&server).0, [Way::Query]);
}

#[tokio::test]
async fn missing_rewriting_and_a_wrong_prefix_are_found() {
    let server = builder().front(Front::NoRewriting).start().await.unwrap();
    let pydio = login(&server, "alice-secret");
    assert_eq!(why(&pydio, "common").await, Diagnosis::RewritingOff);
    let elsewhere = Pydio::builder(server.url() + "x").login("alice", "alice-secret");
    assert_eq!(why(&elsewhere.build().unwrap(), "common").await, Diagnosis::WrongAddress);
}

/// The password is right, but contains a colon.
const COLON: (&str, &str) = (ADMIN.login, ADMIN.password);
const PLAIN: (&str, &str) = (ALICE.login, ALICE.password);

#[tokio::test]
async fn components_in_front_are_found() {
    for (front, (login, password), expected) in [
        (Front::HeaderLost, PLAIN, Diagnosis::HeaderLost),
        (Front::HeaderCut, COLON, Diagnosis::HeaderLost),
        (Front::Realm("Staff only"), PLAIN, Diagnosis::FrontServer),
        (Front::NoRewriting, PLAIN, Diagnosis::RewritingOff),
        (Front::WrongRewriteBase, PLAIN, Diagnosis::RewritingOff),
        (Front::Moved, PLAIN, Diagnosis::PrefixMoved),
        (Front::TlsPort, PLAIN, Diagnosis::PlainToTls),
    ] {
        let server = Server::builder(Version::V8_2).front(front.clone()).start().await.unwrap();
        let pydio = Pydio::builder(server.url()).login(login, password).build().unwrap();
        assert_eq!(why_by_login(&pydio, "default").await, expected, "{front:?}");
    }
}

#[tokio::test]
async fn refused_and_altered_paths_are_found() {
    let server = Server::builder(Version::V8_2).front(Front::NoEncodedSlashes);
    let server = server.start().await.unwrap();
    let pydio = Pydio::builder(server.url()).login(COLON.0, COLON.1).build().unwrap();
    let definition = WorkspaceDefinition::new("x/y", "fs");
    let create = access_ajxp_conf::create_repository(&definition);
    let error = pydio.workspace("settings").call(create).await.unwrap_err();
    assert_eq!(pydio.diagnose(&error).await.unwrap(), Diagnosis::AddressRefused);

    for (front, path) in [(Front::StripsPrefix("/files"), "/"), (Front::DecodesPath, "/a+b")] {
        let server = Server::builder(Version::V8_2).front(front.clone()).start().await.unwrap();
        let keystore = Keystore::new(PLAIN.0, PLAIN.1, "d");
        let pydio = Pydio::builder(server.url()).keystore(keystore).build().unwrap();
        let error = pydio.workspace("default").call(access_fs::ls(path)).await.unwrap_err();
        assert_eq!(pydio.diagnose(&error).await.unwrap(), Diagnosis::PairRefused, "{front:?}");
    }
}

/// The header is lost, and the requests work without it.
#[tokio::test]
async fn a_pair_is_created_on_a_session_and_renewed() {
    for version in Version::ALL {
        let server = Server::builder(version).front(Front::HeaderLost).start().await.unwrap();
        let keystore = Keystore::new("alice", "alice-secret", "d").on_session();
        let pydio = Pydio::builder(server.url()).keystore(keystore).build().unwrap();
        let files = pydio.workspace("default");
        files.call(access_fs::ls("/")).await.unwrap();
        server.revoke_pairs("alice");
        files.call(access_fs::ls("/")).await.unwrap();
        assert_eq!(server.key_pairs(), ["alice/d"]);
        assert_eq!(wrong_passwords(&server, "alice-secret"), 0);
    }
    // A single login identifies a wrong password.
    let server = Server::builder(Version::V8_2).front(Front::HeaderLost).start().await.unwrap();
    let keystore = Keystore::new("alice", "typo", "d").on_session();
    let pydio = Pydio::builder(server.url()).keystore(keystore).build().unwrap();
    let error = fail(&pydio, "common").await;
    assert!(error.kind() == ErrorKind::BadCredentials, "{error}");
    assert_eq!(pydio.diagnose(&error).await.unwrap(), Diagnosis::BadCredentials);
}

/// The password is right, but does not help.
#[tokio::test]
async fn a_locked_account_is_found_as_bad_credentials() {
    let server = start().await;
    server.lock_user("alice", "logout");
    let diagnosis = why_by_login(&login(&server, "alice-secret"), "common").await;
    assert_eq!(diagnosis, Diagnosis::BadCredentials);
    assert!(diagnosis.to_string().contains("locked"), "{diagnosis}");
}

#[tokio::test]
async fn every_version_has_the_same_diagnosis() {
    for version in Version::ALL {
        let start = async |builder: Builder| builder.start().await.unwrap();
        let server = start(Server::builder(version)).await;
        let alice = login(&server, "alice-secret");
        let typo = login(&server, "typo");
        assert_eq!(why_by_login(&typo, "common").await, Diagnosis::BadCredentials);
        assert_eq!(why(&alice, "settings").await, Diagnosis::Forbidden, "{version:?}");
        let server = start(Server::builder(version).front(Front::HeaderLost)).await;
        let right = login(&server, "alice-secret");
        assert_eq!(why_by_login(&right, "common").await, Diagnosis::HeaderLost);
        let server = start(Server::builder(version).front(Front::NoRewriting)).await;
        assert_eq!(why(&login(&server, "alice-secret"), "common").await, Diagnosis::RewritingOff);
    }
}

/// The advice of the diagnosis works.
#[tokio::test]
async fn a_pair_and_a_session_work_if_the_header_is_lost() {
    for version in Version::ALL {
        let lossy = Server::builder(version).front(Front::HeaderLost).start().await.unwrap();
        lossy.add_pair("alice", "d", "token", "secret");
        let pair = KeyPair::new("token", "secret");
        let signing = Pydio::builder(lossy.url()).key_pair(pair).build().unwrap();
        signing.workspace("common").call(access_fs::ls("/")).await.unwrap();
        let plain = Server::builder(version).front(Front::NoRewriting).start().await.unwrap();
        for server in [&lossy, &plain] {
            let begin = Pydio::builder(server.url()).build().unwrap().session();
            let session = begin.login("alice", "alice-secret").await.unwrap();
            session.workspace("common").call(access_fs::ls("/")).await.unwrap();
        }
    }
}
