//! Lint: reports problems in the declarations of an input, and which corrections fix them.
//!
//! It checks the actions that result from the manifests (`actions`), the manifest files (`files`),
//! the spec (`spec`), and the corrections themselves (`corrections`). Every finding has one of the
//! [`codes`], a location, and the correction that fixes it, if there is one. The generator may
//! still understand a problematic declaration: the code says how.

mod actions;
pub mod codes;
mod corrections;
mod files;
mod report;
mod sarif;
mod spec;

use std::collections::BTreeSet;

use crate::{
    diagnostic::{Diagnostic, Place, Severity, SourceFile},
    ir::Dialect,
    lower,
    openapi::Anchor,
    pipeline::{Corrected, ExternalSpec, Input},
};

pub use codes::{CODES, Code, Level};
pub use report::Report;

/// A finding.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The kind of finding.
    pub code: &'static Code,
    /// What it is about, such as `` `ls` of `access.fs` ``.
    pub subject: String,
    /// What is wrong.
    pub message: String,
    /// Where it is.
    pub place: Place,
    /// The location as a JSON pointer, if the file is a spec or contains corrections.
    pub pointer: Option<String>,
    /// The corrections that fix it.
    pub corrections: Vec<Correction>,
}

/// A correction that fixes a finding.
#[derive(Clone, Debug)]
pub struct Correction {
    /// Where it is written.
    pub place: Place,
    /// What it corrects, as text.
    pub description: String,
    /// The evidence for it.
    pub evidence: String,
}

impl Correction {
    fn new(at: &Anchor, description: Option<&str>, evidence: &str) -> Self {
        let (description, evidence) = (description.unwrap_or_default(), evidence);
        Self {
            place: at.place(),
            description: description.to_owned(),
            evidence: evidence.to_owned(),
        }
    }
}

/// Checks everything in an input whose spec was [left alone](crate::pipeline::Request).
///
/// # Errors
///
/// Returns an error for each correction that does not fit, and for a spec that cannot be read as
/// JSON or YAML.
pub fn lint(input: &Input) -> Result<Report, Vec<Diagnostic>> {
    let version = input.semantic_version();
    let declared = lower::manifests(&input.version, &input.set);
    let Corrected { api: corrected, applied, .. } = input.corrected()?;
    let mut findings = actions::lint(&input.set, &declared, &corrected, &applied);
    findings.extend(files::lint(&input.installation, &input.set)?);
    findings.extend(reported(&input.set.diagnostics));
    if let Some(source) = input.spec_source()? {
        let names = corrected.actions().map(|action| &*action.id);
        let client_only = corrected.plugins().flat_map(|plugin| &plugin.client_only);
        let names: BTreeSet<&str> = names.chain(client_only.map(String::as_str)).collect();
        let lint = spec::Lint {
            source: &source,
            overlays: &input.corrections.overlays,
            lenient: if input.is_bundle { 0 } else { input.corrections.own_overlays },
            version: &version,
            dialect: Dialect::Pydio,
            actions: Some(&names),
        };
        findings.extend(lint.run()?);
    }
    findings.extend(corrections::lint(&input.corrections, &version));
    Ok(Report::new(corrected.title, input.version.clone(), findings))
}

/// Checks a spec alone.
///
/// # Errors
///
/// Returns an error for each correction that does not fit.
pub fn lint_spec(spec: &ExternalSpec) -> Result<Report, Vec<Diagnostic>> {
    let lint = spec::Lint {
        source: &spec.source,
        overlays: &spec.overlays,
        lenient: 0,
        version: &spec.semantic_version(),
        dialect: Dialect::Other,
        actions: None,
    };
    Ok(Report::new(spec.title.clone(), spec.version.clone(), lint.run()?))
}

/// Returns the findings from reading the manifests.
fn reported(diagnostics: &[Diagnostic]) -> impl Iterator<Item = Finding> {
    let warnings = diagnostics.iter().filter(|found| found.severity >= Severity::Warning);
    warnings.map(|found| Finding {
        code: CODES.into_iter().find(|code| code.name == found.code).unwrap_or(&codes::UNREADABLE),
        subject: String::new(),
        message: found.message.clone(),
        place: found
            .place
            .clone()
            .unwrap_or_else(|| Place { file: SourceFile::new("plugins", ""), span: 0..0 }),
        pointer: None,
        corrections: Vec::new(),
    })
}
