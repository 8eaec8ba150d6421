//! The command line: what each subcommand takes, and how findings are shown.
//!
//! What was asked for goes to standard output, everything else to standard error. The exit
//! status is 0 when all went well, 1 when an input or a check failed, 2 for a wrong usage, and 3
//! when `diff` found what breaks.

mod diff;
mod docs;
mod explain;
mod generate;
mod import;
mod inspect;
mod lint;
mod openapi;
mod versions;

use std::{
    env,
    io::{self, IsTerminal as _, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::{
    diagnostic::{Diagnostic, Severity, printable},
    generator::{GenerateError, plugins_failed},
    lint::CODES,
    output::OutputError,
    source::{self, Corrections, Input},
};

/// Generates typed Rust bindings for a Pydio 6-8 server from the server's own manifests.
#[derive(Parser)]
#[command(name = "pydio-codegen", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Generate(generate::Generate),
    Inspect(inspect::Inspect),
    Import(import::ImportCommand),
    Versions(versions::Versions),
    #[command(name = "openapi")]
    OpenApi(openapi::OpenApi),
    Diff(diff::DiffCommand),
    Docs(docs::DocsCommand),
    Explain(explain::Explain),
    Lint(lint::Lint),
}

/// Where the declarations come from.
#[derive(Args, Clone)]
struct InputArgs {
    /// The server version: the bundle to read, or what the installation is when it does not say.
    #[arg(long, value_name = "X.Y.Z")]
    version: Option<String>,

    /// Read the plugins of a Pydio installation: the directory with `plugins` in it.
    #[arg(long, value_name = "DIR", conflicts_with = "manifests")]
    pydio: Option<PathBuf>,

    /// Read a bundle that `import` wrote elsewhere.
    #[arg(long, value_name = "DIR")]
    manifests: Option<PathBuf>,

    /// Leave out plugins that cannot be read, instead of giving up.
    #[arg(long)]
    keep_going: bool,

    /// Take the declarations as they stand, without the project's corrections.
    #[arg(long)]
    no_corrections: bool,

    /// Correct by this file as well: an overlay of the spec, corrections of actions, or the models
    /// that these answer. Can be given several times; files are applied in this order.
    #[arg(long, value_name = "FILE")]
    corrections: Vec<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
}

impl InputArgs {
    fn read(&self) -> Result<Input, Failure> {
        let input = self.read_all(false)?;
        report(&input.set.diagnostics);
        refuse_failed(&input.set.failed, self.keep_going)?;
        Ok(input)
    }

    /// Reads all but the spec, and shows only what is not a finding anyway.
    fn read_to_lint(&self) -> Result<Input, Failure> {
        let input = self.read_all(true)?;
        let is_finding = |found: &&Diagnostic| {
            found.severity == Severity::Warning && CODES.iter().any(|code| code.name == found.code)
        };
        let others = input.set.diagnostics.iter().filter(|found| !is_finding(found));
        report(&others.cloned().collect::<Vec<_>>());
        refuse_failed(&input.set.failed, self.keep_going)?;
        Ok(input)
    }

    fn read_all(&self, without_spec: bool) -> Result<Input, Failure> {
        Ok(source::read(&source::Request {
            installation: self.pydio.clone().or_else(|| self.manifests.clone()),
            version: self.version.clone(),
            from: env::current_dir()?,
            corrections: Corrections {
                without_own: self.no_corrections,
                files: self.corrections.clone(),
            },
            without_spec,
        })?)
    }
}

/// The end, when there are plugins that cannot be read and nobody said to go on without.
fn refuse_failed(failed: &[String], keep_going: bool) -> Result<(), Failure> {
    match plugins_failed(failed).filter(|_| !keep_going) {
        Some(failed) => Err(failed.into()),
        None => Ok(()),
    }
}

/// What a summary says of plugins that were left out.
fn without(failed: &[String]) -> String {
    match failed {
        [] => String::new(),
        failed => format!("; without {}", printable(&failed.join(", "))),
    }
}

/// Why a command failed.
enum Failure {
    /// Something is wrong with an input.
    Diagnostics(Vec<Diagnostic>),
    /// Anything else.
    Other(String),
    /// Nothing failed, and the answer is one that a script should stop at.
    Breaking,
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Diagnostics(vec![diagnostic])
    }
}

impl From<Vec<Diagnostic>> for Failure {
    fn from(diagnostics: Vec<Diagnostic>) -> Self {
        Self::Diagnostics(diagnostics)
    }
}

impl From<GenerateError> for Failure {
    fn from(error: GenerateError) -> Self {
        match error {
            GenerateError::Input(diagnostics) => Self::Diagnostics(diagnostics),
            GenerateError::Output(error) => error.into(),
            GenerateError::Emit(error) => Self::Other(error.to_string()),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Other(error.to_string())
    }
}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Self {
        Diagnostic::error("output", error.to_string()).into()
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Self::Other(error.to_string())
    }
}

/// Runs the command line of the process.
pub fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Generate(command) => command.run(),
        Command::Inspect(command) => command.run(),
        Command::Import(command) => command.run(),
        Command::OpenApi(command) => command.run(),
        Command::Versions(command) => command.run(),
        Command::Diff(command) => command.run(),
        Command::Docs(command) => command.run(),
        Command::Explain(command) => command.run(),
        Command::Lint(command) => command.run(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Diagnostics(diagnostics)) => {
            report(&diagnostics);
            ExitCode::FAILURE
        }
        Err(Failure::Breaking) => ExitCode::from(3),
        Err(Failure::Other(message)) => {
            report(&[Diagnostic::error("failed", message)]);
            ExitCode::FAILURE
        }
    }
}

/// Shows findings on standard error.
fn report(diagnostics: &[Diagnostic]) {
    let colours =
        io::stderr().is_terminal() && env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    for diagnostic in diagnostics {
        say(&format!("{}\n\n", diagnostic.render(colours)));
    }
}

/// Writes to standard error. Nobody is left to be told when that is closed.
fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Prints to standard output; a reader that goes away is no failure.
fn print(text: &str) -> Result<(), Failure> {
    match writeln!(io::stdout().lock(), "{text}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

fn count(diagnostics: &[Diagnostic], severity: Severity) -> usize {
    diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count()
}
