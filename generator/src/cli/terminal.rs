//! What is printed to which stream, and how much of it.
//!
//! The requested output goes to standard output, and everything about it to standard error, so that
//! programs can read the one and people the other.

use std::io::{self, Write as _};

use clap::Args;
use terminal_size::{Width, terminal_size_of};

use super::{Failure, counted};
use crate::{
    diagnostic::{Diagnostic, Severity, printable},
    pipeline::{Account, LeftOut},
};

/// The maximum number of findings shown, unless all are requested.
const SHOWN: usize = 20;

/// How much is printed to standard error.
#[derive(Args, Clone, Copy)]
pub(super) struct Terminal {
    /// Print only errors and the requested output
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    quiet: bool,

    /// Print what is read, corrected, skipped and written
    #[arg(long, short, global = true)]
    verbose: bool,
}

impl Terminal {
    /// Shows findings: only the first ones of very many, and notes only with `--verbose`.
    pub(super) fn report(self, diagnostics: &[Diagnostic]) {
        let width = terminal_size_of(io::stderr()).map(|(Width(columns), _)| usize::from(columns));
        let least = match (self.quiet, self.verbose) {
            (true, _) => Severity::Error,
            (false, false) => Severity::Warning,
            (false, true) => Severity::Note,
        };
        let mut shown = diagnostics.iter().filter(|diagnostic| diagnostic.severity >= least);
        let limit = if self.verbose { usize::MAX } else { SHOWN };
        for diagnostic in shown.by_ref().take(limit) {
            let text = match width {
                Some(width) => diagnostic.render_within(width),
                None => diagnostic.render(true),
            };
            write(&format!("{text}\n\n"));
        }
        match shown.count() {
            0 => {}
            more => write(&format!("… and {more} more; pass --verbose for all\n\n")),
        }
    }

    /// Returns whether everything is to be printed.
    pub(super) fn is_verbose(self) -> bool {
        self.verbose
    }

    /// Prints what was done.
    pub(super) fn say(self, text: &str) {
        if !self.quiet {
            write(&format!("{text}\n"));
        }
    }

    /// Prints one step that was done, with `--verbose` only.
    pub(super) fn detail(self, done: &str, what: &str) {
        if self.verbose && !self.quiet {
            write(&format!("{done:>9}  {}\n", printable(what)));
        }
    }

    /// Prints the summary of an input; without `--verbose`, only that something was skipped.
    pub(super) fn account(self, account: &Account) {
        for path in &account.read {
            self.detail("read", path);
        }
        if self.verbose {
            for correction in &account.corrected {
                self.detail("corrected", &format!("{} by {}", correction.of, correction.place()));
            }
        }
        for left in &account.left_out {
            for name in &left.names {
                self.detail("left out", &format!("{} {name} {}", left.what, left.why));
            }
        }
    }

    /// Prints how much was skipped, and how many notes are not shown.
    pub(super) fn left_out(self, left_out: &[LeftOut], notes: usize) {
        let parts: Vec<_> = left_out.iter().map(LeftOut::summary).collect();
        let mut text = Vec::new();
        if !parts.is_empty() {
            text.push(format!("left out: {}", printable(&parts.join(", "))));
        }
        if notes > 0 {
            text.push(counted(notes, "note"));
        }
        if !self.verbose && (notes > 0 || !left_out.iter().all(LeftOut::is_short)) {
            text.push("see --verbose".to_owned());
        }
        if !text.is_empty() {
            self.say(&text.join("; "));
        }
    }
}

/// Writes to standard error, in colours where the terminal supports and the environment allows
/// them. Nothing is reported when the stream is closed.
fn write(text: &str) {
    let _ = anstream::AutoStream::auto(io::stderr().lock()).write_all(text.as_bytes());
}

/// Prints the requested output. A reader that closes the pipe is not an error.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    match writeln!(io::stdout().lock(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Diagnostic::error("output", format!("standard output: {error}")).into())
        }
        _ => Ok(()),
    }
}
