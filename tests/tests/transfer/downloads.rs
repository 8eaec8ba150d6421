//! Downloads: complete, or an error.

use std::time::Duration;

use pydio_client::{
    transfer::Check,
    v1::{access_fs, editor_diaporama},
    v2,
};

use crate::{
    server::Fault,
    support::{AT_ONCE, Local, connect, kind, listener, noise, pydio},
};

#[tokio::test]
async fn files_of_any_size_arrive() {
    let (server, files) = connect().await;
    let local = Local::new();
    for size in [0, 1, 250, 65_536, 50_000_000] {
        let content = noise(size);
        server.put("/big file é.iso", content.clone());
        let (tell, told) = listener();
        let download = files.download(access_fs::download("/big file é.iso"));
        let done = download.check(Check::Hash).progress(tell).to_file(local.path("f")).await;
        let done = done.unwrap();
        assert_eq!((done.bytes, done.resumed), (size as u64, 0));
        assert!(done.md5.is_some());
        assert!(local.read("f").unwrap() == content);
        assert_eq!(local.names(), ["f"]);
        let told = told.lock().unwrap();
        assert!(told.windows(2).all(|two| two[0].bytes < two[1].bytes));
        assert!(told.iter().all(|progress| progress.total == Some(size as u64)));
        assert_eq!(told.last().unwrap().bytes, size as u64);
    }
    assert!(server.asked("download").iter().all(|asked| asked.range.is_none()));
}

#[tokio::test]
async fn a_broken_download_is_resumed() {
    let (server, files) = connect().await;
    let content = noise(3_000_000);
    server.put("/f.bin", content.clone());
    for length in [0, 1, 1_000_000] {
        server.fail("download", Fault::BreakAnswer(length));
    }
    server.fail("download", Fault::Answer(500, Vec::new(), b"PHP died"));
    server.fail("download", Fault::LoseAnswer);
    let local = Local::new();
    let (tell, told) = listener();
    let download = files.download(access_fs::download("/f.bin")).retries(3, AT_ONCE);
    let done = download.check(Check::Hash).progress(tell).to_file(local.path("f.bin")).await;
    assert_eq!(done.unwrap().bytes, 3_000_000);
    assert!(local.read("f.bin").unwrap() == content);
    let ranges: Vec<_> = server.asked("download").into_iter().map(|asked| asked.range).collect();
    let from = |start: &str| Some(format!("bytes={start}-"));
    let last = from("1000001");
    assert_eq!(ranges, [None, None, from("1"), last.clone(), last.clone(), last]);
    assert!(told.lock().unwrap().windows(2).all(|two| two[0].bytes <= two[1].bytes));
}

#[tokio::test]
async fn attempts_without_progress_are_counted() {
    let (server, files) = connect().await;
    server.put("/f.bin", noise(1000));
    for _ in 0..3 {
        server.fail("download", Fault::Answer(503, Vec::new(), b""));
    }
    let local = Local::new();
    let download = files.download(access_fs::download("/f.bin")).retries(2, AT_ONCE);
    let error = download.to_file(local.path("f")).await.unwrap_err();
    assert_eq!((&*kind(&error), error.status()), ("Status", Some(503)));
    assert_eq!((server.asked("download").len(), local.read("f")), (3, None));
}

#[tokio::test]
async fn permanent_failures_are_not_retried() {
    let (server, files) = connect().await;
    let local = Local::new();
    let login = "<html>log in</html>";
    for (fault, expected) in [
        (None, "Server"),
        (Some(Fault::Answer(200, Vec::new(), b"")), "Empty"),
        (Some(Fault::Answer(200, Vec::new(), login.as_bytes())), "UnexpectedContentType"),
        (Some(Fault::Answer(401, Vec::new(), b"")), "Forbidden"),
        (Some(Fault::Answer(413, Vec::new(), b"")), "Status"),
    ] {
        let before = server.asked("download").len();
        fault.into_iter().for_each(|fault| server.fail("download", fault));
        let download = files.download(access_fs::download("/absent")).retries(9, AT_ONCE);
        let error = download.to_file(local.path("f")).await.unwrap_err();
        assert_eq!(kind(&error), expected, "{error}");
        assert_eq!((server.asked("download").len(), local.read("f")), (before + 1, None));
    }
}

#[tokio::test]
async fn a_redirect_to_another_address_receives_no_login() {
    let (server, files) = connect().await;
    let (other, _) = connect().await;
    other.put("/f", noise(1000));
    server.put("/f", noise(1000));
    let location = format!("{}/api/common/download/f", other.url());
    for _ in 0..2 {
        let headers = vec![("location", location.clone())];
        server.fail("download", Fault::Answer(302, headers, b""));
    }
    other.fail("download", Fault::BreakAnswer(400));
    let local = Local::new();
    let download = files.download(access_fs::download("/f")).retries(1, AT_ONCE);
    // Works on any thread.
    tokio::spawn(download.to_file(local.path("f"))).await.unwrap().unwrap();
    assert!(local.read("f").unwrap() == noise(1000));
    let asked = other.asked("download");
    assert!(asked.iter().all(|asked| !asked.has_login));
    assert_eq!(asked[1].range.as_deref(), Some("bytes=400-"));
    assert!(server.asked("download").iter().all(|asked| asked.has_login));
}

