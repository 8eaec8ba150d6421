//! Error messages, and that nothing is sent before them.

use pydio_tests::{ALICE, Account, Canned, Fault, Server, Version};

use crate::support::{Place, finish};

#[tokio::test]
async fn a_wrong_password_is_refused() {
    let place = Place::new().await;
    let wrong = Account { login: "alice", password: "wr0ng" };
    let list = ["v1", "access.fs", "ls", "/"];
    let refused = place.run_as(&wrong, &list).await;
    let said = refused.failed(1);
    assert!(said.starts_with("error: bad credentials: access.fs/ls on workspace `my-files`"));
    assert!(said.contains("\n  tip: check `--user` and the password"), "{said}");
    assert!(!said.contains("wr0ng") && !said.contains('\x1b'), "{said}");
    let session = place.run_as(&wrong, &[&["--session"], &list[..]].concat()).await;
    assert!(session.failed(1).contains("bad credentials"), "{session:?}");
}

#[tokio::test]
async fn colours_are_used_only_if_forced() {
    let place = Place::new().await;
    for arguments in [&["v1", "access.fs", "stat", "/gone"][..], &["v1", "no_such"]] {
        let with = |variables: &[(&str, &str)]| {
            let mut command = place.command(&ALICE, arguments);
            command.envs(variables.iter().copied());
            finish(command, "")
        };
        let (force, none) = (("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1"));
        assert!(with(&[force]).await.err.contains("\x1b["), "{arguments:?}");
        assert!(!with(&[force, none]).await.err.contains('\x1b'), "{arguments:?}");
        assert!(!with(&[]).await.err.contains('\x1b'), "{arguments:?}");
    }
}

#[tokio::test]
async fn corrections_are_suggested_for_typos() {
    let place = Place::new().await;
    for (arguments, suggestion) in [
        (&["v1", "access.fs", "lss", "/"][..], "'ls'"),
        (&["v1", "acces.fs", "ls", "/"], "'access.fs'"),
        (&["v2", "files", "getNodeInfos", "my-files", "/"], "'file'"),
        (&["v2", "file", "getNodeInfo", "my-files", "/"], "'getNodeInfos'"),
        (&["v1", "access.fs", "ls", "/", "--recursiv"], "'--recursive'"),
        // Commands from elsewhere.
        (&["ls", "/"], "'v1 access.fs ls'"),
        (&["v1", "ls", "/"], "'v1 access.fs ls'"),
        (&["v1", "access.fs", "getNodeInfos"], "'v2 file getNodeInfos'"),
        (&["v1", "access.fs", "no_such"], "`pydio list no_such`"),
    ] {
        let said = place.run(arguments).await;
        assert!(said.failed(2).contains(suggestion), "{said:?}");
    }
    assert!(place.server.seen().is_empty());
}

