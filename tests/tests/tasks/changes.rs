//! What `mkdir`, `mv`, `cp` and `rm` report is what the server has.

use pydio_tests::{
    Canned, Fault, Server, Version,
    proxy::{self, Proxy, Rule, Which},
};

use crate::support::{Place, content};

fn message(kind: &str, text: &str) -> Canned {
    let xml = format!("<tree><message type=\"{kind}\">{text}</message></tree>");
    Canned::new(200, "text/xml", xml)
}

#[tokio::test]
async fn a_path_with_repeated_slashes_is_the_one_that_the_server_takes() {
    let place = Place::new().await;
    assert_eq!(place.run(&["mkdir", ":/a//b", "//c"]).await.done(), "folder\t/a/b\nfolder\t/c\n");
    place.server.put("common", "/a/b/f.txt", "f");
    assert!(place.run(&["stat", "/a///b//f.txt"]).await.done().contains("/a/b/f.txt"));
    assert_eq!(place.run(&["mv", "/a//b//f.txt", "/c//"]).await.done(), "moved\t/c/f.txt\n");
    place.write("g.txt", "g");
    place.run(&["cp", "g.txt", ":/a//b//"]).await.done();
    assert!(place.server.has("common", "/a/b/g.txt"));
    assert_eq!(place.run(&["rm", "-r", ":/a//b"]).await.done(), "deleted\t/a/b\n");
    assert!(!place.server.has("common", "/a/b"));
}

#[tokio::test]
async fn a_change_that_is_done_is_reported_as_done_although_its_response_is_lost() {
    let place = Place::new().await;
    place.server.put("common", "/a.txt", "a");
    let proxy = Proxy::start(&place.server.url()).await.unwrap();
    let lost = ["mkdir", "rename", "move", "copy", "delete"].map(|action| Rule {
        which: Which::Of(None, format!("/{action}/")),
        fault: proxy::Fault::SwallowAs(504),
    });
    proxy.plan(lost.to_vec());
    for (arguments, line) in [
        (["mkdir", "/d"].as_slice(), "folder\t/d\n"),
        (&["mv", "/a.txt", "/b.txt"], "moved\t/b.txt\n"),
        (&["mv", "/b.txt", "/d/"], "moved\t/d/b.txt\n"),
        (&["cp", ":/d/b.txt", ":/c.txt"], "/c.txt\n"),
        (&["rm", "-r", "/d"], "deleted\t/d\n"),
    ] {
        let run = place.run_at(proxy.url(), arguments).await;
        assert_eq!(run.done(), line);
        assert!(run.err.contains("done, although the call failed: "), "{run:?}");
        assert!(run.err.contains("504"), "{run:?}");
    }
    assert_eq!(place.server.content("common", "/c.txt").as_deref(), Some(&b"a"[..]));
    assert!(!place.server.has("common", "/d"));
}

#[tokio::test]
async fn a_change_that_is_done_is_reported_as_done_although_the_server_reports_a_failure() {
    let place = Place::new().await;
    place.server.put("common", "/d/a.txt", "a");
    let failure = || Fault::Swallow(message("ERROR", "the index is read-only"));
    place.server.fail_action("delete", failure());
    let run = place.run(&["rm", "-r", "/d", "--json"]).await;
    assert_eq!((run.status, &run.json()[0]["done"]), (Some(0), &"deleted".into()), "{run:?}");
    assert!(run.err.contains("the index is read-only"), "{run:?}");

    // And one that is not done is a failure.
    place.server.put("common", "/d/a.txt", "a");
    for (action, arguments, status) in [
        ("delete", ["rm", "-r", "/d"].as_slice(), 1),
        ("mkdir", &["mkdir", "/e"], 1),
        ("rename", &["mv", "/d", "/e"], 1),
        ("copy", &["cp", ":/d", ":/e"], 1),
    ] {
        place.server.fail_action(action, Fault::Error("not today".into()));
        let run = place.run(arguments).await;
        assert!(run.failed(status).contains("not today"), "{run:?}");
        assert_eq!(run.out, "");
    }
    assert!(place.server.has("common", "/d/a.txt") && !place.server.has("common", "/e"));
}

