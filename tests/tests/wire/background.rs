//! Waiting for work in the background: its task, its outcome, and servers that tell little.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use pydio_client::{
    ErrorKind, Pydio, Workspace,
    background::{Evidence, TaskInfo, TaskStatus},
    v1::{access_fs, action_compression, core_index},
    v2::{
        file,
        models::{TaskDefinition, TaskPatch},
        task,
    },
};
use pydio_tests::{
    ALICE, Canned, Fault, Server, Version,
    proxy::{self, Proxy, Rule, Which},
};
use tokio::sync::mpsc;

use crate::support::connect;

const SOON: Duration = Duration::from_millis(2);
const LIMIT: Duration = Duration::from_secs(30);
/// Long enough for some questions on a machine that is busy.
const BRIEFLY: Duration = Duration::from_millis(500);
/// More requests than any test sends.
const NEVER: u32 = 100_000;

/// A server whose tasks take this many requests, with `/docs/a.txt`.
async fn slow(requests: u32) -> (Server, Pydio, Workspace) {
    let server = Server::builder(Version::V8_2).task_steps(requests).start().await.unwrap();
    server.put("common", "/docs/a.txt", "words");
    let pydio = connect(&server, &ALICE);
    let files = pydio.workspace("common");
    (server, pydio, files)
}

fn compress(archive: &str) -> access_fs::Compress {
    access_fs::compress(["/docs/a.txt"]).dir("/docs").archive_name(archive)
}

/// Gives the last task that is listed another status and message.
async fn change(pydio: &Pydio, status: i64, message: &str) -> String {
    let id = pydio.call(task::list_tasks("common")).await.unwrap().pop().unwrap().id;
    change_task(pydio, &id, status, message).await;
    id
}

async fn change_task(pydio: &Pydio, id: &str, status: i64, message: &str) {
    let mut patch = TaskPatch::default();
    (patch.status, patch.status_message) = (Some(status), Some(message.to_owned()));
    pydio.call(task::update_task(id, &patch)).await.unwrap();
}

#[tokio::test]
async fn the_archive_is_there_when_waiting_ends() {
    let (server, pydio, files) = slow(6).await;
    // Others: the same action with other parameters, in another workspace, of another user.
    files.call(compress("other.zip")).await.unwrap();
    let own = pydio.workspace("my-files");
    server.put("my-files/alice", "/docs/a.txt", "words");
    own.call(compress("a.zip")).await.unwrap();
    let seen = Arc::new(Mutex::new(Vec::<TaskInfo>::new()));
    let work = files.call(compress("a.zip")).await.unwrap();
    assert!(work.as_ref().unwrap().background && !server.has("common", "/docs/a.zip"));
    let note = Arc::clone(&seen);
    let report = move |task: &TaskInfo| note.lock().unwrap().push(task.clone());
    let finished = work.wait().every(SOON).deadline(LIMIT).on_progress(report).await.unwrap();
    assert_eq!(finished.evidence, Evidence::Outcome);
    assert!(server.has("common", "/docs/a.zip"));
    let seen = seen.lock().unwrap();
    let [first, ..] = &seen[..] else { panic!("no progress") };
    assert_eq!((first.status, first.percent), (TaskStatus::Running, None));
    assert!(first.message.contains("compress"), "{first:?}");
    assert_eq!(finished.task.unwrap().id, first.id);
}

#[tokio::test]
async fn a_failed_task_of_an_earlier_call_is_not_taken_for_it() {
    // Half a minute before, and in the same second.
    for seconds in [30, 0] {
        let (server, pydio, files) = slow(8).await;
        files.call(compress("a.zip")).await.unwrap();
        let failed = change(&pydio, 8, "no space left").await;
        server.advance(seconds);
        let work = files.call(compress("a.zip")).await.unwrap();
        let finished = work.wait().every(SOON).deadline(LIMIT).await.unwrap();
        assert_eq!(finished.evidence, Evidence::Outcome);
        assert_ne!(finished.task.unwrap().id, failed);
    }
}

