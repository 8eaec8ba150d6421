//! `releases`: records which releases declare what.

use std::{fs, path::PathBuf};

use clap::Args;

use super::{
    Failure, here,
    terminal::{Terminal, print},
};
use crate::{
    diagnostic::Diagnostic,
    input::Library,
    pipeline::{self, Request},
    releases,
};

/// Records which releases declare each action, operation and parameter
///
/// Reads the declarations of each release as published, and writes which of them only some
/// releases have. The documentation of the bindings contains this information.
#[derive(Args)]
pub(super) struct ReleasesCommand {
    /// The releases: installations, checkouts, archives or bundles, each of which is named after
    /// its version or declares it; by default, the bundled releases
    #[arg(value_name = "DIR|ARCHIVE")]
    installations: Vec<PathBuf>,

    /// Where to write the output; standard output by default
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl ReleasesCommand {
    pub(super) fn run(&self, terminal: Terminal) -> Result<(), Failure> {
        let here = here()?;
        let request = Request { from: here.clone(), ..Request::default() };
        let bundled = || {
            let versions = Library::above(&here).versions().into_iter();
            versions.map(|version| Request { version: Some(version), ..request.clone() }).collect()
        };
        let given = self.installations.iter().cloned();
        let requests: Vec<_> = match self.installations.is_empty() {
            true => bundled(),
            false => {
                given.map(|one| Request { installation: Some(one), ..request.clone() }).collect()
            }
        };
        let mut declared = Vec::new();
        for request in &requests {
            let input = pipeline::read(request)?;
            terminal.detail("read", input.installation.name());
            let api = input.declared();
            if declared.iter().any(|(version, _)| *version == input.version) {
                let message = format!("two of the inputs are {}", input.version);
                return Err(Diagnostic::error("release-twice", message)
                    .help("pass each release only once")
                    .into());
            }
            declared.push((input.version, api));
        }
        let releases = declared.len();
        let text = releases::record(declared);
        match &self.out {
            None => print(text.trim_end())?,
            Some(out) => fs::write(out, &text).map_err(|error| {
                let message = format!("`{}` cannot be written: {error}", out.display());
                Diagnostic::error("output", message)
            })?,
        }
        terminal.say(&format!("{releases} releases"));
        Ok(())
    }
}
