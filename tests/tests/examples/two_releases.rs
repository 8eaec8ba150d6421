//! The program lists a folder on servers of two releases, each with its own bindings.

use pydio_client::{ErrorKind, Pydio};
use pydio_tests::{ALICE, Server, Version};

use crate::support::connect;

#[path = "../../examples/two_releases.rs"]
pub(crate) mod program;

use program::{Difference, run};

#[tokio::test]
async fn what_only_one_of_two_releases_has_is_found() {
    let old = Server::start(Version::V6_4).await.unwrap();
    let new = Server::start(Version::V8_2).await.unwrap();
    // Both decode the `+` and the `%` of a path in their own way.
    for server in [&old, &new] {
        server.put("common", "/a+b %41/same.txt", "same");
    }
    old.put("common", "/a+b %41/size.txt", "old");
    new.put("common", "/a+b %41/size.txt", "newer");
    old.put("common", "/a+b %41/lost.txt", "lost");
    new.folder("common", "/a+b %41/made");
    let [old_files, new_files] =
        [&old, &new].map(|server| connect(server, &ALICE).workspace("common"));
    let differences = run(&old_files, &new_files, &"/a+b %41".into()).await.unwrap();
    assert_eq!(
        differences,
        [
            Difference::OnlyOld("lost.txt".to_owned()),
            Difference::Differs("size.txt".to_owned()),
            Difference::OnlyNew("made".to_owned()),
        ]
    );
    assert_eq!(run(&old_files, &new_files, &"/".into()).await.unwrap(), []);
}

#[tokio::test]
async fn a_server_that_is_not_there_is_an_error_of_the_one_type() {
    let new = Server::start(Version::V8_2).await.unwrap();
    let gone = Pydio::builder("http://127.0.0.1:9").login("a", "b").build().unwrap();
    let files = connect(&new, &ALICE).workspace("common");
    for (old, new) in [(&gone.workspace("common"), &files), (&files, &gone.workspace("common"))] {
        let error = run(old, new, &"/".into()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport);
    }
}
