//! The program stores a working new pair, and revokes others only after testing it.

use std::path::Path;

use pydio_client::{
    Pydio,
    keystore::{FileStore, Keystore},
    v1::access_fs,
};
use pydio_tests::{ALICE, Front, Server, Version};

use crate::support::{connect, start};

#[path = "../../examples/rotate_pairs.rs"]
pub(crate) mod program;

use program::{Account, Options, Report, run};

fn options(server: &Server, file: &Path, revoke_others: bool) -> Options {
    let (login, password) = (ALICE.login.to_owned(), ALICE.password.to_owned());
    let account = Account { url: server.url(), login, password };
    let (file, device) = (file.to_owned(), "backup".to_owned());
    Options { account, file, device, revoke_others, on_session: false }
}

#[tokio::test]
async fn a_session_creates_a_pair_if_the_password_does_not_arrive() {
    let server = Server::builder(Version::V8_2).front(Front::HeaderLost).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pairs.json");
    let error = run(options(&server, &file, false)).await.unwrap_err();
    assert!(error.to_string().starts_with("bad credentials"), "{error}");
    let on_session = Options { on_session: true, ..options(&server, &file, false) };
    assert_eq!(run(on_session).await.unwrap().left, ["backup"]);
}

#[tokio::test]
async fn a_running_program_adopts_the_new_pair() {
    let (server, folder) = (start().await, tempfile::tempdir().unwrap());
    let file = folder.path().join("pairs.json");
    let keystore = Keystore::new(ALICE.login, "not needed", "backup").store(FileStore::new(&file));
    let first = run(options(&server, &file, false)).await.unwrap();
    assert_eq!(first, Report { revoked: vec![], left: vec!["backup".to_owned()] });
    let program = Pydio::builder(server.url()).keystore(keystore).build().unwrap();
    program.workspace("common").call(access_fs::ls("/")).await.unwrap();

    connect(&server, &ALICE).key_pairs().generate("phone").await.unwrap().unwrap();
    let second = run(options(&server, &file, true)).await.unwrap();
    let (revoked, left) = (vec!["phone".to_owned()], vec!["backup".to_owned()]);
    assert_eq!(second, Report { revoked, left });
    program.workspace("common").call(access_fs::ls("/")).await.unwrap();
}

#[tokio::test]
async fn without_pairs_nothing_is_done() {
    let server = Server::builder(Version::V8_2).grants_pairs(false).start().await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("pairs.json");
    let error = run(options(&server, &file, true)).await.unwrap_err();
    assert!(error.to_string().contains("no key pairs"), "{error}");
    assert!(!file.exists());
}
