//! Listing: `list`.

use std::time::Duration;

use pydio_test_server::{ALICE, Fault, Server, Version};

use crate::server::{ROOT, WORKSPACE, operator, paths, put, start};

async fn flat(files: &opendal_core::Operator, path: &str) -> Vec<String> {
    let entries = files.list(path).await.unwrap();
    let mut paths: Vec<String> = entries.iter().map(|entry| entry.path().to_owned()).collect();
    paths.sort();
    paths
}

#[tokio::test]
async fn a_folder_is_listed_with_itself_and_its_children() {
    let (server, files) = start().await;
    assert_eq!(flat(&files, "/").await, [""; 0]);
    for path in ["d/f", "d/e/g", "d/e/h", "other"] {
        put(&server, path, "12345");
    }
    assert_eq!(flat(&files, "/").await, ["/", "d/", "other"]);
    assert_eq!(flat(&files, "d/").await, ["d/", "d/e/", "d/f"]);
    assert_eq!(paths(&files, "d/").await, ["d/", "d/e/", "d/e/g", "d/e/h", "d/f"]);
    let entries = files.list("d/").await.unwrap();
    let file = entries.iter().find(|entry| entry.path() == "d/f").unwrap();
    assert_eq!((file.name(), file.metadata().content_length()), ("f", 5));
    assert!(file.metadata().last_modified().is_some() && file.metadata().is_file());
}

#[tokio::test]
async fn what_is_no_folder_has_nothing_in_it() {
    let (server, files) = start().await;
    put(&server, "d/f", "12345");
    assert_eq!(flat(&files, "none/").await, [""; 0]);
    assert_eq!(flat(&files, "d/f/").await, [""; 0]);
    assert_eq!(flat(&files, "d/f").await, ["d/f"]);
    files.create_dir("empty/").await.unwrap();
    assert_eq!(flat(&files, "empty/").await, ["empty/"]);
}

#[tokio::test]
async fn a_prefix_lists_what_begins_with_it() {
    let (server, files) = start().await;
    for path in ["d/ab/c", "d/abc", "d/x"] {
        put(&server, path, "1");
    }
    assert_eq!(flat(&files, "d/ab").await, ["d/ab/", "d/abc"]);
    assert_eq!(paths(&files, "d/ab").await, ["d/ab/", "d/ab/c", "d/abc"]);
}

#[tokio::test]
async fn all_pages_are_listed_even_if_entries_are_deleted_meanwhile() {
    let server = Server::builder(Version::V8_2).pages(50, 20).start().await.unwrap();
    let files = operator(&server, &ALICE, WORKSPACE, ROOT);
    for index in 0..110 {
        put(&server, &format!("d/{index:03}"), "1");
    }
    let mut lister = files.lister("d/").await.unwrap();
    let mut deleted = 0;
    while let Some(entry) = futures_util::TryStreamExt::try_next(&mut lister).await.unwrap() {
        if entry.metadata().is_file() {
            files.delete(entry.path()).await.unwrap();
            deleted += 1;
        }
    }
    assert_eq!(deleted, 110);
    assert_eq!(flat(&files, "d/").await, ["d/"]);
}

#[tokio::test]
async fn the_recycle_bin_is_not_listed() {
    let (server, _) = start().await;
    let files = operator(&server, &ALICE, WORKSPACE, "/");
    files.write("dir/f", "1").await.unwrap();
    let before = paths(&files, "/").await;
    files.delete("dir/f").await.unwrap();
    assert!(server.has(WORKSPACE, "/recycle_bin/f"));
    let after: Vec<_> = before.into_iter().filter(|path| path != "dir/f").collect();
    assert_eq!(paths(&files, "/").await, after);
    assert_eq!(flat(&files, "recycle_bin/").await, ["recycle_bin/", "recycle_bin/f"]);
}

/// The folder is there when it is looked up, and deleted before it is listed.
#[tokio::test]
async fn a_folder_that_disappears_is_listed_as_empty_and_counts_as_deleted() {
    let (server, files) = start().await;
    for is_listed in [true, false] {
        put(&server, "d/f", "1");
        server.fail_action("ls", Fault::Delay(Duration::from_secs(2)));
        let late = async {
            match is_listed {
                true => assert_eq!(flat(&files, "d/").await, [""; 0]),
                false => files.delete("d/").await.unwrap(),
            }
        };
        let early = async {
            tokio::time::sleep(Duration::from_millis(500)).await;
            files.delete_with("d/").recursive(true).await.unwrap();
        };
        tokio::join!(late, early);
    }
    put(&server, "d/f", "1");
    server.fail_action("ls", Fault::Error("database is locked".to_owned()));
    assert!(files.list("d/").await.is_err());
}