#[tokio::test]
async fn a_task_that_fails_ends_with_its_own_message() {
    let (_server, pydio, files) = slow(NEVER).await;
    let work = files.call(compress("a.zip")).await.unwrap();
    change(&pydio, 8, "no space left on the disk").await;
    let error = work.wait().every(SOON).deadline(LIMIT).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Server);
    assert!(!error.may_be_done());
    let expected = "access.fs/compress on workspace `common`: its task failed: no space left on \
                    the disk";
    assert!(error.to_string().contains(expected), "{error}");
}

/// The server does not list it any more, but describes it.
#[tokio::test]
async fn a_task_that_is_stopped_is_an_error() {
    let (_server, pydio, files) = slow(NEVER).await;
    let work = files.call(compress("a.zip")).await.unwrap();
    let (sender, mut found) = mpsc::unbounded_channel();
    let report = move |task: &TaskInfo| drop(sender.send(task.id.clone()));
    let waiting = tokio::spawn(work.wait().every(SOON).on_progress(report).into_future());
    let id = found.recv().await.unwrap();
    change_task(&pydio, &id, 64, "stopped by alice").await;
    let error = waiting.await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Server);
    assert!(error.message().contains("its task was stopped: stopped by alice"), "{error}");
}

#[tokio::test]
async fn waiting_has_a_deadline() {
    let (_server, pydio, files) = slow(NEVER).await;
    let work = files.call(compress("a.zip")).await.unwrap();
    let error = work.wait().every(SOON).deadline(BRIEFLY).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unfinished);
    assert!(error.may_be_done());
    assert!(error.message().contains("its task is unfinished: User 'alice'"), "{error}");
    change(&pydio, 16, "until tomorrow").await;
    let error = work.wait().every(SOON).deadline(BRIEFLY).await.unwrap_err();
    assert!(error.message().contains("its task is paused: until tomorrow"), "{error}");
}

/// Measured on 8.2.5: without the folder, the task is complete and there is no archive.
#[tokio::test]
async fn a_complete_task_without_an_archive_is_an_error() {
    let (server, _, files) = slow(3).await;
    let call = access_fs::compress(["/docs/a.txt"]).dir("/missing").archive_name("a.zip");
    let work = files.call(call).await.unwrap();
    let error = work.wait().every(SOON).deadline(LIMIT).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotDone);
    assert!(error.message().contains("`/missing/a.zip` does not exist"), "{error}");
    assert!(!server.has("common", "/missing/a.zip"));
}

/// The cache of the server still has the time and size of the archive that was replaced.
#[tokio::test]
async fn an_archive_that_was_there_before_does_not_count() {
    let (server, _, files) = slow(3).await;
    server.put("common", "/docs/a.zip", "old");
    server.advance(100);
    let work = files.call(compress("a.zip")).await.unwrap();
    let finished = work.wait().every(SOON).deadline(LIMIT).await.unwrap();
    assert_eq!(finished.evidence, Evidence::Outcome);
    assert_ne!(server.content("common", "/docs/a.zip").unwrap(), b"old");
    assert!(server.seen().iter().any(|seen| seen.target.contains("stat_hash")));
    // One that is not replaced.
    let nothing = Canned::new(200, "text/xml", "<tree><consume_channel/></tree>");
    server.advance(100);
    let date = server.seen().len();
    server.fail(Fault::Answer(nothing.header("date", "Mon, 30 Nov 2026 09:24:21 GMT")));
    let work = files.call(compress("a.zip")).await.unwrap();
    let error = work.wait().every(SOON).deadline(LIMIT).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unverified, "no task shows when the call was made");
    assert!(error.message().contains("is older than the call"), "{error}");
    assert!(server.seen().len() > date);
}

