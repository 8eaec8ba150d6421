//! The content of the scratch workspace: generated crates, and crates that use them.

use std::{
    fs,
    path::{Path, PathBuf},
};

use pydio_codegen::pipeline::{Corrections, Request};
use pydio_tests::scratch::Scratch;

use crate::synthetic;

/// Regenerates everything; keeps cargo's build output.
pub(crate) fn prepare() -> Scratch {
    let mut scratch = Scratch::empty(env!("CARGO_TARGET_TMPDIR"), "compile");
    // The other bundles are compiled in `tests/releases`, and linted and documented with the workspace.
    scratch.generate("bundled-8.2.5", bundle("8.2.5"));
    scratch.generate("declared", Request { corrections: none(), ..bundle("8.2.5") });
    let installation = scratch.root.join("installation");
    synthetic::write(&installation);
    scratch.generate("synthetic", uncorrected(installation));
    users(&scratch);
    scratch.finish();
    scratch
}

/// Returns the request for a bundled release.
pub(crate) fn bundle(version: &str) -> Request {
    Request { version: Some(version.to_owned()), ..Request::default() }
}

/// Disables the corrections bundled with the tool.
fn none() -> Corrections {
    Corrections { without_own: true, ..Corrections::default() }
}

fn uncorrected(installation: PathBuf) -> Request {
    Request { installation: Some(installation), corrections: none(), ..bundle("8.2.5") }
}

/// Adds crates that use the bindings correctly and incorrectly.
fn users(scratch: &Scratch) {
    let ls = "bundled_8_2_5::v1::access_fs::ls(\"/\")";
    let registry = "bundled_8_2_5::v1::conf_sql::get_xml_registry()";
    let user_info = "bundled_8_2_5::v2::user_account::user_info()";
    for (name, on, first, second) in [
        ("reachable", "Workspace", ls, "bundled_8_2_5::v1::access_fs::stat(\"/\")"),
        ("unreachable", "Workspace", ls, registry),
        ("session", "SessionWorkspace", registry, ls),
        ("command-line", "cmd::Workspace", registry, ls),
        ("no-session", "SessionWorkspace", registry, user_info),
        ("no-command-line", "cmd::Workspace", registry, user_info),
        ("no-operation", "Pydio", user_info, ls),
    ] {
        let library = format!(
            "//! Calls.\n\n/// Calls.\npub async fn call(on: &bundled_8_2_5::{on}) {{\n    \
             let _ = on.call({first}).await;\n    let _ = on.call({second}).await;\n}}\n"
        );
        scratch.write(&format!("{name}/src/lib.rs"), &library);
        scratch.manifest(name, "bundled-8-2-5 = { path = \"../bundled-8-2-5\" }");
    }
    copy(&scratch.root.join("synthetic/src"), &scratch.root.join("undocumented/src"));
    let library = scratch.root.join("undocumented/src/lib.rs");
    let text = fs::read_to_string(&library).unwrap();
    fs::write(&library, text + "\npub fn undocumented() {}\n").unwrap();
    scratch.manifest("undocumented", "pydio-runtime = { workspace = true }");
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &to),
            false => fs::copy(entry.path(), to).map(drop).unwrap(),
        }
    }
}
