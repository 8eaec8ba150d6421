//! `generate --spec`: from the spec of any other server to a crate.

use std::{path::Path, time::Instant};

use super::{
    Failure,
    generate::{Counts, Generate},
};
use crate::{
    diagnostic::Diagnostic,
    model::Api,
    source::{Corrections, read_foreign},
};

/// Generates from the spec in `path`.
pub(super) fn run(command: &Generate, path: &Path, start: Instant) -> Result<(), Failure> {
    let Some(out) = &command.out else {
        return Err(Diagnostic::error("no-out", "`--spec` needs a directory to write to")
            .help("pass `--out DIR`, and a name with `--crate-name`")
            .into());
    };
    let corrections = Corrections { without_own: true, files: command.input.corrections.clone() };
    let foreign = read_foreign(path, &corrections)?;
    let api = Api::of_spec(foreign.title, foreign.version, foreign.model);
    command.write(&api, out, Counts::default(), start)
}