/// The cache of the server still has the file.
#[tokio::test]
async fn a_deleted_node_is_gone_although_the_cache_has_it() {
    let (server, _, files) = slow(3).await;
    server.put("common", "/docs/big.bin", vec![0; 11 << 20]);
    let delete = access_fs::delete(["/docs/big.bin"]).force_deletion(true);
    let work = files.call(delete).await.unwrap();
    let finished = work.wait().every(SOON).deadline(LIMIT).await.unwrap();
    assert_eq!(finished.evidence, Evidence::Outcome);
    assert!(!server.has("common", "/docs/big.bin"));
    let listed = files.call(access_fs::ls("/").nodes(["/docs/big.bin"])).await.unwrap();
    assert_eq!(listed.nodes.len(), 1, "it is in the cache");
}

#[tokio::test]
async fn work_that_was_done_at_once_takes_two_requests() {
    let (server, _, files) = slow(3).await;
    let work = files.call(access_fs::copy(["/docs/a.txt"], "/")).await.unwrap();
    assert_eq!(server.seen().len(), 1, "nothing is sent for a call that is not waited for");
    let finished = work.wait().await.unwrap();
    assert_eq!((finished.evidence, finished.task), (Evidence::Outcome, None));
    assert_eq!(server.seen().len(), 3);
    let moved = files.call(access_fs::move_nodes(["/docs/a.txt"], "/docs")).await;
    assert!(moved.is_err(), "an error of the call itself comes before any waiting");
}

#[tokio::test]
async fn a_copy_in_its_own_folder_is_found_by_its_number() {
    let (server, _, files) = slow(3).await;
    let work = files.call(access_fs::copy(["/docs/a.txt"], "/docs")).await.unwrap();
    let finished = work.wait().await.unwrap();
    assert_eq!(finished.evidence, Evidence::Outcome);
    assert!(server.has("common", "/docs/a-1.txt"));
}

#[tokio::test]
async fn nothing_in_the_response_and_failing_polls_are_survived() {
    let (server, _, files) = slow(6).await;
    server.fail(Fault::Swallow(Canned::new(200, "text/html; charset=UTF-8", "")));
    let work = files.call(compress("a.zip")).await.unwrap();
    assert!(work.is_none());
    let locked = r#"{"level":"Error","message":"database is locked"}"#;
    server.fail(Fault::Answer(Canned::new(200, "application/json", locked)));
    server.fail(Fault::Drop);
    server.fail(Fault::Truncate(20));
    server.fail(Fault::Answer(Canned::new(503, "text/html", "<html>busy</html>")));
    let finished = work.wait().every(SOON).deadline(LIMIT).await.unwrap();
    assert_eq!(finished.evidence, Evidence::Outcome);
}

#[tokio::test]
async fn a_proxy_that_breaks_every_second_response_is_survived() {
    let (server, _, _) = slow(6).await;
    let proxy = Proxy::start(&server.url()).await.unwrap();
    let builder = Pydio::builder(proxy.url()).login(ALICE.login, ALICE.password);
    let work = builder.build().unwrap().workspace("common").call(compress("a.zip")).await.unwrap();
    proxy.plan(vec![Rule { which: Which::Every(2), fault: proxy::Fault::Cut }]);
    let finished = work.wait().every(SOON).deadline(LIMIT).await.unwrap();
    assert_eq!(finished.evidence, Evidence::Outcome);
}

#[tokio::test]
async fn a_server_that_cannot_be_asked_leaves_the_outcome_open() {
    let (server, _, files) = slow(NEVER).await;
    let work = files.call(compress("a.zip")).await.unwrap();
    let busy = Fault::Answer(Canned::new(503, "text/html", "<html>busy</html>"));
    server.fail_times(9, busy);
    let error = work.wait().every(SOON).deadline(BRIEFLY).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unfinished);
    assert!(error.may_be_done());
    assert!(error.message().contains("a question failed: "), "{error}");
}

