//! The tool outside of the project: bundles, corrections and documentation are built into it.

use std::{fs, path::Path};

use serde_json::Value;
use tempfile::TempDir;

use crate::cli::{Run, run_at};

/// Runs the tool in a directory successfully. Returns its output.
fn run(directory: &Path, arguments: &str) -> String {
    let words: Vec<_> = arguments.split(' ').collect();
    let Run { status, out, err } = run_at(directory, &words);
    assert!(status == 0, "{arguments}: {err}");
    out
}

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the project")
}

#[test]
fn the_bundles_of_the_project_are_built_in() {
    let away = TempDir::new().expect("a directory");
    let read = |directory: &Path| -> Value {
        serde_json::from_str(&run(directory, "versions --format json")).expect("JSON")
    };
    let built_in = read(away.path());
    assert_eq!(built_in, read(project()));
    let bundles = built_in.as_array().expect("bundles");
    let versions: Vec<_> = bundles.iter().filter_map(|one| one["version"].as_str()).collect();
    assert_eq!(versions, ["6.0.8", "6.4.2", "6.5.5", "7.0.4", "8.0.2", "8.2.5"]);
    assert!(bundles.iter().all(|one| one["rest_actions"].as_u64() > Some(100)), "{built_in}");
    let readme = fs::read_to_string(project().join("manifests/README.md")).expect("the README");
    for bundle in bundles {
        let keys = ["plugins", "actions", "rest_actions", "operations"];
        let figures = keys.map(|key| bundle[key].to_string()).join(" | ");
        let row = format!("| {} | {figures} |", bundle["version"].as_str().expect("a version"));
        assert!(readme.contains(&row), "{row} is not in manifests/README.md");
    }
    // The text output has the same content, with the origin.
    let text = run(away.path(), "versions");
    for (line, bundle) in text.lines().skip(1).zip(bundles) {
        let words: Vec<_> = line.split_whitespace().collect();
        assert_eq!(words[0], bundle["version"], "{text}");
        assert_eq!(words[2], bundle["actions"].to_string(), "{text}");
    }
}

#[test]
fn the_built_in_bundle_generates_the_same_crate() {
    let away = TempDir::new().expect("a directory");
    let out = away.path().join("out");
    run(away.path(), "generate --out out");
    run(project(), &format!("generate --out {} --check", out.display()));
}

#[test]
fn the_model_can_be_written_to_a_file() {
    let away = TempDir::new().expect("a directory");
    let printed = run(away.path(), "openapi --version 7.0.4");
    let document: Value = serde_json::from_str(&printed).expect("JSON");
    assert!(document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1")));
    assert!(document["paths"].as_object().is_some_and(|paths| paths.len() > 100));
    assert_eq!(run(away.path(), "openapi --version 7.0.4 --out api.json"), "");
    let written = fs::read_to_string(away.path().join("api.json")).expect("a file");
    assert_eq!(written, printed);
}
