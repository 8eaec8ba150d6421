//! The console tidies up for everybody, and what it cannot do is told.

use std::fs;

use pydio_client::cmd::CommandLine;
use pydio_tests::{ADMIN, ALICE, Account};

#[path = "../../examples/nightly.rs"]
mod program;

use program::{Options, Report, run};

async fn nightly(world: &str, account: &Account, shared: &[&str]) -> Report {
    let php = [env!("CARGO_BIN_EXE_cmd-php"), "--world", world];
    let cmd = CommandLine::builder("/srv/pydio/cmd.php").prefix(php);
    let cmd = cmd.login(account.login, account.password).build().unwrap();
    let shared = shared.iter().map(|&name| name.to_owned()).collect();
    run(&Options { cmd, personal: "my-files".to_owned(), shared }).await
}

#[tokio::test]
async fn everybody_is_tidied_up_for() {
    let world = tempfile::tempdir().unwrap();
    let bin = world.path().join("1/alice/recycle_bin");
    fs::create_dir_all(&bin).unwrap();
    fs::write(bin.join("old.txt"), "words").unwrap();
    let report = nightly(world.path().to_str().unwrap(), &ADMIN, &["common"]).await;
    assert!(!bin.join("old.txt").exists());
    assert!(report.done.contains(&"expired links".to_owned()), "{report:?}");
    assert!(report.done.contains(&"recycle bin of alice in My Files".to_owned()), "{report:?}");
    assert!(report.done.contains(&"index of admin in Common".to_owned()), "{report:?}");
}

#[tokio::test]
async fn what_is_not_there_is_told_and_the_rest_is_done() {
    let world = tempfile::tempdir().unwrap();
    let report = nightly(world.path().to_str().unwrap(), &ADMIN, &["none"]).await;
    assert!(report.failed.iter().all(|line| line.contains("no workspace")), "{report:?}");
    assert_eq!(report.failed.len(), 2, "{report:?}");
    assert!(report.done.contains(&"index of alice in My Files".to_owned()), "{report:?}");
}

#[tokio::test]
async fn a_wrong_password_is_a_failure_of_everything() {
    let world = tempfile::tempdir().unwrap();
    let wrong = Account { login: ALICE.login, password: "wrong" };
    let report = nightly(world.path().to_str().unwrap(), &wrong, &["common"]).await;
    assert_eq!((report.done.len(), report.failed.len()), (0, 5), "{report:?}");
}
