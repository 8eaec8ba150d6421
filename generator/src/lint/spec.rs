//! Findings about a spec, and which overlay fixes them.
//!
//! The spec is checked as published and again after each action of the overlays: a finding that
//! disappears was fixed by that action, and a new one was introduced by it.

mod operation;
mod schema;
mod subject;

use std::collections::{BTreeMap, BTreeSet};

use semver::Version;
use serde_json::Value;

use super::{Correction, Finding, codes, codes::Code};
use crate::{
    correct::overlay::{Applied, Overlay},
    diagnostic::{Diagnostic, Place, Severity},
    ir::Dialect,
    lower,
    openapi::{self, EXTENSIONS, Kind, METHODS, Source, walk},
    suggest::suggestion,
};

/// A spec to check.
pub(super) struct Lint<'s> {
    pub(super) source: &'s Source,
    pub(super) overlays: &'s [Overlay],
    /// The number of overlays, from the first, that need not fit.
    pub(super) lenient: usize,
    pub(super) version: &'s Version,
    pub(super) dialect: Dialect,
    /// The names of the actions that exist, if known.
    pub(super) actions: Option<&'s BTreeSet<&'s str>>,
}

/// A finding about the current state of a spec.
struct Odd {
    code: &'static Code,
    message: String,
    pointer: String,
    /// Where it is, if that is known more precisely than by the pointer.
    place: Option<Place>,
}

impl Odd {
    fn new(code: &'static Code, message: impl Into<String>, pointer: impl Into<String>) -> Self {
        Self { code, message: message.into(), pointer: pointer.into(), place: None }
    }

    /// Creates the finding for a spec that is refused.
    fn refusal(diagnostic: Diagnostic) -> Self {
        let Diagnostic { message, place, .. } = diagnostic;
        Self { place, ..Self::new(&codes::SPEC_REFUSED, message, "") }
    }
}

/// What identifies a finding, wherever in a list it has moved.
type Key = (&'static str, String, String);

/// A finding with its history.
struct State {
    odd: Odd,
    /// The action that introduced it, if it was not there from the beginning.
    brought_by: Option<Applied>,
    corrected_by: Option<Applied>,
}

impl Lint<'_> {
    pub(super) fn run(&self) -> Result<Vec<Finding>, Vec<Diagnostic>> {
        let refused = self.refused(&self.source.value);
        let refused_at_first = !refused.is_empty();
        let mut states = BTreeMap::new();
        let first = self.odd(&self.source.value).into_iter().chain(refused);
        for (key, odd) in keyed(&self.source.value, first) {
            states.entry(key).or_insert(State { odd, brought_by: None, corrected_by: None });
        }
        let mut value = self.source.value.clone();
        for (index, overlay) in self.overlays.iter().enumerate() {
            let (_, violations) =
                overlay.apply_each(&mut value, self.version, &mut |applied, value| {
                    let mut now = self.odd(value);
                    // This check is slow, and finds nothing new unless it found something at first.
                    if refused_at_first {
                        now.extend(self.refused(value));
                    }
                    update(&mut states, keyed(value, now), applied);
                });
            if index >= self.lenient && !violations.is_empty() {
                return Err(violations);
            }
        }
        let mut findings: Vec<_> =
            states.into_iter().filter_map(|(key, state)| self.finding(key, state)).collect();
        if !refused_at_first && value != self.source.value {
            findings.extend(self.refused(&value).into_iter().map(|odd| self.plain(odd)));
        }
        Ok(findings)
    }

    /// Returns all findings in the current state of the spec.
    fn odd(&self, document: &Value) -> Vec<Odd> {
        let mut odd = Vec::new();
        let is_pydio = is_pydio(document);
        walk(document, &mut |kind, value, at| {
            let found = match kind {
                Kind::Root => operation::of_root(value),
                Kind::PathItem => self.of_path(document, value, is_pydio, &at.pointer()),
                Kind::Parameter => schema::of_parameter(value, is_pydio, at),
                Kind::Response => operation::of_response(value, at),
                Kind::Schema => schema::of_schema(value, at),
                _ => Vec::new(),
            };
            odd.extend(found);
            odd.extend(extensions(value, at));
            odd.extend(siblings(document, value, at));
        });
        odd
    }

    fn of_path(&self, document: &Value, item: &Value, is_pydio: bool, at: &str) -> Vec<Odd> {
        let operations = METHODS.into_iter().filter_map(|method| {
            let value = item.get(method).filter(|value| value.is_object())?;
            // An unsupported operation is not called, so nothing about it matters any more.
            if value.get("x-pydio-retired").is_some() {
                return None;
            }
            let at = openapi::join(at, method);
            Some(operation::Operation { document, item, method, value, at })
        });
        operations.flat_map(|operation| operation.odd(self.actions, is_pydio)).collect()
    }

    /// Returns why bindings cannot be generated from it.
    fn refused(&self, document: &Value) -> Vec<Odd> {
        let refused = openapi::into_openapi(self.source.with(document.clone())).map_or_else(
            |refused| refused,
            |spec| {
                let (_, built) = lower::spec(&spec, self.dialect);
                spec.findings.into_iter().chain(built).collect()
            },
        );
        let refused = refused.into_iter().filter(|found| found.severity > Severity::Note);
        refused.map(Odd::refusal).collect()
    }

    /// Returns the final finding; `None` if it appeared and disappeared.
    fn finding(&self, (_, subject, _): Key, state: State) -> Option<Finding> {
        let State { odd, brought_by, corrected_by } = state;
        let Some(brought_by) = brought_by else {
            let corrections = corrected_by.iter().map(correction).collect();
            return Some(Finding { subject, corrections, ..self.plain(odd) });
        };
        if corrected_by.is_some() {
            return None;
        }
        // The first reason for refusal hides any later ones.
        if *odd.code == codes::SPEC_REFUSED {
            return Some(self.plain(odd));
        }
        Some(Finding {
            code: odd.code,
            subject,
            message: format!("{}, as the correction has it", odd.message),
            place: brought_by.at.place(),
            pointer: Some(brought_by.at.pointer),
            corrections: Vec::new(),
        })
    }

    fn plain(&self, odd: Odd) -> Finding {
        Finding {
            code: odd.code,
            subject: subject::of(&self.source.value, &odd.pointer),
            message: odd.message,
            pointer: odd.place.is_none().then(|| odd.pointer.clone()),
            place: odd.place.unwrap_or_else(|| self.source.at(odd.pointer).place()),
            corrections: Vec::new(),
        }
    }
}

