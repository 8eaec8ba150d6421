//! `diff`: what changes for a caller between two versions.

use std::path::Path;

use clap::{Args, ValueEnum};

use super::{
    Failure, here, report,
    terminal::{Terminal, print},
};
use crate::{
    diagnostic::Diagnostic,
    diff::{self, Diff},
    input::Library,
    pipeline::{self, Corrections, Request},
    suggest::did_you_mean,
    surface::{self, Surface},
};

/// Compares two versions and reports what changes for a program, and whether it breaks
///
/// Lists what is added, removed and changed. The exit status is 3 when a change breaks a program.
#[derive(Args)]
pub(super) struct DiffCommand {
    /// The old side: a bundled version, an installation, an archive of a release, a bundle, a
    /// generated crate, or a spec file
    #[arg(value_name = "OLD")]
    from: String,

    /// The new side
    #[arg(value_name = "NEW")]
    to: String,

    /// Compare the declarations as published, without the project's corrections
    #[arg(long)]
    no_corrections: bool,

    /// How to print it: for a terminal, as a section of a changelog, or for a program
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Human,
    Markdown,
    Json,
}

impl DiffCommand {
    pub(super) fn run(&self, terminal: Terminal) -> Result<(), Failure> {
        let diff = Diff::of(&self.side(&self.from, terminal)?, &self.side(&self.to, terminal)?);
        let text = match self.format {
            Format::Human => diff::human(&diff),
            Format::Markdown => diff::markdown(&diff),
            Format::Json => diff::json(&diff)?,
        };
        print(text.trim_end())?;
        if diff.is_breaking() { Err(Failure::Refused(None)) } else { Ok(()) }
    }

    fn side(&self, name: &str, terminal: Terminal) -> Result<Surface, Failure> {
        let versions = Library::above(&here()?).versions();
        let path = Path::new(name);
        if versions.iter().any(|version| version == name) {
            let request = Request { version: Some(name.to_owned()), ..Request::default() };
            return self.declared(request, terminal);
        }
        if path.join(surface::FILE).is_file() {
            return Ok(Surface::read(&path.join(surface::FILE))?);
        }
        if is_spec(path) {
            let external = pipeline::read_external(path, &Corrections::default())?;
            terminal.report(&external.findings);
            return Ok(Surface::of(&external.api));
        }
        if !path.exists() {
            let message = format!("`{name}` is neither a bundled version nor a file or directory");
            let meant = did_you_mean(name, versions.iter().map(String::as_str));
            let help = meant.unwrap_or_else(|| format!("bundled are: {}", versions.join(", ")));
            return Err(Diagnostic::error("no-side", message).help(help).into());
        }
        let request = Request { installation: Some(path.to_owned()), ..Request::default() };
        self.declared(request, terminal)
    }

    fn declared(&self, request: Request, terminal: Terminal) -> Result<Surface, Failure> {
        let corrections = Corrections { without_own: self.no_corrections, files: Vec::new() };
        let input = pipeline::read(&Request { from: here()?, corrections, ..request })?;
        report(&input, terminal)?;
        for path in input.read_from() {
            terminal.detail("read", &path);
        }
        Ok(Surface::of(&input.api()?))
    }
}

/// Returns whether the path is a spec file rather than an archive.
fn is_spec(path: &Path) -> bool {
    let kinds = ["json", "yaml", "yml"];
    path.is_file() && path.extension().is_some_and(|kind| kinds.iter().any(|k| kind == *k))
}
