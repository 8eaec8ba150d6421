//! Calls that the manifests declare incorrectly: with the corrections, the server executes them as
//! intended.

use pydio_client::{
    ErrorKind,
    v1::access_fs::{self, RecurApplyTo},
};

use crate::support::common;

/// The manifest declares the path in the URL; the server reads only `file`.
#[tokio::test]
async fn delete_names_the_file() {
    let (server, files) = common().await;
    server.put("common", "/a.txt", "a");
    server.put("common", "/b.txt", "b");
    let deleted = files.call(access_fs::delete(["/a.txt"])).await.unwrap().into_response().unwrap();
    assert_eq!(deleted.diff.updated[0].original_path().unwrap().as_str(), "/a.txt");
    assert!(!server.has("common", "/a.txt") && server.has("common", "/b.txt"));
    let seen = server.last().unwrap();
    assert_eq!((&*seen.target, &*seen.text()), ("/api/common/delete/", "file=%2Fa.txt"));
}

/// Several files are numbered, since the server ignores `nodes[]`.
#[tokio::test]
async fn delete_numbers_several_files() {
    let (server, files) = common().await;
    for name in ["/a.txt", "/b & c.txt", "/d.txt"] {
        server.put("common", name, "a");
    }
    let deleted = files
        .call(access_fs::delete(["/a.txt", "/b & c.txt"]))
        .await
        .unwrap()
        .into_response()
        .unwrap();
    let gone: Vec<_> =
        deleted.diff.updated.iter().filter_map(|node| node.original_path()).collect();
    assert_eq!(gone.iter().map(|path| path.as_str()).collect::<Vec<_>>(), ["/a.txt", "/b & c.txt"]);
    assert!(!server.has("common", "/a.txt") && !server.has("common", "/b & c.txt"));
    assert!(server.has("common", "/d.txt"));
    assert_eq!(server.last().unwrap().text(), "file_0=%2Fa.txt&file_1=%2Fb+%26+c.txt");
}

/// Without a node, the server would delete the root.
#[tokio::test]
async fn deleting_nothing_is_not_sent() {
    let (server, files) = common().await;
    let none: [&str; 0] = [];
    let error = files.call(access_fs::delete(none)).await.unwrap_err();
    assert!(error.kind() == ErrorKind::InvalidRequest, "{error:?}");
    assert!(server.seen().is_empty());
}

/// With the path in the URL, the server ignored the file and opened the root.
#[tokio::test]
async fn get_content_reads_the_file() {
    let (server, files) = common().await;
    server.put("common", "/a.txt", "a");
    let content = files.call(access_fs::get_content("/a.txt")).await.unwrap();
    assert_eq!(content.bytes(10).await.unwrap(), b"a");
    let error = files.call(access_fs::get_content("/absent")).await.unwrap_err();
    assert_eq!(error.message(), "Cannot access file!");
}

#[tokio::test]
async fn put_content_writes_the_file() {
    let (server, files) = common().await;
    server.put("common", "/a.txt", "a");
    let saved = files.call(access_fs::put_content("/a.txt", "b")).await.unwrap();
    assert_eq!(saved.diff.updated[0].path().as_str(), "/a.txt");
    assert_eq!(server.content("common", "/a.txt").as_deref(), Some(&b"b"[..]));
    let error = files.call(access_fs::put_content("/absent", "b")).await.unwrap_err();
    assert_eq!(error.message(), "File /absent is not writeable");
}

/// For a node outside the bin the server returns nothing, which must not count as success.
#[tokio::test]
async fn restore_brings_back_the_file() {
    let (server, files) = common().await;
    server.put("common", "/b/a.txt", "a");
    files.call(access_fs::delete(["/b/a.txt"])).await.unwrap();
    assert!(server.has("common", "/recycle_bin/a.txt") && !server.has("common", "/b/a.txt"));
    let restored = files.call(access_fs::restore("/recycle_bin/a.txt")).await.unwrap().unwrap();
    assert_eq!(restored.diff.updated[0].path().as_str(), "/b/a.txt");
    assert!(server.has("common", "/b/a.txt") && !server.has("common", "/recycle_bin/a.txt"));
    server.put("common", "/recycle_bin/unknown.txt", "a");
    let nothing = files.call(access_fs::restore("/recycle_bin/unknown.txt")).await.unwrap();
    assert_eq!(nothing, None);
    assert!(server.has("common", "/recycle_bin/unknown.txt"));
}

