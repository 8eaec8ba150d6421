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

/// A release before 6.5.1 does not read the new name of a copy.
#[tokio::test]
async fn an_old_server_never_replaces_a_third_file() {
    for target in ["e/new", "e/taken", "g/new", "g/taken", "d/new"] {
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
            put(&server, target, "taken");
        }
        files.rename("d/src", target).await.unwrap();
        assert_eq!(content(&server, target).unwrap(), b"source", "{target}");
        assert_eq!(content(&server, "d/src"), None, "{target}");
        assert_eq!(content(&server, "e/src").unwrap(), b"third", "{target}");
        let all = paths(&files, "/").await;
        assert!(all.iter().all(|path| !path.contains("opendal-")), "{all:?}");
    }
}

/// Before 8.0.2, the server never completes the action `move` of so much over REST.
#[tokio::test]
async fn a_large_file_is_renamed_on_every_release() {
    let source = noise(11 << 20);
    for version in Version::ALL {
        let server = Server::start(version).await.unwrap();
        let files = operator(&server, &ALICE, WORKSPACE, ROOT);
        put(&server, "d/taken", "taken");
        put(&server, "e/src", "taken");
        put(&server, "src", &source);
        let mut from = "src";
        for to in ["new", "e/new", "d/taken", "d/src", "e/src"] {
            files.rename(from, to).await.unwrap();
            assert!(content(&server, to).unwrap() == source, "{version:?} {to}");
            from = to;
        }
        assert_eq!(paths(&files, "/").await, ["/", "d/", "e/", "e/src"], "{version:?}");
        assert!(server.content(WORKSPACE, "/recycle_bin/src").is_none(), "{version:?}");
    }
}

/// The task of such a copy never starts on 7.0.4.
#[tokio::test]
async fn a_large_copy_is_made_or_fails_soon() {
    let source = noise(11 << 20);
    for version in Version::ALL {
        let server = Server::start(version).await.unwrap();
        let files = operator(&server, &ALICE, WORKSPACE, ROOT);
        put(&server, "d/src", &source);
        put(&server, "e/taken", "taken");
        for to in ["e/src", "e/new", "d/new", "e/taken"] {
            let copied = files.copy("d/src", to).await;
            let fails = matches!(version, Version::V6_5 | Version::V7_0_3 | Version::V7_0)
                // A copy into the folder of the source gets its new name there.
                || (to == "d/new" && version < Version::V6_5);
            assert_eq!(copied.is_err(), fails, "{version:?} {to}: {copied:?}");
            if !fails {
                assert!(content(&server, to).unwrap() == source, "{version:?} {to}");
            } else if to == "e/taken" {
                assert_eq!(content(&server, to).unwrap(), b"taken", "{version:?}");
                assert!(copied.unwrap_err().to_string().contains("never starts"), "{version:?}");
            }
        }
        assert!(content(&server, "d/src").unwrap() == source, "{version:?}");
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
    server.fail_action("rename", Fault::Swallow(Canned::new(504, "text/html", "timeout")));
    files.rename("d/f", "e/g").await.unwrap();
    assert_eq!(content(&server, "e/g").unwrap(), b"source");
    server.fail_action("rename", Fault::Drop);
    assert_eq!(kind(files.rename("e/g", "h/i").await), ErrorKind::Unexpected);
    assert_eq!(content(&server, "e/g").unwrap(), b"source");
}

#[tokio::test]
async fn a_failure_leaves_source_and_target() {
    let (server, files) = start().await;
    put(&server, "d/f", "source");
    put(&server, "e/g", "target");
    put(&server, "e/f", "target");
    for (action, to) in [("copy", "e/g"), ("move", "e/f"), ("rename", "e/g"), ("rename", "h")] {
        server.clear();
        server.fail_action(action, Fault::Error("database is locked".to_owned()));
        let result = match action {
            "copy" => files.copy("d/f", to).await.map(drop),
            _ => files.rename("d/f", to).await,
        };
        assert_eq!(kind(result), ErrorKind::Unexpected, "{action}");
        for (path, text) in [("d/f", "source"), ("e/g", "target"), ("e/f", "target")] {
            assert_eq!(content(&server, path).unwrap(), text.as_bytes(), "{action}");
        }
        assert_eq!(paths(&files, "/").await, ["/", "d/", "d/f", "e/", "e/f", "e/g"]);
    }
}
