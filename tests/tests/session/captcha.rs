//! Failed logins, and the captchas that follow.

use pydio_client::{Challenge, ErrorKind, LoginError, Session};
use pydio_tests::{ALICE, Server, Version};

use crate::support::{connect, count, logged_in, ls};

async fn log_in(server: &Server, password: &str) -> Result<Session, LoginError> {
    connect(server).session().login("alice", password).await
}

/// Returns a server that requires a captcha, since three logins have failed.
async fn suspicious() -> Server {
    let server = Server::start(Version::V8_2).await.unwrap();
    fail_three_times(&server).await;
    server
}

async fn fail_three_times(server: &Server) {
    for _ in 0..3 {
        log_in(server, "wrong").await.unwrap_err();
    }
}

fn challenge(outcome: Result<Session, LoginError>) -> Challenge {
    match outcome {
        Err(LoginError::Captcha(challenge)) => challenge,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_third_failure_requires_a_captcha() {
    let server = Server::start(Version::V8_2).await.unwrap();
    for _ in 0..2 {
        let outcome = log_in(&server, "wrong").await;
        assert!(matches!(outcome, Err(LoginError::Refused(..))), "{outcome:?}");
    }
    challenge(log_in(&server, "wrong").await);
    assert_eq!(count(&server, "login"), 3);
    // From now on, no login sends a password without a captcha text.
    challenge(log_in(&server, ALICE.password).await);
    assert_eq!(count(&server, "login"), 3);
}

#[tokio::test]
async fn the_captcha_text_completes_the_login() {
    let server = suspicious().await;
    let challenge = challenge(log_in(&server, ALICE.password).await);
    let picture = challenge.image().await.unwrap();
    assert_eq!(picture.media_type, "image/png");
    assert!(picture.bytes.starts_with(b"\x89PNG"));
    let session = challenge.answer(&server.captcha().unwrap()).await.unwrap();
    ls(&session).await.unwrap();
    // After a successful login, the server no longer requires a captcha.
    log_in(&server, ALICE.password).await.unwrap();
}

#[tokio::test]
async fn a_wrong_or_old_captcha_text_is_a_new_challenge() {
    let server = suspicious().await;
    let first = challenge(log_in(&server, ALICE.password).await);
    first.image().await.unwrap();
    let second = challenge(first.answer("guess").await);
    second.image().await.unwrap();
    let old = server.captcha().unwrap();
    second.image().await.unwrap();
    assert_ne!(server.captcha().unwrap(), old);
    let third = challenge(second.answer(&old).await);
    third.image().await.unwrap();
    third.answer(&server.captcha().unwrap()).await.unwrap();
}

/// Nobody can solve a captcha during a call.
#[tokio::test]
async fn an_expired_session_reports_a_required_captcha() {
    let (server, session) = logged_in().await;
    fail_three_times(&server).await;
    let logins = count(&server, "login");
    server.expire_sessions();
    let error = ls(&session).await.unwrap_err();
    assert!(error.kind() == ErrorKind::CaptchaRequired, "{error:?}");
    assert!(error.is_auth());
    assert_eq!(count(&server, "login"), logins);
    let outcome = session.log_in(ALICE.password).await;
    let Err(LoginError::Captcha(challenge)) = outcome else { panic!("{outcome:?}") };
    challenge.image().await.unwrap();
    challenge.answer(&server.captcha().unwrap()).await.unwrap();
    // The same session is logged in again.
    ls(&session).await.unwrap();
}
