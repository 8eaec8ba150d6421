//! Lint: what is odd in the declarations of an input, and what the corrections do about it.
//!
//! Four things are looked at: what the manifests come to (`actions`), how they are written (`files`),
//! the spec (`spec`), and the corrections themselves (`corrections`). Every finding is of one of the
//! [`codes`], has a place, and names the correction that mends it, if there is one. What is odd may
//! well be understood: how, the code says.

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

/// One odd thing.
#[derive(Clone, Debug)]
pub struct Finding {
    /// What kind of thing it is.
    pub code: &'static Code,
    /// What it is about, such as `` `ls` of `access.fs` ``.
    pub subject: String,
    /// What is odd.
    pub message: String,
    /// Where.
    pub place: Place,
    /// The same as a JSON pointer, where the file is a spec or has corrections in it.
    pub pointer: Option<String>,
    /// What corrects it.
    pub corrections: Vec<Correction>,
}

/// A correction that mends what was found.
#[derive(Clone, Debug)]
pub struct Correction {
    /// Where it stands.
    pub place: Place,
    /// What it corrects, in words.
    pub description: String,
    /// How that is known.
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

/// Looks at everything in an input of which the spec was [left alone](crate::pipeline::Request).
///
/// # Errors
///
/// Every correction that does not fit, and a spec that cannot be read as JSON or YAML.
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

/// Looks at a spec by itself.
///
/// # Errors
///
/// Every correction that does not fit.
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

/// What was found while the manifests were read.
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
