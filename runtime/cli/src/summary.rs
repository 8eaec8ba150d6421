//! What a run has done, and what it has not.

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet},
};

use pydio_cli::Failed;
use serde_json::json;

use crate::{
    context::Output,
    filter::Filter,
    tree::{Problem, Tree},
};

/// The result of a run over many files.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    /// How many of what, such as `files`.
    counts: BTreeMap<Cow<'static, str>, u64>,
    problems: Vec<Problem>,
    /// How many nodes differ between two sides that were to be compared.
    differences: u64,
    /// How many things an audit found.
    findings: u64,
    /// What was left out on purpose.
    notes: Vec<String>,
    files_left_out: BTreeSet<String>,
    folders_left_out: BTreeSet<String>,
    /// What is probably not as it was meant.
    warnings: Vec<String>,
    /// Whether the counts are of what would be done.
    is_dry: bool,
}

/// The exit status of a comparison or an audit that found something.
const FOUND: u8 = 1;

impl Summary {
    /// Returns a summary that has these counts, even if they are 0.
    pub(crate) fn with_counts(counts: &[&'static str]) -> Self {
        let counts = counts.iter().map(|what| (Cow::Borrowed(*what), 0)).collect();
        Self { counts, ..Self::default() }
    }

    /// Makes it the summary of a dry run, which counts what would be done.
    pub(crate) fn dry(self, is_dry: bool) -> Self {
        Self { is_dry, ..self }
    }

    pub(crate) fn add(&mut self, what: impl Into<Cow<'static, str>>, more: u64) {
        *self.counts.entry(what.into()).or_default() += more;
    }

    /// Returns how many of something there are.
    pub(crate) fn count(&self, what: &str) -> u64 {
        self.counts.get(what).copied().unwrap_or_default()
    }

    pub(crate) fn problems(&self) -> impl Iterator<Item = &Problem> {
        self.problems.iter()
    }

    pub(crate) fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Records what was left out on purpose, if anything was.
    pub(crate) fn note(&mut self, note: Option<String>) {
        self.notes.extend(note);
    }

    /// Records what is probably not as it was meant, if anything is not.
    pub(crate) fn warn(&mut self, warning: Option<String>) {
        self.warnings.extend(warning);
    }

    /// Takes over what was not read of a tree. What patterns left out of several trees counts once.
    pub(crate) fn take_over(&mut self, tree: Tree) {
        self.problems.extend(tree.problems);
        self.notes.extend(tree.notes);
        self.files_left_out.extend(tree.files_left_out);
        self.folders_left_out.extend(tree.folders_left_out);
    }

    /// Records what the patterns did, after all trees were taken over.
    pub(crate) fn patterns(&mut self, filter: &Filter) {
        self.add("files left out by patterns", self.files_left_out.len() as u64);
        self.add("folders left out by patterns", self.folders_left_out.len() as u64);
        self.warnings.extend(filter.unmatched());
    }

    pub(crate) fn differs(&mut self) {
        self.differences += 1;
    }

    pub(crate) fn finds(&mut self) {
        self.findings += 1;
    }

    pub(crate) fn is_whole(&self) -> bool {
        self.problems.is_empty()
    }

    /// Prints the summary, and returns the failure that ends the program if anything is missing.
    pub(crate) fn finish(mut self, output: Output) -> Result<(), Failed> {
        self.problems.sort_by(|a, b| a.path.cmp(&b.path));
        self.warnings.sort();
        if output.is_json {
            for problem in &self.problems {
                output.line("", || problem.json())?;
            }
            let problems = self.problems.len();
            let summary = json!({
                "summary": self.counts, "problems": problems, "left_out": self.notes,
                "differences": self.differences, "found": self.findings, "complete": problems == 0,
                "dry_run": self.is_dry, "warnings": self.warnings,
            });
            output.line("", || summary)?;
        } else {
            self.tell();
        }
        let found = (self.differences + self.findings > 0).then_some(FOUND);
        let statuses = self.problems.iter().map(|problem| problem.status).chain(found);
        match statuses.max() {
            None => Ok(()),
            Some(status) => Err(Failed::reported(status)),
        }
    }

    fn tell(&self) {
        for note in &self.notes {
            pydio_cli::say(format_args!("skipped: {}", pydio_cli::shown(note)));
        }
        for warning in &self.warnings {
            pydio_cli::say(format_args!("warning: {}", pydio_cli::shown(warning)));
        }
        for problem in &self.problems {
            let failed = if self.is_dry { "WOULD FAIL" } else { "FAILED" };
            pydio_cli::say(format_args!("{failed} {problem}"));
        }
        let counts = self.counts.iter().filter(|(_, count)| **count > 0);
        let counts: Vec<_> = counts.map(|(what, count)| format!("{what}: {count}")).collect();
        // Whether anything was done is not known if a change failed.
        let counts = match counts.is_empty() {
            true if self.is_whole() => "; nothing to do".to_owned(),
            true => String::new(),
            false => format!("; {}", counts.join(", ")),
        };
        for (what, count) in [("differences", self.differences), ("findings", self.findings)] {
            if count > 0 {
                pydio_cli::say(format_args!("{what}: {count}"));
            }
        }
        let state = match (self.problems.len(), self.is_dry) {
            (0, false) => "complete".to_owned(),
            (0, true) => "would be complete".to_owned(),
            (many, false) => format!("NOT COMPLETE: {many} failed"),
            (many, true) => format!("WOULD NOT BE COMPLETE: {many} would fail"),
        };
        pydio_cli::say(format_args!("{state}{counts}"));
    }
}
