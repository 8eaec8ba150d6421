//! Deleting: `delete`, `delete_with_recursive`.

use opendal_core::{ErrorKind, options::DeleteOptions};
use pydio_test_server::{ALICE, Canned, Fault};

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
async fn many_are_deleted_in_one_request() {
    let (server, files) = start().await;
    assert_eq!(files.info().capability().delete_max_size, Some(50));
    let all: Vec<String> = (0..230).map(|index| format!("d/{index}")).collect();
    for path in &all {
        put(&server, path, "1");
    }
    let missing = ["none", "d/none", "d/7/"].map(str::to_owned);
    files.delete_iter(all.into_iter().chain(missing)).await.unwrap();
    assert_eq!(paths(&files, "/").await, ["/", "d/"]);
    assert_eq!(calls(&server, "delete"), 5);
}

/// OpenDAL passes a batch in any order.
#[tokio::test]
async fn a_batch_may_contain_folders_and_what_is_in_them() {
    for _ in 0..5 {
        let (server, files) = start().await;
        for path in ["a/b/c", "a/d", "e/f", "g/h", "i"] {
            put(&server, path, "1");
        }
        let mut deleter = files.deleter().await.unwrap();
        for (path, is_recursive) in [
            ("a/", false),
            ("a/b/", false),
            ("a/b/c", false),
            ("a/d", true),
            ("e/", true),
            ("e/f", false),
            ("i", false),
            ("i", true),
        ] {
            deleter
                .delete((
                    path.to_owned(),
                    DeleteOptions { recursive: is_recursive, ..Default::default() },
                ))
                .await
                .unwrap();
        }
        deleter.close().await.unwrap();
        assert_eq!(paths(&files, "/").await, ["/", "g/", "g/h"]);
        // One for the files and `e/`, and one for each folder that has to be empty.
        assert_eq!(calls(&server, "delete"), 3);
    }
}

#[tokio::test]
async fn what_a_batch_does_not_delete_is_an_error() {
    let (server, files) = start().await;
    for path in ["a", "b", "full/f"] {
        put(&server, path, "1");
    }
    server.fail_action("delete", Fault::Error("not today".to_owned()));
    let error = files.delete_iter(["a", "b"]).await.unwrap_err();
    assert!(error.to_string().contains("not today"), "{error}");
    let error = files.delete_iter(["a", "full/"]).await.unwrap_err();
    assert!(error.to_string().contains("not empty"), "{error}");
    assert_eq!(paths(&files, "/").await, ["/", "b", "full/", "full/f"]);
    // If the nodes are gone, it does not matter that the response is lost.
    server.fail_action("delete", Fault::Swallow(Canned::new(500, "text/html", "oops")));
    files.delete_iter(["b", "full/f"]).await.unwrap();
    assert_eq!(paths(&files, "/").await, ["/", "full/"]);
}
