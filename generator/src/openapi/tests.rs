//! Tests of the whole stage, from text to the resulting document.

mod files;
mod findings;
mod references;
mod repaired;
mod robust;
mod scale;
mod selection;
mod version2;
mod version3;

use std::fmt::Write as _;

use serde_json::Value;

use super::{Source, Spec, parse, to_openapi};
use crate::diagnostic::{Diagnostic, SourceFile};

fn source(name: &str, text: &str) -> Source {
    parse(&SourceFile::new(name, text)).unwrap_or_else(|error| panic!("{}", error.render(false)))
}

/// Returns the spec in OpenAPI 3.0, or all findings, rendered.
fn converted(source: &Source) -> Result<Spec, String> {
    to_openapi(source).map_err(|found| rendered(&found))
}

fn rendered(found: &[Diagnostic]) -> String {
    found.iter().map(|one| one.render(false)).collect::<Vec<_>>().join("\n")
}

/// Returns the result for a YAML spec, as JSON, at a pointer.
fn outcome(yaml: &str, pointer: &str) -> String {
    let spec = converted(&source("spec.yaml", yaml)).unwrap_or_else(|found| panic!("{found}"));
    let value = serde_json::to_value(&spec.api).expect("an API is JSON");
    let part = value.pointer(pointer).unwrap_or(&Value::Null);
    serde_json::to_string_pretty(part).expect("JSON is JSON")
}

/// Returns the findings in a YAML spec, and the result at a pointer.
fn found_and_outcome(yaml: &str, pointer: &str) -> String {
    let spec = converted(&source("spec.yaml", yaml)).unwrap_or_else(|found| panic!("{found}"));
    let found: Vec<_> = spec.findings.iter().map(summary).collect();
    let found = if found.is_empty() { "nothing found".to_owned() } else { found.join("\n") };
    format!("{found}\n{}", outcome(yaml, pointer))
}

/// Formats a finding in one line.
fn summary(found: &Diagnostic) -> String {
    let place = found.place.as_ref().map(ToString::to_string).unwrap_or_default();
    format!("{place}: {:?} [{}] {}", found.severity, found.code, found.message)
}

/// Returns the findings in several cases, and the results.
fn all_found(cases: &[(&str, String)], pointer: &str) -> String {
    let mut all = String::new();
    for (title, yaml) in cases {
        let found = found_and_outcome(yaml, pointer);
        writeln!(all, "## {title}\n{found}\n").expect("text takes text");
    }
    all
}

/// Returns the results of several cases, one after the other.
fn outcomes(cases: &[(&str, String)], pointer: &str) -> String {
    let mut all = String::new();
    for (title, yaml) in cases {
        writeln!(all, "## {title}\n{}\n", outcome(yaml, pointer)).expect("text takes text");
    }
    all
}

/// Indents lines.
fn indented(text: &str, by: usize) -> String {
    let margin = " ".repeat(by);
    text.trim_matches('\n').lines().map(|line| format!("{margin}{line}\n")).collect()
}

/// Returns a Swagger 2.0 document with one operation on `/a/{id}`, whose parameter is declared.
fn swagger2(method: &str, operation: &str, rest: &str) -> String {
    format!(
        "swagger: '2.0'\ninfo: {{title: t, version: '1'}}\n{rest}\npaths:\n  /a:\n    {method}:\n\
         {operation}      responses: {{200: {{description: fine}}}}\n",
        operation = indented(operation, 6),
    )
}
