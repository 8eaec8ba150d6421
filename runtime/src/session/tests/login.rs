//! The steps of a login, captchas, and remember-me.

use http::Method;

use super::{Fake, SECRET, logged_in, ls};
use crate::{Error, ErrorKind, LoginError, LoginResult};

#[tokio::test]
async fn a_login_goes_step_by_step() {
    let fake = Fake::default();
    let session = fake.connect().session().login("alice", SECRET).await.unwrap();
    assert_eq!(session.user(), "alice");
    assert_eq!(fake.actions(), ["get_boot_conf", "get_seed", "login"]);
    let log = fake.model().log.clone();
    assert_eq!((log[0].cookie("AjaXplorer"), log[0].field("secure_token")), (None, None));
    assert_eq!(log[1].cookie("AjaXplorer"), Some("cookie1"));
    assert_eq!(log[1].uri.query(), Some("get_action=get_seed&secure_token=t0ken2"));
    assert_eq!((&log[2].method, log[2].uri.query()), (&Method::POST, None));
    let names: Vec<_> = log[2].fields.iter().map(|(name, _)| &**name).collect();
    assert_eq!(names, ["get_action", "userid", "password", "login_seed", "secure_token"]);
    assert_eq!((log[2].field("password"), log[2].field("login_seed")), (Some(SECRET), Some("-1")));
}

#[tokio::test]
async fn without_the_web_interface_the_token_is_fetched() {
    let fake = Fake::default();
    fake.model().has_no_web_interface = true;
    let session = fake.connect().session().login("alice", SECRET).await.unwrap();
    assert_eq!(fake.actions(), ["get_boot_conf", "get_secure_token", "get_seed", "login"]);
    assert!(session.call(ls()).await.is_ok());
}

#[tokio::test]
async fn version_6_is_sent_a_hash_for_its_seed() {
    let fake = Fake::default();
    fake.model().seed = Some("1234567890".to_owned());
    // md5(md5(SECRET) . "1234567890")
    fake.model().password = Some("326295673f071b7ae3d9afd84e7abd3f".to_owned());
    let session = fake.connect().session().login("alice", SECRET).await.unwrap();
    assert_eq!(fake.last().field("login_seed"), Some("1234567890"));
    fake.expire();
    assert!(session.call(ls()).await.is_ok());
    assert_eq!(fake.count("get_seed"), 2);
}

#[tokio::test]
async fn an_odd_seed_is_not_answered_with_the_password() {
    for seed in ["", "a b", "<html>"] {
        let fake = Fake::default();
        fake.model().seed = Some(seed.to_owned());
        let error = fake.connect().session().login("alice", SECRET).await.unwrap_err();
        assert!(
            matches!(&error, LoginError::Failed(error) if error.kind() == ErrorKind::Malformed),
            "{error:?}"
        );
        assert_eq!(fake.count("login"), 0);
    }
}

#[tokio::test]
async fn every_refusal_has_its_own_kind() {
    type Is = fn(&Error) -> bool;
    let bad: Is = |error| error.kind() == ErrorKind::BadCredentials;
    let refused: Is = |error| error.kind() == ErrorKind::Forbidden;
    for (value, result, is_kind) in [
        ("-1", LoginResult::BadCredentials, bad),
        ("-3", LoginResult::NoWorkspace, refused),
        ("-5", LoginResult::BadRememberCookie, bad),
        ("2", LoginResult::LoggedOut, refused),
        ("-7", LoginResult::Other("-7".to_owned()), refused),
    ] {
        let fake = Fake::default();
        fake.model().result = Some(value);
        let error = fake.connect().session().login("alice", SECRET).await.unwrap_err();
        let LoginError::Refused(given, failure) = &error else { panic!("{error:?}") };
        assert_eq!(*given, result);
        assert_eq!(failure.call_name(), "authfront.session_login/login");
        assert_eq!(failure.status(), Some(200));
        assert!(is_kind(&error.into()), "{value}");
    }
}

#[tokio::test]
async fn a_captcha_is_handed_on_and_answered() {
    let fake = Fake::default();
    fake.model().captcha = Some("w8rd");
    let error = fake.connect().session().login("alice", SECRET).await.unwrap_err();
    // Even the right password would be refused, so it is not sent.
    assert_eq!(fake.actions(), ["get_boot_conf", "get_seed"]);
    let LoginError::Captcha(challenge) = error else { panic!("{error:?}") };
    let picture = challenge.image().await.unwrap();
    assert_eq!(picture.media_type, "image/gif");
    assert_eq!(&picture.bytes[..], b"GIF89a, a picture");
    assert_eq!(fake.last().cookie("AjaXplorer"), Some("cookie1"));

    let error = challenge.answer("word").await.unwrap_err();
    let LoginError::Captcha(challenge) = error else { panic!("{error:?}") };
    let session = challenge.answer("w8rd").await.unwrap();
    assert_eq!(fake.last().field("captcha_code"), Some("w8rd"));
    assert!(session.call(ls()).await.is_ok());
}

#[tokio::test]
async fn a_captcha_in_the_middle_of_a_session_brings_it_back() {
    let fake = Fake::default();
    let session = logged_in(&fake).await;
    fake.expire();
    fake.model().captcha = Some("w8rd");
    let error = session.call(ls()).await.unwrap_err();
    assert!(error.kind() == ErrorKind::CaptchaRequired && error.is_auth(), "{error:?}");
    let LoginError::Captcha(challenge) = session.log_in(SECRET).await.unwrap_err() else {
        panic!("no captcha")
    };
    challenge.answer("w8rd").await.unwrap();
    assert!(session.call(ls()).await.is_ok());
    assert_eq!(fake.count("login"), 1);
}

#[tokio::test]
async fn a_session_is_renewed_with_the_remember_me_cookie() {
    let fake = Fake::default();
    let builder = fake.connect().session().remember_me(true).keep_password(false);
    let session = builder.login("alice", SECRET).await.unwrap();
    assert_eq!(fake.last().field("remember_me"), Some("true"));
    for _ in 0..2 {
        fake.expire();
        fake.model().log.clear();
        assert!(session.call(ls()).await.is_ok());
        let log = fake.model().log.clone();
        assert_eq!(fake.actions(), ["ls", "get_boot_conf", "get_seed", "login", "ls"]);
        assert_eq!(log[1].cookie("AjaXplorer"), None);
        assert_eq!(log[3].field("cookie_login"), Some("true"));
        assert!(log.iter().all(|asked| !asked.fields.iter().any(|(_, value)| value == SECRET)));
    }
    session.logout().await.unwrap();
    assert!(
        session
            .call(ls())
            .await
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::SessionExpired)
    );
}
