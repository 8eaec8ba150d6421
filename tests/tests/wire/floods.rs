//! Responses of 1 GB, which no real server sends: read up to the limit, or streamed.

use std::fmt::Debug;

use pydio_client::{
    Error, ErrorKind, Pydio, Workspace,
    v1::{access_fs, conf_sql},
    v2::{file, user_account},
};
use pydio_tests::{ALICE, Fault, Flood, Server, Version};

const GIGABYTE: u64 = 1_000_000_000;

/// The longest response that the client buffers.
const LIMIT: u64 = 1_000_000;

/// The capacity of the buffers of two sockets and of the libraries on both sides.
const BUFFERS: u64 = 16_000_000;

const XML: Flood = Flood {
    status: 200,
    media_type: "text/xml; charset=UTF-8",
    begin: "<?xml version=\"1.0\" encoding=\"UTF-8\"?><tree filename=\"/\" is_file=\"false\">",
    piece: "<tree filename=\"/a.txt\" is_file=\"true\" bytesize=\"1\"/>",
    length: GIGABYTE,
    is_announced: false,
};

/// A single element without an end.
const VALUE: Flood = Flood { begin: "<tree filename=\"/", piece: "a", ..XML };

const JSON: Flood = Flood {
    media_type: "application/json",
    begin: "{\"children\":[",
    piece: "{\"path\":\"/a\"},",
    ..XML
};

const NESTED: Flood = Flood { begin: "", piece: "[", ..JSON };

const TEXT: Flood = Flood { media_type: "text/plain", begin: "", piece: "words ", ..XML };

const PAGE: Flood = Flood { media_type: "text/html", begin: "<html>", piece: "<p>no</p>", ..XML };

const FILE: Flood = Flood {
    media_type: "application/force-download; name=\"a.bin\"",
    begin: "",
    piece: "0123456789abcdef",
    ..XML
};

async fn connect() -> (Server, Pydio, Workspace) {
    let server = Server::start(Version::V8_2).await.unwrap();
    let builder = Pydio::builder(server.url()).login(ALICE.login, ALICE.password);
    let pydio = builder.max_response_size(LIMIT).build().unwrap();
    let files = pydio.workspace("common");
    (server, pydio, files)
}

/// Asserts that a call was aborted, and that little was read before.
#[track_caller]
fn given_up<A: Debug>(server: &Server, what: &str, result: Result<A, Error>) -> Error {
    let error = result.expect_err(what);
    let taken = server.flooded();
    assert!(taken < LIMIT + BUFFERS, "{what}: {taken} bytes were read");
    error
}

#[tokio::test]
async fn a_response_is_read_only_up_to_the_limit() {
    for flood in [XML, VALUE, JSON, NESTED, TEXT, PAGE] {
        for is_announced in [false, true] {
            let what = format!("{} {:?} {is_announced}", flood.media_type, flood.piece);
            let flooded = async || {
                let (server, pydio, files) = connect().await;
                server.fail(Fault::Flood(Flood { is_announced, ..flood.clone() }));
                (server, pydio, files)
            };
            let (server, _, files) = flooded().await;
            let listed = given_up(&server, &what, files.call(access_fs::ls("/")).await);
            let (server, _, files) = flooded().await;
            let stat = given_up(&server, &what, files.call(access_fs::stat("/a")).await);
            let (server, _, files) = flooded().await;
            let made = given_up(&server, &what, files.call(access_fs::mkfile("/a")).await);
            let (server, _, files) = flooded().await;
            let state = given_up(&server, &what, files.call(conf_sql::state("/user")).await);
            let (server, pydio, _) = flooded().await;
            let infos = pydio.call(file::get_node_infos("common", "/")).await;
            let infos = given_up(&server, &what, infos);
            for error in [listed, stat, made, state, infos] {
                let is_told = matches!(
                    error.kind(),
                    ErrorKind::TooLarge | ErrorKind::Malformed | ErrorKind::UnexpectedContentType
                );
                assert!(is_told, "{what}: {error:?}");
            }
        }
    }
}

