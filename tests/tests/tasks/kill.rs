//! A run that is killed leaves nothing half, and the next one goes on.

use std::{process::Child, time::Duration};

use pydio_tests::{
    ALICE, Fault, Server, Version,
    proxy::{self, Proxy, Rule, Which},
};

use crate::support::{Place, content, files};

const BIG: usize = 6_000_000;

/// Waits until a request reaches the server that calls an action, and then ends the program at once.
async fn killed_at(mut child: Child, place: &Place, action: &str, count: usize) {
    for _ in 0..600 {
        if place.calls(action) >= count {
            tokio::time::sleep(Duration::from_millis(50)).await;
            child.kill().unwrap();
            assert!(!child.wait().unwrap().success(), "it was over before it was killed");
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("no {count} calls of {action}: {:?}", child.wait_with_output());
}

#[tokio::test]
async fn a_mirror_that_is_killed_has_only_whole_files_and_is_resumed() {
    let place = Place::new().await;
    for n in 0..40 {
        place.server.put("common", &format!("/set/f{n}.txt"), content(n, 2000));
    }
    place.server.put("common", "/set/big.bin", content(7, BIG));
    let proxy = Proxy::start(&place.server.url()).await.unwrap();
    let slow = proxy::Fault::Delay(Duration::from_millis(30));
    proxy.plan(vec![Rule { which: Which::Every(1), fault: slow }]);
    for count in [5, 15, 30] {
        place.server.clear();
        let arguments = ["mirror", "common:/set", "here", "--transfers", "2"];
        let child = place.command(&ALICE, proxy.url(), &arguments).spawn().unwrap();
        killed_at(child, &place, "download", count.min(8)).await;
        for (name, bytes) in files(&place.path("here")) {
            if !name.starts_with(".pydio-partial/") {
                let there = place.server.content("common", &format!("/set/{name}"));
                assert_eq!(there.as_ref(), Some(&bytes), "{name} after {count}");
            }
        }
    }
    let before = files(&place.path("here")).len();
    assert!(before > 5, "earlier runs have kept nothing");
    place.server.clear();
    place.run(&["mirror", "common:/set", "here"]).await.done();
    let found = files(&place.path("here"));
    assert_eq!(found.len(), 41);
    assert!(place.calls("download") <= 42 - before + 4, "what was there was fetched again");
    assert_eq!(found["big.bin"], content(7, BIG));
}

#[tokio::test]
async fn a_large_file_is_resumed_where_it_stopped() {
    let place = Place::new().await;
    place.server.put("common", "/set/big.bin", content(7, BIG));
    place.server.fail_action("download", Fault::Stall(Duration::from_secs(60)));
    let arguments = ["mirror", "common:/set", "here"];
    let child = place.command(&ALICE, &place.server.url(), &arguments).spawn().unwrap();
    killed_at(child, &place, "download", 1).await;
    let partial = files(&place.path("here"));
    assert_eq!(partial.keys().filter(|name| !name.starts_with(".pydio-partial/")).count(), 0);
    let length = partial.values().map(Vec::len).max().unwrap();
    assert!(length > 0 && length < BIG, "{length}");
    place.server.clear();
    place.run(&arguments).await.done();
    assert_eq!(files(&place.path("here"))["big.bin"], content(7, BIG));
    let ranges = place
        .server
        .seen()
        .into_iter()
        .filter_map(|seen| Some(seen.headers.get("range")?.to_str().unwrap().to_owned()));
    assert_eq!(ranges.collect::<Vec<_>>(), [format!("bytes={length}-")]);
}

#[tokio::test]
async fn an_upload_that_is_killed_is_finished_by_the_next_run() {
    let place =
        Place::of(Server::builder(Version::V8_2).upload_limit(1 << 20).start().await.unwrap());
    for n in 0..40 {
        place.write(&format!("here/f{n}.txt"), content(n, 2000));
    }
    place.write("here/big.bin", content(7, BIG));
    let proxy = Proxy::start(&place.server.url()).await.unwrap();
    let slow = proxy::Fault::Delay(Duration::from_millis(30));
    proxy.plan(vec![Rule { which: Which::Every(1), fault: slow }]);
    for count in [5, 20, 3] {
        place.server.clear();
        let arguments = ["mirror", "here", "common:/set", "--transfers", "2"];
        let child = place.command(&ALICE, proxy.url(), &arguments).spawn().unwrap();
        killed_at(child, &place, "upload", count).await;
    }
    place.run(&["mirror", "here", "common:/set"]).await.done();
    for (name, bytes) in files(&place.path("here")) {
        let there = place.server.content("common", &format!("/set/{name}"));
        assert_eq!(there.as_ref(), Some(&bytes), "{name}");
    }
    // Nothing is there twice, under a number.
    let listed = place.run(&["ls", "/set"]).await;
    assert_eq!(listed.done().lines().count(), 41, "{listed:?}");
}
