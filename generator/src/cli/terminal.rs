//! What goes to which stream, and how much of it.
//!
//! What was asked for goes to standard output, and all that is said about it to standard error:
//! that way, a program can read the one and a person the other.

use std::io::{self, Write as _};

use clap::Args;
use terminal_size::{Width, terminal_size_of};

use super::Failure;
use crate::{
    diagnostic::{Diagnostic, Severity, printable},
    pipeline::{Account, LeftOut},
};

/// How many findings are shown at once, unless all are asked for.
const SHOWN: usize = 20;

/// How much is said on standard error.
#[derive(Args, Clone, Copy)]
pub(super) struct Terminal {
    /// Say nothing but errors, besides what was asked for
    #[arg(long, short, global = true, conflicts_with = "verbose")]
    quiet: bool,

    /// Say what is read, corrected, left out and written
    #[arg(long, short, global = true)]
    verbose: bool,
}

impl Terminal {
    /// Shows findings: of very many the first ones, and notes only to those who want all.
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

    /// Says what was done.
    pub(super) fn say(self, text: &str) {
        if !self.quiet {
            write(&format!("{text}\n"));
        }
    }

    /// Says one of the things that were done, to whoever wants to know all of them.
    pub(super) fn detail(self, done: &str, what: &str) {
        if self.verbose && !self.quiet {
            write(&format!("{done:>9}  {}\n", printable(what)));
        }
    }

    /// Says what became of an input: in short, that something of it was left out.
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

    /// Says how much was left out, and how many notes are not shown.
    pub(super) fn left_out(self, left_out: &[LeftOut], notes: usize) {
        let parts: Vec<_> = left_out.iter().map(LeftOut::summary).collect();
        let mut text = Vec::new();
        if !parts.is_empty() {
            text.push(format!("left out: {}", printable(&parts.join(", "))));
        }
        if notes > 0 {
            text.push(format!("{notes} note{}", if notes == 1 { "" } else { "s" }));
        }
        if !self.verbose && (notes > 0 || !left_out.iter().all(LeftOut::is_short)) {
            text.push("see --verbose".to_owned());
        }
        if !text.is_empty() {
            self.say(&text.join("; "));
        }
    }
}

/// Writes to standard error, in colours where it shows them and nobody forbids it. Nobody is left
/// to be told when it is closed.
fn write(text: &str) {
    let _ = anstream::AutoStream::auto(io::stderr().lock()).write_all(text.as_bytes());
}

/// Prints what was asked for; a reader that goes away is no failure.
pub(super) fn print(text: &str) -> Result<(), Failure> {
    match writeln!(io::stdout().lock(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Diagnostic::error("output", format!("standard output: {error}")).into())
        }
        _ => Ok(()),
    }
}
