//! What is shown of a response whose type depends on the status.

use super::{Answered, Reply, received};
use crate::{
    Json, Operation, OperationRequest, Server,
    testing::{Canned, connect, ready},
};

static CREATE: Operation = Operation {
    id: "create",
    server: Server::Pydio,
    accept: Some("application/json, text/plain"),
    ..Operation::UNSET
};

fn shown(answered: Answered, answer: Canned) -> (Option<u16>, Reply) {
    let (pydio, log) = connect([answer]);
    let received = ready(received(answered, &pydio, OperationRequest::new(&CREATE))).unwrap();
    assert_eq!(log.lock().unwrap()[0].headers()["accept"], "application/json, text/plain");
    received
}

#[test]
fn what_depends_on_the_status_is_shown_with_it() {
    let answer = Canned::json("{\"a\":1}").status(201);
    let (status, reply) = shown(Answered::ByStatus, answer);
    let Reply::Json(json) = reply else { panic!("no JSON") };
    assert_eq!((status, json["a"].clone()), (Some(201), Json::from(1)));
    let answer = Canned::new("text/plain", "queued").status(202);
    let (status, reply) = shown(Answered::ByStatus, answer);
    assert!(matches!((status, reply), (Some(202), Reply::Text(text)) if text == "queued"));
    let (status, reply) = shown(Answered::ByStatus, Canned::new("", "").status(204));
    assert!(matches!((status, reply), (Some(204), Reply::Nothing)));
}

#[test]
fn other_responses_are_shown_without() {
    let (status, reply) = shown(Answered::Json, Canned::json("{}").status(201));
    assert!(matches!((status, reply), (None, Reply::Json(_))));
}
