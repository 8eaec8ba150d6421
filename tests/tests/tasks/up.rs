//! What is uploaded is on the server, byte for byte, or the program says what is not.

use std::fs;

use pydio_tests::{
    BOB, Server, Version,
    proxy::{self, Proxy, Rule, Which},
};

use crate::support::{Place, content, files, finish};

fn filled(place: &Place) {
    for n in 0..120 {
        place.write(&format!("here/f{n}.txt"), content(n, 100 + n));
    }
    place.write("here/ünï cödé/日本 +%&#;~'.txt", "x");
    place.write("here/deep/er/empty", "");
    place.write("here/deep/big.bin", content(99, 5_000_000));
    fs::create_dir_all(place.path("here/nothing in it")).unwrap();
}

const ALL: usize = 123;

#[track_caller]
fn assert_there(place: &Place) {
    let own = files(&place.path("here"));
    for (name, bytes) in &own {
        let there = place.server.content("common", &format!("/set/{name}"));
        assert_eq!(there.as_ref(), Some(bytes), "{name}");
    }
}

#[tokio::test]
async fn all_of_it_arrives_and_a_second_run_sends_nothing() {
    let place = Place::new().await;
    filled(&place);
    let run = place.run(&["mirror", "here", "common:/set", "--json"]).await;
    run.done();
    assert_eq!(run.json().pop().unwrap()["summary"]["files"], ALL);
    assert_there(&place);
    // Three looks at checksums and a few of the large file, rather than one for each.
    assert!(place.calls("stat_hash") < 10, "{}", place.calls("stat_hash"));
    place.server.clear();
    let again = place.run(&["mirror", "here", "common:/set"]).await;
    again.done();
    assert!(again.err.contains("files unchanged: 123"), "{again:?}");
    assert_eq!((place.calls("upload"), place.calls("mkdir")), (0, 0));
    place.run(&["check", "here", "common:/set"]).await.done();
}

#[tokio::test]
async fn a_changed_file_of_the_same_size_is_sent_again() {
    let place = Place::new().await;
    filled(&place);
    place.run(&["mirror", "here", "common:/set"]).await.done();
    place.write("here/f7.txt", content(8, 107));
    let run = place.run(&["mirror", "here", "common:/set"]).await;
    run.done();
    assert!(run.err.contains("files: 1,"), "{run:?}");
    assert_there(&place);
}

#[tokio::test]
async fn connections_that_break_cost_no_byte() {
    for fault in [proxy::Fault::Cut, proxy::Fault::CutBefore, proxy::Fault::Swallow] {
        let place = Place::new().await;
        filled(&place);
        let proxy = Proxy::start(&place.server.url()).await.unwrap();
        proxy.plan(vec![Rule { which: Which::Every(4), fault }]);
        let run = place.run_at(proxy.url(), &["mirror", "here", "common:/set"]).await;
        if run.status == Some(0) {
            assert_there(&place);
        } else {
            assert!(run.err.contains("FAILED "), "{run:?}");
        }
        place.run(&["mirror", "here", "common:/set"]).await.done();
        assert_there(&place);
    }
}

#[tokio::test]
async fn what_the_server_refuses_is_named() {
    let place = Place::new().await;
    filled(&place);
    // Bob may only read.
    let arguments = ["mirror", "here", "common:/set", "--json"];
    let run = finish(place.command(&BOB, &place.server.url(), &arguments)).await;
    assert_eq!(run.status, Some(1), "{run:?}");
    assert_eq!(place.server.content("common", "/set/f1.txt"), None);

    place.server.folder("common", "/set");
    let run = finish(place.command(&BOB, &place.server.url(), &arguments)).await;
    assert_eq!(run.status, Some(1), "{run:?}");
    let lines = run.json();
    // Every file, and the three folders.
    assert_eq!(lines.iter().filter(|line| line["problem"].is_string()).count(), ALL + 4);
    assert_eq!(lines.last().unwrap()["complete"], false);
}

#[tokio::test]
async fn a_full_server_is_not_a_success() {
    let place = Place::of(Server::builder(Version::V8_2).quota(2_000_000).start().await.unwrap());
    filled(&place);
    let run = place.run(&["mirror", "here", "common:/set"]).await;
    assert!(run.failed(1).contains("FAILED deep/big.bin: "), "{run:?}");
    assert!(run.err.contains("NOT COMPLETE: 1 failed"), "{run:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn links_and_unreadable_files_are_named() {
    let place = Place::new().await;
    place.write("here/a.txt", "a");
    std::os::unix::fs::symlink("a.txt", place.path("here/link")).unwrap();
    let run = place.run(&["mirror", "here", "common:/set", "--delete"]).await;
    let error = run.failed(4);
    assert!(error.contains("FAILED link: it is a symbolic link"), "{error}");
    assert!(error.contains("nothing is deleted"), "{error}");
    assert_eq!(place.server.content("common", "/set/a.txt").as_deref(), Some(&b"a"[..]));
    assert_eq!(place.server.content("common", "/set/link"), None);
}

#[tokio::test]
async fn delete_removes_what_is_only_there() {
    let place = Place::new().await;
    place.write("here/a.txt", "a");
    place.server.put("common", "/set/b.txt", "b");
    place.server.put("common", "/set/old/c.txt", "c");
    place.run(&["mirror", "here", "common:/set"]).await.done();
    assert!(place.server.content("common", "/set/b.txt").is_some());
    let arguments = ["mirror", "here", "common:/set", "--delete", "--dry-run"];
    assert_eq!(place.run(&arguments).await.done(), "delete\tb.txt\ndelete\told\n");
    assert!(place.server.content("common", "/set/b.txt").is_some());
    place.run(&arguments[..4]).await.done();
    assert_eq!(place.server.content("common", "/set/b.txt"), None);
    assert_eq!(place.server.content("common", "/set/old/c.txt"), None);
    assert!(place.server.content("common", "/set/a.txt").is_some());
}
