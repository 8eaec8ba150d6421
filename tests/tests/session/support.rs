//! Alice's sessions, and the requests that the server received.

use std::time::Duration;

use pydio_client::{Builder, Error, Pydio, Session, v1::access_fs};
use pydio_tests::{ALICE, Canned, Fault, Seen, Server, Version};
use url::form_urlencoded;

/// Returns an 8.2.5 server, and Alice's session on it.
pub(crate) async fn logged_in() -> (Server, Session) {
    let server = Server::start(Version::V8_2).await.unwrap();
    server.put("common", "/a.txt", "hello");
    let session = connect(&server).session().login("alice", ALICE.password).await.unwrap();
    (server, session)
}

/// Returns a session that does not store the password.
pub(crate) async fn forgetful() -> (Server, Session) {
    let (server, _) = logged_in().await;
    let begin = connect(&server).session().keep_password(false);
    let session = begin.login("alice", ALICE.password).await.unwrap();
    (server, session)
}

pub(crate) fn builder(server: &Server) -> Builder {
    Pydio::builder(server.url())
}

pub(crate) fn connect(server: &Server) -> Pydio {
    builder(server).build().unwrap()
}

pub(crate) async fn ls(session: &Session) -> Result<usize, Error> {
    let listing = session.workspace("common").call(access_fs::ls("/")).await?;
    Ok(listing.nodes.len())
}

/// Lets the next requests pass, so that the following fault applies to a later one.
pub(crate) fn pass(server: &Server, count: usize) {
    (0..count).for_each(|_| server.fail(Fault::Delay(Duration::ZERO)));
}

/// Returns the server's response to an invalid token.
pub(crate) fn refused_token() -> Fault {
    let text = "You are not allowed to access this resource.";
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><tree ><message type=\"ERROR\">{text}</message>\
         </tree>"
    );
    Fault::Answer(Canned::new(200, "text/xml; charset=UTF-8", body))
}

/// Returns how often an action was called.
pub(crate) fn count(server: &Server, action: &str) -> usize {
    server.seen().iter().filter(|seen| field(seen, "get_action") == action).count()
}

/// Returns the value of a field in the query or the form; empty if it is missing.
pub(crate) fn field(seen: &Seen, name: &str) -> String {
    let query = seen.target.split_once('?').map_or("", |(_, query)| query);
    let query = form_urlencoded::parse(query.as_bytes());
    let mut fields = query.chain(form_urlencoded::parse(&seen.body));
    fields.find(|(known, _)| known == name).map(|(_, value)| value.into_owned()).unwrap_or_default()
}
