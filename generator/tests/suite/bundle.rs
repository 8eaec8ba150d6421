//! The emitted code of the newest bundled release, which the repository holds as a crate.

use std::{fs, path::Path};

use pydio_codegen::{
    emit::{Options, emit},
    pipeline::{self, Request},
};

/// A change of what is emitted shows in `generated/`, where it is compiled and reviewed.
#[test]
fn the_crate_in_the_repository_is_what_is_emitted() {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).to_owned();
    let crate_root = from.join("../generated");
    let request = Request { version: Some("8.2.5".to_owned()), from, ..Request::default() };
    let input = pipeline::read(&request).expect("the bundle");
    let api = input.api().expect("corrections that fit");
    let files = emit(&api, &Options { crate_name: "pydio-client".to_owned() }).expect("Rust");
    let modules = files.iter().filter(|(path, _)| path.starts_with("src/v"));
    let mut count = 0;
    for (path, text) in modules {
        let kept = fs::read_to_string(crate_root.join(path)).expect("a module of the crate");
        // Features are added when a crate is packaged: only modules of calls have none.
        if !text.contains("#[cfg(") && !kept.contains("#[cfg(") {
            assert!(kept == *text, "{path} differs: run `pydio-codegen generate`");
            count += 1;
        }
    }
    assert!(count > 70, "{count} modules were compared");
}
