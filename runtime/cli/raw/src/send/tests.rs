//! Output of a response whose type depends on the status.

use pydio_runtime::{Bindings, Endpoint, Json, Method, Request, ResponseKind};

use super::{Reply, received};
use crate::testing::{connect, wait};

static BINDINGS: Bindings = Bindings::pydio("8.2.5");

static CREATE: Endpoint = Endpoint::operation(&BINDINGS, Method::Get, "create", "/")
    .accept("application/json, text/plain");

const JSON: &str = "application/json; charset=UTF-8";

fn shown(
    kind: ResponseKind,
    (status, media_type, body): (u16, &'static str, &'static str),
) -> (Option<u16>, Reply) {
    let (pydio, log) = connect(status, media_type, body);
    let received = wait(received(kind, &pydio, Request::new(&CREATE))).unwrap();
    assert_eq!(log.lock().unwrap()[0].headers()["accept"], "application/json, text/plain");
    received
}

#[test]
fn what_depends_on_the_status_is_shown_with_it() {
    let (status, reply) = shown(ResponseKind::ByStatus, (201, JSON, "{\"a\":1}"));
    let Reply::Json(json) = reply else { panic!("no JSON") };
    assert_eq!((status, json["a"].clone()), (Some(201), Json::from(1)));
    let (status, reply) = shown(ResponseKind::ByStatus, (202, "text/plain", "queued"));
    assert!(matches!((status, reply), (Some(202), Reply::Text(text)) if text == "queued"));
    let (status, reply) = shown(ResponseKind::ByStatus, (204, "", ""));
    assert!(matches!((status, reply), (Some(204), Reply::Nothing)));
}

#[test]
fn other_responses_are_shown_without() {
    let (status, reply) = shown(ResponseKind::Json, (201, JSON, "{}"));
    assert!(matches!((status, reply), (None, Reply::Json(_))));
}