#[tokio::test]
async fn chmod_changes_the_file() {
    let (server, files) = common().await;
    server.put("common", "/a.txt", "a");
    let answer = files.call(access_fs::chmod(["/a.txt"], "640")).await.unwrap();
    assert!(answer.messages[0].text.ends_with("640 for 1 files or folders"));
    assert_eq!(answer.diff.updated[0].path().as_str(), "/a.txt");
    assert_eq!(answer.diff.updated[0].permissions(), Some("0640"));
}

/// `on` enables recursion; with `true`, the server would change only the folder.
#[tokio::test]
async fn chmod_is_recursive_on_request() {
    let (server, files) = common().await;
    server.put("common", "/a/b/c.txt", "c");
    let mode = async |path| files.call(access_fs::stat(path)).await.unwrap().one().unwrap().mode;
    let chmod = || access_fs::chmod(["/a"], "700");
    let answer = files.call(chmod().recursive(false)).await.unwrap();
    assert!(answer.messages[0].text.ends_with("700 for 1 files or folders"));
    assert_eq!(mode("/a/b/c.txt").await, Some(0o100_666));
    let chmod = chmod().recursive(true).recur_apply_to(RecurApplyTo::Both);
    let answer = files.call(chmod).await.unwrap();
    assert_eq!(
        server.last().unwrap().text(),
        "file=%2Fa&chmod_value=700&recursive=on&recur_apply_to=both"
    );
    assert!(answer.messages[0].text.ends_with("700 for 3 files or folders"));
    assert_eq!(mode("/a/b/c.txt").await, Some(0o100_700));
}

/// With the `dir` and `dirname` declared mandatory, the folder was named twice.
#[tokio::test]
async fn mkdir_creates_the_folder_without_warnings() {
    let (server, files) = common().await;
    let answer = files.call(access_fs::mkdir("/new")).await.unwrap();
    assert_eq!(answer.diff.added[0].path().as_str(), "/new");
    assert_eq!(answer.messages[0].text, "The directory new has been created in /");
    assert!(server.has("common", "/new"));
}

#[tokio::test]
async fn mkdir_accepts_existing_folders_and_creates_missing_ones() {
    let (server, files) = common().await;
    server.folder("common", "/there");
    let error = files.call(access_fs::mkdir("/there")).await.unwrap_err();
    assert!(error.message().starts_with("This directory already exists"), "{error}");
    files.call(access_fs::mkdir("/there").ignore_exists(true)).await.unwrap();
    let error = files.call(access_fs::mkdir("/x/y/z")).await.unwrap_err();
    assert_eq!(error.message(), "Cannot find folder  /x/y");
    assert!(!server.has("common", "/x"));
    files.call(access_fs::mkdir("/x/y/z").recursive(true)).await.unwrap();
    assert!(server.has("common", "/x/y/z"));
}

/// `nodes` is declared mandatory along with the path; if it is set, it wins.
#[tokio::test]
async fn download_accepts_the_path_or_the_nodes() {
    let (server, files) = common().await;
    server.put("common", "/a.txt", "a");
    server.put("common", "/b.txt", "b");
    let download = files.call(access_fs::download("/a.txt")).await.unwrap();
    assert_eq!(download.bytes(10).await.unwrap(), b"a");
    let download = files.call(access_fs::download("/a.txt").nodes(["/b.txt"])).await.unwrap();
    assert_eq!(download.bytes(10).await.unwrap(), b"b");
    let both = access_fs::download("/").nodes(["/a.txt", "/b.txt"]).archive_name("both.zip");
    let archive = files.call(both).await.unwrap();
    assert_eq!(archive.file_name(), Some("both.zip"));
    let none: [&str; 0] = [];
    let error = files.call(access_fs::download("/a.txt").nodes(none)).await.unwrap_err();
    assert!(error.kind() == ErrorKind::InvalidRequest, "{error:?}");
}
