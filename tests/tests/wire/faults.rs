//! Failures on the way return a specific error, and never a truncated success.

use std::time::{Duration, Instant};

use pydio_client::{
    ErrorKind, Pydio, Workspace,
    response::AnyResponse,
    v1::{access_ajxp_conf, access_fs, conf_sql},
};
use pydio_tests::{ALICE, Canned, Fault, Server, Version};

use crate::support::common;

/// Returns a workspace whose client waits no longer than that.
fn impatient(server: &Server, read: Duration) -> Workspace {
    let builder = Pydio::builder(server.url()).login(ALICE.login, ALICE.password);
    builder.read_timeout(read).build().unwrap().workspace("common")
}

#[tokio::test]
async fn a_truncated_body_is_an_error() {
    for length in [0, 1, 40, 300] {
        let (server, files) = common().await;
        server.put("common", "/a.txt", "x".repeat(1000));
        let cut = || server.fail(Fault::Truncate(length));
        cut();
        let error = files.call(access_fs::ls("/").options("al")).await.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Transport | ErrorKind::Malformed),
            "{length}: {error:?}"
        );
        cut();
        let error = files.call(access_fs::stat("/a.txt")).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Transport, "{length}: {error:?}");
        cut();
        let error = files.call(access_fs::mkfile("/b.txt")).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Transport, "{length}: {error:?}");
        cut();
        let download = files.call(access_fs::download("/a.txt")).await.unwrap();
        let error = download.bytes(u64::MAX).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Transport, "{length}: {error:?}");
    }
}

#[tokio::test]
async fn a_dropped_connection_is_an_error_and_not_repeated() {
    let (server, files) = common().await;
    for _ in 0..2 {
        server.fail(Fault::Drop);
        let error = files.call(access_fs::mkfile("/a.txt")).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Transport, "{error:?}");
        assert!(!server.has("common", "/a.txt"));
        // The next call opens a new connection.
        files.call(access_fs::ls("/")).await.unwrap();
    }
    assert_eq!(server.seen().len(), 4);
}

#[tokio::test]
async fn an_unreachable_server_is_an_error() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let files = impatient(&server, Duration::from_secs(5));
    drop(server);
    tokio::time::sleep(Duration::from_millis(50)).await;
    let error = files.call(access_fs::ls("/")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Transport, "{error:?}");
}

#[tokio::test]
async fn a_slow_response_times_out() {
    let server = Server::start(Version::V8_2).await.unwrap();
    server.put("common", "/a.txt", "x".repeat(100_000));
    let files = impatient(&server, Duration::from_secs(2));
    for fault in [Fault::Delay, Fault::Stall] {
        let begin = Instant::now();
        server.fail(fault(Duration::from_secs(60)));
        let error = files.call(access_fs::ls("/")).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Transport, "{error:?}");
        assert!(error.to_string().contains("time"), "{error}");
        assert!(begin.elapsed() < Duration::from_secs(20));
    }
    server.fail(Fault::Stall(Duration::from_secs(60)));
    let mut download = files.call(access_fs::download("/a.txt")).await.unwrap();
    while let Ok(chunk) = download.chunk().await {
        assert!(chunk.is_some(), "the download ended as if it were whole");
    }
}

#[tokio::test]
async fn a_pause_within_the_limit_is_harmless() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let files = impatient(&server, Duration::from_secs(5));
    for fault in [Fault::Delay, Fault::Stall] {
        server.fail(fault(Duration::from_millis(100)));
        assert!(files.call(access_fs::ls("/")).await.is_ok());
    }
}

#[tokio::test]
async fn a_response_above_the_limit_is_refused() {
    let server = Server::start(Version::V8_2).await.unwrap();
    for n in 0..50 {
        server.put("common", &format!("/{n}.txt"), "x".repeat(100_000));
    }
    let builder = Pydio::builder(server.url()).login(ALICE.login, ALICE.password);
    let files = builder.max_response_size(5000).build().unwrap().workspace("common");
    let error = files.call(access_fs::ls("/").options("al")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::TooLarge, "{error:?}");
    assert!(files.call(access_fs::stat("/1.txt")).await.is_ok());
    // A download is not buffered in memory, and has no limit.
    let download = files.call(access_fs::download("/1.txt")).await.unwrap();
    assert_eq!(download.bytes(u64::MAX).await.unwrap().len(), 100_000);
}

#[tokio::test]
async fn a_wrong_prefix_is_reported() {
    let server = Server::builder(Version::V8_2).prefix("/pydio").start().await.unwrap();
    let url = server.url();
    for url in [url.trim_end_matches("/pydio").to_owned(), format!("{url}/sub")] {
        let pydio = Pydio::builder(url).login(ALICE.login, ALICE.password).build().unwrap();
        let error = pydio.workspace("common").call(access_fs::ls("/")).await.unwrap_err();
        assert!(error.kind() == ErrorKind::UnexpectedContentType, "{error:?}");
        assert_eq!(error.status(), Some(404));
    }
}

#[tokio::test]
async fn a_web_page_is_an_error() {
    let (server, files) = common().await;
    let page = || {
        let html = "<!DOCTYPE html>\n<html><body>Welcome</body></html>";
        server.fail(Fault::Answer(Canned::new(200, "text/html; charset=UTF-8", html)));
    };
    page();
    let error = files.call(access_fs::ls("/")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::UnexpectedContentType, "{error:?}");
    page();
    let error = files.call(access_fs::stat("/")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::UnexpectedContentType, "{error:?}");
    page();
    let error = files.call(access_fs::download("/a.txt")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::UnexpectedContentType, "{error:?}");
    page();
    let error = files.call(access_fs::mkfile("/a.txt")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::UnexpectedContentType, "{error:?}");
    page();
    let error = files.call(conf_sql::user_team_list_users("team")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::UnexpectedContentType, "{error:?}");
    // An action without a declared response may return HTML, so the caller has to check.
    let piece = Canned::new(200, "text/html; charset=UTF-8", "<ul></ul>");
    server.fail(Fault::Answer(piece));
    let answer = files.call(access_ajxp_conf::edit("anything")).await.unwrap();
    assert!(matches!(answer, AnyResponse::Text(_)), "{answer:?}");
}

#[tokio::test]
async fn a_status_of_the_web_server_is_reported() {
    let (server, files) = common().await;
    for status in [400, 403, 413, 500, 502, 503, 504] {
        server.fail(Fault::Answer(Canned::new(status, "text/html", "<html>no</html>")));
        let error = files.call(access_fs::mkfile("/a.txt")).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Status, "{error:?}");
        assert_eq!(error.status(), Some(status));
    }
    let report = "<?xml version=\"1.0\" encoding=\"UTF-8\"?><tree ><message type=\"ERROR\">bad</message></tree>";
    server.fail(Fault::Answer(Canned::new(500, "text/xml; charset=UTF-8", report)));
    let error = files.call(access_fs::mkfile("/a.txt")).await.unwrap_err();
    assert_eq!(error.message(), "bad");
}
