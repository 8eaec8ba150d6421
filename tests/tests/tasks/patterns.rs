//! Patterns choose files, and what they leave out is counted and kept.

use std::fs;

use crate::support::{Place, content, files};

async fn filled() -> Place {
    let place = Place::new().await;
    for n in 0..12 {
        place.server.put("common", &format!("/set/f{n}.txt"), content(n, 100));
    }
    place.server.put("common", "/set/deep/er/a.txt", "a");
    place.server.put("common", "/set/deep/big.bin", content(99, 1000));
    place.server.put("common", "/set/tmp/b.txt", "b");
    place.server.put("common", "/set/bin/c.bin", "c");
    place
}

#[tokio::test]
async fn the_summary_counts_what_patterns_leave_out() {
    let place = filled().await;
    let patterns = ["--include", "*.txt", "--exclude", "f1*", "--exclude", "/tmp"];
    let arguments = [&["mirror", "common:/set", "here"], &patterns[..]].concat();
    let run = place.run(&arguments).await;
    run.done();
    assert!(run.err.contains("files left out by patterns: 5"), "{run:?}");
    // One is excluded, and one has no file that is included.
    assert!(run.err.contains("folders left out by patterns: 2"), "{run:?}");
    assert_eq!(files(&place.path("here")).len(), 10);
    assert!(!place.path("here/bin").exists() && !place.path("here/tmp").exists());

    // An upload has no folder without such a file, and leaves the one of the server alone.
    for (command, folders) in [
        (["mirror", "here", "common:/set", "--json"], 1),
        (["check", "here", "common:/set", "--json"], 2),
    ] {
        let run = place.run(&[&command[..], &patterns[..]].concat()).await;
        run.done();
        let summary = run.json().pop().unwrap();
        assert_eq!(summary["summary"]["files left out by patterns"], 5, "{run:?}");
        assert_eq!(summary["summary"]["folders left out by patterns"], folders, "{run:?}");
        assert_eq!(summary["warnings"], serde_json::json!([]));
    }
}

#[tokio::test]
async fn a_pattern_that_matches_nothing_is_an_error_or_a_warning() {
    let place = filled().await;
    for pattern in ["a{", "[z-a]", "x{}", "docs/"] {
        let wrong = place.run(&["mirror", "common:/set", "here", "--include", pattern]).await;
        assert!(wrong.failed(2).contains(pattern), "{wrong:?}");
    }
    for mirror in [["mirror", "common:/set", "here"], ["mirror", "here", "common:/set"]] {
        let patterns = ["--include", "*.txt", "--include", "*.tkt", "--exclude", "temp"];
        let run = place.run(&[&mirror[..], &patterns[..]].concat()).await;
        run.done();
        let warnings: Vec<_> =
            run.err.lines().filter(|line| line.starts_with("warning: ")).collect();
        assert_eq!(
            warnings,
            [
                "warning: no file matches `--include *.tkt`",
                "warning: no file or folder matches `--exclude temp`"
            ]
        );
        let run = place.run(&[&mirror[..], &patterns[..], &["-n", "--json"]].concat()).await;
        let summary = run.json().pop().unwrap();
        assert_eq!(summary["warnings"].as_array().unwrap().len(), 2, "{run:?}");
    }
}

#[tokio::test]
async fn delete_keeps_what_patterns_leave_out() {
    let place = filled().await;
    let patterns = ["--delete", "--include", "*.txt", "--exclude", "tmp", "--exclude", "keep*"];
    for name in ["old.txt", "own.jpg", "keep.txt", "tmp/own.txt", "own/old.txt"] {
        place.write(&format!("here/{name}"), "own");
        place.server.put("common", &format!("/copy/{name}"), "own");
    }
    let run = place.run(&[&["mirror", "common:/set", "here"], &patterns[..]].concat()).await;
    run.done();
    assert!(run.err.contains("deleted: 2,"), "{run:?}");
    let kept = ["own.jpg", "keep.txt", "tmp/own.txt"];
    assert!(kept.iter().all(|name| place.path("here").join(name).exists()), "{run:?}");
    assert!(!place.path("here/old.txt").exists() && !place.path("here/own/old.txt").exists());

    fs::remove_file(place.path("here/own.jpg")).unwrap();
    let run = place.run(&[&["mirror", "here", "common:/copy"], &patterns[..]].concat()).await;
    run.done();
    assert!(run.err.contains("deleted: 2,"), "{run:?}");
    let is_there = |name: &&str| place.server.has("common", &format!("/copy/{name}"));
    assert!(kept.iter().all(&is_there), "{run:?}");
    assert!(!is_there(&"old.txt") && !is_there(&"own/old.txt"));
}

/// A folder of the server whose files do not match exists all the same.
#[tokio::test]
async fn a_folder_without_files_that_match_is_not_created_again() {
    let place = Place::new().await;
    place.server.put("common", "/set/a/b.bin", "b");
    place.write("here/a/c.txt", "c");
    let arguments = ["mirror", "here", "common:/set", "--include", "*.txt", "--json"];
    let run = place.run(&arguments).await;
    run.done();
    assert_eq!(run.json().pop().unwrap()["summary"]["folders created"], 0, "{run:?}");
    assert_eq!(place.calls("mkdir"), 0);
    fs::remove_file(place.path("here/a/c.txt")).unwrap();
    let check = place.run(&["check", "here", "common:/set", "--include", "*.txt"]).await;
    assert_eq!(check.failed(1).lines().next(), Some("differences: 1"));
    assert_eq!(check.out, "only there\ta/c.txt\n");
}
