//! Runs transfers behind a proxy that injects faults into any of their requests.

use std::{fs, time::Duration};

use pydio_client::{
    Body, Error, Pydio, Workspace,
    transfer::{Check, Existing},
    v1::access_fs,
};
use pydio_runtime::transport::HttpClient;
use pydio_tests::{
    ALICE, Server, Version,
    sweep::{Expected, Outcome, Place, sweep},
};

use crate::support::{AT_ONCE, noise};

/// Without retries, and with three.
const RETRIES: [u32; 2] = [0, 3];

thread_local! {
    /// A single client, since each one reads the certificates of the system.
    static CLIENT: HttpClient =
        HttpClient::builder().read_timeout(Duration::from_secs(30)).build().unwrap();
}

/// Creates a server with files, and a local file.
async fn place() -> Place {
    let server = Server::start(Version::V8_2).await.unwrap();
    server.put("common", "/docs/a.bin", noise(50_000));
    server.put("common", "/docs/b.txt", "words");
    server.put("common", "/f.bin", "before");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("f.bin"), noise(100_000)).unwrap();
    Place { server, folder }
}

fn files(url: &str) -> Workspace {
    let builder = Pydio::builder(url).login(ALICE.login, ALICE.password);
    builder.transport(CLIENT.with(HttpClient::clone)).build().unwrap().workspace("common")
}

fn outcome<T>(result: Result<T, Error>, told: impl FnOnce(T) -> String) -> Outcome {
    match result {
        Ok(done) => Outcome { status: 0, out: told(done), err: String::new() },
        Err(error) if error.may_be_done() => {
            Outcome { status: 3, out: String::new(), err: error.to_string() }
        }
        Err(error) => Outcome { status: 1, out: String::new(), err: error.to_string() },
    }
}

async fn assert_right(expected: Expected<'_>, run: impl AsyncFn(&str, &Place) -> Outcome) {
    let wrong = sweep(expected, place, run).await;
    assert!(wrong.is_empty(), "{} runs went wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[tokio::test]
async fn uploads() {
    let names = ["access.fs/", "meta.filehasher/stat_hash", "fs_upload", "uploadStream"];
    for part_size in [1 << 20, 30_000] {
        for is_raw in [false, true] {
            for retries in RETRIES {
                let run = async |url: &str, place: &Place| {
                    let body = Body::file(place.folder.path().join("f.bin")).await.unwrap();
                    let upload = files(url).upload(access_fs::upload("/", "f.bin", body));
                    let upload = upload.part_size(part_size).retries(retries, AT_ONCE);
                    let upload = if is_raw { upload.raw() } else { upload };
                    outcome(upload.check(Check::Hash).await, |done| {
                        format!("{} {}", done.node, done.bytes)
                    })
                };
                assert_right(Expected::naming(&names), run).await;
            }
        }
    }
}

#[tokio::test]
async fn uploads_that_replace_nothing() {
    let expected = Expected {
        is_done: Some("already exists"),
        ..Expected::naming(&["access.fs/", "meta.filehasher/"])
    };
    for (name, content) in [("new.bin", noise(1000)), ("empty", Vec::new())] {
        let run = async |url: &str, _: &Place| {
            let upload = files(url).upload(access_fs::upload("/docs", name, content.clone()));
            let upload = upload.existing(Existing::Refuse).retries(3, AT_ONCE);
            outcome(upload.await, |done| format!("{} {}", done.node, done.bytes))
        };
        assert_right(expected, run).await;
    }
}

#[tokio::test]
async fn downloads() {
    let names = ["access.fs/", "meta.filehasher/stat_hash", "incomplete"];
    for node in ["/docs/a.bin", "/docs"] {
        for retries in RETRIES {
            let run = async |url: &str, place: &Place| {
                let download = files(url).download(access_fs::download(node));
                let download = download.retries(retries, AT_ONCE);
                let done = download.to_file(place.folder.path().join("down")).await;
                outcome(done, |done| done.bytes.to_string())
            };
            assert_right(Expected::naming(&names), run).await;
        }
    }
}

#[tokio::test]
async fn a_writer_and_a_range() {
    let names = ["access.fs/download", "meta.filehasher/stat_hash"];
    let run = async |url: &str, _: &Place| {
        let download = files(url).download(access_fs::download("/docs/a.bin"));
        let mut bytes = Vec::new();
        let done = download.retries(3, AT_ONCE).to_writer(&mut bytes).await;
        outcome(done, |done| format!("{} {}", done.bytes, bytes == noise(50_000)))
    };
    assert_right(Expected::naming(&names), run).await;
    let run = async |url: &str, _: &Place| {
        let read = async || {
            let download = files(url).download(access_fs::download("/docs/a.bin"));
            let mut range = download.open(100..1100).await?;
            let mut bytes = Vec::new();
            while let Some(chunk) = range.chunk().await? {
                bytes.extend(chunk);
            }
            Ok(bytes)
        };
        outcome(read().await, |bytes| format!("{}", bytes == noise(50_000)[100..1100]))
    };
    assert_right(Expected::naming(&names), run).await;
}
