//! A spec: read and emitted, or refused.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pydio_codegen::{
    diagnostic::SourceFile,
    emit::{Options, emit},
    model::Api,
    source::foreign,
};

fuzz_target!(|text: &str| {
    match foreign(&SourceFile::new("spec", text), &[]) {
        Ok(read) => {
            let api = Api::of_spec(read.title, read.version, read.model);
            let files = emit(&api, &Options { crate_name: "x".to_owned() });
            assert!(files.is_ok());
        }
        Err(found) => {
            assert!(!found.is_empty());
            assert!(found.iter().all(|one| !one.render(false).is_empty()));
        }
    }
});
