//! The findings in SARIF: one that is corrected is suppressed, with the correction as the reason.

use serde_json::Value;

use super::{CODES, Code, Correction, Finding, Level, report::order};
use crate::{
    diagnostic::Severity,
    sarif::{self, Rule},
};

/// Returns a log of one run.
pub(super) fn log<'f>(findings: impl Iterator<Item = &'f Finding>) -> Value {
    let rules: Vec<_> = CODES.into_iter().map(rule).collect();
    sarif::log(&rules, findings.map(result))
}

fn rule(code: &'static Code) -> Rule {
    Rule {
        id: code.name,
        summary: code.summary.to_owned(),
        help: format!("Unless a correction says otherwise, it is treated as: {}.", code.taken_for),
        level: severity(code.level),
    }
}

fn severity(level: Level) -> Severity {
    match level {
        Level::Note => Severity::Note,
        Level::Warning => Severity::Warning,
        Level::Error => Severity::Error,
    }
}

fn result(finding: &Finding) -> sarif::Finding<'_> {
    let corrections = || finding.corrections.iter();
    let related = corrections().map(|one| (&one.place, format!("corrected: {}", one.description)));
    let suppressed = corrections().map(|Correction { place, description, evidence }| {
        (format!("{description} (evidence: {evidence})"), Some(place))
    });
    sarif::Finding {
        rule: order(finding.code),
        level: severity(finding.code.level),
        message: finding.text(),
        place: Some(&finding.place),
        logical: finding.pointer.clone(),
        related: related.collect(),
        suppressed: suppressed.collect(),
        fingerprint: None,
    }
}
