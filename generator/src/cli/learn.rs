//! `learn`: corrections from recorded traffic.

use std::{fs, path::PathBuf};

use clap::Args;

use super::{
    Failure, InputArgs, counted,
    terminal::{Terminal, print},
};
use crate::{
    diagnostic::Diagnostic,
    learn::{self, Lesson},
    write,
};

/// Proposes corrections from recorded traffic, and checks the existing ones against it
///
/// Reads HAR files, as saved by browsers, and exchanges recorded in the format of this project.
/// The proposal contains only what is not declared yet. Neither the proposal nor the report
/// contains credentials or values, except those of enumerations.
#[derive(Args)]
pub(super) struct Learn {
    /// Recorded traffic, as files or as folders of `.har` and `.json` files
    #[arg(value_name = "FILE|DIR", required = true)]
    traffic: Vec<PathBuf>,

    /// Write `actions.yaml` and `models.yaml` into this directory, instead of standard output
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Overwrite existing files
    #[arg(long, requires = "out")]
    force: bool,

    /// Fail if the traffic contradicts the existing corrections
    #[arg(long)]
    deny_contradictions: bool,

    // Last, because its heading applies to everything after it.
    #[command(flatten)]
    input: InputArgs,
}

/// The names of the files that are written.
const ACTIONS: &str = "actions.yaml";
const MODELS: &str = "models.yaml";

impl Learn {
    pub(super) fn run(&self, terminal: Terminal) -> Result<(), Failure> {
        self.refuse_existing()?;
        let traffic = learn::read(&self.traffic)?;
        terminal.report(&traffic.problems);
        if traffic.exchanges.is_empty() {
            return Err(Diagnostic::error("traffic", "no calls in the traffic")
                .help("save it as HAR, with content, from the browser's network tab")
                .into());
        }
        let input = self.input.read(terminal)?;
        let corrected = input.corrected()?;
        let lesson = learn::learn(&corrected, &input.semantic_version(), &traffic);
        terminal.say(lesson.report.details(terminal.is_verbose()).trim_end());
        self.write(&lesson, terminal)?;
        terminal.say(&lesson.report.summary());
        match lesson.report.contradictions() {
            count if count > 0 && self.deny_contradictions => {
                let message = format!("{} to what stands", counted(count, "contradiction"));
                Err(Failure::Refused(Some(Diagnostic::error("learn", message))))
            }
            _ => Ok(()),
        }
    }

    fn refuse_existing(&self) -> Result<(), Failure> {
        let paths = self.files().filter(|_| !self.force);
        match paths.map(|(_, path)| path).find(|path| path.exists()) {
            None => Ok(()),
            Some(path) => {
                let message = format!("`{}` exists already", path.display());
                let help = "pass --force to replace it, or --corrections to learn what it lacks";
                Err(Diagnostic::error("output", message).help(help).into())
            }
        }
    }

    /// Returns the paths of the files to write, each with its name.
    fn files(&self) -> impl Iterator<Item = (&'static str, PathBuf)> {
        self.out.iter().flat_map(|out| [ACTIONS, MODELS].map(|name| (name, out.join(name))))
    }

    fn write(&self, lesson: &Lesson, terminal: Terminal) -> Result<(), Failure> {
        if self.out.is_none() {
            let parts = [&lesson.actions, &lesson.models].into_iter().flatten();
            let texts: Vec<_> = parts.map(|text| text.trim_end()).collect();
            return if texts.is_empty() { Ok(()) } else { print(&texts.join("\n---\n")) };
        }
        let text = |name| if name == ACTIONS { &lesson.actions } else { &lesson.models };
        let files: Vec<_> =
            self.files().filter_map(|(name, path)| Some((path, text(name).clone()?))).collect();
        write::write(&files)?;
        for (path, _) in &files {
            terminal.say(&format!("wrote {}", path.display()));
        }
        // A file of an earlier run would be applied together with those of this one.
        for (_, path) in self.files().filter(|(name, path)| text(name).is_none() && path.exists()) {
            let failed = |error| format!("`{}`: {error}", path.display());
            fs::remove_file(&path).map_err(|error| Diagnostic::error("output", failed(error)))?;
            terminal.say(&format!("removed {}", path.display()));
        }
        Ok(())
    }
}
