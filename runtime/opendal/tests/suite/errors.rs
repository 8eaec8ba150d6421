//! Errors of the server, as kinds of OpenDAL.

use opendal_core::{ErrorKind, Operator};
use pydio_opendal::PydioBuilder;
use pydio_test_server::{ALICE, Account, BOB, Canned, Fault, Server, Version};

use crate::server::{ROOT, WORKSPACE, kind, operator, start};

#[tokio::test]
async fn a_wrong_password_is_a_denied_permission_and_is_not_shown() {
    let (server, _) = start().await;
    let wrong = Account { login: "alice", password: "wr0ng-s3cret" };
    let files = operator(&server, &wrong, WORKSPACE, "/");
    let error = files.stat("f").await.unwrap_err();
    assert!(error.kind() == ErrorKind::PermissionDenied && !error.is_temporary(), "{error}");
    assert!(!format!("{error} {error:?}").contains(wrong.password));
}

#[tokio::test]
async fn a_user_who_may_only_read_cannot_write() {
    let (server, _) = start().await;
    let alice = operator(&server, &ALICE, WORKSPACE, ROOT);
    alice.write("f", "1").await.unwrap();
    let bob = operator(&server, &BOB, WORKSPACE, ROOT);
    assert_eq!(bob.read("f").await.unwrap().to_vec(), b"1");
    assert_eq!(bob.list("/").await.unwrap().len(), 2);
    let errors = [
        kind(bob.write("f", "2").await),
        kind(bob.write("g", "2").await),
        kind(bob.write("x/y/g", "2").await),
        kind(bob.write_with("f", "2").append(true).await),
        kind(bob.create_dir("d/").await),
        kind(bob.delete("f").await),
        kind(bob.copy("f", "g").await),
        kind(bob.rename("f", "g").await),
    ];
    assert_eq!(errors, [ErrorKind::PermissionDenied; 8]);
    assert_eq!(bob.read("f").await.unwrap().to_vec(), b"1");
}

#[tokio::test]
async fn a_missing_workspace_is_an_invalid_configuration() {
    let (server, _) = start().await;
    let files = operator(&server, &ALICE, "nowhere", "/");
    assert_eq!(kind(files.stat("f").await), ErrorKind::ConfigInvalid);
}

#[tokio::test]
async fn only_what_may_pass_is_temporary() {
    let (server, files) = start().await;
    for (status, expected, is_temporary) in [
        (429, ErrorKind::RateLimited, true),
        (502, ErrorKind::Unexpected, true),
        (503, ErrorKind::Unexpected, true),
        (504, ErrorKind::Unexpected, true),
        (500, ErrorKind::Unexpected, false),
        (404, ErrorKind::Unexpected, false),
    ] {
        server.fail(Fault::Answer(Canned::new(status, "text/html", "<html>front</html>")));
        let error = files.stat("f").await.unwrap_err();
        assert_eq!((error.kind(), error.is_temporary()), (expected, is_temporary), "{status}");
    }
    server.fail(Fault::Drop);
    assert!(files.stat("f").await.unwrap_err().is_temporary());
    server.fail(Fault::Error("database is locked".to_owned()));
    let error = files.stat("f").await.unwrap_err();
    assert!(error.to_string().contains("database is locked") && !error.is_temporary());
}

#[tokio::test]
async fn a_server_that_is_not_there_is_a_temporary_error() {
    let builder = PydioBuilder::default().endpoint("http://127.0.0.1:1").workspace("w");
    let files = Operator::new(builder.user("u").password("p")).unwrap();
    let error = files.stat("f").await.unwrap_err();
    assert!(error.is_temporary() && error.kind() == ErrorKind::Unexpected, "{error}");
}

#[tokio::test]
async fn an_exceeded_quota_writes_nothing() {
    let server = Server::builder(Version::V8_2).quota(1000).start().await.unwrap();
    let files = operator(&server, &ALICE, WORKSPACE, ROOT);
    let error = files.write("f", vec![0; 5000]).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Unexpected && error.to_string().contains("507"), "{error}");
    assert!(!files.exists("f").await.unwrap());
}
