//! Calls with a canned response, and the requests received.

use pydio_client::{Error, ErrorKind, OperationCall, Pydio};
use pydio_tests::{ALICE, Canned, Fault, Seen, Server, Version};

/// Returns a server, and Alice's client for it.
pub(crate) async fn connect() -> (Server, Pydio) {
    let server = Server::builder(Version::V8_2).prefix("/sub").start().await.unwrap();
    let builder = Pydio::builder(server.url()).login(ALICE.login, ALICE.password);
    (server, builder.build().unwrap())
}

/// Sends a call to a server with one response, and returns the request; `None` if it was not sent.
pub(crate) async fn send<C: OperationCall>(
    call: C,
    answer: Canned,
) -> (Result<C::Response, Error>, Option<Seen>) {
    let (server, pydio) = connect().await;
    server.fail(Fault::Answer(answer));
    let result = pydio.call(call).await;
    let mut seen = server.seen();
    assert!(seen.len() <= 1, "{seen:?}");
    (result, seen.pop())
}

/// Returns the result of a call with this response.
pub(crate) async fn read<C: OperationCall>(call: C, answer: Canned) -> Result<C::Response, Error> {
    send(call, answer).await.0
}

/// Returns the target of a call, below the prefix of the server; `None` if it is not sent.
pub(crate) async fn target<C: OperationCall>(call: C) -> Option<String> {
    let (result, seen) = send(call, Canned::new(200, "text/html", "")).await;
    assert_eq!(
        result.as_ref().is_err_and(|error| error.kind() == ErrorKind::InvalidRequest),
        seen.is_none()
    );
    seen.map(|seen| below_prefix(&seen).to_owned())
}

pub(crate) fn below_prefix(seen: &Seen) -> &str {
    seen.target.strip_prefix("/sub").unwrap()
}

pub(crate) fn json(body: impl Into<Vec<u8>>) -> Canned {
    Canned::new(200, "application/json; charset=UTF-8", body)
}

pub(crate) fn xml(body: &str) -> Canned {
    let declared = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{body}");
    Canned::new(200, "text/xml; charset=UTF-8", declared)
}

/// Returns the name of an error's variant.
pub(crate) fn kind(error: &Error) -> String {
    format!("{:?}", error.kind())
}
