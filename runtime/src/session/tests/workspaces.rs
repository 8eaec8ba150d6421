//! Workspaces and the release of the server.

use super::{UNKNOWN, fake::Fake, logged_in, ls, told, typed};
use crate::{
    response::Nothing,
    testing::{BINDINGS, LS, SECRET, action},
    types::{Endpoint, Envelope, ErrorKind, Method, Request, ResponseKind},
};

#[tokio::test]
async fn a_chosen_workspace_outlives_the_login() {
    let fake = Fake::default();
    let session = logged_in(&fake).await;
    assert_eq!(told(&session.call(ls()).await.unwrap()), "first");
    session.switch_workspace("1").await.unwrap();
    assert_eq!(session.current_workspace().as_deref(), Some("1"));
    fake.expire();
    assert_eq!(told(&session.call(ls()).await.unwrap()), "1");
    assert_eq!(told(&session.workspace("2").call(ls()).await.unwrap()), "2");
    let error = session.switch_workspace("refused").await.unwrap_err();
    assert!(error.kind() == ErrorKind::Server, "{error:?}");
    let error = session.switch_workspace("settings").await.unwrap_err();
    assert!(error.kind() == ErrorKind::UnknownWorkspace, "{error:?}");
    assert_eq!(session.current_workspace().as_deref(), Some("1"));
    assert_eq!(told(&session.call(ls()).await.unwrap()), "1");
    let error = session.call(typed::<Nothing>(Request::new(&UNKNOWN))).await.unwrap_err();
    assert_eq!(error.workspace(), "1");
}

/// The server responds to a slug with an error, whether it switches or not.
#[tokio::test]
async fn a_slug_is_switched_to_by_its_id() {
    let fake = Fake::default();
    let session = logged_in(&fake).await;
    session.switch_workspace("slug").await.unwrap();
    assert_eq!(fake.last().field("repository_id"), Some("7"));
    assert_eq!(session.current_workspace().as_deref(), Some("7"));
    assert_eq!(told(&session.call(ls()).await.unwrap()), "7");
    fake.expire();
    assert_eq!(told(&session.call(ls()).await.unwrap()), "7");

    let session = logged_in(&Fake::default()).await;
    session.switch_workspace("refused").await.unwrap_err();
    assert_eq!(session.current_workspace(), None);
}

#[tokio::test(start_paused = true)]
async fn a_session_of_6_4_2_never_works_in_another_workspace() {
    let fake = Fake::default();
    fake.model().version = Some("6.4.2");
    let session = logged_in(&fake).await;
    for name in ["slug", "7"] {
        assert_eq!(told(&session.workspace(name).call(ls()).await.unwrap()), "7");
    }
    assert_eq!(fake.count("get_xml_registry"), 1);
    for name in ["nowhere", "settings", "Slug"] {
        let error = session.workspace(name).call(ls()).await.unwrap_err();
        assert_eq!((error.kind(), error.workspace()), (ErrorKind::UnknownWorkspace, name));
    }
    assert_eq!(fake.count("ls"), 2);

    // What was looked up is looked up again after a login, and after some time.
    fake.model().removed = vec!["7"];
    session.log_in(SECRET).await.unwrap();
    let error = session.workspace("slug").call(ls()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownWorkspace);
    assert_eq!(told(&session.workspace("one").call(ls()).await.unwrap()), "1");
    fake.model().removed = vec!["1"];
    tokio::time::advance(std::time::Duration::from_secs(61)).await;
    let error = session.workspace("one").call(ls()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownWorkspace);
    assert_eq!(fake.count("ls"), 3);
}

#[tokio::test]
async fn a_session_of_6_4_2_that_expired_is_not_without_workspaces() {
    let fake = Fake::default();
    fake.model().version = Some("6.4.2");
    let session = logged_in(&fake).await;
    fake.expire();
    assert_eq!(told(&session.workspace("slug").call(ls()).await.unwrap()), "7");
    let builder = fake.connect().session().keep_password(false);
    let session = builder.login("alice", SECRET).await.unwrap();
    fake.expire();
    let error = session.workspace("slug").call(ls()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::SessionExpired);
}

/// The bindings are of 8.2.5, where `<` may be part of a name; on 6.4.2 it would be another node.
#[tokio::test]
async fn names_follow_the_release_that_the_server_tells() {
    let fake = Fake::default();
    fake.model().version = Some("6.4.2");
    let session = logged_in(&fake).await;
    let call = || typed::<Envelope>(Request::new(&LS).node("dir", "/lt<x>"));
    let error = session.workspace("slug").call(call()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.message().contains("cut names at `<`"), "{error}");
    assert_eq!(fake.count("ls"), 0);
    // That of 7.0.4 is one of its own.
    let fake = Fake::default();
    let session = logged_in(&fake).await;
    assert!(session.workspace("slug").call(call()).await.is_ok());
}

/// Without the web interface, the server does not tell its release.
#[tokio::test]
async fn ids_are_looked_up_where_the_release_is_unknown() {
    let fake = Fake::default();
    fake.model().has_no_web_interface = true;
    let session = logged_in(&fake).await;
    assert_eq!(session.release(), None);
    session.workspace("slug").call(ls()).await.unwrap();
    assert_eq!(fake.last().field("tmp_repository_id"), Some("7"));
}

#[tokio::test]
async fn a_session_knows_the_release_of_its_server() {
    let fake = Fake::default();
    let session = logged_in(&fake).await;
    assert_eq!(session.release().unwrap().to_string(), "7.0.4");
    session.workspace("slug").call(ls()).await.unwrap();
    assert_eq!(fake.last().field("tmp_repository_id"), Some("slug"));

    static NEW: Endpoint = action(&BINDINGS, "new", Method::Get, &[]).since("8.0.0");
    let error = session.call(typed::<Nothing>(Request::new(&NEW))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UnknownAction);
    let why = "bindings 8.2.5, server 7.0.4: this action is new in 8.0.0";
    assert!(error.message().ends_with(why), "{error}");
}

/// 6.4.2 responds to an unknown action with nothing.
#[tokio::test]
async fn nothing_is_an_unknown_action_where_something_is_returned() {
    static GONE: Endpoint =
        action(&BINDINGS, "gone", Method::Get, &[]).returns(ResponseKind::Envelope);
    let fake = Fake::default();
    fake.model().version = Some("6.4.2");
    let session = logged_in(&fake).await;
    let gone = typed::<Envelope>(Request::new(&GONE));
    let error = session.workspace("slug").call(gone).await.unwrap_err();
    assert_eq!((error.kind(), error.workspace()), (ErrorKind::UnknownAction, "slug"));
    // It may be what an action without a response returns.
    assert!(session.call(typed::<Nothing>(Request::new(&UNKNOWN))).await.is_ok());
}
