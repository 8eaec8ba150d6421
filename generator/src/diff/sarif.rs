//! The changes in SARIF: one that is accepted is suppressed, with the reason.

use serde_json::Value;

use super::{Change, Class, Code, Diff, codes};
use crate::{
    diagnostic::Severity,
    sarif::{self, Rule},
};

/// Returns a log of one run.
pub fn sarif(diff: &Diff) -> Value {
    let rules: Vec<_> = codes().map(rule).collect();
    sarif::log(&rules, diff.changes.iter().map(result))
}

fn rule(code: &'static Code) -> Rule {
    Rule {
        id: code.name,
        summary: code.summary(),
        help: code.means.to_owned(),
        level: severity(code.class()),
    }
}

/// What a program has to be changed for is an error, and what it may notice a warning.
fn severity(class: Class) -> Severity {
    match class {
        Class::Breaking => Severity::Error,
        Class::Compatible => Severity::Note,
        Class::Note => Severity::Warning,
    }
}

fn result(change: &Change) -> sarif::Finding<'_> {
    let Change { places, rust, allowed, .. } = change;
    let related = places
        .old
        .as_ref()
        .map(|place| (place, rust.old.clone().unwrap_or_else(|| "the old declaration".to_owned())));
    sarif::Finding {
        rule: codes::order(change.code),
        level: severity(change.class),
        message: format!("{} {}: {}", change.subject.word(), change.name, change.what),
        place: places.new.as_ref().or(places.old.as_ref()),
        logical: Some(match &change.member {
            Some(member) => format!("{} {member}", change.name),
            None => change.name.clone(),
        }),
        related: related.into_iter().collect(),
        suppressed: allowed.iter().map(|one| (one.reason.clone(), None)).collect(),
        fingerprint: Some(&change.fingerprint),
    }
}