/// On a server that no question reached before: one that was dropped at a deadline can still arrive, and
/// would be counted.
#[tokio::test]
async fn refused_credentials_are_not_tried_again() {
    let (server, _, files) = slow(NEVER).await;
    let work = files.call(compress("a.zip")).await.unwrap();
    server.set_password(ALICE.login, "changed");
    let before = server.seen().len();
    let error = work.wait().every(SOON).deadline(LIMIT).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::BadCredentials);
    assert_eq!(server.seen().len(), before + 1);
}

/// Measured on 8.2.5: the task of a copy over a file that cannot be written is complete, and the file
/// unchanged.
#[tokio::test]
async fn a_file_that_was_there_before_is_no_copy() {
    let (server, _, files) = slow(3).await;
    for (content, is_done) in [("WORDS", false), ("words", true)] {
        server.put("common", "/d/a.txt", content);
        server.advance(100);
        ignore(&server);
        let work = files.call(access_fs::copy(["/docs/a.txt"], "/d")).await.unwrap();
        match work.wait().every(SOON).deadline(LIMIT).await {
            Ok(finished) => assert_eq!((finished.evidence, is_done), (Evidence::Outcome, true)),
            Err(error) => {
                assert_eq!((error.kind(), is_done), (ErrorKind::NotDone, false), "{error}");
                assert!(error.message().contains("differs in content"), "{error}");
            }
        }
    }
}

#[tokio::test]
async fn a_node_is_no_copy_of_itself() {
    let (server, _, files) = slow(3).await;
    ignore(&server);
    let work = files.call(access_fs::copy(["/docs/a.txt"], "/docs")).await.unwrap();
    let error = work.wait().every(SOON).deadline(LIMIT).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotDone, "{error}");
    assert!(error.message().contains("there is no new `/docs/a.txt`"), "{error}");
}

/// Measured on 7.0.4 and 8.2.5: the server makes an empty folder, and the task is complete.
#[tokio::test]
async fn an_archive_that_does_not_exist_is_not_unpacked() {
    let (server, pydio, _) = slow(3).await;
    let session = pydio.session().login(ALICE.login, ALICE.password).await.unwrap();
    let call = action_compression::extraction("/docs/missing.tar.gz");
    let work = session.workspace("common").call(call).await.unwrap();
    let error = work.wait().every(SOON).deadline(LIMIT).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unverified, "{error}");
    assert!(error.message().contains("`/docs/missing` is empty"), "{error}");
    assert!(server.has("common", "/docs/missing"));
}

/// Lets the server report work in the background that it never does.
fn ignore(server: &Server) {
    let begun = Canned::new(200, "text/xml", "<tree><consume_channel/></tree>");
    server.fail(Fault::Answer(begun));
}

/// A proxy dates the response by its own clock.
#[tokio::test]
async fn a_wrong_clock_is_survived() {
    let (server, _, files) = slow(4).await;
    let begun = Canned::new(200, "text/xml", "<tree><consume_channel/></tree>");
    server.fail(Fault::Swallow(begun.header("date", "Mon, 01 Jan 2024 00:00:00 GMT")));
    let work = files.call(compress("a.zip")).await.unwrap();
    let finished = work.wait().every(SOON).deadline(LIMIT).await.unwrap();
    assert_eq!(finished.evidence, Evidence::Outcome);
    assert!(server.has("common", "/docs/a.zip"));
}

#[tokio::test]
async fn sessions_wait_as_well() {
    let (server, pydio, _) = slow(3).await;
    server.put("common", "/recycle_bin/old.txt", "words");
    let session = pydio.session().login(ALICE.login, ALICE.password).await.unwrap();
    let files = session.workspace("common");
    let work = files.call(compress("a.zip")).await.unwrap();
    let finished = work.wait().every(SOON).deadline(LIMIT).await.unwrap();
    assert_eq!(finished.evidence, Evidence::Outcome);
    assert!(finished.task.is_some());
    let work = files.call(access_fs::empty_recycle()).await.unwrap();
    let finished = work.wait().every(SOON).deadline(LIMIT).await.unwrap();
    assert_eq!(finished.evidence, Evidence::Outcome);
    assert!(!server.has("common", "/recycle_bin/old.txt"));
}

