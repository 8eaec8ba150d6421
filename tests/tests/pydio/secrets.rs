//! Secrets appear in nothing that others can see.

use pydio_tests::ALICE;

use crate::support::{Place, finish, program};

#[tokio::test]
async fn no_option_takes_a_secret() {
    let help = finish(program(&["--help"]), "").await;
    for option in ["--password ", "--password <", "--token ", "--token <"] {
        assert!(!help.done().contains(option), "{option}");
    }
    for arguments in [
        &["v1", "access.ajxp_conf", "create_user", "bert", "--new_user_pwd", "s3cr3t"][..],
        &["--password", "s3cr3t", "v1", "access.fs", "ls", "/"],
        &["--url", "http://alice:s3cr3t@127.0.0.1:1", "v1", "access.fs", "ls", "/"],
    ] {
        let place = Place::new().await;
        let said = place.run(arguments).await;
        assert!(!said.failed(2).contains("s3cr3t"), "{said:?}");
        assert!(place.server.seen().is_empty());
    }
}

#[tokio::test]
async fn the_password_comes_from_a_file_or_standard_input() {
    let place = Place::new().await;
    let path = place.file("password", &format!("{}\n", ALICE.password));
    for (given, input) in [(&*path, ""), ("-", ALICE.password)] {
        let arguments = ["--password-file", given, "v1", "access.fs", "ls", "/"];
        let mut command = place.command(&ALICE, &arguments);
        // The file overrides the variable.
        command.env("PYDIO_PASSWORD", "wrong");
        finish(command, input).await.done();
    }
}

#[tokio::test]
async fn a_token_is_sent_and_not_shown() {
    let place = Place::new().await;
    let mut command = place.command(&ALICE, &["v2", "user-account", "userInfo"]);
    command.env_remove("PYDIO_PASSWORD").env("PYDIO_TOKEN", "s3cr3t-token");
    let run = finish(command, "").await;
    // Pydio 8 does not accept tokens.
    assert!(!run.failed(1).contains("s3cr3t-token"), "{run:?}");
    let seen = place.server.last().unwrap();
    assert_eq!(seen.header("authorization"), Some("Bearer s3cr3t-token"));
}
