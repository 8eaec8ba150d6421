//! Where a redirect may send a call, and which data it may forward.

use pydio_client::{ErrorKind, v1::access_fs};
use pydio_tests::{ALICE, Canned, Fault, Server, Version};

use crate::support::{common, connect};

#[tokio::test]
async fn a_redirect_on_the_same_address_is_followed() {
    for (status, location) in [(301, "/api/common/ls/b"), (302, "b"), (307, "./b"), (308, "b?x=1")]
    {
        let (server, files) = common().await;
        server.put("common", "/b/found.txt", "");
        server.fail(Fault::Answer(Canned::redirect(status, location)));
        let listing = files.call(access_fs::ls("/b")).await.unwrap();
        assert_eq!(listing.nodes[0].label(), "found.txt", "{location}");
        let seen = server.seen();
        assert_eq!(seen.len(), 2);
        assert_eq!(seen[0].header("authorization"), seen[1].header("authorization"));
        assert!(seen[1].header("authorization").is_some());
    }
}

#[tokio::test]
async fn another_address_does_not_receive_the_login() {
    let other = Server::start(Version::V8_2).await.unwrap();
    let (server, files) = common().await;
    server.fail(Fault::Answer(Canned::redirect(302, &format!("{}/api/common/ls/", other.url()))));
    let error = files.call(access_fs::ls("/")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Redirected, "{error:?}");
    assert!(error.message().contains(&other.url()), "{error}");
    let seen = other.last().unwrap();
    assert_eq!(seen.header("authorization"), None);
    assert_eq!(seen.target, "/api/common/ls/");
}

#[tokio::test]
async fn post_requests_are_not_repeated() {
    for status in [301, 302, 303, 307, 308] {
        let (server, files) = common().await;
        server.fail(Fault::Answer(Canned::redirect(status, "/elsewhere")));
        let error = files.call(access_fs::mkfile("/a.txt")).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Redirected, "{status}: {error:?}");
        assert_eq!(server.seen().len(), 1);
    }
}

#[tokio::test]
async fn a_redirect_loop_is_an_error() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let files = connect(&server, &ALICE).workspace("common");
    for _ in 0..20 {
        server.fail(Fault::Answer(Canned::redirect(302, "/api/common/ls/")));
    }
    let error = files.call(access_fs::ls("/")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Redirected, "{error:?}");
    assert!(server.seen().len() < 10);
}

#[tokio::test]
async fn a_redirect_to_another_scheme_is_not_followed() {
    for location in ["file:///etc/passwd", "ftp://a.test/", "http://u:p@127.0.0.1/", ""] {
        let (server, files) = common().await;
        server.fail(Fault::Answer(Canned::redirect(302, location)));
        server.fail(Fault::Answer(Canned::redirect(302, "data:x")));
        let error = files.call(access_fs::ls("/")).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Redirected, "{location}: {error:?}");
    }
}
