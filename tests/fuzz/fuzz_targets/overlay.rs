//! An overlay: read and applied to a small spec, or refused.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pydio_codegen::{diagnostic::SourceFile, source::foreign};

const SPEC: &str = include_str!("../corpus/spec/small.yaml");

fuzz_target!(|text: &str| {
    let spec = SourceFile::new("spec.yaml", SPEC);
    if let Err(found) = foreign(&spec, &[SourceFile::new("overlay", text)]) {
        assert!(!found.is_empty());
        assert!(found.iter().all(|one| !one.render(false).is_empty()));
    }
});
