//! The checks of a finished download, and what happens if they fail.

use std::io::Cursor;

use pydio_client::{ErrorKind, transfer::Check, v1::access_fs, v2};

use crate::{
    server::{Fault, Server, ZIP},
    support::{AT_ONCE, Local, connect, kind, noise, pydio},
};

/// Sets the response to the next query of a node, on a server without checksums.
fn answer(server: &Server, status: u16, media_type: &str, body: &'static str) {
    server.state().has_hash = false;
    answer_of(server, "stat", status, media_type, body);
}

fn answer_of(
    server: &Server,
    action: &'static str,
    status: u16,
    media_type: &str,
    body: &'static str,
) {
    let headers = vec![("content-type", media_type.to_owned())];
    server.fail(action, Fault::Answer(status, headers, body.as_bytes()));
}

#[tokio::test]
async fn a_removed_or_grown_file_is_incomplete() {
    let (server, files) = connect().await;
    let local = Local::new();
    server.put("/f", noise(100));
    for (action, body, says) in [
        ("stat_hash", "{}", "no such file"),
        ("stat_hash", "{\"size\":101,\"hash\":\"0\"}", "the server has 101"),
        ("stat", "{}", "no such file"),
        ("stat", "{\"size\":101}", "the server has 101"),
    ] {
        server.state().has_hash = action == "stat_hash";
        answer_of(&server, action, 200, "application/json", body);
        let download = files.download(access_fs::download("/f"));
        let error = download.to_file(local.path("f")).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Incomplete && error.to_string().contains(says));
        assert!(local.names().is_empty(), "another run starts over");
    }
}

#[tokio::test]
async fn an_unverified_part_is_kept_for_another_run() {
    let (server, files) = connect().await;
    let local = Local::new();
    server.put("/f", noise(100));
    answer(&server, 403, "text/html", "Forbidden");
    let download = || files.download(access_fs::download("/f")).retries(0, AT_ONCE);
    let error = download().to_file(local.path("f")).await.unwrap_err();
    assert_ne!(kind(&error), "Incomplete", "{error}");
    assert!(local.read("f").is_none());
    assert_eq!(local.read("f.part").unwrap(), noise(100));
    assert_eq!(download().to_file(local.path("f")).await.unwrap().resumed, 100);
}

#[tokio::test]
async fn without_stat_the_announced_length_counts() {
    let (server, files) = connect().await;
    let local = Local::new();
    server.put("/f", noise(100));
    let unknown = "<tree><message type=\"ERROR\">Could not find action stat</message></tree>";
    answer(&server, 200, "text/xml", unknown);
    let done = files.download(access_fs::download("/f")).to_file(local.path("f")).await.unwrap();
    assert_eq!((done.bytes, local.read("f").unwrap()), (100, noise(100)));
    // Without an announced length either, completeness is unknown. (An empty file has no range.)
    server.put("/empty", "");
    answer(&server, 200, "text/xml", unknown);
    server.fail("download", Fault::OverRun(0));
    let download = files.download(access_fs::download("/empty")).retries(0, AT_ONCE);
    let error = download.to_file(local.path("g")).await.unwrap_err();
    assert_eq!((&*kind(&error), local.read("g")), ("UnknownAction", None));
}

#[tokio::test]
async fn a_response_without_a_length_is_not_trusted() {
    let (server, _) = connect().await;
    let local = Local::new();
    server.put("/empty", "");
    server.fail("download", Fault::OverRun(0));
    let download = pydio(&server).download(v2::file::download("common", "/empty"));
    let error = download.to_file(local.path("f")).await.unwrap_err();
    assert!(error.to_string().contains("the length of the file is unknown"), "{error}");
    assert!(local.names().is_empty());
}

#[tokio::test]
async fn an_archive_in_a_writer_is_checked() {
    let (server, files) = connect().await;
    let archive = || files.download(access_fs::download("/").nodes(["/a", "/b"]));
    let mut writer = Vec::new();
    let done = archive().check(Check::HashIfKnown).to_writer(&mut writer).await.unwrap();
    assert_eq!((done.bytes, done.md5, &*writer), (22, None, &ZIP[..]));
    server.fail("download", Fault::SendLess(1));
    let error = archive().to_writer(&mut Vec::new()).await.unwrap_err();
    assert!(error.to_string().contains("is truncated"), "{error}");
    let error = archive().check(Check::Hash).to_writer(&mut Vec::new()).await.unwrap_err();
    assert!(error.to_string().contains("no checksum"), "{error}");
}

#[tokio::test]
async fn a_full_writer_is_a_local_error() {
    let (server, files) = connect().await;
    server.put("/f", noise(100_000));
    let mut room = [0; 1000];
    let download = files.download(access_fs::download("/f")).retries(5, AT_ONCE);
    let error = download.to_writer(Cursor::new(&mut room[..])).await.unwrap_err();
    assert_eq!(kind(&error), "LocalFile", "{error}");
    assert_eq!(server.asked("download").len(), 1, "another try would not make room");
}

/// The server truncates a file that grew on its disk to the cached size.
#[tokio::test]
async fn a_file_that_grew_without_pydio_is_incomplete() {
    let (server, files) = connect().await;
    let local = Local::new();
    server.put("/f", noise(100));
    server.fail("download", Fault::SendLess(20));
    let body = "{\"size\":80,\"hash\":\"5f4dcc3b5aa765d61d8327deb882cf99\"}";
    answer_of(&server, "stat_hash", 200, "application/json", body);
    let download = files.download(access_fs::download("/f"));
    let error = download.to_file(local.path("f")).await.unwrap_err();
    assert_eq!(kind(&error), "Incomplete");
    assert!(error.to_string().contains("`lsync`"), "{error}");
    assert!(local.names().is_empty());
}

/// A checksum takes time, and an intermediary times out first.
#[tokio::test]
async fn an_unavailable_checksum_leaves_a_file_unverified() {
    let (server, files) = connect().await;
    let local = Local::new();
    server.put("/f", noise(100));
    for check in [Check::HashIfKnown, Check::Hash] {
        server.fail("stat_hash", Fault::Answer(504, Vec::new(), b"<html>timeout</html>"));
        let download = files.download(access_fs::download("/f")).retries(0, AT_ONCE);
        match download.check(check).to_file(local.path("f")).await {
            Ok(done) => assert_eq!((check, done.md5), (Check::HashIfKnown, None)),
            Err(error) => assert_eq!((check, &*kind(&error)), (Check::Hash, "Status")),
        }
    }
}
