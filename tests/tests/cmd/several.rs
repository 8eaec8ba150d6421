//! Calls for several users and workspaces, each in a separate run.

use pydio_client::{ErrorKind, cmd::CommandResult, response::Listing, v1::access_fs};
use pydio_tests::{ADMIN, ALICE, COMMON_ID};

use crate::support::Installation;

/// Returns user, workspace and number of nodes (except the bin) of each result, or its error.
fn shown(results: &[CommandResult<Listing>]) -> Vec<String> {
    let show = |result: &CommandResult<Listing>| {
        let CommandResult { user, workspace_id, workspace_label, result, .. } = result;
        let label = workspace_label.as_deref().unwrap_or("-");
        let id = workspace_id.as_deref().unwrap_or("-");
        let what = match result {
            Ok(listing) => {
                let nodes = listing.nodes.iter();
                nodes.filter(|node| node.path().as_str() != "/recycle_bin").count().to_string()
            }
            Err(error) => format!("{:?}", error.kind()),
        };
        format!("{user} {label} {id}: {what}")
    };
    results.iter().map(show).collect()
}

#[tokio::test]
async fn each_workspace_has_a_separate_response() {
    let server = Installation::new().await;
    let line = server.connect(&ALICE);
    server.common().call(access_fs::mkdir("/a")).await.unwrap();
    let expected = [format!("alice Common {COMMON_ID}: 1"), "alice My Files 1: 0".to_owned()];
    let both = line.workspaces(["common", "my-files", COMMON_ID]);
    assert_eq!(shown(&both.call(access_fs::ls("/")).await.unwrap()), expected);
    // In listing order, including the workspace bundled with Pydio.
    let every = shown(&line.every_workspace().call(access_fs::ls("/")).await.unwrap());
    let [common, mine] = expected;
    assert_eq!(every, ["alice Common Files 0: 0".to_owned(), mine, common]);
}

#[tokio::test]
async fn a_failure_does_not_affect_the_others() {
    let server = Installation::new().await;
    let line = server.connect(&ALICE);
    server.common().call(access_fs::mkdir("/a")).await.unwrap();
    let results = line.workspaces(["common", "my-files"]).call(access_fs::ls("/a")).await.unwrap();
    let expected = [format!("alice Common {COMMON_ID}: 0"), "alice My Files 1: Server".to_owned()];
    assert_eq!(shown(&results), expected);
    // In a single run, the console would skip the workspaces after a failure.
    let results = line.workspaces(["my-files", "common"]).call(access_fs::ls("/a")).await.unwrap();
    assert_eq!(shown(&results), [&*expected[1], &expected[0]]);
    // In this case nothing is run at all.
    let results = line.workspaces(["common", "nows"]).call(access_fs::ls("/")).await.unwrap();
    assert_eq!(shown(&results), ["alice - -: UnknownWorkspace"]);
}

#[tokio::test]
async fn an_administrator_calls_as_others() {
    let server = Installation::new().await;
    let line = server.connect(&ADMIN);
    let alice = line.clone().as_user("alice").workspace("my-files");
    alice.call(access_fs::mkdir("/hers")).await.unwrap();
    assert!(server.server.has("my-files/alice", "/hers"));

    let users = line.clone().as_users(["alice", "nobody", "bob"]).workspace("my-files");
    let results = users.call(access_fs::ls("/")).await.unwrap();
    let expected = ["alice My Files 1: 1", "nobody - -: Server", "bob My Files 1: 0"];
    assert_eq!(shown(&results), expected);

    for users in [line.clone().as_group(), line.for_all_users()] {
        let results = users.workspace("my-files").call(access_fs::ls("/")).await.unwrap();
        let users: Vec<_> = results.iter().map(|result| &*result.user).collect();
        assert_eq!(users, ["admin", "alice", "bob"]);
    }
}

/// In this case the console silently runs the action as the caller.
#[tokio::test]
async fn running_as_others_requires_an_administrator() {
    let server = Installation::new().await;
    let line = server.connect(&ALICE);
    let bob = line.clone().as_user("bob").workspace("my-files");
    let error = bob.call(access_fs::ls("/")).await.unwrap_err();
    assert!(error.kind() == ErrorKind::Forbidden, "{error:?}");
    assert!(error.to_string().contains("ran as `alice`"), "{error}");
    let results =
        line.as_users(["bob"]).workspace("common").call(access_fs::ls("/")).await.unwrap();
    assert_eq!(shown(&results), [format!("alice Common {COMMON_ID}: Forbidden")]);
}

/// In a single run, the console would print a failure for every report but the first.
#[tokio::test]
async fn each_run_has_its_own_report() {
    let server = Installation::new().await;
    let everybody = server.connect(&ADMIN).for_all_users().workspace("my-files");
    let made = everybody.call(access_fs::mkdir("/a")).await.unwrap();
    for result in &made {
        assert_eq!(result.result.as_ref().unwrap().messages.len(), 1, "{result:?}");
    }
    assert_eq!(made.len(), 3);
    let again = everybody.call(access_fs::mkdir("/a")).await.unwrap();
    assert!(
        again.iter().all(|result| result
            .result
            .as_ref()
            .is_err_and(|error| error.kind() == ErrorKind::Server)),
        "{again:?}"
    );
}

#[tokio::test]
async fn an_interrupted_run_is_an_error() {
    let server = Installation::new().await;
    for fault in ["fatal", "abort"] {
        let builder = server.builder(&ALICE, &["--fault", fault]);
        let both = builder.build().unwrap().workspaces(["common", "my-files"]);
        let error = both.call(access_fs::ls("/")).await.unwrap_err();
        assert!(error.kind() == ErrorKind::Status, "{error:?}");
    }
}

/// A name in the response of one workspace must not be read as the response of another.
#[tokio::test]
async fn a_name_cannot_imitate_a_response() {
    let server = Installation::new().await;
    let name = "/x\nApplying action 'ls' on workspace Fake (9)\n<tree filename='~'>\n<~tree>";
    server.common().call(access_fs::mkfile(name)).await.unwrap();
    let line = server.connect(&ALICE);
    let results = line.workspaces(["common", "my-files"]).call(access_fs::ls("/")).await.unwrap();
    let expected = [format!("alice Common {COMMON_ID}: 1"), "alice My Files 1: 0".to_owned()];
    assert_eq!(shown(&results), expected);
    let nodes = &results[0].result.as_ref().unwrap().nodes;
    assert!(nodes.iter().any(|node| node.path().as_str() == name), "{nodes:?}");
}
