//! `learn`: corrections from recorded traffic.

use std::path::PathBuf;

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

/// Proposes corrections from recorded traffic, and compares it with those that stand
///
/// Reads HAR files, as browsers save them, and exchanges recorded in the form of this project. The
/// proposal contains only what nothing declares yet. Credentials and values stay out of it and of
/// the report, except the values of enumerations.
#[derive(Args)]
pub(super) struct Learn {
    /// Files of traffic, or folders of `.har` and `.json` files
    #[arg(value_name = "FILE|DIR", required = true)]
    traffic: Vec<PathBuf>,

    /// Write `actions.yaml` and `models.yaml` into this directory, instead of standard output
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Replace these files if they exist
    #[arg(long, requires = "out")]
    force: bool,

    /// Fail if the traffic contradicts what stands
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
        let traffic = learn::read(&self.traffic)?;
        terminal.report(&traffic.problems);
        if traffic.exchanges.is_empty() {
            return Err(Diagnostic::error("traffic", "no calls in the traffic")
                .help("save it in the browser's network tab as HAR, with content")
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

    fn write(&self, lesson: &Lesson, terminal: Terminal) -> Result<(), Failure> {
        let parts = [(ACTIONS, &lesson.actions), (MODELS, &lesson.models)];
        let parts = parts.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?)));
        let Some(out) = &self.out else {
            let texts: Vec<_> = parts.map(|(_, text)| text.trim_end()).collect();
            return if texts.is_empty() { Ok(()) } else { print(&texts.join("\n---\n")) };
        };
        let files: Vec<_> = parts.map(|(name, text)| (out.join(name), text.clone())).collect();
        let existing = [ACTIONS, MODELS].map(|name| out.join(name));
        if let Some(path) = existing.iter().find(|path| path.exists() && !self.force) {
            return Err(Diagnostic::error(
                "output",
                format!("`{}` exists already", path.display()),
            )
            .help("pass --force to replace it, or --corrections to learn what it lacks")
            .into());
        }
        write::write(&files)?;
        for (path, _) in &files {
            terminal.say(&format!("wrote {}", path.display()));
        }
        Ok(())
    }
}
