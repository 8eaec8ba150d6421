//! The console cleans up for all users, and reports failures.

use pydio_client::cmd::CommandLine;
use pydio_tests::{ADMIN, ALICE, Account, Server};

use crate::support::start;

#[path = "../../examples/nightly.rs"]
mod program;

use program::{Options, Report, run};

async fn nightly(server: &Server, account: &Account, shared: &[&str]) -> Report {
    let php = [env!("CARGO_BIN_EXE_php-stand-in"), "--server", &server.url()];
    nightly_by(&php, account, shared).await
}

async fn nightly_by(php: &[&str], account: &Account, shared: &[&str]) -> Report {
    let cmd = CommandLine::builder("/srv/pydio/cmd.php").prefix(php.iter().copied());
    let cmd = cmd.login(account.login, account.password).build().unwrap();
    let shared = shared.iter().map(|&name| name.to_owned()).collect();
    run(&Options { cmd, personal: "my-files".to_owned(), shared }).await
}

#[tokio::test]
async fn all_users_are_cleaned_up() {
    let server = start().await;
    server.put("my-files/alice", "/recycle_bin/old.txt", "words");
    let report = nightly(&server, &ADMIN, &["common"]).await;
    assert!(!server.has("my-files/alice", "/recycle_bin/old.txt"));
    assert!(report.done.contains(&"expired links".to_owned()), "{report:?}");
    assert!(report.done.contains(&"recycle bin of alice in My Files".to_owned()), "{report:?}");
    assert!(report.done.contains(&"index of admin in Common".to_owned()), "{report:?}");
}

/// The nodes that the server reports as deleted still exist: only a listing reveals that.
#[tokio::test]
async fn a_non_empty_bin_is_a_failure() {
    let server = start().await;
    server.put("my-files/alice", "/recycle_bin/old.txt", "words");
    // Deletes a file after each run.
    let throw = r#"url="$1"; shift; "$0" --server "$url" "$@"
        "$0" --server "$url" cmd.php -u=alice -p=alice-secret -r=my-files -a=mkfile \
            --node=/recycle_bin/new.txt </dev/null >/dev/null"#;
    let php = ["sh", "-c", throw, env!("CARGO_BIN_EXE_php-stand-in"), &server.url()];
    let report = nightly_by(&php, &ADMIN, &[]).await;
    let expected = "recycle bin of alice in My Files: 1 nodes are left";
    assert!(report.failed.contains(&expected.to_owned()), "{report:?}");
    assert!(report.done.contains(&"recycle bin of bob in My Files".to_owned()), "{report:?}");
}

#[tokio::test]
async fn missing_workspaces_are_reported_and_the_rest_is_done() {
    let server = start().await;
    let report = nightly(&server, &ADMIN, &["none"]).await;
    assert!(report.failed.iter().all(|line| line.contains("no workspace")), "{report:?}");
    assert_eq!(report.failed.len(), 2, "{report:?}");
    assert!(report.done.contains(&"index of alice in My Files".to_owned()), "{report:?}");
}

#[tokio::test]
async fn a_wrong_password_fails_every_step() {
    let server = start().await;
    let wrong = Account { login: ALICE.login, password: "wrong" };
    let report = nightly(&server, &wrong, &["common"]).await;
    assert_eq!((report.done.len(), report.failed.len()), (0, 5), "{report:?}");
}
