//! Output names the workspace of each node, and statuses do not depend on the command.

use std::{io::Write as _, process::Stdio};

use pydio_tests::{ADMIN, ALICE, BOB};
use serde_json::json;

use crate::support::{Place, Run, finish};

async fn filled() -> Place {
    let place = Place::new().await;
    place.server.put("common", "/a.txt", "hello");
    place.server.put("my-files/alice", "/b.txt", "welcome");
    place
}

#[tokio::test]
async fn every_line_about_several_workspaces_names_its_own() {
    let place = filled().await;
    let both = |command| [command, "/a.txt", "my-files:/b.txt"];
    let listed = place.run(&["ls", ":/", "my-files:/"]).await;
    assert!(listed.done().contains("common:/a.txt\tfile\t5"), "{listed:?}");
    assert!(listed.out.contains("my-files:/b.txt\tfile\t7"), "{listed:?}");
    let stat = place.run(&both("stat")).await;
    assert!(stat.done().contains(" common:/a.txt\n"), "{stat:?}");
    assert!(stat.out.contains(" my-files:/b.txt\n"), "{stat:?}");
    let made = place.run(&["mkdir", "/new", "my-files:/new"]).await;
    assert_eq!(made.done(), "folder\tcommon:/new\nfolder\tmy-files:/new\n");
    place.write("here/c.txt", "");
    let up = place.run(&["cp", "common:/a.txt", "my-files:/b.txt", "here/"]).await;
    assert!(up.done().contains("\tfrom common:/a.txt\n"), "{up:?}");
    let copied = place.run(&["cp", "common:/a.txt", "my-files:/new/"]).await;
    assert_eq!(copied.done(), "my-files:/new/a.txt\n");
    let moved = place.run(&["mv", "my-files:/new/a.txt", "common:/new/"]).await;
    assert_eq!(moved.done(), "moved\tcommon:/new/a.txt\n");
    let missing = place.run(&["stat", "/none", "my-files:/b.txt"]).await;
    assert!(missing.failed(1).contains("common:/none does not exist"), "{missing:?}");
    assert_eq!(
        place.run(&both("rm")).await.done(),
        "deleted\tcommon:/a.txt\ndeleted\tmy-files:/b.txt\n"
    );
}

#[tokio::test]
async fn json_has_the_workspace_even_if_there_is_only_one() {
    let place = filled().await;
    place.write("up.txt", "up");
    for arguments in [
        ["ls", "/"].as_slice(),
        &["stat", "/a.txt"],
        &["mkdir", "/new"],
        &["cp", "up.txt", ":/"],
        &["cp", ":/a.txt", "down.txt"],
        &["cp", ":/a.txt", ":/new/"],
        &["mv", "/up.txt", "/new/"],
        &["share", "/a.txt", "--open"],
        &["compress", "/new"],
        &["rm", "/new.zip"],
    ] {
        let run = place.run(&[arguments, &["--json"]].concat()).await;
        run.done();
        let lines = run.json();
        assert!(!lines.is_empty());
        assert!(lines.iter().all(|line| line["workspace"] == "common"), "{arguments:?} {lines:?}");
    }
    // One workspace needs no name in text.
    assert_eq!(place.run(&["mkdir", "/x"]).await.done(), "folder\t/x\n");
    let audit = finish(place.command(&ADMIN, &place.server.url(), &["shares", "--json"])).await;
    assert_eq!(audit.json()[0]["workspace"], "common");
    let audit = finish(place.command(&ADMIN, &place.server.url(), &["shares"])).await;
    assert!(audit.failed(1).contains("findings: 1"), "{audit:?}");
    assert!(audit.out.starts_with("alice\tcommon:/a.txt\t"), "{audit:?}");
}

