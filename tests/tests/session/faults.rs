//! Transport failures: each returns an error, causes no new login, and leaves the session usable.

use std::time::{Duration, Instant};

use pydio_client::{
    Error, ErrorKind, LoginError,
    v1::{access_fs, editor_pixlr},
};
use pydio_tests::{ALICE, Canned, Fault, Server};

use crate::support::{builder, count, logged_in, ls, pass};

fn kind(error: &Error) -> String {
    format!("{:?}", error.kind())
}

/// Each fault, and the possible errors of a listing.
fn faults() -> Vec<(Fault, &'static [&'static str])> {
    let json = Canned::new(200, "application/json", "{\"message\":");
    let xml = Canned::new(200, "text/xml", "<?xml version=\"1.0\"?><tree filename=\"/\"><tr");
    let page = |status| Canned::new(status, "text/html", "<!DOCTYPE html><html>no</html>");
    vec![
        (Fault::Drop, &["Transport"]),
        (Fault::Truncate(0), &["Transport"]),
        (Fault::Truncate(60), &["Transport", "Malformed"]),
        (Fault::Answer(json), &["Malformed"]),
        (Fault::Answer(xml), &["Malformed"]),
        (Fault::Answer(page(500)), &["Status"]),
        (Fault::Answer(page(502)), &["Status"]),
        (Fault::Answer(page(200)), &["UnexpectedContentType"]),
        (Fault::Answer(page(404)), &["UnexpectedContentType"]),
        (Fault::Answer(Canned::new(200, "text/html", "")), &["Empty", "Malformed"]),
        (Fault::Answer(Canned::new(204, "text/html", "")), &["UnknownAction"]),
    ]
}

#[tokio::test]
async fn a_fault_fails_one_call_and_not_the_session() {
    let (server, session) = logged_in().await;
    for (fault, kinds) in faults() {
        server.fail(fault.clone());
        let error = ls(&session).await.unwrap_err();
        assert!(kinds.contains(&&*kind(&error)), "{fault:?}: {error:?}");
        assert_eq!(error.workspace(), "common");
        assert_eq!(ls(&session).await.unwrap(), 2, "{fault:?}");
    }
    assert_eq!(count(&server, "login"), 1);
    // Each call was one request: nothing was repeated.
    assert_eq!(count(&server, "ls"), 2 * faults().len());
}

#[tokio::test]
async fn changes_are_sent_once() {
    let (server, session) = logged_in().await;
    let files = session.workspace("common");
    for (fault, _) in faults() {
        server.fail(fault.clone());
        let made = files.call(access_fs::mkfile("/b.txt")).await;
        assert!(made.is_err(), "{fault:?}: {made:?}");
    }
    assert_eq!(count(&server, "mkfile"), faults().len());
}

/// Each step of the login encounters each fault in turn.
#[tokio::test]
async fn a_fault_during_the_login_fails_the_login() {
    let (server, _) = logged_in().await;
    for step in 0..3 {
        for (fault, _) in faults() {
            if matches!(fault, Fault::Truncate(60)) {
                // The seed is shorter than that, and therefore complete.
                continue;
            }
            pass(&server, step);
            server.fail(fault.clone());
            let outcome = builder(&server).build().unwrap().session();
            let outcome = outcome.login("alice", ALICE.password).await;
            match outcome {
                Err(LoginError::Failed(_)) => {}
                // The settings are optional: the client then requests the token separately.
                Ok(session) if step == 0 => assert_eq!(ls(&session).await.unwrap(), 2),
                other => panic!("{step} {fault:?}: {other:?}"),
            }
        }
    }
}

/// Returns a client whose session waits no longer than two seconds.
async fn impatient(server: &Server) -> pydio_client::Session {
    let pydio = builder(server).read_timeout(Duration::from_secs(2)).build().unwrap();
    pydio.session().login("alice", ALICE.password).await.unwrap()
}

#[tokio::test]
async fn a_slow_response_times_out() {
    let (server, _) = logged_in().await;
    let session = impatient(&server).await;
    for fault in [Fault::Delay, Fault::Stall] {
        let begin = Instant::now();
        server.fail(fault(Duration::from_secs(60)));
        let error = ls(&session).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Transport, "{error:?}");
        assert!(begin.elapsed() < Duration::from_secs(20));
        ls(&session).await.unwrap();
    }
}

/// A call that is dropped while others wait for the login does not prevent it.
#[tokio::test]
async fn a_dropped_call_does_not_prevent_the_login() {
    let (server, session) = logged_in().await;
    server.expire_sessions();
    pass(&server, 1);
    server.fail(Fault::Delay(Duration::from_millis(100)));
    let abandoned = tokio::time::timeout(Duration::from_millis(50), ls(&session)).await;
    assert!(abandoned.is_err());
    ls(&session).await.unwrap();
}

/// Some actions send a picture to another site and redirect there: the address is what they return.
#[tokio::test]
async fn a_redirect_that_is_the_response_is_returned() {
    let (server, session) = logged_in().await;
    let call = || editor_pixlr::post_to_server("/a.txt", "aHR0cA==");
    let files = session.workspace("common");
    let before = server.seen().len();
    for location in ["https://pixlr.test/?image=1", "/plugins/editor.pixlr/fake_close.html"] {
        server.fail(Fault::Answer(Canned::new(302, "text/html", "").header("location", location)));
        let head = files.call(call()).await.unwrap();
        assert_eq!((head.status(), head.location()), (302, Some(location)));
    }
    assert_eq!(server.seen().len() - before, 2);
}
