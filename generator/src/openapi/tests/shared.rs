//! Real and invented inputs that several tests use.

use std::{fs, path::PathBuf};

use crate::openapi::Source;

/// A spec by its path below the folder of originals, which is not part of the repository.
pub(super) fn upstream(path: &str) -> Option<Source> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/upstream");
    match fs::read_to_string(root.join(path)) {
        Ok(text) => Some(super::source(path, &text)),
        Err(_) => {
            eprintln!("skipped: {path} is not beside the repository");
            None
        }
    }
}

/// The v2 specs of Pydio 7 and 8, and that of Cells.
pub(super) const PYDIO_7: &str = "7.0.4/plugins/core.ajaxplorer/routes/api2.json";
pub(super) const PYDIO_8: &str = "8.2.5/plugins/core.ajaxplorer/routes/api2.json";
pub(super) const CELLS: &str = "cells-4.0.2/rest.swagger.json";

/// A small spec with one of everything.
pub(super) const SMALL: &str = include_str!("small.json");