/// A call whose input cannot be sent is not sent without it.
#[tokio::test]
async fn destructive_calls_are_never_sent_incomplete() {
    let place = Place::new().await;
    for arguments in [
        // Words in place of a path.
        &["v1", "access.fs", "delete", "--force_deletion", "false", "/a"][..],
        &["v1", "access.fs", "delete", "a"],
        &["v1", "access.fs", "delete", ""],
        &["v1", "access.fs", "delete"],
        // An option that the action does not have.
        &["v1", "access.fs", "delete", "/a", "--only_empty"],
        &["v1", "access.fs", "delete", "/a", "--dest", "/b"],
        // An omitted folder is not the root.
        &["v1", "access.fs", "mkdir"],
        &["v1", "access.fs", "copy", "/a"],
        // A path that no server reads back.
        &["v1", "access.fs", "delete", "/a/../b"],
        &["v1", "access.fs", "delete", "/a", "/a/../b"],
        // The root of a workspace.
        &["v2", "file", "deleteNode", "my-files", "/"],
        &["v2", "provisioning", "deletePeople", "/"],
        // Repeated options, and invalid values.
        &["v1", "access.fs", "ls", "/", "--page", "1", "--page", "2"],
        &["v1", "access.fs", "ls", "/", "--page", "0"],
        &["v1", "access.fs", "ls", "/", "--max_depth", "two"],
        &["v2", "task", "createTask", "t", "--workspaceId", "1", "--task", "{"],
        &["v1", "action.share", "share", "public", "/a", "--user", "0=a", "--user", "0=b"],
        &["v1", "action.share", "share", "public", "/a", "--field", "file=/b"],
        &["v1", "action.share", "share", "public", "/a", "--field", "user_0=b"],
        // A byte response is not JSON.
        &["v1", "access.fs", "download", "/a", "--json"],
        &["v1", "access.fs", "download", "/a", "--json", "-o", "-"],
        // An operation that the server does not support.
        &["v2", "file", "updateNode", "my-files", "/a", "--metadata", "x"],
        // Operations support only REST.
        &["--session", "v2", "file", "deleteNode", "my-files", "/a"],
        &["-w", "common", "v2", "file", "deleteNode", "my-files", "/a"],
        // Each call uses a single transport.
        &["--cmd", "php cmd.php", "v1", "access.fs", "delete", "/a", "--session"],
        &["--keystore", "k", "v1", "access.fs", "delete", "/a", "--session"],
    ] {
        let said = place.run(arguments).await;
        assert!(!said.failed(2).is_empty(), "{arguments:?}");
        assert!(place.server.seen().is_empty(), "{arguments:?}: {said:?}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn an_argument_that_is_not_text_is_refused() {
    use std::os::unix::ffi::OsStrExt as _;
    let place = Place::new().await;
    let mut command = place.command(&ALICE, &["v1", "access.fs", "delete", "/a"]);
    command.arg(std::ffi::OsStr::from_bytes(b"/\xff"));
    assert!(finish(command, "").await.failed(2).contains("UTF-8"));
    assert!(place.server.seen().is_empty());
}

/// An empty password is not sent: it would count as a failed login.
#[tokio::test]
async fn an_empty_password_is_not_sent() {
    let place = Place::new().await;
    let path = place.file("empty", "\npassword");
    for option in ["--password-file", "--token-file"] {
        let run = place.run(&[option, &path, "v1", "access.fs", "ls", "/"]).await;
        assert!(run.failed(2).contains("the first line of "), "{run:?}");
    }
    assert!(place.server.seen().is_empty());
}

/// The program reports completed work even if its output cannot be written.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_full_disk_is_reported() {
    let place = Place::new().await;
    let path = place.file("f", "content");
    place.run(&["v1", "access.fs", "upload", "/", &path]).await.done();
    for call in ["v1 access.fs ls /", "v1 access.fs download /f", "list", "--json list x"] {
        let command = place.command(&ALICE, &call.split(' ').collect::<Vec<_>>());
        let mut shell = std::process::Command::new("sh");
        shell.args(["-c", "\"$0\" \"$@\" > /dev/full"]).arg(command.get_program());
        shell.args(command.get_args());
        shell.envs(command.get_envs().filter_map(|(name, value)| Some((name, value?))));
        let run = finish(shell, "").await;
        assert!(run.failed(4).starts_with("error: standard output: "), "{run:?}");
    }
}

#[tokio::test]
async fn missing_settings_are_reported() {
    let place = Place::new().await;
    for (variable, said) in [
        ("PYDIO_URL", "no server given; pass `--url`"),
        ("PYDIO_USER", "no user given; pass `--user`"),
        ("PYDIO_PASSWORD", "no password of alice"),
        ("PYDIO_WORKSPACE", "no workspace given; pass `-w SLUG`"),
    ] {
        let mut command = place.command(&ALICE, &["v1", "access.fs", "ls", "/"]);
        command.env_remove(variable);
        let run = finish(command, "").await;
        assert!(run.failed(2).contains(said), "{run:?}");
    }
    assert!(place.server.seen().is_empty());
}

#[tokio::test]
async fn each_kind_of_failure_has_its_status() {
    let place = Place::new().await;
    let list = ["v1", "access.fs", "ls", "/"];
    let missing = place.run(&["-w", "nowhere", "v1", "access.fs", "ls", "/"]).await;
    assert!(missing.failed(1).contains("unknown workspace"), "{missing:?}");
    let refused = place.run(&["v1", "access.fs", "mkdir", "/recycle_bin"]).await;
    assert!(refused.failed(1).contains("the server reports"), "{refused:?}");
    let gone = place.run(&["v1", "access.fs", "stat", "/gone"]).await;
    assert!(gone.failed(1).contains("no such node"), "{gone:?}");
    let missed = place.run(&["v1", "access.fs", "download", "/gone", "-o", "gone"]).await;
    missed.failed(1);
    let unreached = place.run(&[&["--url", "http://127.0.0.1:1"], &list[..]].concat()).await;
    assert!(unreached.failed(3).contains("connection failed"), "{unreached:?}");
    let unread = place.run(&["v1", "access.fs", "upload", "/", "no-such-file"]).await;
    assert!(unread.failed(4).contains("no-such-file"), "{unread:?}");
    assert!(!place.path("gone").exists() && !place.path("gone.part").exists());
    let unwritten = place.run(&[&list[..], &["-o", "no/such/folder/a"]].concat()).await;
    assert!(unwritten.failed(4).contains("no/such/folder/a"), "{unwritten:?}");
}

#[tokio::test]
async fn bindings_of_another_release_are_named_as_the_cause() {
    let place = Place::of(Server::start(Version::V7_0).await.unwrap());
    let unknown = r#"<tree ><message type="ERROR">Could not find action ls</message></tree>"#;
    for (canned, is_told) in [(unknown, true), ("<tree >", true), (REFUSED, false)] {
        place.server.fail(Fault::Swallow(Canned::new(200, "text/xml", canned)));
        let run = place.run(&["v1", "access.fs", "ls", "/"]).await;
        let said = run.failed(if canned == "<tree >" { 3 } else { 1 });
        let tip = "tip: the bindings are for 8.2.5, but the server is 7.0.4: generate bindings";
        assert_eq!(said.contains(tip), is_told, "{said}");
    }
}

const REFUSED: &str = r#"<tree ><message type="ERROR">Cannot find file!</message></tree>"#;
