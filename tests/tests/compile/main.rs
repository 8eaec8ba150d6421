//! Checks that generated bindings compile and pass clippy, rustfmt and rustdoc, and that misuse
//! does not compile.
//!
//! All crates are members of one scratch workspace below the target directory, so that a single
//! cargo invocation checks them all and builds their dependencies once. The target `shared`
//! compiles those of published releases.

mod checks;
mod live;
mod prepared;
mod program;
mod releases;
mod synthetic;

use std::{fs, sync::LazyLock};

use pydio_tests::scratch::{Scratch, assert_success, text};

static SCRATCH: LazyLock<Scratch> = LazyLock::new(prepared::prepare);

#[test]
fn clippy_finds_nothing() {
    println!("crates: {}", SCRATCH.bindings.join(", "));
    let mut clippy = SCRATCH.cargo("clippy", &SCRATCH.bindings);
    assert_success(&clippy.args(["--", "-D", "warnings"]).output().unwrap());
}

/// The bindings contain settings that exclude them from rustfmt.
#[test]
fn rustfmt_changes_nothing() {
    let mut fmt = SCRATCH.cargo("fmt", &SCRATCH.bindings);
    let output = fmt.arg("--check").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

#[test]
fn rustdoc_finds_nothing() {
    let mut doc = SCRATCH.cargo("doc", &["synthetic", "bundled-8-2-5"].map(str::to_owned));
    let output = doc.arg("--no-deps").env("RUSTDOCFLAGS", "-D warnings").output().unwrap();
    assert_success(&output);
}

#[test]
fn every_public_item_is_documented() {
    for name in &SCRATCH.bindings {
        let library = fs::read_to_string(SCRATCH.root.join(name).join("src/lib.rs")).unwrap();
        assert!(library.contains("#![deny(missing_docs)]"), "{name}");
        assert!(library.contains("#![forbid(unsafe_code)]"), "{name}");
    }
    let output = SCRATCH.cargo("check", &["undocumented".to_owned()]).output().unwrap();
    assert!(!output.status.success());
    assert!(text(&output).contains("missing documentation for a function"), "{}", text(&output));
}

/// Asserts that only the second of the two calls in a crate fails to compile, with all of these
/// parts in the compiler's output.
#[track_caller]
fn assert_refused(name: &str, parts: &[&str]) {
    let output = SCRATCH.cargo("check", &[name.to_owned()]).output().unwrap();
    let text = text(&output);
    assert!(!output.status.success(), "{name}");
    for part in parts {
        assert!(text.contains(part), "{name}: {part:?} is not in\n{text}");
    }
    let place = format!("--> {name}/");
    let places: Vec<_> = text.lines().filter(|line| line.contains(&place)).collect();
    assert!(!places.is_empty() && places.iter().all(|line| line.contains("lib.rs:6:")), "{text}");
}

#[test]
fn actions_unavailable_over_rest_do_not_compile() {
    assert_refused(
        "unreachable",
        &[
            "GetXmlRegistry` cannot be called over REST",
            "the server's manifest gives this action no `restParams`",
            "work only in a session (`index.php`) and on the command line (`cmd.php`)",
        ],
    );
}

#[test]
fn an_operation_compiles_on_neither_a_session_nor_the_command_line() {
    for name in ["no-session", "no-command-line"] {
        assert_refused(
            name,
            &[
                "UserInfo` is not a call of an action",
                "operations of a spec, such as those of the v2 API, are sent with `Pydio::call`",
            ],
        );
    }
}

#[test]
fn an_action_without_a_workspace_does_not_compile_over_rest() {
    assert_refused("no-operation", &["Ls` is not an operation of a spec", "`Pydio::workspace`"]);
}

#[test]
fn supported_calls_of_each_transport_compile() {
    let names = ["reachable", "session", "command-line"].map(str::to_owned);
    assert_success(&SCRATCH.cargo("check", &names).output().unwrap());
}
