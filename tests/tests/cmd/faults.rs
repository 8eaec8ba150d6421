//! Misbehaving commands: each ends in a specific error, and in time.

#[cfg(target_os = "linux")]
use std::fs;
use std::time::{Duration, Instant};

use pydio_client::{
    Error, ErrorKind,
    cmd::{Builder, CommandLine},
    v1::access_fs,
};
use pydio_tests::ALICE;

use crate::support::{Installation, PHP};

async fn list(builder: Builder) -> Result<usize, Error> {
    let files = builder.build()?.workspace("common");
    files.call(access_fs::ls("/")).await.map(|listing| listing.nodes.len())
}

async fn fails(fault: &str) -> Error {
    let server = Installation::new().await;
    let error = server.faulty(fault).call(access_fs::ls("/")).await.unwrap_err();
    let shown = format!("{error} {error:?}");
    assert!(!shown.contains(ALICE.password), "{shown}");
    error
}

/// Returns a builder for Alice whose command never ends, and records the ids of its processes.
#[cfg(target_os = "linux")]
fn hanging(server: &Installation) -> Builder {
    let pids = format!("CMD_PHP_PIDS={}", server.path("pids"));
    let words = ["env".to_owned(), pids].into_iter();
    let builder = server.builder(&ALICE, &[]);
    builder.prefix(words.chain(server.php(&["--fault", "hang"])))
}

/// Waits until both processes are gone.
#[cfg(target_os = "linux")]
async fn assert_gone(server: &Installation) {
    let pids = server.text("pids");
    let is_alive = |pid: &str| {
        let status = fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        // A zombie is dead, and only waits for its parent.
        !status.is_empty() && !status.contains(") Z ")
    };
    assert_eq!(pids.split(' ').count(), 2);
    let begin = Instant::now();
    while pids.split(' ').any(is_alive) {
        assert!(begin.elapsed() < Duration::from_secs(10), "{pids} are alive");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_hanging_command_is_killed_with_its_children() {
    let server = Installation::new().await;
    let error = list(hanging(&server).timeout(Duration::from_secs(2))).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Transport, "{error:?}");
    assert!(error.to_string().contains("did not end within 2s"), "{error}");
    assert_gone(&server).await;
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn dropping_a_call_kills_its_command() {
    let server = Installation::new().await;
    let call = list(hanging(&server));
    let begun = async {
        while !fs::exists(server.path("pids")).unwrap() || server.text("pids").is_empty() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::select! {
        result = call => panic!("{result:?}"),
        () = begun => {}
    }
    assert_gone(&server).await;
}

#[tokio::test]
async fn endless_output_is_refused() {
    let server = Installation::new().await;
    let begin = Instant::now();
    let builder = server.builder(&ALICE, &["--fault", "endless"]).max_response_size(1_000_000);
    let error = list(builder).await.unwrap_err();
    assert!(error.kind() == ErrorKind::TooLarge, "{error:?}");
    assert!(begin.elapsed() < Duration::from_secs(20));
}

#[tokio::test]
async fn truncated_output_is_an_error() {
    assert!(matches!(
        fails("die").await.kind(),
        ErrorKind::Malformed | ErrorKind::UnexpectedContentType
    ));
}

#[tokio::test]
async fn an_exit_status_is_reported_with_the_first_words() {
    let error = fails("fatal").await;
    assert!(error.kind() == ErrorKind::Status, "{error:?}");
    let message = error.message();
    assert!(message.contains("exit status: 255: PHP Fatal error:  Uncaught Error"), "{message}");
    assert!(message.contains("logUser('alice', '***')"), "{message}");
}

#[tokio::test]
async fn a_signal_is_reported() {
    let error = fails("abort").await;
    assert!(error.kind() == ErrorKind::Status, "{error:?}");
    assert!(error.to_string().contains("signal: 6"), "{error}");
}

#[tokio::test]
async fn a_warning_matters_only_in_the_response() {
    let server = Installation::new().await;
    server.faulty("warn-before").call(access_fs::ls("/")).await.unwrap();
    let error = fails("warn-inside").await;
    assert!(error.to_string().contains("Warning: odd in"), "{error}");
}

#[tokio::test]
async fn standard_error_is_drained() {
    let server = Installation::new().await;
    server.faulty("chatty").call(access_fs::ls("/")).await.unwrap();
}

#[tokio::test]
async fn a_lingering_child_does_not_delay_the_response() {
    let server = Installation::new().await;
    let begin = Instant::now();
    server.faulty("linger").call(access_fs::ls("/")).await.unwrap();
    assert!(begin.elapsed() < Duration::from_secs(20), "{:?}", begin.elapsed());
}

#[tokio::test]
async fn a_missing_command_is_reported() {
    let server = Installation::new().await;
    let builder = server.builder(&ALICE, &[]).prefix(["/no/such/php"]);
    let error = list(builder).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Transport, "{error:?}");
    assert!(error.to_string().contains("`/no/such/php` could not be started"), "{error}");

    let builder = CommandLine::builder("/no/such.php").prefix(server.php(&[]));
    let error = list(builder.login("alice", ALICE.password)).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Status, "{error:?}");
    assert!(error.to_string().contains("Could not open input file: /no/such.php"), "{error}");
}

#[tokio::test]
async fn another_program_is_not_a_console() {
    let server = Installation::new().await;
    let error = list(server.builder(&ALICE, &[]).prefix(["echo"])).await.unwrap_err();
    assert!(error.kind() == ErrorKind::UnexpectedContentType, "{error:?}");
    let error = list(server.builder(&ALICE, &[]).prefix(["true"])).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Empty, "{error:?}");
}

#[test]
fn without_a_runtime_a_call_fails_before_anything_runs() {
    let builder = CommandLine::builder("/srv/pydio/cmd.php").prefix([PHP]);
    let call = std::pin::pin!(list(builder.login("alice", ALICE.password)));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match call.poll(&mut context) {
        std::task::Poll::Ready(Err(error)) if error.kind() == ErrorKind::Config => {}
        other => panic!("{other:?}"),
    }
}
