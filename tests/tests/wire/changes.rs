//! The feed of changes, resumed from a saved number.

use std::collections::BTreeSet;

use pydio_client::{
    ChangeFeed, ErrorKind, Workspace,
    v1::{access_fs, meta_syncable, models::Change},
    v2::workspace,
};
use pydio_tests::{ALICE, Canned, Fault, Server};

use crate::support::{common, connect};

async fn make(files: &Workspace, name: &str) {
    files.call(access_fs::mkfile(format!("/{name}"))).await.unwrap();
}

/// Reads what there is, and returns the numbers.
async fn read(feed: &mut ChangeFeed<Change>) -> Vec<i64> {
    let mut numbers = Vec::new();
    while let Some(change) = feed.next().await.unwrap() {
        numbers.push(change.seq);
    }
    numbers
}

#[tokio::test]
async fn a_feed_is_resumed_from_a_saved_number() {
    let (server, files) = common().await;
    let mut feed = files.changes(meta_syncable::changes(0));
    assert_eq!(server.seen().len(), 0, "nothing is sent before the first change is needed");
    assert_eq!((read(&mut feed).await, feed.sequence()), (vec![], 0));
    make(&files, "a").await;
    make(&files, "b").await;
    assert_eq!((read(&mut feed).await, feed.sequence()), (vec![1, 2], 2));
    make(&files, "c").await;
    let saved = feed.sequence();
    let mut resumed = files.changes(meta_syncable::changes(saved.cast_signed()));
    assert_eq!((read(&mut resumed).await, resumed.sequence()), (vec![3], 3));
    // The feed itself goes on as well.
    assert_eq!(read(&mut feed).await, [3]);
    assert_eq!(read(&mut feed).await, Vec::<i64>::new());
    assert_eq!(feed.sequence(), 3);
}

/// Changes are ordered by node: the number moves only when all that are lower have been returned.
#[tokio::test]
async fn the_number_to_resume_from_covers_what_was_returned() {
    let (_server, files) = common().await;
    make(&files, "a").await;
    make(&files, "b").await;
    files.call(access_fs::rename("/a", "a2")).await.unwrap();
    let mut feed = files.changes(meta_syncable::changes(0));
    let mut seen = Vec::new();
    while let Some(change) = feed.next().await.unwrap() {
        seen.push((change.seq, feed.sequence()));
    }
    assert_eq!(seen, [(1, 0), (3, 0), (2, 3)]);
}

#[tokio::test]
async fn changes_that_are_made_while_a_feed_is_read_come_too() {
    let (_server, files) = common().await;
    make(&files, "a").await;
    let mut feed = files.changes(meta_syncable::changes(0));
    assert_eq!(feed.next().await.unwrap().unwrap().seq, 1);
    make(&files, "b").await;
    assert_eq!(feed.next().await.unwrap().unwrap().seq, 2);
    assert!(feed.next().await.unwrap().is_none());
}

#[tokio::test]
async fn ten_thousand_changes_come_once_each_in_every_form() {
    let (server, files) = common().await;
    for number in 0..100 {
        let names: Vec<_> = (0..100).map(|n| format!("/{number}-{n}")).collect();
        files.call(access_fs::mkdir("/").nodes(names)).await.unwrap();
    }
    let all: BTreeSet<i64> = (1..=10_000).collect();
    let calls = [
        meta_syncable::changes(0),
        meta_syncable::changes(0).stream(true),
        meta_syncable::changes(0).flatten(true),
    ];
    for call in calls {
        let mut feed = files.changes(call);
        let found = read(&mut feed).await;
        assert_eq!(found.len(), 10_000);
        assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), all);
        assert_eq!(feed.sequence(), 10_000);
    }
    let pydio = connect(&server, &ALICE);
    let mut feed = pydio.changes(workspace::changes("common", 0, 0));
    let mut count = 0;
    while feed.next().await.unwrap().is_some() {
        count += 1;
    }
    assert_eq!((count, feed.sequence()), (10_000, 10_000));
    let session = pydio.session().login(ALICE.login, ALICE.password).await.unwrap();
    let mut feed = session.workspace("common").changes(meta_syncable::changes(9_990));
    assert_eq!(read(&mut feed).await.len(), 10);
}

