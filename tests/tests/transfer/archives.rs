//! Archives that the server creates of several nodes, or of a folder.

use pydio_client::v1::access_fs;

use crate::{
    server::{Fault, ZIP},
    support::{AT_ONCE, Local, connect, kind, noise},
};

#[tokio::test]
async fn a_selection_is_downloaded_as_an_archive() {
    let (server, files) = connect().await;
    server.put("/a", noise(10));
    server.put("/b", noise(10));
    server.state().store.make_folder("/d");
    let local = Local::new();
    for call in [
        access_fs::download("/").nodes(["/a", "/b"]).archive_name("my.zip"),
        access_fs::download("/d"),
        access_fs::download("/"),
    ] {
        let done = files.download(call).to_file(local.path("f.zip")).await.unwrap();
        assert_eq!((done.bytes, local.read("f.zip").unwrap()), (22, ZIP.to_vec()));
    }
    assert!(server.asked("stat").is_empty(), "no node has the size of an archive");
}

#[tokio::test]
async fn an_interrupted_archive_is_restarted() {
    let (server, files) = connect().await;
    server.fail("download", Fault::BreakAnswer(10));
    let local = Local::new();
    let archive = || files.download(access_fs::download("/").nodes(["/a", "/b"]));
    archive().retries(1, AT_ONCE).to_file(local.path("f.zip")).await.unwrap();
    assert_eq!(local.read("f.zip").unwrap(), ZIP);
    assert!(server.asked("download").iter().all(|asked| asked.range.is_none()));
    // Another run does not resume it either.
    server.fail("download", Fault::BreakAnswer(10));
    let error = archive().retries(0, AT_ONCE).to_file(local.path("g.zip")).await.unwrap_err();
    assert_eq!((&*kind(&error), local.read("g.zip")), ("Transport", None));
    archive().to_file(local.path("g.zip")).await.unwrap();
    assert!(server.asked("download").iter().all(|asked| asked.range.is_none()));
    // Bytes passed to a writer cannot be revoked.
    server.fail("download", Fault::BreakAnswer(10));
    let error = archive().retries(5, AT_ONCE).to_writer(&mut Vec::new()).await.unwrap_err();
    assert_eq!(kind(&error), "Transport");
}

/// The server ran out of time while packing, and announced the incomplete length.
#[tokio::test]
async fn a_truncated_archive_is_incomplete() {
    let (server, files) = connect().await;
    let local = Local::new();
    for less in [1, 10, 22] {
        server.fail("download", Fault::SendLess(less));
        let download = files.download(access_fs::download("/").nodes(["/a", "/b"]));
        let error = download.to_file(local.path("f.zip")).await.unwrap_err();
        assert_eq!((&*kind(&error), local.names().len()), ("Incomplete", 0), "{error}");
    }
}
