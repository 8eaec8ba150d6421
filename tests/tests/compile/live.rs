//! The live suite compiles without warnings with the bindings of every bundle.

use std::{env, fs, path::Path, process::Command};

use pydio_codegen::input::Library;
use pydio_tests::scratch::{Scratch, assert_success, project};

#[test]
fn the_live_suite_compiles_with_every_bundle() {
    let releases = Library::above(env!("CARGO_MANIFEST_DIR").as_ref()).versions();
    assert!(releases.len() >= 6, "{releases:?}");
    let scratch = Scratch::empty(env!("CARGO_TARGET_TMPDIR"), "live");
    for release in &releases {
        let name = release.replace('.', "-");
        bindings(&scratch, release, &name);
        suite(&scratch, &name);
    }
    workspace(&scratch);
    for release in releases.iter().map(|release| release.replace('.', "-")) {
        let mut check = scratch.cargo("check", &[format!("live-{release}")]);
        let description = scratch.root.join(format!("bindings-{release}/api.json"));
        assert_success(&check.env("PYDIO_LIVE_BINDINGS", description).output().unwrap());
    }
}

/// Adds the crate of a release, as the program generates it.
fn bindings(scratch: &Scratch, release: &str, name: &str) {
    let mut generate = Command::new(env!("CARGO_BIN_EXE_codegen"));
    generate.current_dir(project()).args(["generate", "--version", release]);
    let name = format!("bindings-{name}");
    generate.arg("--out").arg(scratch.root.join(&name)).args(["--crate-name", &name]);
    assert_success(&generate.output().unwrap());
}

/// Adds the suite with the bindings of a release.
fn suite(scratch: &Scratch, release: &str) {
    let source = project().join("tests/live");
    let manifest = fs::read_to_string(source.join("Cargo.toml")).unwrap();
    let workspace = "pydio-client = { workspace = true, ";
    let bindings = format!("package = \"bindings-{release}\", path = \"../bindings-{release}\", ");
    let dependencies = section(&manifest, "dependencies");
    assert!(dependencies.contains(workspace), "{dependencies}");
    let text = format!(
        "[package]\nname = \"live-{release}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\
         build = {:?}\n\n[lib]\npath = {:?}\n\n[dependencies]\n{}\n[lints.rust]\nwarnings = \"deny\"\n",
        source.join("build.rs"),
        source.join("src/lib.rs"),
        dependencies.replace(workspace, &format!("pydio-client = {{ {bindings}")),
    );
    scratch.write(&format!("live-{release}/Cargo.toml"), &text);
}

/// Turns the crates into a workspace with the project's dependencies, and its own runtime.
fn workspace(scratch: &Scratch) {
    let manifest = fs::read_to_string(project().join("Cargo.toml")).unwrap();
    let dependencies = section(&manifest, "workspace.dependencies");
    let others: Vec<_> = dependencies.lines().filter(|line| !line.contains("path = ")).collect();
    let own = |name: &str, path: &Path| format!("{name} = {{ path = {path:?} }}\n");
    let text = format!(
        "[workspace]\nresolver = \"3\"\nmembers = [\"*\"]\n\n[workspace.dependencies]\n{}\n\n\
         [patch.crates-io]\n{}{}",
        others.join("\n"),
        own("pydio-runtime", &project().join("runtime")),
        own("pydio-cli", &project().join("runtime/cli/raw")),
    );
    scratch.write("Cargo.toml", &text);
    fs::copy(project().join("Cargo.lock"), scratch.root.join("Cargo.lock")).unwrap();
}

/// Returns the lines of a section of a manifest.
fn section<'m>(manifest: &'m str, name: &str) -> &'m str {
    let (_, rest) = manifest.split_once(&format!("\n[{name}]\n")).unwrap();
    rest.split_once("\n[").map_or(rest, |(section, _)| section)
}
