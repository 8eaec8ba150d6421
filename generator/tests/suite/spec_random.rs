//! Whatever supported constructs a valid document contains, the crate compiles without warnings.
//!
//! Each seed is a document for each version of OpenAPI. `SPEC_SEEDS=20` tries more of them.

use std::env;

use pydio_codegen::{
    diagnostic::SourceFile,
    emit::{Options, emit},
    pipeline::external,
};

use crate::{
    spec_compile::{Scratch, assert_success},
    spec_grammar::{Version, document},
    specs::rendered,
};

const VERSIONS: [Version; 3] = [Version::Swagger2, Version::OpenApi30, Version::OpenApi31];

/// The number of operations in a document.
const OPERATIONS: usize = 40;

#[test]
fn every_document_generates_a_crate_that_compiles() {
    let seeds = env::var("SPEC_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(1);
    let mut scratch = Scratch::empty("random");
    let mut operations = 0;
    for seed in 1..=seeds {
        for version in VERSIONS {
            let text = document(version, seed, OPERATIONS).to_string();
            let name = format!("random-{version:?}-{seed}").to_lowercase();
            scratch.write(&format!("{name}/spec.json"), &text);
            let read = external(&SourceFile::new("spec.json", text), &[]);
            let read = read.unwrap_or_else(|found| panic!("{name}: {}", rendered(&found)));
            operations += read.api.endpoints.len();
            let api = read.api;
            let files = emit(&api, &Options { crate_name: name.clone() }).expect("Rust");
            scratch.add(&name, &files);
        }
    }
    scratch.finish();
    println!("{operations} operations in {}", scratch.crates.join(", "));
    assert!(operations >= scratch.crates.len() * OPERATIONS / 3, "{operations}");
    let arguments = ["clippy", "--offline", "--quiet", "--workspace", "--", "-D", "warnings"];
    assert_success(&scratch.cargo(&arguments).output().expect("cargo"));
}

#[test]
fn a_document_is_the_same_for_a_seed() {
    let text = |seed| document(Version::OpenApi30, seed, 3).to_string();
    assert_eq!(text(7), text(7));
    assert_ne!(text(7), text(8));
}
