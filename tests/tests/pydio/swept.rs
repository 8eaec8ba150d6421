//! Runs the program behind a proxy that injects a fault into any of its requests: it succeeds, or
//! reports what it could not do, with status 3 if the server may have done it.

use std::fs;

use pydio_tests::{
    ALICE, Server, Version,
    sweep::{Expected, Outcome, Place, sweep},
};

use crate::support::{finish, program};

async fn place() -> Place {
    let server = Server::start(Version::V8_2).await.unwrap();
    server.put("common", "/docs/a.txt", "words");
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("b.txt"), "more words").unwrap();
    Place { server, folder }
}

async fn run(arguments: &[&str], url: &str, place: &Place) -> Outcome {
    let mut command = program(arguments);
    command.current_dir(place.folder.path()).env("PYDIO_URL", url).env("PYDIO_USER", ALICE.login);
    command.env("PYDIO_PASSWORD", ALICE.password).env("PYDIO_WORKSPACE", "common");
    let run = finish(command, "").await;
    Outcome { status: run.status.try_into().unwrap(), out: run.out, err: run.err }
}

#[tokio::test]
async fn failures_are_reported() {
    for (arguments, is_done) in [
        (&["v1", "access.fs", "upload", "/docs", "b.txt"][..], None),
        (&["v1", "access.fs", "download", "/docs/a.txt", "-o", "a.txt"], None),
        (&["v1", "access.fs", "download", "/docs", "-o", "docs.zip"], None),
        (&["v1", "access.fs", "ls", "/docs"], None),
        (&["v1", "access.fs", "mkdir", "/docs/new"], Some("already")),
        (&["v1", "access.fs", "delete", "/docs/a.txt"], Some("annot find")),
        (
            &["v1", "access.fs", "rename", "/docs/a.txt", "--filename_new", "/docs/c.txt"],
            Some("annot find"),
        ),
        (&["--session", "v1", "access.fs", "upload", "/docs", "b.txt"], None),
        (&["--session", "v1", "access.fs", "mkdir", "/docs/new"], Some("already")),
        (&["--keystore", "keys", "v1", "access.fs", "mkdir", "/docs/new"], Some("already")),
        (&["v2", "file", "deleteNode", "common", "/docs/a.txt"], Some("annot find")),
    ] {
        let expected = Expected {
            is_done,
            // The key pair is created first, whatever the result of the call.
            unknown: (arguments[0] != "--keystore").then_some(3),
            ignored: &["keys", "keys.lock"],
            ..Expected::naming(&[
                "access.fs/",
                "meta.filehasher/",
                "deleteNode",
                "login",
                "gui.ajax/get_boot_conf",
                "keystore_generate_auth_token",
            ])
        };
        let run = async |url: &str, place: &Place| run(arguments, url, place).await;
        let wrong = sweep(expected, place, run).await;
        let count = wrong.len();
        assert!(wrong.is_empty(), "{arguments:?}: {count} runs went wrong:\n{}", wrong.join("\n"));
    }
}
