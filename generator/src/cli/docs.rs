//! `docs`: whether everything that is emitted is documented.

use std::{env, path::Path};

use clap::Args;

use super::{Failure, print, report};
use crate::{
    diagnostic::Diagnostic,
    docs::SpecDocs,
    source::{self, Request},
};

/// Checks that every action, operation, model and parameter of the bundled versions is documented
/// in `manifests/docs`, and that nothing is documented that no version has.
#[derive(Args)]
pub(super) struct DocsCommand {}

impl DocsCommand {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let from = env::current_dir()?;
        let newest = source::read(&Request { from: from.clone(), ..Request::default() })?;
        let library = &newest.library;
        let mut findings = Vec::new();
        let mut apis = Vec::new();
        for version in library.versions() {
            let request =
                Request { version: Some(version), from: from.clone(), ..Request::default() };
            let input = source::read(&request)?;
            apis.push(input.api()?);
        }
        findings.extend(newest.docs.check(&apis.iter().collect::<Vec<_>>()));
        let specs: Vec<_> = apis.iter().map(|api| &api.spec).collect();
        if specs.iter().any(|spec| !spec.operations.is_empty()) {
            findings
                .extend(SpecDocs::read(&library.yaml("docs/v2", Path::new(""))?)?.check(&specs));
        }
        if findings.is_empty() {
            let actions: usize = apis.iter().map(|api| api.actions.len()).sum();
            let operations: usize = apis.iter().map(|api| api.spec.operations.len()).sum();
            return print(&format!(
                "{actions} definitions of actions and {operations} operations are documented"
            ));
        }
        report(&findings);
        let message = format!("{} findings in `manifests/docs`", findings.len());
        Err(Diagnostic::error("docs", message).into())
    }
}