#[tokio::test]
async fn the_configured_limit_applies() {
    let (server, pydio, files) = connect().await;
    server.fail(Fault::Flood(XML));
    let error = files.call(access_fs::ls("/")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::TooLarge, "{error:?}");
    assert!(error.to_string().contains("1000000"), "{error}");
    server.fail(Fault::Flood(JSON));
    let error = pydio.call(user_account::user_info()).await.unwrap_err();
    assert!(error.kind() == ErrorKind::TooLarge, "{error:?}");
    // The next call works.
    files.call(access_fs::ls("/")).await.unwrap();
}

#[tokio::test]
async fn a_failure_is_not_read_to_its_end() {
    for status in [401, 404, 411, 500, 503] {
        for flood in [XML, JSON, PAGE, TEXT] {
            let (server, _, files) = connect().await;
            server.fail(Fault::Flood(Flood { status, ..flood.clone() }));
            let result = files.call(access_fs::ls("/")).await;
            let error = given_up(&server, &format!("{status} {}", flood.media_type), result);
            assert_eq!(error.status(), Some(status), "{error:?}");
        }
    }
}

#[tokio::test]
async fn a_session_has_the_same_limit() {
    for flood in [XML, JSON, TEXT, PAGE] {
        let server = Server::start(Version::V8_2).await.unwrap();
        let pydio = Pydio::builder(server.url()).max_response_size(LIMIT).build().unwrap();
        server.fail(Fault::Flood(flood.clone()));
        let begun = pydio.session().login(ALICE.login, ALICE.password).await;
        let taken = server.flooded();
        assert!(taken < LIMIT + BUFFERS, "{}: {taken} bytes", flood.media_type);
        let session = match begun {
            Ok(session) => session,
            Err(_) => pydio.session().login(ALICE.login, ALICE.password).await.unwrap(),
        };
        server.fail(Fault::Flood(flood.clone()));
        let listed = session.workspace("common").call(access_fs::ls("/")).await;
        let error = listed.expect_err(flood.media_type);
        assert!(!error.is_auth(), "{error:?}");
        assert!(server.flooded() < 2 * (LIMIT + BUFFERS), "{}", flood.media_type);
    }
}

/// Returns the resident memory of this process in kB.
#[cfg(target_os = "linux")]
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_download_of_a_gigabyte_is_not_buffered() {
    let (server, _, files) = connect().await;
    server.fail(Fault::Flood(Flood { is_announced: true, ..FILE }));
    let mut download = files.call(access_fs::download("/a.bin")).await.unwrap();
    let before = resident();
    let (mut length, mut most) = (0, before);
    while let Some(chunk) = download.chunk().await.unwrap() {
        if length >> 24 != (length + chunk.len() as u64) >> 24 {
            most = most.max(resident());
        }
        length += chunk.len() as u64;
    }
    assert!(length >= GIGABYTE, "{length}");
    assert_eq!(length, server.flooded());
    // Other tests run concurrently, and need some memory as well.
    assert!(most - before < 100_000, "{before} kB, then {most} kB");
}

#[tokio::test]
async fn a_dropped_download_is_not_read_further() {
    let (server, _, files) = connect().await;
    server.fail(Fault::Flood(FILE));
    let mut download = files.call(access_fs::download("/a.bin")).await.unwrap();
    assert!(download.chunk().await.unwrap().is_some());
    drop(download);
    files.call(access_fs::ls("/")).await.unwrap();
    assert!(server.flooded() < BUFFERS, "{}", server.flooded());
    server.fail(Fault::Flood(FILE));
    let download = files.call(access_fs::download("/a.bin")).await.unwrap();
    let error = download.bytes(LIMIT).await.unwrap_err();
    assert!(error.kind() == ErrorKind::TooLarge, "{error:?}");
    assert!(server.flooded() < 2 * BUFFERS, "{}", server.flooded());
}
