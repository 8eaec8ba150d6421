//! `docs`: whether everything that is emitted is documented.

use std::path::Path;

use clap::Args;

use super::{Failure, here, terminal::Terminal};
use crate::{
    diagnostic::Diagnostic,
    docs::SpecDocs,
    source::{self, Request},
};

/// Checks that all that is bundled is documented, and nothing else
///
/// Every action, operation, model and parameter of the bundled versions has its words in
/// `manifests/docs`, and these are of nothing that no version has. The exit status is 3 otherwise.
#[derive(Args)]
pub(super) struct DocsCommand {}

impl DocsCommand {
    pub(super) fn run(&self, terminal: Terminal) -> Result<(), Failure> {
        let from = here()?;
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
            terminal.say(&format!(
                "{actions} definitions of actions and {operations} operations are documented"
            ));
            return Ok(());
        }
        terminal.report(&findings);
        let message = format!("{} findings in `manifests/docs`", findings.len());
        Err(Failure::Refused(Some(Diagnostic::error("docs", message))))
    }
}
