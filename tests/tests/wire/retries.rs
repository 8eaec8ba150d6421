//! Calls that are sent again by a policy, and their time limits.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use futures_util::{StreamExt as _, stream};
use pydio_client::{
    CallOptions, Error, ErrorKind, Pydio, RetryPolicy, Workspace, response::OneOrMany,
    v1::access_fs,
};
use pydio_tests::{
    ALICE, Canned, Fault, Server, Version,
    proxy::{self, Proxy, Rule, Which},
};

/// Four attempts without a pause.
fn policy() -> RetryPolicy {
    RetryPolicy::new(4).pause(Duration::ZERO, Duration::ZERO)
}

async fn start() -> (Server, Pydio) {
    let server = Server::start(Version::V8_2).await.unwrap();
    let builder = Pydio::builder(server.url()).login(ALICE.login, ALICE.password);
    let pydio = builder.retry(policy()).build().unwrap();
    (server, pydio)
}

#[tokio::test]
async fn a_call_that_reads_is_repeated_and_one_that_writes_is_not() {
    let (server, pydio) = start().await;
    let files = pydio.workspace("common");
    for _ in 0..3 {
        server.fail(Fault::Answer(Canned::new(502, "text/plain", "")));
    }
    files.call(access_fs::ls("/")).await.unwrap();
    assert_eq!(server.seen().len(), 4);
    server.fail(Fault::Answer(Canned::new(502, "text/plain", "")));
    let error = files.call(access_fs::mkdir("/once")).await.unwrap_err();
    assert_eq!((error.status(), server.seen().len()), (Some(502), 5));
}

/// Without a length, a response that breaks off looks like one that has ended.
#[tokio::test]
async fn a_document_that_is_cut_short_is_asked_for_again() {
    let (server, pydio) = start().await;
    let xml = "<?xml version=\"1.0\"?><tree filename=\"/\"><tree filename=\"/a";
    for (media_type, body) in
        [("text/xml", xml), ("text/xml", &xml[..30]), ("application/json", "[{\"a\":")]
    {
        server.clear();
        server.fail(Fault::Answer(Canned::new(200, media_type, body)));
        match media_type {
            "text/xml" => drop(pydio.workspace("common").call(access_fs::ls("/")).await.unwrap()),
            _ => drop(pydio.workspace("common").call(access_fs::stat("/")).await.unwrap()),
        }
        assert_eq!(server.seen().len(), 2, "{body}");
    }
    // A document that is complete and wrong stays wrong.
    server.clear();
    server.fail(Fault::Answer(Canned::new(200, "text/xml", "<tree><a></tree>")));
    let error = pydio.workspace("common").call(access_fs::ls("/")).await.unwrap_err();
    assert_eq!((error.kind(), server.seen().len()), (ErrorKind::Malformed, 1));
}

#[tokio::test]
async fn a_refused_login_is_never_repeated() {
    let (server, _) = start().await;
    let builder = Pydio::builder(server.url()).login(ALICE.login, "wrong");
    let always = RetryPolicy::new(9).pause(Duration::ZERO, Duration::ZERO).retry_if(|_| true);
    let files = builder.retry(always).build().unwrap().workspace("common");
    let error = files.call(access_fs::ls("/")).await.unwrap_err();
    assert_eq!((error.kind(), server.seen().len()), (ErrorKind::BadCredentials, 1));
}

#[tokio::test]
async fn a_message_of_the_server_is_repeated_when_told() {
    let (server, pydio) = start().await;
    let locked =
        "<?xml version=\"1.0\"?><tree><message type=\"ERROR\">database is locked</message></tree>";
    let fail = || server.fail(Fault::Answer(Canned::new(200, "text/xml", locked)));
    fail();
    let files = pydio.workspace("common");
    assert_eq!(files.call(access_fs::ls("/")).await.unwrap_err().kind(), ErrorKind::Server);
    fail();
    let told = policy().retry_if(|error| error.message().contains("database is locked"));
    let patient = files.with_options(CallOptions::new().retry(told));
    patient.call(access_fs::ls("/")).await.unwrap();
    assert_eq!(server.seen().len(), 3);
}

#[tokio::test]
async fn a_session_and_the_pages_of_a_folder_are_repeated() {
    let (server, pydio) = start().await;
    server.put("common", "/a.txt", "");
    let session = pydio.session().login(ALICE.login, ALICE.password).await.unwrap();
    server.fail(Fault::Answer(Canned::new(503, "text/plain", "")));
    session.workspace("common").call(access_fs::ls("/")).await.unwrap();
    let once = session.with_options(CallOptions::new().retry(RetryPolicy::never()));
    server.fail(Fault::Answer(Canned::new(503, "text/plain", "")));
    let error = once.workspace("common").call(access_fs::ls("/")).await.unwrap_err();
    assert_eq!(error.status(), Some(503));

    server.fail(Fault::Answer(Canned::new(503, "text/plain", "")));
    let mut nodes = pydio.workspace("common").nodes(access_fs::ls("/"));
    assert_eq!(nodes.next().await.unwrap().unwrap().label(), "a.txt");
}

#[tokio::test]
async fn the_server_says_how_long_to_wait() {
    let (server, pydio) = start().await;
    let busy = Canned::new(503, "text/plain", "").header("Retry-After", "1");
    server.fail(Fault::Answer(busy.clone()));
    let begun = Instant::now();
    pydio.workspace("common").call(access_fs::ls("/")).await.unwrap();
    assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
    server.fail(Fault::Answer(busy));
    let error = pydio.workspace("common").call(access_fs::mkdir("/x")).await.unwrap_err();
    assert_eq!(error.retry_after(), Some(Duration::from_secs(1)));
}

