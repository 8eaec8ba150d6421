//! Findings in the Static Analysis Results Interchange Format (SARIF) 2.1.0 of OASIS, which code
//! hosting services and editors read.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};

use crate::diagnostic::{Place, Severity};

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

/// A kind of result.
pub(crate) struct Rule {
    /// Its stable name.
    pub(crate) id: &'static str,
    /// Its description, in one line.
    pub(crate) summary: String,
    /// What it means.
    pub(crate) help: String,
    /// Its severity, unless a result has another one.
    pub(crate) level: Severity,
}

/// A result.
pub(crate) struct Finding<'f> {
    /// The position of its rule.
    pub(crate) rule: usize,
    /// Its severity.
    pub(crate) level: Severity,
    /// What is found.
    pub(crate) message: String,
    /// Where it is.
    pub(crate) place: Option<&'f Place>,
    /// A name for the place besides its position, such as a JSON pointer.
    pub(crate) logical: Option<String>,
    /// Other places, each with what it is.
    pub(crate) related: Vec<(&'f Place, String)>,
    /// Why it does not count: the reasons, each with where it is written.
    pub(crate) suppressed: Vec<(String, Option<&'f Place>)>,
    /// What identifies it in every run.
    pub(crate) fingerprint: Option<&'f str>,
}

/// Returns a log of one run.
pub(crate) fn log<'f>(rules: &[Rule], findings: impl Iterator<Item = Finding<'f>>) -> Value {
    let driver = json!({
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": rules.iter().map(rule).collect::<Vec<_>>(),
    });
    json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": driver },
            "columnKind": "unicodeCodePoints",
            "results": findings.map(|finding| result(&finding, rules)).collect::<Vec<_>>(),
        }],
    })
}

fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.summary },
        "help": { "text": rule.help },
        "defaultConfiguration": { "level": rule.level },
    })
}

fn result(finding: &Finding<'_>, rules: &[Rule]) -> Value {
    let mut location = finding.place.map_or_else(|| json!({}), location);
    if let Some(name) = &finding.logical {
        location["logicalLocations"] = json!([{ "fullyQualifiedName": name }]);
    }
    let mut result = json!({
        "ruleId": rules.get(finding.rule).map(|rule| rule.id),
        "ruleIndex": finding.rule,
        "level": finding.level,
        "message": { "text": finding.message },
        "locations": [location],
        "suppressions": finding.suppressed.iter().map(suppression).collect::<Vec<_>>(),
    });
    if !finding.related.is_empty() {
        let related = finding.related.iter().enumerate().map(|(id, (place, what))| {
            let mut location = self::location(place);
            location["id"] = json!(id);
            location["message"] = json!({ "text": what });
            location
        });
        result["relatedLocations"] = related.collect();
    }
    if let Some(fingerprint) = finding.fingerprint {
        result["partialFingerprints"] = json!({ "change/v1": fingerprint });
    }
    result
}

fn suppression((reason, place): &(String, Option<&Place>)) -> Value {
    let mut suppression = json!({ "kind": "external", "justification": reason });
    if let Some(place) = place {
        suppression["location"] = location(place);
    }
    suppression
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