/// A real server deletes what a symbolic link on its disk leads to, and keeps the link.
#[tokio::test]
async fn what_is_left_of_a_folder_that_is_not_deleted_is_named() {
    let place = Place::new().await;
    for name in ["link", "a", "b", "c"] {
        place.server.folder("common", &format!("/recycle_bin/d/{name}"));
    }
    let deleted = || Fault::Answer(message("SUCCESS", "The folder d has been deleted"));
    place.server.fail_action("delete", deleted());
    let run = place.run(&["rm", "-r", "/recycle_bin/d"]).await;
    let error = run.failed(1);
    assert!(error.contains("/recycle_bin/d is not deleted, or only in part"), "{error}");
    assert!(error.contains("left in it: `a`, `b`, `c` and 1 more"), "{error}");
    assert!(error.contains("may be a symbolic link"), "{error}");

    place.server.folder("common", "/set/old");
    place.server.put("common", "/set/old/f.txt", "f");
    place.write("here/a.txt", "a");
    place.server.fail_action("delete", deleted());
    let run = place.run(&["mirror", "here", "common:/set", "--delete"]).await;
    let error = run.failed(1);
    assert!(error.contains("FAILED old: /set/old is not deleted, or only in part"), "{error}");
    assert!(error.contains("left in it: `f.txt`"), "{error}");
}

#[tokio::test]
async fn nodes_are_moved_copied_and_deleted_as_meant() {
    let place = Place::new().await;
    place.server.put("common", "/docs/a.txt", "a");
    place.server.folder("common", "/old");
    assert_eq!(
        place.run(&["mv", "/docs/a.txt", "/docs/b.txt"]).await.done(),
        "moved\t/docs/b.txt\n"
    );
    assert_eq!(place.run(&["mv", "/docs/b.txt", "/old"]).await.done(), "moved\t/old/b.txt\n");
    assert_eq!(place.run(&["cp", ":/old/b.txt", ":/docs/c.txt"]).await.done(), "/docs/c.txt\n");
    let run = place.run(&["cp", ":/old/b.txt", ":/docs/c.txt"]).await;
    let error = run.failed(1);
    assert!(error.contains("/docs/c.txt exists") && error.contains("pass `-f`"), "{error}");
    place.server.put("common", "/old/deep/d.txt", "d");
    assert_eq!(place.run(&["cp", ":/old", "my-files:/"]).await.done(), "my-files:/old\n");
    assert_eq!(place.server.content("my-files/alice", "/old/deep/d.txt").unwrap(), b"d");
    assert_eq!(
        place.run(&["mv", "my-files:/old", "common:/docs/"]).await.done(),
        "moved\tcommon:/docs/old\n"
    );
    assert!(!place.server.has("my-files/alice", "/old"));
    assert_eq!(place.server.content("common", "/docs/old/b.txt").unwrap(), b"a");
    assert!(place.run(&["rm", "/docs"]).await.failed(1).contains("pass `-r`"));
    assert!(place.run(&["rm", "/none"]).await.failed(1).contains("does not exist"));
    place.run(&["rm", "-r", "/docs"]).await.done();
    assert_eq!(place.server.content("common", "/docs/c.txt"), None);
    assert!(place.run(&["stat", "/docs"]).await.failed(1).contains("/docs does not exist"));
    assert!(
        place.run(&["stat", "/old/b.txt"]).await.done().contains("md5          0cc175b9c0f1b6a8")
    );
}

/// No call would reach it afterwards.
#[tokio::test]
async fn nothing_gets_a_name_with_a_control_character() {
    let place = Place::new().await;
    place.server.put("common", "/a", "a");
    for command in ["mv", "cp"] {
        let run = place.run(&[command, ":/a", ":/b\tc"]).await;
        assert!(run.failed(1).contains("it contains a control character"), "{run:?}");
    }
    assert!(place.server.has("common", "/a") && !place.server.has("common", "/b\tc"));
}

#[tokio::test]
async fn a_forced_copy_goes_on_with_the_copy_of_an_interrupted_one() {
    let place = Place::new().await;
    place.server.put("common", "/new/f.txt", "new");
    place.server.put("common", "/old/f.txt", "old");
    place.server.put("common", "/old/f.txt.pydio-new", "ne");
    let copy = ["cp", "-f", ":/new/f.txt", ":/old/"];
    assert!(place.run(&copy).await.failed(1).contains("is not a copy of"));
    assert_eq!(place.server.content("common", "/old/f.txt").unwrap(), b"old");
    place.server.put("common", "/old/f.txt.pydio-new", "new");
    place.run(&copy).await.done();
    assert_eq!(place.server.content("common", "/old/f.txt").unwrap(), b"new");
    assert!(!place.server.has("common", "/old/f.txt.pydio-new"));
}

/// Over REST, these releases make a task of it that never starts.
#[tokio::test]
async fn a_large_copy_is_made_in_a_session_where_rest_makes_none() {
    let place = Place::of(Server::builder(Version::V7_0).start().await.unwrap());
    place.server.put("common", "/a.bin", content(1, 11 << 20));
    assert_eq!(place.run(&["cp", ":/a.bin", ":/b.bin"]).await.done(), "/b.bin\n");
    assert_eq!(place.server.content("common", "/b.bin").unwrap(), content(1, 11 << 20));
}

