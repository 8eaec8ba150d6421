//! Lint findings in published releases, and in the spec of another server.

use std::path::Path;

use insta::assert_snapshot;
use pydio_codegen::{
    lint::{Report, lint, lint_spec},
    pipeline::{self, Corrections, ExternalSpec, Request},
};

use crate::{
    published::{VERSIONS, release},
    specs::{cells, rendered},
};

/// Returns the number of findings by code.
fn counts(report: &Report) -> Vec<(&'static str, usize)> {
    report.counts().iter().map(|count| (count.code.name, count.findings)).collect()
}

fn report(version: &str, without_own: bool) -> Report {
    let request = Request {
        installation: Some(release(version)),
        version: Some(version.to_owned()),
        from: Path::new(env!("CARGO_MANIFEST_DIR")).to_owned(),
        corrections: Corrections { without_own, ..Corrections::default() },
        without_spec: true,
        ..Request::default()
    };
    let input = pipeline::read(&request).expect("an input");
    lint(&input).unwrap_or_else(|found| panic!("{}", rendered(&found)))
}

pub(crate) fn what_is_odd_in_published_releases() {
    let found = VERSIONS.map(|version| {
        let (raw, corrected) = (report(version, true), report(version, false));
        let open = |report: &Report| report.findings.iter().filter(|f| !f.is_corrected()).count();
        assert!(open(&corrected) < open(&raw), "{version}");
        format!("{version}: {:#?}", counts(&raw))
    });
    assert_snapshot!(found.join("\n"));
}

pub(crate) fn another_servers_spec() {
    let spec = ExternalSpec::read(&cells(), &Corrections::default()).expect("a spec");
    let report = lint_spec(&spec).expect("a report");
    assert_snapshot!(format!("{:#?}", counts(&report)));
}
