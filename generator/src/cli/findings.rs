//! Findings in a machine-readable form.

use std::{collections::HashMap, sync::Arc};

use serde::Serialize;

use crate::diagnostic::{Diagnostic, Severity, SourceFile};

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
    let mut lines: HashMap<*const SourceFile, Vec<usize>> = HashMap::new();
    let mut place = |diagnostic: &Diagnostic| {
        let place = diagnostic.place.as_ref()?;
        let text = &place.file.text;
        // Line starts are computed once per file: there may be thousands of findings.
        let begins = lines.entry(Arc::as_ptr(&place.file)).or_insert_with(|| {
            let after = text.match_indices('\n').map(|(at, _)| at + 1);
            std::iter::once(0).chain(after).collect()
        });
        let line = begins.partition_point(|begin| *begin <= place.span.start);
        let before = text.get(begins[line.saturating_sub(1)]..place.span.start).unwrap_or_default();
        Some((place.file.path(), line, before.chars().count() + 1))
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
