//! `diff`: what changes for a caller between two versions.

use std::{env, path::Path};

use clap::{Args, ValueEnum};

use super::{Failure, print};
use crate::{
    diagnostic::Diagnostic,
    diff::{self, Diff},
    model::Api,
    source::{self, Corrections, Library, Request},
    surface::{self, Surface},
};

/// Tells what changes for a program between two versions of the bindings: what is added, removed
/// and changed, and whether that breaks the program. The exit status is 3 when it does.
#[derive(Args)]
pub(super) struct DiffCommand {
    /// The old side: a bundled version, an installation, an archive of a release, a bundle, a
    /// generated crate, or a spec file.
    #[arg(value_name = "OLD")]
    from: String,

    /// The new side.
    #[arg(value_name = "NEW")]
    to: String,

    /// Compare the declarations as they stand, without the corrections.
    #[arg(long)]
    no_corrections: bool,

    /// How to say it: for a terminal, as a section of a changelog, or for a program.
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
    pub(super) fn run(&self) -> Result<(), Failure> {
        let diff = Diff::of(&self.side(&self.from)?, &self.side(&self.to)?);
        let text = match self.format {
            Format::Human => diff::human(&diff),
            Format::Markdown => diff::markdown(&diff),
            Format::Json => diff::json(&diff)?,
        };
        print(text.trim_end())?;
        if diff.is_breaking() { Err(Failure::Breaking) } else { Ok(()) }
    }

    fn side(&self, name: &str) -> Result<Surface, Failure> {
        let here = env::current_dir()?;
        let path = Path::new(name);
        if Library::above(&here).versions().iter().any(|version| version == name) {
            return self.declared(Request { version: Some(name.to_owned()), ..Request::default() });
        }
        if path.join(surface::FILE).is_file() {
            return Ok(Surface::read(&path.join(surface::FILE))?);
        }
        if is_spec(path) {
            let foreign = source::read_foreign(path, &Corrections::default())?;
            return Ok(Surface::of(&Api::of_spec(foreign.title, foreign.version, foreign.model)));
        }
        if !path.exists() {
            let versions = Library::above(&here).versions().join(", ");
            let message = format!("`{name}` is neither a bundled version nor a file or directory");
            return Err(Diagnostic::error("no-side", message)
                .help(format!("bundled are: {versions}"))
                .into());
        }
        self.declared(Request { installation: Some(path.to_owned()), ..Request::default() })
    }

    fn declared(&self, request: Request) -> Result<Surface, Failure> {
        let corrections = Corrections { without_own: self.no_corrections, files: Vec::new() };
        let input = source::read(&Request { from: env::current_dir()?, corrections, ..request })?;
        super::refuse_failed(&input.set.failed, false)?;
        Ok(Surface::of(&input.api()?))
    }
}

/// Whether it is a file that holds a spec rather than an archive.
fn is_spec(path: &Path) -> bool {
    let kinds = ["json", "yaml", "yml"];
    path.is_file() && path.extension().is_some_and(|kind| kinds.iter().any(|k| kind == *k))
}
