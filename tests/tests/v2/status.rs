//! Error statuses, and authentication.

use pydio_client::{
    ErrorKind, Pydio,
    response::Download,
    v2::{file, user_account},
};
use pydio_runtime::{Bindings, Endpoint, Method, Param, Request};
use pydio_tests::{AnyCall, Canned, Fault, Server, Version};

use crate::support::{connect, json, kind, read};

#[tokio::test]
async fn each_status_is_its_error() {
    let error = async |answer| read(user_account::user_info(), answer).await.unwrap_err();
    let challenge = Canned::new(401, "text/html; charset=UTF-8", "");
    let challenge = challenge.header("www-authenticate", "Basic realm=\"Pydio API\"");
    assert_eq!(kind(&error(challenge).await), "BadCredentials");
    let text = "You are not authorized to access this API.";
    assert_eq!(kind(&error(Canned::new(401, "text/html", text)).await), "Forbidden");
    let page = Canned::new(404, "text/html", "<html>404</html>");
    assert_eq!(kind(&error(page).await), "UnexpectedContentType");
    let busy = error(Canned::new(503, "text/plain", "back\nsoon")).await;
    assert_eq!(busy.message(), "Service Unavailable: back soon");
    let long = error(Canned::new(414, "text/html", "<html>URI too long</html>")).await;
    assert_eq!((&*kind(&long), long.status()), ("Status", Some(414)));
}

#[tokio::test]
async fn a_hidden_name_is_refused_with_a_special_status() {
    let answer =
        Canned { status: 411, ..json("{\"level\":\"Error\",\"message\":\".x Forbidden\"}") };
    let error = read(file::get_node_infos("common", "/.x"), answer).await.unwrap_err();
    assert_eq!((&*kind(&error), error.message()), ("Server", ".x Forbidden"));
    assert_eq!(error.status(), Some(411));
}

#[tokio::test]
async fn a_change_is_not_repeated_elsewhere() {
    for status in [301, 302, 303, 307, 308] {
        let (server, pydio) = connect().await;
        server.fail(Fault::Answer(Canned::redirect(status, "/elsewhere")));
        let error = pydio.call(file::delete_node("common", "/a")).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Redirected, "{status}: {error:?}");
        server.fail(Fault::Answer(Canned::redirect(status, "/elsewhere")));
        let error = pydio.call(file::upload_stream("common", "/a", "x")).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Redirected, "{status}: {error:?}");
        assert_eq!(server.seen().len(), 2);
    }
}

/// An operation of a server other than Pydio 6–8.
static LIST_NODES: Endpoint =
    Endpoint::operation(&EXTERNAL, Method::Get, "ListNodes", "/a/tree/{Node+}")
        .params(&[Param::rest_of_path("Node").text()]);

static EXTERNAL: Bindings = Bindings::other();

fn list_nodes() -> AnyCall<pydio_client::Json> {
    AnyCall::new(Request::new(&LIST_NODES).text("Node", "a b/c"))
}

#[tokio::test]
async fn a_token_is_sent_and_its_errors_say_why() {
    let server = Server::start(Version::V8_2).await.unwrap();
    let pydio = Pydio::builder(server.url()).token("eyJ.s3cr3t").build().unwrap();
    server.fail(Fault::Answer(json("{\"message\":\"is data here\"}")));
    let answer = pydio.call(list_nodes()).await.unwrap();
    assert_eq!(answer["message"], "is data here");
    let seen = server.last().unwrap();
    assert_eq!(seen.header("authorization"), Some("Bearer eyJ.s3cr3t"));
    assert_eq!(
        (&*seen.target, seen.header("accept")),
        ("/a/tree/a%20b/c", Some("application/json"))
    );

    let told = Canned { status: 404, ..json("{\"Code\":\"x\",\"Detail\":\"Node not found\"}") };
    server.fail(Fault::Answer(told));
    let error = pydio.call(list_nodes()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "unexpected status: ListNodes (HTTP 404): Not Found: Node not found"
    );
    let late = Canned { status: 401, ..json("{\"Title\":\"token expired\"}") };
    server.fail(Fault::Answer(late));
    let error = pydio.call(list_nodes()).await.unwrap_err();
    assert!(error.kind() == ErrorKind::BadCredentials, "{error:?}");
    assert!(error.to_string().ends_with("token expired"), "{error}");
    assert!(!format!("{error:?} {pydio:?}").contains("s3cr3t"));
}

#[tokio::test]
async fn another_address_does_not_receive_the_token() {
    let (server, other) =
        (Server::start(Version::V8_2).await.unwrap(), Server::start(Version::V8_2).await.unwrap());
    let pydio = Pydio::builder(server.url()).token("s3cr3t").build().unwrap();
    let elsewhere = format!("{}/x", other.url());
    server.fail(Fault::Answer(Canned::redirect(302, &elsewhere)));
    other.fail(Fault::Answer(json("{}")));
    pydio.call(list_nodes()).await.unwrap();
    assert_eq!(other.last().unwrap().header("authorization"), None);
    server.fail(Fault::Answer(Canned::redirect(302, &elsewhere)));
    other.fail(Fault::Answer(Canned::new(401, "text/html", "")));
    let error: Result<Download, _> = pydio.call(file::download("w", "/a")).await;
    assert!(error.as_ref().is_err_and(|error| error.kind() == ErrorKind::Redirected));
}
