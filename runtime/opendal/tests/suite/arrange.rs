//! Copying and renaming: `copy`, `rename`.

use opendal_core::{ErrorKind, Operator};
use pydio_test_server::{ALICE, Canned, Fault, Server, Version};

use crate::server::{ROOT, WORKSPACE, content, kind, noise, operator, paths, put, start};

/// Both, on a target that is free, taken, in another folder, or under another name.
const TARGETS: [&str; 8] =
    ["d/new", "new", "e/f/g/new", "e/src", "d/taken", "taken", "e/taken", "x/src"];

fn fill(server: &Server) {
    for path in ["d/taken", "taken", "e/taken", "x/src"] {
        put(server, path, "taken");
    }
}

#[tokio::test]
async fn a_renamed_file_replaces_the_target() {
    for target in TARGETS {
        let (server, files) = start().await;
        fill(&server);
        let source = noise(9000);
        put(&server, "d/src", &source);
        let mut expected = paths(&files, "/").await;
        files.rename("d/src", target).await.unwrap();
        assert_eq!(content(&server, target).unwrap(), source, "{target}");
        expected.retain(|path| path != "d/src");
        assert!(has_only(&files, expected, target).await, "{target}");
    }
}

#[tokio::test]
async fn a_copied_file_replaces_the_target() {
    for target in TARGETS {
        let (server, files) = start().await;
        fill(&server);
        let source = noise(9000);
        put(&server, "d/src", &source);
        let expected = paths(&files, "/").await;
        assert_eq!(files.copy("d/src", target).await.unwrap().content_length(), 9000);
        assert_eq!(content(&server, target).unwrap(), source, "{target}");
        assert_eq!(content(&server, "d/src").unwrap(), source, "{target}");
        assert!(has_only(&files, expected, target).await, "{target}");
    }
}

/// Returns whether nothing besides those paths, the target and its folders exists.
async fn has_only(files: &Operator, mut paths_before: Vec<String>, target: &str) -> bool {
    let folders = target.match_indices('/').map(|(end, _)| target[..=end].to_owned());
    paths_before.extend(folders.chain([target.to_owned()]));
    paths_before.sort();
    paths_before.dedup();
    paths(files, "/").await == paths_before
}

/// A release before 7.0 does not read the new name of a copy or a move.
#[tokio::test]
async fn an_old_server_never_replaces_a_third_file() {
    for (target, can_rename) in
        [("e/new", true), ("e/taken", false), ("g/new", true), ("g/taken", false), ("d/new", true)]
    {
        let server = Server::start(Version::V6_4).await.unwrap();
        let files = operator(&server, &ALICE, WORKSPACE, ROOT);
        for (path, text) in
            [("d/src", "source"), ("e/src", "third"), ("e/taken", "taken"), ("g/taken", "taken")]
        {
            put(&server, path, text);
        }
        if target != "d/new" {
            files.copy("d/src", target).await.unwrap();
            assert_eq!(content(&server, target).unwrap(), b"source", "{target}");
            put(&server, "e/taken", "taken");
        }
        if can_rename {
            files.delete(target).await.unwrap();
        }
        let renamed = files.rename("d/src", target).await;
        assert_eq!(renamed.is_ok(), can_rename, "{target}: {renamed:?}");
        let now = if can_rename { target } else { "d/src" };
        assert_eq!(content(&server, now).unwrap(), b"source", "{target}");
        assert_eq!(content(&server, "e/src").unwrap(), b"third", "{target}");
        assert_eq!(content(&server, "e/taken").unwrap(), b"taken", "{target}");
        let all = paths(&files, "/").await;
        assert!(all.iter().all(|path| !path.contains("opendal-")), "{all:?}");
    }
}

#[tokio::test]
async fn only_files_are_copied_and_renamed() {
    let (server, files) = start().await;
    put(&server, "d/f", "1");
    put(&server, "g", "2");
    for (from, to, expected) in [
        ("none", "new", ErrorKind::NotFound),
        ("d", "new", ErrorKind::IsADirectory),
        ("d/", "new", ErrorKind::IsADirectory),
        ("g", "d", ErrorKind::IsADirectory),
        ("g", "d/", ErrorKind::IsADirectory),
        ("g", "d/f/new", ErrorKind::NotADirectory),
        ("g", "g", ErrorKind::IsSameFile),
    ] {
        assert_eq!(kind(files.rename(from, to).await), expected, "{from} {to}");
        assert_eq!(kind(files.copy(from, to).await), expected, "{from} {to}");
    }
    assert_eq!(paths(&files, "/").await, ["/", "d/", "d/f", "g"]);
}

/// Only the response is lost.
#[tokio::test]
async fn a_rename_without_a_response_is_looked_up() {
    let (server, files) = start().await;
    put(&server, "d/f", "source");
    server.fail_action("move", Fault::Swallow(Canned::new(504, "text/html", "timeout")));
    files.rename("d/f", "e/g").await.unwrap();
    assert_eq!(content(&server, "e/g").unwrap(), b"source");
    server.fail_action("move", Fault::Drop);
    assert_eq!(kind(files.rename("e/g", "h/i").await), ErrorKind::Unexpected);
    assert_eq!(content(&server, "e/g").unwrap(), b"source");
}

#[tokio::test]
async fn a_failure_leaves_source_and_target() {
    let (server, files) = start().await;
    put(&server, "d/f", "source");
    put(&server, "e/g", "target");
    put(&server, "e/f", "third");
    for action in ["copy", "move", "rename"] {
        server.clear();
        server.fail_action(action, Fault::Error("database is locked".to_owned()));
        let result = match action {
            "copy" => files.copy("d/f", "e/g").await.map(drop),
            _ => files.rename("d/f", "e/g").await,
        };
        assert_eq!(kind(result), ErrorKind::Unexpected, "{action}");
        for (path, text) in [("d/f", "source"), ("e/g", "target"), ("e/f", "third")] {
            assert_eq!(content(&server, path).unwrap(), text.as_bytes(), "{action}");
        }
        assert_eq!(paths(&files, "/").await, ["/", "d/", "d/f", "e/", "e/f", "e/g"]);
    }
}
