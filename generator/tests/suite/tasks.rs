//! Tasks are emitted as far as the calls exist that they send.

use std::{fs, path::Path};

use pydio_codegen::Generator;

use crate::cli::{Place, run_at};

/// Returns the methods of the trait with this name; none without the module.
fn methods(module: &str, name: &str) -> Vec<String> {
    let Some((_, rest)) = module.split_once(&format!("\npub trait {name}")) else {
        return Vec::new();
    };
    let body = rest.split("\n}").next().unwrap_or_default();
    let heads = body.lines().filter_map(|line| line.trim_start().strip_prefix("fn "));
    heads.map(|head| head.split(['(', '<']).next().unwrap_or_default().to_owned()).collect()
}

/// Returns the module of tasks of bindings with only these calls; empty if there is none.
fn module(calls: &str) -> String {
    let place = Place::new();
    let out = place.path("out").display().to_string();
    let mut arguments = vec!["generate", "--no-config", "--version", "8.2.5"];
    arguments.extend(["--plugins", calls, "--out", &out, "--crate-name", "small"]);
    let run = run_at(Path::new(env!("CARGO_MANIFEST_DIR")), &arguments);
    assert_eq!(run.status, 0, "{}", run.err);
    let root = place.read("out/src/lib.rs");
    match fs::read_to_string(place.path("out/src/tasks.rs")) {
        Ok(module) => {
            assert!(root.contains("pub mod tasks;"), "{root}");
            module
        }
        Err(_) => {
            assert!(!root.contains("mod tasks"), "{root}");
            String::new()
        }
    }
}

#[test]
fn each_method_needs_its_calls() {
    let listing = ["list", "list_page", "exists", "stat", "stat_many"];
    assert_eq!(methods(&module("access.fs/ls"), "Files"), listing);
    let module_of_two = module("access.fs/ls,access.fs/delete");
    assert_eq!(methods(&module_of_two, "Files"), [&listing[..], &["delete"]].concat());
    assert_eq!(methods(&module_of_two, "Users"), [""; 0]);
    // Transfers need more actions than these.
    assert_eq!(module("access.fs/delete,access.fs/upload,access.fs/download"), "");
    assert_eq!(module("authfront.keystore"), "");
}

#[test]
fn every_bundled_release_has_them() {
    let place = Place::new();
    for release in ["6.0.8", "6.4.2", "6.5.5", "7.0.4", "8.0.2", "8.2.5"] {
        let folder = place.path(release);
        Generator::new().version(release).strict().write_module(&folder).unwrap();
        let module = fs::read_to_string(folder.join("tasks.rs")).unwrap();
        let files = methods(&module, "Files");
        // Over REST, 6.0.8 does not tell what is shared.
        let has_shares = files.iter().any(|name| name == "share_link");
        assert_eq!(
            (files.len(), has_shares),
            if release == "6.0.8" { (12, false) } else { (13, true) }
        );
        assert_eq!(methods(&module, "Users"), ["create_user"], "{release}");
        assert!(!module.contains("```no_run"), "a module does not know its crate");
        // Before 6.5.1, nothing runs in the background and folders are created one by one.
        let is_old = release < "6.5";
        assert_eq!(module.contains(".wait()"), !is_old, "{release}");
        assert_eq!(module.contains(".recursive(true)"), !is_old, "{release}");
    }
}
