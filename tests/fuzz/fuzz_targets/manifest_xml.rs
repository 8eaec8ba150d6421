//! A plugin's manifest: read, or refused with a place.

#![no_main]

use libfuzzer_sys::fuzz_target;
use pydio_codegen::{diagnostic::SourceFile, manifest};

fuzz_target!(|text: &str| {
    if let Err(found) = manifest::parse(&SourceFile::new("manifest.xml", text)) {
        let place = found.place.as_ref().expect("a place");
        assert!(place.file.text.get(place.span.clone()).is_some());
        assert!(!found.render(false).is_empty());
    }
});
