//! Tests of calls with their values.

use bytes::Bytes;
use futures_util::stream;

use crate::{
    call::Call as _,
    testing::{LS, MKDIR, Typed, action},
    types::{Bindings, Body, Endpoint, Envelope, Method, Param, RefusedIn, Request},
};

#[test]
fn a_name_that_an_old_release_would_cut_is_not_sent() {
    static OLD: Bindings = Bindings::pydio("6.4.2");
    static OLD_LS: Endpoint = action(&OLD, "ls", Method::Get, &[Param::rest_of_path("dir")]);
    for name in ["/lt<x>", "/lt<x", "/gt>"] {
        let of = |endpoint| Request::new(endpoint).node("dir", name);
        let why = of(&OLD_LS).check().unwrap_err();
        assert!(why.contains("releases before 6.5"), "{name}: {why}");
        assert_eq!(of(&LS).check(), Ok(()));
    }
    assert_eq!(Request::new(&OLD_LS).node("dir", "/plain").check(), Ok(()));
}

#[test]
fn a_call_with_a_stream_has_no_copy() {
    let stream = stream::iter([Ok(Bytes::from_static(b"ab"))]);
    let call = |body: Body| Request::new(&MKDIR).file("userfile", body);
    assert!(call(Body::stream(2, stream)).try_clone().is_none());
    assert!(call(Body::from("ab")).try_clone().is_some());
    assert!(Request::new(&MKDIR).try_clone().is_some());
}

#[test]
fn a_call_of_bindings_with_a_stream_has_no_copy() {
    let stream = stream::iter([Ok(Bytes::from_static(b"ab"))]);
    let call = |body: Body| {
        Typed::<Envelope>(Request::new(&MKDIR).file("userfile", body), std::marker::PhantomData)
    };
    assert!(call(Body::stream(2, stream)).try_clone().is_none());
    assert!(call(Body::from("ab")).try_clone().is_some());
}

#[test]
fn parameters_that_belong_together_are_checked() {
    static LSYNC: Endpoint = action(
        &crate::testing::BINDINGS,
        "lsync",
        Method::Post,
        &[Param::form("from").node(), Param::form("to").node()],
    )
    .needs(&[&["from", "to"]]);
    let lsync = || Request::new(&LSYNC);
    assert_eq!(lsync().check().unwrap_err(), "one of `from`, `to` is needed");
    assert_eq!(lsync().node("to", "/b").check(), Ok(()));
    assert_eq!(lsync().node("from", "/a").node("to", "/b").check(), Ok(()));
}

#[test]
fn values_that_the_server_cannot_take_are_refused() {
    static PREFERENCES: Endpoint = action(
        &crate::testing::BINDINGS,
        "save_user_pref",
        Method::Post,
        &[Param::form("pref_name_").indexed().refused(&[("password", "it never answers")])],
    );
    let of = |name| Request::new(&PREFERENCES).indexed("pref_name_", 1, name);
    assert_eq!(of("lang").check(), Ok(()));
    let why = of("password").check().unwrap_err();
    assert_eq!(why, "`pref_name_1` cannot be `password`: it never answers");
}

#[test]
fn documents_are_checked() {
    static SAVE: Endpoint = action(
        &crate::testing::BINDINGS,
        "post_json_role",
        Method::Post,
        &[Param::form("json_data").json().requires(&["/ROLE/APPLIES"]).refused_in(&[
            RefusedIn::any("/P/password", "it hangs"),
            RefusedIn::text("/K", "x", "no"),
        ])],
    );
    let of = |text: &str| {
        let json: crate::json::Json = serde_json::from_str(text).unwrap();
        Request::new(&SAVE).json("json_data", &json).check()
    };
    assert_eq!(of(r#"{"ROLE":{"APPLIES":[]},"K":"y"}"#), Ok(()));
    assert_eq!(of(r#"{"ROLE":{}}"#).unwrap_err(), "`json_data` lacks `ROLE.APPLIES`");
    let refused = of(r#"{"ROLE":{"APPLIES":[]},"P":{"password":1}}"#).unwrap_err();
    assert_eq!(refused, "`P.password` of `json_data` cannot be there: it hangs");
    let refused = of(r#"{"ROLE":{"APPLIES":[]},"K":"x"}"#).unwrap_err();
    assert_eq!(refused, "`K` of `json_data` cannot be `x`: no");
}

#[test]
fn a_secret_is_sent_and_never_shown() {
    static LOGIN: Endpoint = action(
        &crate::testing::BINDINGS,
        "login",
        Method::Post,
        &[Param::form("password").secret()],
    );
    let request = Request::new(&LOGIN).secret("password", "hunter2");
    assert!(!format!("{request:?}").contains("hunter2"));
    assert_eq!(request.try_clone().unwrap().texts_given().collect::<Vec<_>>(), ["hunter2"]);
}

#[test]
fn two_parameters_of_one_name_have_keys_of_their_own() {
    static TWICE: Endpoint = action(
        &crate::testing::BINDINGS,
        "x",
        Method::Post,
        &[Param::query("id"), Param::header("id").key("header_id")],
    );
    let request = Request::new(&TWICE).text("id", "a").text("header_id", "b").text("id", "c");
    let given: Vec<_> = request.texts_given().collect();
    assert_eq!(given, ["c", "b"]);
    assert_eq!(request.without("header_id").texts_given().collect::<Vec<_>>(), ["c"]);
}

#[test]
fn a_family_is_named_by_its_prefix_whatever_its_key() {
    static SHARE: Endpoint = action(
        &crate::testing::BINDINGS,
        "share",
        Method::Post,
        &[Param::form("user_"), Param::form("user_").indexed().key("users")],
    );
    let request = Request::new(&SHARE).text("user_", "x").indexed("users", 3, "ada");
    let names: Vec<_> = request.values.iter().map(|given| &*given.name).collect();
    assert_eq!(names, ["user_", "user_3"]);
}
