//! The generator's inputs: manifests, specs and overlays.

use pydio_codegen::{
    diagnostic::{Diagnostic, SourceFile},
    emit::{Options, emit},
    manifest,
    pipeline::external,
};

const SPEC: &str = include_str!("../corpus/spec/small.yaml");

/// Reads a plugin's manifest, or refuses it with a location.
pub fn manifest_xml(text: &str) {
    if let Err(found) = manifest::parse(&SourceFile::new("manifest.xml", text)) {
        let place = found.place.as_ref().expect("a place");
        assert!(place.file.text.get(place.span.clone()).is_some());
        assert!(!found.render(false).is_empty());
    }
}

/// Reads and emits a spec, or refuses it.
pub fn spec(text: &str) {
    match external(&SourceFile::new("spec", text), &[]) {
        Ok(read) => {
            let api = read.api;
            let files = emit(&api, &Options { crate_name: "x".to_owned() });
            assert!(files.is_ok());
        }
        Err(found) => assert_shown(&found),
    }
}

/// Reads an overlay and applies it to a small spec, or refuses it.
pub fn overlay(text: &str) {
    let spec = SourceFile::new("spec.yaml", SPEC);
    if let Err(found) = external(&spec, &[SourceFile::new("overlay", text)]) {
        assert_shown(&found);
    }
}

fn assert_shown(found: &[Diagnostic]) {
    assert!(!found.is_empty());
    assert!(found.iter().all(|one| !one.render(false).is_empty()));
}
