//! Findings in a machine-readable form.

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Severity};

/// A finding, as `--format json` lists it.
#[derive(Serialize)]
pub(super) struct Finding {
    code: &'static str,
    severity: Severity,
    message: String,
    file: Option<String>,
    line: Option<usize>,
    column: Option<usize>,
    help: Option<String>,
}

/// Lists all findings, each with its line and column.
pub(super) fn listed<'d>(diagnostics: impl Iterator<Item = &'d Diagnostic>) -> Vec<Finding> {
    let place = |diagnostic: &Diagnostic| {
        let place = diagnostic.place.as_ref()?;
        let (line, column) = place.file.line_column(place.span.start);
        Some((place.file.path(), line, column))
    };
    let finding = |diagnostic: &Diagnostic| {
        let (file, line, column) = place(diagnostic)
            .map_or((None, None, None), |(file, line, column)| {
                (Some(file), Some(line), Some(column))
            });
        Finding {
            code: diagnostic.code,
            severity: diagnostic.severity,
            message: diagnostic.message.clone(),
            file,
            line,
            column,
            help: diagnostic.help.clone(),
        }
    };
    diagnostics.map(finding).collect()
}