#[tokio::test]
async fn nodes_in_another_workspace_are_found() {
    // REST does not reach the action.
    let (server, pydio, _) = slow(3).await;
    let session = pydio.session().login(ALICE.login, ALICE.password).await.unwrap();
    let files = session.workspace("common");
    for moves in [false, true] {
        let name = format!("/docs/{moves}.txt");
        server.put("common", &name, "words");
        let call = access_fs::cross_copy([&name], "my-files", "/").moving_files(moves);
        let work = files.call(call).await.unwrap();
        let finished = work.wait().every(SOON).deadline(LIMIT).await.unwrap();
        assert_eq!(finished.evidence, Evidence::Outcome);
        assert!(server.has("my-files/alice", &format!("/{moves}.txt")));
        assert_eq!(server.has("common", &name), !moves);
    }
}

/// Bindings of 8.2.5 on a server without a list of tasks, which works before it responds.
#[tokio::test]
async fn the_outcome_is_enough_on_old_releases() {
    let server = Server::start(Version::V6_4).await.unwrap();
    server.put("common", "/docs/a.txt", "words");
    let files = connect(&server, &ALICE).workspace("common");
    let work = files.call(compress("a.zip")).await.unwrap();
    let finished = work.wait().every(SOON).deadline(LIMIT).await.unwrap();
    assert_eq!((finished.evidence, finished.task), (Evidence::Outcome, None));
    let nothing = Canned::new(200, "text/xml", "<tree></tree>");
    server.fail(Fault::Answer(nothing));
    let work = files.call(compress("b.zip")).await.unwrap();
    let error = work.wait().every(SOON).deadline(BRIEFLY).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unfinished);
    assert!(error.message().contains("`/docs/b.zip` does not exist"), "{error}");
    let work = files.call(core_index::index("/")).await.unwrap();
    let error = work.wait().every(SOON).deadline(LIMIT).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unverified);
}

#[tokio::test]
async fn work_of_no_known_outcome_is_known_by_its_task() {
    let (_server, pydio, files) = slow(3).await;
    let work = files.call(core_index::index("/")).await.unwrap();
    assert_eq!(work.wait().await.unwrap().evidence, Evidence::NoTask);
    let definition = TaskDefinition::new("scheduler_fakeLongTask", "Mine", "Starting...");
    let work = pydio.call(task::create_task("mine", "common", &definition)).await.unwrap();
    assert_eq!(work.id, "mine");
    let error = work.wait().every(SOON).deadline(BRIEFLY).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unfinished);
    change_task(&pydio, "mine", 4, "Finished waiting").await;
    let finished = work.wait().every(SOON).deadline(LIMIT).await.unwrap();
    assert_eq!(finished.evidence, Evidence::Task);
    assert_eq!(finished.task.unwrap().message, "Finished waiting");
}

/// A moved node keeps its time, so that it is older than the call.
#[tokio::test]
async fn moves_and_deletions_over_v2_are_verified() {
    let (server, pydio, files) = slow(3).await;
    server.advance(100);
    let work = files.call(access_fs::move_nodes(["/docs/a.txt"], "/")).await.unwrap();
    assert_eq!(work.wait().await.unwrap().evidence, Evidence::Outcome);
    assert!(server.has("common", "/a.txt") && !server.has("common", "/docs/a.txt"));
    let work = pydio.call(file::delete_node("common", "/a.txt")).await.unwrap();
    assert_eq!(work.wait().await.unwrap().evidence, Evidence::Outcome);
}