#[tokio::test]
async fn a_target_in_the_way_has_one_status() {
    let place = filled().await;
    place.server.folder("common", "/docs");
    place.server.put("common", "/docs/a.txt", "other");
    place.write("a.txt", "mine");
    let twice = place.run(&["cp", ":/a.txt", ":/docs/a.txt", "a.txt/"]).await;
    assert!(twice.failed(2).contains("several sources are called"), "{twice:?}");
    for arguments in [
        // It exists.
        ["cp", "a.txt", ":/"].as_slice(),
        &["cp", ":/a.txt", "a.txt"],
        &["cp", ":/a.txt", ":/docs/"],
        &["mv", "/a.txt", "/docs"],
        &["v1", "access.fs", "download", "/a.txt", "-o", "a.txt"],
        // A file is where a folder is needed.
        &["cp", ":/a.txt", "a.txt/"],
        &["cp", ":/a.txt", "none/"],
        &["cp", "a.txt", ":/none/"],
        &["cp", "a.txt", ":/a.txt/"],
        &["cp", ":/a.txt", ":/docs/a.txt/"],
        &["mkdir", "/a.txt/x"],
        &["mkdir", "/a.txt"],
        &["mirror", ":/docs", "a.txt"],
        &["mirror", ":/a.txt", "here"],
        &["mirror", "a.txt", ":/docs"],
        &["check", "a.txt", ":/docs"],
        &["check", ".", ":/a.txt"],
        // A folder is where a file is needed.
        &["cp", ":/docs", "here"],
        &["rm", "/docs"],
    ] {
        place.run(arguments).await.failed(1);
    }
    let empty = place.run(&["cp", ":/a.txt", ""]).await;
    assert!(empty.failed(2).contains("the path is empty"), "{empty:?}");
    assert_eq!(place.server.content("common", "/docs/a.txt").unwrap(), b"other");
}

#[tokio::test]
async fn a_missing_right_names_the_user() {
    let place = filled().await;
    let as_bob = |arguments: &[&str]| finish(place.command(&BOB, &place.server.url(), arguments));
    for arguments in [["mkdir", "/x"].as_slice(), &["v1", "access.fs", "mkdir", "/x"]] {
        let run = as_bob(arguments).await;
        let error = run.failed(1);
        assert!(error.contains("forbidden: access.fs/mkdir on workspace `common`"), "{run:?}");
        assert!(error.contains("You have no write permission on this folder (user `bob`)"));
        assert!(error.contains("an administrator can grant it"), "{run:?}");
        assert!(!error.contains("authentication"), "{run:?}");
    }
    let settings = as_bob(&["ls", "settings:/"]).await;
    assert!(settings.failed(1).contains("(user `bob`)"), "{settings:?}");
}

#[tokio::test]
async fn a_dash_is_standard_input_or_output() {
    let place = filled().await;
    let down = place.run(&["cp", ":/a.txt", "-"]).await;
    assert_eq!(down.done(), "hello");
    assert!(down.err.contains("/a.txt\t5 bytes\tmd5 "), "{down:?}");
    assert!(
        place.run(&["cp", ":/a.txt", "-", "--json"]).await.failed(2).contains("standard output")
    );
    assert!(place.run(&["cp", ":/none", "-"]).await.failed(1).contains("does not exist"));
    let up = piped(&place, &["cp", "-", ":/new.txt", "--json"], "from a pipe").await;
    up.done();
    assert_eq!(up.json()[0]["uploaded"], json!("/new.txt"));
    assert_eq!(place.server.content("common", "/new.txt").unwrap(), b"from a pipe");
    let again = piped(&place, &["cp", "-", ":/new.txt"], "other").await;
    assert!(again.failed(1).contains("already exists"), "{again:?}");
    assert!(piped(&place, &["cp", "-", ":/"], "x").await.failed(2).contains("no name"));
    place.run(&["cp", ":/a.txt", "./-"]).await.done();
    assert_eq!(std::fs::read(place.path("-")).unwrap(), b"hello");
}

async fn piped(place: &Place, arguments: &[&str], input: &'static str) -> Run {
    let mut command = place.command(&ALICE, &place.server.url(), arguments);
    let run = move || {
        let mut program = command.stdin(Stdio::piped()).spawn().unwrap();
        program.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        program.wait_with_output().unwrap()
    };
    tokio::task::spawn_blocking(run).await.unwrap().into()
}