/// The server announces fewer bytes than the file has, and the connection does not break: only the
/// size reveals it.
#[tokio::test]
async fn a_file_announced_too_short_is_incomplete() {
    let (server, files) = connect().await;
    server.put("/f", noise(1000));
    let local = Local::new();
    for less in [1, 999, 1000] {
        server.fail("download", Fault::SendLess(less));
        let download = files.download(access_fs::download("/f"));
        let error = download.to_file(local.path("f")).await.unwrap_err();
        assert_eq!(kind(&error), "Incomplete");
        let message = format!("received {} bytes, but the server has 1000", 1000 - less);
        assert_eq!(error.message(), message);
        assert_eq!(local.names(), [""; 0], "what came is of no use");
    }
}

#[tokio::test]
async fn a_different_checksum_is_an_error() {
    let (server, files) = connect().await;
    server.put("/f", noise(1000));
    let local = Local::new();
    let wrong = br#"{"size":1000,"hash":"00000000000000000000000000000000"}"#;
    let fault = || Fault::Answer(200, vec![("content-type", "application/json".into())], wrong);
    for check in [Check::Hash, Check::HashIfKnown] {
        server.fail("stat_hash", fault());
        let download = files.download(access_fs::download("/f")).check(check);
        let error = download.to_file(local.path("f")).await.unwrap_err();
        assert_eq!((&*kind(&error), local.names().len()), ("Incomplete", 0), "{error}");
    }
    server.state().has_hash = false;
    let download = files.download(access_fs::download("/f"));
    let error = download.check(Check::Hash).to_file(local.path("f")).await.unwrap_err();
    assert_eq!((&*kind(&error), local.names().len()), ("Incomplete", 0), "{error}");
    let download = files.download(access_fs::download("/f"));
    let done = download.check(Check::HashIfKnown).to_file(local.path("f")).await.unwrap();
    assert_eq!((done.bytes, done.md5), (1000, None));
}

#[tokio::test]
async fn a_short_pause_is_harmless_and_a_long_one_breaks_the_connection() {
    let (server, _) = connect().await;
    server.put("/f", noise(200_000));
    let builder = pydio_client::Pydio::builder(server.url()).read_timeout(Duration::from_secs(2));
    let files = builder.build().unwrap().workspace("common");
    let local = Local::new();
    server.fail("download", Fault::Pause(65_536, Duration::from_millis(100)));
    server.fail("download", Fault::Pause(131_072, Duration::from_secs(30)));
    for tries in [1, 2] {
        let before = server.asked("download").len();
        let download = files.download(access_fs::download("/f")).retries(1, AT_ONCE);
        download.to_file(local.path("f")).await.unwrap();
        assert!(local.read("f").unwrap() == noise(200_000));
        assert_eq!(server.asked("download").len(), before + tries);
    }
}

#[tokio::test]
async fn a_writer_gets_every_byte_once() {
    let (server, files) = connect().await;
    server.put("/f", noise(500_000));
    server.fail("download", Fault::BreakAnswer(200_000));
    let mut written = Vec::new();
    let download = files.download(access_fs::download("/f")).retries(1, AT_ONCE);
    let done = download.check(Check::Hash).to_writer(&mut written).await.unwrap();
    assert_eq!((done.bytes, written == noise(500_000)), (500_000, true));
}

#[tokio::test]
async fn a_missing_folder_is_reported() {
    let (server, files) = connect().await;
    server.put("/f", "x");
    let local = Local::new();
    for path in [local.path("absent/f"), local.path("."), "/".into()] {
        let download = files.download(access_fs::download("/f"));
        let error = download.to_file(path).await.unwrap_err();
        assert_eq!(kind(&error), "LocalFile", "{error}");
    }
    assert!(server.asked("download").is_empty());
}

/// The size is that of the picture alone.
#[tokio::test]
async fn previews_are_not_compared_with_their_file() {
    let (server, files) = connect().await;
    let headers = vec![("content-type", "image/png".to_owned())];
    server.fail("preview_data_proxy", Fault::Answer(200, headers, b"a picture"));
    server.put("/f.png", noise(1000));
    let mut picture = Vec::new();
    let call = editor_diaporama::preview_data_proxy("/f.png").get_thumb(true);
    files.download(call).to_writer(&mut picture).await.unwrap();
    assert_eq!(picture, b"a picture");
    assert!(server.asked("stat").is_empty());
}

#[tokio::test]
async fn an_operation_downloads_as_well() {
    let (server, _) = connect().await;
    server.put("/d/f.bin", noise(100_000));
    server.fail("download", Fault::BreakAnswer(30_000));
    let local = Local::new();
    let pydio = pydio(&server);
    let download = pydio.download(v2::file::download("common", "/d/f.bin"));
    let done = download.retries(1, AT_ONCE).to_file(local.path("f")).await.unwrap();
    assert_eq!((done.bytes, local.read("f").unwrap() == noise(100_000)), (100_000, true));
    let asked = server.asked("download");
    assert_eq!(asked[1].target, "/sub/api/v2/io/common/d/f.bin");
    assert_eq!(asked[1].range.as_deref(), Some("bytes=30000-"));
}
