//! Failures on the way of an operation return a specific error.

use std::time::{Duration, Instant};

use pydio_client::{
    ErrorKind, Pydio,
    v2::{file, provisioning, user_account},
};
use pydio_tests::{ALICE, Canned, Fault, Server, Version};

use crate::support::{connect, json, kind};

#[tokio::test]
async fn a_truncated_body_is_an_error() {
    for length in [0, 1, 30, 100] {
        let (server, pydio) = connect().await;
        server.put("common", "/a.txt", "x".repeat(1000));
        let cut = || server.fail(Fault::Truncate(length));
        cut();
        let error = pydio.call(file::get_node_infos("common", "/a.txt")).await.unwrap_err();
        assert_eq!(kind(&error), "Transport", "{length}");
        cut();
        let error = pydio.call(user_account::user_info()).await.unwrap_err();
        assert_eq!(kind(&error), "Transport", "{length}");
        cut();
        let error = pydio.call(file::create_node("common", "/new/")).await.unwrap_err();
        assert_eq!(kind(&error), "Transport", "{length}");
        cut();
        let download = pydio.call(file::download("common", "/a.txt")).await.unwrap();
        assert_eq!(kind(&download.bytes(u64::MAX).await.unwrap_err()), "Transport", "{length}");
    }
}

/// With a matching length, so that only the document itself shows it.
#[tokio::test]
async fn a_truncated_document_is_an_error() {
    let whole = "{\"node\":{\"path\":null},\"children\":{\"/a\":{\"path\":\"/a\"}}}";
    for length in 1..whole.len() {
        let (server, pydio) = connect().await;
        server.fail(Fault::Answer(json(&whole.as_bytes()[..length])));
        let error = pydio.call(file::get_node_infos("common", "/")).await.unwrap_err();
        assert_eq!(kind(&error), "Malformed", "{length}: {error:?}");
    }
}

#[tokio::test]
async fn failed_calls_are_not_repeated() {
    let (server, pydio) = connect().await;
    server.put("common", "/a.txt", "a");
    let broken = || {
        let page = Canned::new(502, "text/html", "<html>bad gateway</html>");
        [Fault::Drop, Fault::Truncate(0), Fault::Answer(page)]
    };
    for fault in broken() {
        server.fail(fault.clone());
        assert!(pydio.call(file::create_node("common", "/new/")).await.is_err(), "{fault:?}");
        server.fail(fault.clone());
        assert!(pydio.call(file::upload_stream("common", "/b", "b")).await.is_err(), "{fault:?}");
        server.fail(fault.clone());
        assert!(pydio.call(file::delete_node("common", "/a.txt")).await.is_err(), "{fault:?}");
        server.fail(fault.clone());
        assert!(pydio.call(provisioning::get_roles()).await.is_err(), "{fault:?}");
    }
    assert_eq!(server.seen().len(), 4 * broken().len());
}

#[tokio::test]
async fn a_slow_response_times_out() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let builder = Pydio::builder(server.url()).login(ALICE.login, ALICE.password);
    let pydio = builder.read_timeout(Duration::from_millis(500)).build().unwrap();
    for fault in [Fault::Delay, Fault::Stall] {
        let begin = Instant::now();
        server.fail(fault(Duration::from_secs(60)));
        let error = pydio.call(user_account::user_info()).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Transport, "{error:?}");
        assert!(error.to_string().contains("time"), "{error}");
        assert!(begin.elapsed() < Duration::from_secs(20));
    }
}

/// The server takes the address for one of REST v1, on a workspace called `v2`.
#[tokio::test]
async fn a_server_without_v2_is_reported() {
    let server = Server::start(Version::V6_4).await.unwrap();
    let builder = Pydio::builder(server.url()).login(ALICE.login, ALICE.password);
    let pydio = builder.build().unwrap();
    let error = pydio.call(file::get_node_infos("common", "/")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::UnknownAction, "{error:?}");
    assert!(error.message().contains("v2"), "{error}");
    let told = pydio.diagnose(&error).await.unwrap().to_string();
    assert!(told.contains("the bindings are for 8.2.5, but the server is 6.4.2"), "{told}");
}
