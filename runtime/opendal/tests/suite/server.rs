//! A server, and operators on it.

use opendal_core::{Error, ErrorKind, Operator};
use pydio_opendal::PydioBuilder;
use pydio_test_server::{ALICE, Account, Server, Version};

/// The workspace of the tests.
pub(crate) const WORKSPACE: &str = "common";

/// The folder of the tests in it, which the first write creates.
pub(crate) const ROOT: &str = "/a/root";

/// Returns a server, and an operator on a folder of it.
pub(crate) async fn start() -> (Server, Operator) {
    let server = Server::start(Version::V8_2).await.unwrap();
    let operator = operator(&server, &ALICE, WORKSPACE, ROOT);
    (server, operator)
}

/// Returns an operator of a user.
pub(crate) fn operator(server: &Server, user: &Account, workspace: &str, root: &str) -> Operator {
    let builder = PydioBuilder::default()
        .endpoint(&server.url())
        .user(user.login)
        .password(user.password)
        .workspace(workspace)
        .root(root);
    Operator::new(builder).unwrap()
}

/// Returns the content of a file below the root, as the server has it.
pub(crate) fn content(server: &Server, path: &str) -> Option<Vec<u8>> {
    server.content(WORKSPACE, &format!("{ROOT}/{path}"))
}

/// Puts a file below the root.
pub(crate) fn put(server: &Server, path: &str, content: impl AsRef<[u8]>) {
    server.put(WORKSPACE, &format!("{ROOT}/{path}"), content);
}

/// Returns how many requests called an action.
pub(crate) fn calls(server: &Server, action: &str) -> usize {
    let called = format!("/api/{WORKSPACE}/{action}");
    server.seen().iter().filter(|seen| seen.target.starts_with(&called)).count()
}

/// Returns the paths of a listing, in order.
pub(crate) async fn paths(operator: &Operator, path: &str) -> Vec<String> {
    let entries = operator.list_with(path).recursive(true).await.unwrap();
    let mut paths: Vec<String> = entries.iter().map(|entry| entry.path().to_owned()).collect();
    paths.sort();
    paths
}

/// Returns the kind of an error, which says something.
pub(crate) fn kind<T: std::fmt::Debug>(result: Result<T, Error>) -> ErrorKind {
    let error = result.unwrap_err();
    assert!(error.to_string().contains("=> "), "{error}");
    error.kind()
}

/// Returns bytes without a short period.
pub(crate) fn noise(length: usize) -> Vec<u8> {
    (0..length as u32).map(|index| (index.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}