#[tokio::test]
async fn a_call_ends_when_its_time_is_up() {
    let (server, _) = start().await;
    let proxy = Proxy::start(&server.url()).await.unwrap();
    let slow = proxy::Fault::Delay(Duration::from_secs(60));
    let builder = Pydio::builder(proxy.url()).login(ALICE.login, ALICE.password);
    let pydio = builder.build().unwrap();
    let session = pydio.session().login(ALICE.login, ALICE.password).await.unwrap();
    proxy.plan(vec![Rule { which: Which::Every(1), fault: slow }]);
    let hurried = CallOptions::new().timeout(Duration::from_millis(200));
    let begun = Instant::now();
    let rest = pydio.workspace("common").with_options(hurried.clone());
    let on_session = session.workspace("common").with_options(hurried);
    for error in [
        rest.call(access_fs::ls("/")).await.unwrap_err(),
        on_session.call(access_fs::ls("/")).await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Transport);
        assert!(error.may_be_done() && error.message().contains("200ms"), "{error}");
        assert_eq!(error.call_name(), "access.fs/ls");
    }
    assert!(begun.elapsed() < Duration::from_secs(20));
}

#[tokio::test]
async fn headers_of_a_call_replace_those_of_the_connection() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let builder = Pydio::builder(server.url()).login(ALICE.login, ALICE.password);
    let pydio = builder.header("X-Trace", "all").header("X-Gate", "open").build().unwrap();
    let options = CallOptions::new().header("x-trace", "one").unwrap();
    let session = pydio.session().login(ALICE.login, ALICE.password).await.unwrap();
    let seen = || {
        let seen = server.last().unwrap();
        ["x-trace", "x-gate"].map(|name| seen.header(name).map(str::to_owned).unwrap())
    };
    pydio.with_options(options.clone()).workspace("common").call(access_fs::ls("/")).await.unwrap();
    assert_eq!(seen(), ["one", "open"]);
    session.with_options(options).workspace("common").call(access_fs::ls("/")).await.unwrap();
    assert_eq!(seen(), ["one", "open"]);
    session.workspace("common").call(access_fs::ls("/")).await.unwrap();
    assert_eq!(seen(), ["all", "open"]);
    let error = CallOptions::new().header("Host", "s3cr3t").unwrap_err();
    assert!(!format!("{error} {error:?}").contains("s3cr3t"));
}

/// Ten thousand calls, of which one in twenty changes something.
const CALLS: usize = 10_000;

const FOLDERS: usize = 50;

/// Makes the changes of call number `number`, and looks whether they are there if it cannot know.
async fn change(files: &Workspace, number: usize) -> Result<(), Error> {
    let path = format!("/d{}/f{number}", number % FOLDERS);
    loop {
        let is_there = async || -> Result<bool, Error> {
            let stat = files.call(access_fs::stat(&*path)).await?;
            Ok(!matches!(stat, OneOrMany::Missing))
        };
        match files.call(access_fs::mkfile(&*path)).await {
            Ok(_) => return Ok(()),
            Err(error) if error.may_be_done() && is_there().await? => return Ok(()),
            Err(error) if error.may_be_done() => {}
            Err(error) => return Err(error),
        }
    }
}

/// Makes the calls, or only those that change something, and returns how many failed.
async fn mixed(url: &str, reads: bool) -> usize {
    let failures = AtomicUsize::new(0);
    let policy = RetryPolicy::new(40).pause(Duration::ZERO, Duration::ZERO);
    let builder = Pydio::builder(url).login(ALICE.login, ALICE.password).retry(policy);
    let files = builder.build().unwrap().workspace("common");
    stream::iter(0..CALLS)
        .for_each_concurrent(32, async |number| {
            let outcome = match number % 20 {
                0 => change(&files, number).await,
                _ if !reads => Ok(()),
                1..15 => files.call(access_fs::stat("/d1")).await.map(drop),
                _ => files.call(access_fs::ls(format!("/d{}", number % FOLDERS))).await.map(drop),
            };
            if outcome.is_err() {
                failures.fetch_add(1, Ordering::Relaxed);
            }
        })
        .await;
    failures.into_inner()
}

/// Half of the answers get lost: before the server, behind it, or in the middle.
#[tokio::test]
async fn ten_thousand_calls_over_a_broken_line_leave_the_state_of_a_clean_run() {
    let begin = async || {
        let server = Server::start(Version::V8_2).await.unwrap();
        (0..FOLDERS).for_each(|number| server.put("common", &format!("/d{number}/first"), ""));
        server
    };
    let clean = begin().await;
    assert_eq!(mixed(&clean.url(), false).await, 0);
    let server = begin().await;
    let proxy = Proxy::start(&server.url()).await.unwrap();
    let every = |n, fault| Rule { which: Which::Every(n), fault };
    proxy.plan(vec![
        every(6, proxy::Fault::CutBefore),
        every(4, proxy::Fault::Swallow),
        every(2, proxy::Fault::Cut),
    ]);
    assert_eq!(mixed(proxy.url(), true).await, 0);
    assert!(proxy.seen().len() > CALLS * 19 / 10, "{}", proxy.seen().len());
    assert_eq!(server.inventory(), clean.inventory());
}