/// Compares the current findings with those before `applied`.
fn update(
    states: &mut BTreeMap<Key, State>,
    now: impl Iterator<Item = (Key, Odd)>,
    applied: &Applied,
) {
    let now: BTreeMap<Key, Odd> = now.collect();
    for (key, state) in states.iter_mut() {
        match now.contains_key(key) {
            true => state.corrected_by = None,
            false if state.corrected_by.is_none() => state.corrected_by = Some(applied.clone()),
            false => {}
        }
    }
    for (key, odd) in now {
        let brought_by = || Some(applied.clone());
        states.entry(key).or_insert_with(|| State {
            odd,
            brought_by: brought_by(),
            corrected_by: None,
        });
    }
}

fn keyed(document: &Value, odd: impl IntoIterator<Item = Odd>) -> impl Iterator<Item = (Key, Odd)> {
    odd.into_iter().map(|odd| {
        let subject = subject::of(document, &odd.pointer);
        ((odd.code.name, subject, odd.message.clone()), odd)
    })
}

fn correction(applied: &Applied) -> Correction {
    Correction::new(&applied.at, applied.description.as_deref(), &applied.evidence)
}

/// Returns whether a spec is one of Pydio's: those declare the action behind an operation.
fn is_pydio(document: &Value) -> bool {
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    let mut operations = paths.filter_map(|(_, item)| item.as_object()).flatten();
    operations.any(|(_, operation)| operation.get("x-pydio-action").is_some())
}

/// Returns unknown extensions with the prefix of this generator.
fn extensions(value: &Value, at: &openapi::At<'_>) -> Vec<Odd> {
    let keys = value.as_object().into_iter().flatten().map(|(key, _)| key);
    let unknown = keys.filter(|key| key.starts_with("x-pydio-") && !EXTENSIONS.contains(&&***key));
    let odd = unknown.map(|key| {
        let question = suggestion(key, EXTENSIONS);
        let message = format!("`{key}` is not known{question}");
        Odd::new(&codes::EXTENSION_UNKNOWN, message, at.key(key).pointer())
    });
    odd.collect()
}

/// Returns the siblings of a reference, before OpenAPI 3.1.
fn siblings(document: &Value, value: &Value, at: &openapi::At<'_>) -> Vec<Odd> {
    let is_31 = document["openapi"].as_str().is_some_and(|version| version.starts_with("3.1"));
    let is_reference = value.get("$ref").is_some_and(Value::is_string);
    let keys = value.as_object().filter(|_| is_reference && !is_31).into_iter().flatten();
    let siblings = keys.filter(|(key, _)| *key != "$ref" && !key.starts_with("x-"));
    let odd = siblings.map(|(key, _)| {
        Odd::new(&codes::REF_SIBLING, format!("`{key}` next to `$ref`"), at.key(key).pointer())
    });
    odd.collect()
}
