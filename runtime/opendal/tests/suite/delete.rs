//! Deleting: `delete`, `delete_with_recursive`.

use opendal_core::ErrorKind;
use pydio_test_server::ALICE;

use crate::server::{ROOT, WORKSPACE, calls, content, kind, operator, paths, put, start};

#[tokio::test]
async fn a_deleted_file_is_in_the_recycle_bin() {
    let (server, files) = start().await;
    put(&server, "d/f", "content");
    files.delete("d/f").await.unwrap();
    assert_eq!(content(&server, "d/f"), None);
    assert_eq!(server.content(WORKSPACE, "/recycle_bin/f").unwrap(), b"content");
}

#[tokio::test]
async fn deleting_what_is_missing_succeeds() {
    let (server, files) = start().await;
    put(&server, "f", "content");
    for path in ["none", "none/", "none/none", "f/"] {
        files.delete(path).await.unwrap();
        files.delete_with(path).recursive(true).await.unwrap();
    }
    assert_eq!((calls(&server, "delete"), paths(&files, "/").await.len()), (0, 2));
}

#[tokio::test]
async fn a_folder_is_deleted_with_its_content_only_if_asked() {
    let (server, files) = start().await;
    for path in ["d/e/f", "d/g", "other"] {
        put(&server, path, "1");
    }
    for path in ["d/", "d", "d/e/"] {
        assert_eq!(kind(files.delete(path).await), ErrorKind::Unexpected);
    }
    files.delete_with("d/").recursive(true).await.unwrap();
    assert_eq!(calls(&server, "delete"), 1);
    files.create_dir("empty/").await.unwrap();
    files.delete("empty/").await.unwrap();
    assert_eq!(paths(&files, "/").await, ["/", "other"]);
}

#[tokio::test]
async fn the_root_is_emptied_and_stays() {
    let (server, files) = start().await;
    for path in ["d/e/f", "g"] {
        put(&server, path, "1");
    }
    assert_eq!(kind(files.delete("/").await), ErrorKind::Unexpected);
    files.delete_with("/").recursive(true).await.unwrap();
    assert_eq!(paths(&files, "/").await, ["/"]);
    assert!(server.has(WORKSPACE, ROOT));
    let missing = operator(&server, &ALICE, WORKSPACE, "/a/missing");
    missing.delete_with("/").recursive(true).await.unwrap();
}

#[tokio::test]
async fn many_are_deleted_one_by_one() {
    let (server, files) = start().await;
    let all: Vec<String> = (0..30).map(|index| format!("d/{index}")).collect();
    for path in &all {
        put(&server, path, "1");
    }
    files.delete_iter(all).await.unwrap();
    assert_eq!(paths(&files, "/").await, ["/", "d/"]);
}