#[tokio::test]
async fn changes_that_cancel_out_do_not_come_again() {
    let (_server, files) = common().await;
    make(&files, "passing").await;
    make(&files, "kept").await;
    files.call(access_fs::delete(["/passing"])).await.unwrap();
    let mut feed = files.changes(meta_syncable::changes(0).flatten(true));
    assert_eq!(read(&mut feed).await, [2]);
    assert_eq!(feed.sequence(), 3);
}

#[tokio::test]
async fn a_number_that_the_server_does_not_know_is_an_error() {
    let (server, files) = common().await;
    make(&files, "a").await;
    make(&files, "b").await;
    let mut feed = files.changes(meta_syncable::changes(0));
    assert_eq!(read(&mut feed).await.len(), 2);
    server.forget_changes();
    for call in [meta_syncable::changes(2), meta_syncable::changes(2).stream(true)] {
        let error = files.changes(call).next().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnknownSequence);
        assert!(error.message().contains("read the changes from 0"), "{error}");
    }
    let pydio = connect(&server, &ALICE);
    let error = pydio.changes(workspace::changes("common", 0, 2)).next().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownSequence);
    // The record has begun again, and is shorter than it was.
    make(&files, "c").await;
    assert_eq!(feed.next().await.unwrap_err().kind(), ErrorKind::UnknownSequence);
    assert_eq!(feed.sequence(), 2);
    assert_eq!(read(&mut files.changes(meta_syncable::changes(0))).await, [1]);
}

/// The server looks up its last number after the changes: one in between is not among them.
#[tokio::test]
async fn a_change_between_the_changes_and_the_last_number_is_not_skipped() {
    let (server, files) = common().await;
    for name in ["a", "b", "c"] {
        make(&files, name).await;
    }
    let answer = |text: &str| {
        server.fail(Fault::Answer(Canned::new(200, "application/json", text)));
    };
    let change = r#"{"seq":1,"node_id":1,"type":"create","source":"NULL","target":"/a","node":{"repository_identifier":"x"}}"#;
    answer(&format!("{{\"changes\":[{change}], \"last_seq\":3}}"));
    let mut feed = files.changes(meta_syncable::changes(0));
    assert_eq!(read(&mut feed).await, [1, 2, 3]);
}

#[tokio::test]
async fn a_broken_answer_is_told_and_the_feed_goes_on() {
    let (server, files) = common().await;
    make(&files, "a").await;
    make(&files, "b").await;
    let mut feed = files.changes(meta_syncable::changes(0).stream(true));
    for (fault, kind) in [
        (Fault::Truncate(50), ErrorKind::Transport),
        // It ended without its last line.
        (
            Fault::Answer(Canned::new(200, "application/json", "{\"seq\":1}\n")),
            ErrorKind::Malformed,
        ),
        (
            Fault::Answer(Canned::new(200, "application/json", "{\"seq\":1}\nLAST_SEQ:2")),
            ErrorKind::Malformed,
        ),
    ] {
        server.fail(fault);
        assert_eq!(feed.next().await.unwrap_err().kind(), kind);
        assert_eq!(feed.sequence(), 0);
    }
    assert_eq!(read(&mut feed).await, [1, 2]);
}

#[tokio::test]
async fn a_server_that_sends_old_changes_forever_is_an_error() {
    let (server, files) = common().await;
    let old = r#"{"changes":[{"seq":4,"node_id":1,"type":"create","source":"NULL","target":"/a","node":{"repository_identifier":"x"}}],"last_seq":9}"#;
    server.fail(Fault::Answer(Canned::new(200, "application/json", old)));
    let error = files.changes(meta_syncable::changes(5)).next().await.unwrap_err();
    assert!(error.message().contains("older than requested"), "{error}");
}

/// Returns the server as it is needed for the type of a feed.
#[test]
fn a_feed_is_named_by_its_call_and_its_number() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (_server, files): (Server, Workspace) = runtime.block_on(common());
    let feed = files.changes(meta_syncable::changes(7));
    let shown = format!("{feed:?}");
    assert!(shown.contains("meta.syncable/changes") && shown.contains('7'), "{shown}");
}
