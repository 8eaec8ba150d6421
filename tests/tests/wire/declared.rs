//! What comes of calls whose manifests are wrong: never a success that is none.
//!
//! These pin what the generated functions do as long as the manifests are taken at their word.

use pydio_client::{Error, answer::AnyAnswer, v1::access_fs};

use crate::support::{common, envelope};

/// The server reads `file` only, and the path even clobbers `nodes[]`.
#[tokio::test]
async fn delete_by_path_fails() {
    let (server, files) = common().await;
    server.put("common", "/a.txt", "a");
    let error = files.call(access_fs::delete("/a.txt")).await.unwrap_err();
    assert!(matches!(error, Error::Server(_)), "{error:?}");
    assert_eq!(error.failure().message(), "");
    assert!(error.to_string().ends_with("no message given"), "{error}");
    assert!(server.has("common", "/a.txt"));
    assert_eq!(server.last().unwrap().target, "/api/common/delete/a.txt");
}

/// The server opens the root, and never sends what it announced.
#[tokio::test]
async fn get_content_by_path_breaks_off() {
    let (server, files) = common().await;
    server.put("common", "/a.txt", "a");
    let error = files.call(access_fs::get_content("/a.txt")).await.unwrap_err();
    assert!(matches!(error, Error::Transport(_)), "{error:?}");
}

#[tokio::test]
async fn put_content_by_path_fails() {
    let (server, files) = common().await;
    server.put("common", "/a.txt", "a");
    let error = files.call(access_fs::put_content("/a.txt", "b")).await.unwrap_err();
    assert_eq!(error.failure().message(), "File / is not writeable");
    assert_eq!(server.content("common", "/a.txt").as_deref(), Some(&b"a"[..]));
}

/// An empty answer: whether that is a success cannot be told.
#[tokio::test]
async fn restore_by_path_does_nothing() {
    let (server, files) = common().await;
    server.put("common", "/recycle_bin/a.txt", "a");
    let answer = files.call(access_fs::restore("/recycle_bin/a.txt")).await.unwrap();
    assert!(matches!(answer, AnyAnswer::Empty), "{answer:?}");
    assert!(server.has("common", "/recycle_bin/a.txt"));
}

/// The message tells that nothing was changed, which nothing but its text says.
#[tokio::test]
async fn chmod_by_path_changes_nothing() {
    let (server, files) = common().await;
    server.put("common", "/a.txt", "a");
    let answer = envelope(files.call(access_fs::chmod("/a.txt", "640")).await.unwrap());
    assert!(answer.messages[0].text.ends_with("640 for 0 files or folders"));
    assert!(answer.diff.updated.is_empty());
}

/// `dir` and `dirname` are declared mandatory beside the path, and name the folder again.
#[tokio::test]
async fn mkdir_makes_the_folder_and_complains() {
    let (server, files) = common().await;
    let answer = envelope(files.call(access_fs::mkdir("/new", "/", "new")).await.unwrap());
    assert_eq!(answer.diff.added[0].path().as_str(), "/new");
    assert!(answer.messages[0].text.contains("This directory already exists"));
    assert!(server.has("common", "/new"));
}

/// `nodes` is declared mandatory beside the path, and wins.
#[tokio::test]
async fn download_takes_the_nodes() {
    let (server, files) = common().await;
    server.put("common", "/a.txt", "a");
    server.put("common", "/b.txt", "b");
    let download = files.call(access_fs::download("/a.txt", ["/b.txt"])).await.unwrap();
    assert_eq!(download.bytes(10).await.unwrap(), b"b");
    let none: [&str; 0] = [];
    let error = files.call(access_fs::download("/a.txt", none)).await.unwrap_err();
    assert!(matches!(error, Error::Unsendable(_)), "{error:?}");
}
