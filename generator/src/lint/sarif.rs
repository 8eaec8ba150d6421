//! Findings in the Static Analysis Results Interchange Format (SARIF) 2.1.0 of OASIS, which code
//! hosting services and editors read.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};

use super::{CODES, Code, Correction, Finding, report::order};
use crate::diagnostic::Place;

/// The schema of the format.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// The characters that the path of a URI cannot contain unescaped.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b':')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// Returns a log of one run.
pub(super) fn log<'f>(findings: impl Iterator<Item = &'f Finding>) -> Value {
    let driver = json!({
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": CODES.into_iter().map(rule).collect::<Vec<_>>(),
    });
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "columnKind": "unicodeCodePoints",
            "results": findings.map(result).collect::<Vec<_>>(),
        }],
    })
}

fn rule(code: &Code) -> Value {
    json!({
        "id": code.name,
        "shortDescription": { "text": code.summary },
        "help": { "text": format!("Where nothing corrects it, it is taken for: {}.", code.taken_for) },
        "defaultConfiguration": { "level": code.level },
    })
}

/// Returns a finding. One that is corrected is suppressed, with the correction as the reason.
fn result(finding: &Finding) -> Value {
    let mut location = location(&finding.place);
    if let Some(pointer) = &finding.pointer {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": pointer }]);
    }
    let mut result = json!({
        "ruleId": finding.code.name,
        "ruleIndex": order(finding.code),
        "level": finding.code.level,
        "message": { "text": finding.text() },
        "locations": [location],
        "suppressions": finding.corrections.iter().map(suppression).collect::<Vec<_>>(),
    });
    if finding.is_corrected() {
        let related = finding.corrections.iter().enumerate().map(|(id, correction)| {
            let mut location = self::location(&correction.place);
            location["id"] = json!(id);
            location["message"] =
                json!({ "text": format!("corrected: {}", correction.description) });
            location
        });
        result["relatedLocations"] = related.collect();
    }
    result
}

fn suppression(correction: &Correction) -> Value {
    let Correction { place, description, evidence } = correction;
    json!({
        "kind": "external",
        "justification": format!("{description} (evidence: {evidence})"),
        "location": location(place),
    })
}

fn location(place: &Place) -> Value {
    let (start_line, start_column) = place.file.line_column(place.span.start);
    let (end_line, end_column) = place.file.line_column(place.span.end);
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&place.file.path()) },
            "region": {
                "startLine": start_line,
                "startColumn": start_column,
                "endLine": end_line,
                "endColumn": end_column,
            },
        },
    })
}

/// Returns the path of a file as a reference, relative to the current directory or absolute.
fn uri(path: &str) -> String {
    let escaped = utf8_percent_encode(path, ESCAPED).to_string();
    if escaped.starts_with('/') { format!("file://{escaped}") } else { escaped }
}

#[cfg(test)]
mod tests {
    use super::uri;

    #[test]
    fn paths_become_references() {
        let cases = [
            ("manifests/8.2.5/openapi.json", "manifests/8.2.5/openapi.json"),
            ("/srv/pydio/a b.xml", "file:///srv/pydio/a%20b.xml"),
            ("a:b/100%/é?#.xml", "a%3Ab/100%25/%C3%A9%3F%23.xml"),
        ];
        for (path, expected) in cases {
            assert_eq!(uri(path), expected);
        }
    }
}
