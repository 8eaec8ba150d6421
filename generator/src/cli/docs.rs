//! `docs`: checks that everything emitted is documented.

use clap::Args;

use super::{Failure, here, terminal::Terminal};
use crate::{
    diagnostic::Diagnostic,
    pipeline::{self, Request},
};

/// Checks that the documentation covers exactly what is bundled
///
/// Every action, operation, model and parameter of the bundled versions needs a text in
/// `manifests/docs`, and every text has to belong to one of them. Otherwise, the exit status is 3.
#[derive(Args)]
pub(super) struct DocsCommand {}

impl DocsCommand {
    pub(super) fn run(&self, terminal: Terminal) -> Result<(), Failure> {
        let from = here()?;
        let newest = pipeline::read(&Request { from: from.clone(), ..Request::default() })?;
        let mut apis = Vec::new();
        for version in newest.library.versions() {
            if version == newest.version {
                apis.push(newest.api()?);
                continue;
            }
            let request =
                Request { version: Some(version), from: from.clone(), ..Request::default() };
            apis.push(pipeline::read(&request)?.api()?);
        }
        let findings = newest.docs.check(&apis.iter().collect::<Vec<_>>());
        if findings.is_empty() {
            let actions: usize = apis.iter().map(|api| api.actions().count()).sum();
            let operations: usize = apis.iter().map(|api| api.operations().count()).sum();
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