#[tokio::test]
async fn a_forced_copy_replaces_a_file_and_loses_none() {
    let place = Place::new().await;
    let fill = || {
        place.server.put("common", "/new/f.txt", "new");
        place.server.put("common", "/old/f.txt", "old");
    };
    let there = |path: &str| place.server.content("common", path);
    fill();
    let copy = ["cp", "-f", ":/new/f.txt", ":/old/"];
    assert_eq!(place.run(&copy).await.done(), "/old/f.txt\n");
    assert_eq!(there("/old/f.txt").unwrap(), b"new");
    assert_eq!(there("/recycle_bin/f.txt").unwrap(), b"old");
    assert!(!place.server.has("common", "/old/f.txt.pydio-new"));

    // Whatever fails, the old file or the new one is there, and nothing is claimed.
    for (action, times) in [("copy", 1), ("delete", 2), ("rename", 1)] {
        fill();
        place.run(&["rm", "-r", "/recycle_bin/f.txt"]).await;
        for _ in 0..times {
            place.server.fail_action(action, Fault::Error("not today".into()));
        }
        let run = place.run(&copy).await;
        let error = run.failed(1);
        assert!(error.contains("not today") && run.out.is_empty(), "{run:?}");
        let new = there("/old/f.txt.pydio-new");
        match action {
            "rename" => {
                assert_eq!((there("/old/f.txt"), new.as_deref()), (None, Some(&b"new"[..])));
                assert_eq!(there("/recycle_bin/f.txt").unwrap(), b"old");
            }
            _ => {
                assert_eq!(there("/old/f.txt").unwrap(), b"old");
                assert!(error.contains("/old/f.txt is not replaced"), "{error}");
            }
        }
        if place.server.has("common", "/old/f.txt.pydio-new") {
            assert!(error.contains("/old/f.txt.pydio-new"), "{error}");
            // Another run goes on with it, if the old file is there.
            place.run(&copy).await.done();
            assert_eq!(there("/old/f.txt").unwrap(), b"new");
            if action == "rename" {
                place.run(&["rm", "/old/f.txt.pydio-new"]).await.done();
            }
        }
    }
    fill();
    for (arguments, reason) in [
        (["cp", "-f", ":/new", ":/old/f.txt"], "only a file replaces a file"),
        (["cp", "-f", ":/new/f.txt", ":/new"], "it is the source itself"),
        (["cp", "-f", ":/new/f.txt", "my-files:/"], "another workspace is not replaced"),
    ] {
        place.server.put("my-files/alice", "/f.txt", "old");
        assert!(place.run(&arguments).await.failed(1).contains(reason), "{arguments:?}");
    }
    assert_eq!(there("/old/f.txt").unwrap(), b"old");
}

#[tokio::test]
async fn the_root_is_refused_with_the_reason() {
    let place = Place::new().await;
    place.server.put("common", "/a.txt", "a");
    for (arguments, reason, tip) in [
        (["rm", "-r", "/"].as_slice(), "is not deleted", "name what is in it"),
        (&["rm", "-r", "/a.txt", "common://"], "is not deleted", "name what is in it"),
        (&["mkdir", "/b", "common:/"], "always exists", "name a folder in it"),
        (&["mv", ":/", ":/x/"], "cannot be copied or moved", "name what is in it"),
        (&["mv", "common:/", "my-files:/"], "cannot be copied or moved", "name what is in it"),
        (&["cp", ":/", ":/x"], "cannot be copied or moved", "`pydio mirror` downloads"),
        (&["cp", "-f", ":/", "my-files:/x"], "cannot be copied or moved", "`pydio mirror`"),
        (&["compress", ":/"], "cannot be packed", "pack the folders in it"),
    ] {
        let run = place.run(arguments).await;
        let error = run.failed(2);
        assert!(
            error.contains("is the root of a workspace, which ") && error.contains(reason),
            "{error}"
        );
        assert!(error.contains(tip) && run.out.is_empty(), "{error}");
    }
    assert_eq!(place.server.seen().len(), 0);
    place.server.folder("common", "/d");
    for command in ["mv", "cp"] {
        let run = place.run(&[command, ":/d", ":/d/e"]).await;
        assert!(run.failed(2).contains("/d cannot be put into itself"), "{run:?}");
    }
    assert!(place.run(&["cp", ":/", "here"]).await.failed(1).contains("`pydio mirror` copies"));
    assert!(place.server.has("common", "/a.txt") && !place.server.has("common", "/b"));
}
