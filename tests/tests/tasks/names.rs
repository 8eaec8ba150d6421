//! Names never lead out of the folder, and a node with the path of another one is not taken for it.

use std::fs;

use crate::support::{Place, files};

#[cfg(unix)]
#[tokio::test]
async fn a_download_does_not_replace_a_link_that_leads_to_nothing() {
    let place = Place::new().await;
    place.server.put("common", "/a.txt", "a");
    std::os::unix::fs::symlink("nowhere", place.path("a.txt")).unwrap();
    let run = place.run(&["cp", "common:/a.txt", "."]).await;
    assert!(run.failed(1).contains("already exists"), "{run:?}");
    assert!(place.path("a.txt").is_symlink() && !place.path("a.txt.part").exists());
}

#[cfg(unix)]
#[tokio::test]
async fn a_link_in_the_folder_is_not_followed() {
    let place = Place::new().await;
    place.server.put("common", "/set/out/a.txt", "from the server");
    place.server.put("common", "/set/b.txt", "from the server");
    place.write("outside/a.txt", "mine");
    place.write("here/c.txt", "");
    std::os::unix::fs::symlink(place.path("outside"), place.path("here/out")).unwrap();
    std::os::unix::fs::symlink(place.path("outside/a.txt"), place.path("here/b.txt")).unwrap();
    let run = place.run(&["mirror", "common:/set", "here"]).await;
    let error = run.failed(1);
    assert!(error.contains("FAILED out: a symbolic link is in its place here"), "{error}");
    assert!(error.contains("FAILED out/a.txt: "), "{error}");
    assert_eq!(fs::read(place.path("outside/a.txt")).unwrap(), b"mine");
}

#[tokio::test]
async fn what_is_in_the_way_is_kept() {
    let place = Place::new().await;
    place.server.put("common", "/set/a", "a file");
    place.server.put("common", "/set/b/c", "in a folder");
    place.write("here/a/x", "in a folder");
    place.write("here/b", "a file");
    let run = place.run(&["mirror", "common:/set", "here"]).await;
    let error = run.failed(1);
    assert!(error.contains("FAILED a: a folder is in its place here"), "{error}");
    assert!(error.contains("FAILED b/c: `b` cannot be entered"), "{error}");
    let kept = files(&place.path("here")).into_keys().collect::<Vec<_>>();
    assert_eq!(kept, ["a/x", "b"]);
}

#[tokio::test]
async fn files_with_confusing_names_are_all_there() {
    let place = Place::new().await;
    let names =
        ["a.part", "a", "a.part.version", "-rf", "a b", "ä", "a\u{308}", "A", "%41", "x.dlpart"];
    for name in names {
        place.server.put("common", &format!("/set/{name}"), name);
    }
    place.run(&["mirror", "common:/set", "here"]).await.done();
    for name in names {
        assert_eq!(fs::read(place.path("here").join(name)).unwrap(), name.as_bytes(), "{name}");
    }
    assert_eq!(files(&place.path("here")).len(), names.len());
}

#[tokio::test]
async fn single_files_are_copied_both_ways_and_replaced_only_by_force() {
    let place = Place::new().await;
    place.write("a.txt", "one");
    place.server.folder("common", "/docs");
    place.run(&["cp", "a.txt", "common:/docs/"]).await.done();
    place.write("a.txt", "two");
    let run = place.run(&["cp", "a.txt", "common:/docs"]).await;
    assert!(run.failed(1).contains("already exists"), "{run:?}");
    place.run(&["cp", "-f", "a.txt", ":/docs/a.txt"]).await.done();
    place.write("other/a.txt", "other");
    let run = place.run(&["cp", "-f", "a.txt", "other/a.txt", ":/docs/"]).await;
    assert!(run.failed(2).contains("several sources are called `a.txt`"), "{run:?}");
    assert_eq!(place.server.content("common", "/docs/a.txt").unwrap(), b"two");
    assert!(place.run(&["cp", ":/docs/a.txt", "a.txt"]).await.failed(1).contains("a.txt"));
    place.run(&["cp", ":/docs/a.txt", "b.txt"]).await.done();
    assert_eq!(fs::read(place.path("b.txt")).unwrap(), b"two");
    // A slash at the end says that it is a folder.
    assert!(place.run(&["cp", "a.txt", ":/none/"]).await.failed(1).contains("no folder /none"));
    assert!(place.run(&["cp", "a.txt", "c.txt"]).await.failed(2).contains("on the server"));
    assert!(place.run(&["cp", ":/docs", "here"]).await.failed(1).contains("pydio mirror"));
}
