//! Login, the data known after it, and logout.

use pydio_client::{ErrorKind, LoginError, LoginResult, v1::access_fs};
use pydio_tests::{ADMIN, ALICE, COMMON_ID, Canned, Fault, Server, Version};

use crate::support::{connect, count, field, logged_in, ls};

#[tokio::test]
async fn every_version_has_its_own_login() {
    let all = Version::ALL.map(|version| (version, false));
    for (version, is_hashed) in all.into_iter().chain([(Version::V6_4, true)]) {
        let builder = Server::builder(version).hashes_passwords(is_hashed);
        let server = builder.start().await.unwrap();
        server.put("common", "/a.txt", "hello");
        let begin = connect(&server).session();
        let session = begin.login(ADMIN.login, ADMIN.password).await.unwrap();
        assert_eq!(ls(&session).await.unwrap(), 2, "{version:?}");
        let seen = server.seen();
        let login = seen.iter().find(|seen| field(seen, "get_action") == "login").unwrap();
        let (sent, seed) = (field(login, "password"), field(login, "login_seed"));
        assert_eq!(sent == ADMIN.password, !is_hashed, "{version:?}");
        assert_eq!(seed == "-1", !is_hashed, "{version:?}");
        assert!(!login.target.contains("password") && !login.target.contains(&sent));
        // A version that hashes the password never sends it in plain text.
        let is_sent = seen.iter().any(|seen| seen.text().contains("p%40ss"));
        assert_eq!(is_sent, !is_hashed, "{version:?}");
    }
}

/// Pydio 6 accepts only ids, and runs a call with anything else in the current workspace.
#[tokio::test]
async fn versions_without_slugs_use_the_workspace_id() {
    let server = Server::start(Version::V6_4).await.unwrap();
    let session = connect(&server).session().login(ALICE.login, ALICE.password).await.unwrap();
    for name in ["common", COMMON_ID] {
        let made = session.workspace(name).call(access_fs::mkdir(format!("/in-{name}"))).await;
        made.unwrap();
        assert_eq!(field(&server.last().unwrap(), "tmp_repository_id"), COMMON_ID);
        assert!(server.has("common", &format!("/in-{name}")));
    }
    assert_eq!(count(&server, "get_xml_registry"), 1);
    let before = server.inventory();
    // Alice may not enter the administration, which is also a workspace.
    for name in ["nowhere", "settings"] {
        let error = session.workspace(name).call(access_fs::mkdir("/zz")).await.unwrap_err();
        assert!(error.kind() == ErrorKind::UnknownWorkspace, "{error:?}");
    }
    assert_eq!((server.inventory(), count(&server, "mkdir")), (before, 2));
}

#[tokio::test]
async fn a_session_is_identified_by_its_cookie() {
    let (server, session) = logged_in().await;
    ls(&session).await.unwrap();
    let seen = server.seen();
    let cookies: Vec<_> = seen.iter().map(|seen| seen.header("cookie")).collect();
    let [None, Some(first), Some(also_first), Some(second)] = cookies[..] else {
        panic!("{cookies:?}")
    };
    assert!(first == also_first && first != second && second.starts_with("AjaXplorer="));
    let last = &seen[3];
    assert_eq!(field(last, "tmp_repository_id"), "common");
    assert_eq!(field(last, "secure_token").len(), 32);
    assert_eq!(last.header("authorization"), None);
}

#[tokio::test]
async fn dropping_a_session_sends_nothing() {
    let (server, session) = logged_in().await;
    let sent = server.seen().len();
    drop(session);
    let session = connect(&server).session().login("alice", ALICE.password).await.unwrap();
    session.logout().await.unwrap();
    assert_eq!((server.seen().len(), count(&server, "logout")), (sent + 4, 1));
    let error = ls(&session).await.unwrap_err();
    assert!(error.kind() == ErrorKind::SessionExpired, "{error:?}");
    assert_eq!(count(&server, "login"), 2);
}

#[tokio::test]
async fn a_wrong_password_is_reported_and_not_retried() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let outcome = connect(&server).session().login("alice", "wrong").await;
    let Err(LoginError::Refused(LoginResult::BadCredentials, _)) = outcome else {
        panic!("{outcome:?}")
    };
    assert_eq!(count(&server, "login"), 1);
}

/// The server reports it like a wrong password.
#[tokio::test]
async fn locked_out_users_are_refused() {
    let server = Server::start(Version::V8_2).await.unwrap();
    server.lock_user("alice", "logout");
    let outcome = connect(&server).session().login("alice", ALICE.password).await;
    let Err(LoginError::Refused(LoginResult::BadCredentials, failure)) = outcome else {
        panic!("{outcome:?}")
    };
    assert!(failure.message().contains("locked"), "{failure}");
}

#[tokio::test]
async fn another_server_receives_nothing_of_a_session() {
    let (server, session) = logged_in().await;
    let other = Server::start(Version::V8_2).await.unwrap();
    let files = session.workspace("common");
    for status in [301, 302, 303, 307, 308] {
        let redirect = || {
            let to = format!("{}/index.php", other.url());
            server.fail(Fault::Answer(Canned::redirect(status, &to)));
        };
        redirect();
        let listed = files.call(access_fs::ls("/")).await.map(drop);
        redirect();
        let made = files.call(access_fs::mkdir("/a")).await.map(drop);
        redirect();
        let loaded = files.call(access_fs::download("/a.txt")).await.map(drop);
        for outcome in [listed, made, loaded] {
            assert!(
                outcome.as_ref().is_err_and(|error| error.kind() == ErrorKind::Redirected),
                "{status}: {outcome:?}"
            );
        }
        // The same applies during a login.
        redirect();
        let outcome = connect(&server).session().login("alice", ALICE.password).await;
        assert!(
            matches!(&outcome, Err(LoginError::Failed(error)) if error.kind() == ErrorKind::Redirected),
            "{outcome:?}"
        );
    }
    assert!(other.seen().is_empty());
    ls(&session).await.unwrap();
}
