//! Time and size grow linearly with the file.

use std::time::{Duration, Instant};

use super::{converted, source};

/// Positions are computed once for all findings, and showing one reads only its own line.
#[test]
fn many_findings_take_as_long_as_few_each() {
    let count = 20_000_usize;
    let paths: String = (0..count)
        .map(|n| {
            format!("  /p{n}:\n    get:\n      responses: {{'200': {{$ref: 'r.yaml#/r{n}'}}}}\n")
        })
        .collect();
    let text = format!("openapi: 3.0.3\ninfo: {{title: t, version: '1'}}\npaths:\n{paths}");
    let json = serde_json::to_string(&source("spec.yaml", &text).value).unwrap();
    for (name, text) in [("spec.yaml", &text), ("spec.json", &json)] {
        let start = Instant::now();
        let spec = converted(&source(name, text)).unwrap();
        assert_eq!(spec.findings.len(), count);
        let shown: usize = spec.findings.iter().map(|found| found.render(false).len()).sum();
        assert!(shown > count * 100 && shown < count * 1_000);
        // Each would take a second if it read the whole file again.
        assert!(start.elapsed() < Duration::from_secs(count as u64 / 20), "{:?}", start.elapsed());
    }
}

/// A circle of definitions as long as the file is found in one walk.
#[test]
fn long_chains_of_references_are_followed_once() {
    let count = 50_000;
    let schemas: Vec<_> = (0..count)
        .map(|n| {
            let next = (n + 1) % count;
            format!("\"S{n}\":{{\"allOf\":[{{\"$ref\":\"#/components/schemas/S{next}\"}}]}}")
        })
        .collect();
    let text = format!(
        "{{\"openapi\":\"3.0.3\",\"info\":{{\"title\":\"t\",\"version\":\"1\"}},\"paths\":{{}},\
         \"components\":{{\"schemas\":{{{}}}}}}}",
        schemas.join(",")
    );
    let spec = converted(&source("spec.json", &text)).unwrap();
    let codes: Vec<_> = spec.findings.iter().map(|found| found.code).collect();
    assert_eq!(codes, ["ref-circular"]);
}
