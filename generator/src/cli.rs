//! The command line: the options of each subcommand, what it does, and its exit status.

#[cfg(feature = "completions")]
mod completions;
mod diff;
mod docs;
mod examples;
mod explain;
mod explain_finding;
mod findings;
mod generate;
mod import;
mod inspect;
mod learn;
mod lint;
mod man;
mod openapi;
mod releases;
mod terminal;
mod versions;

use std::{fmt::Write as _, path::PathBuf, process::ExitCode};

use clap::{Args, CommandFactory as _, FromArgMatches as _, Parser, Subcommand, ValueEnum};

use terminal::Terminal;

use crate::{
    diagnostic::{Diagnostic, Severity},
    emit::EmitError,
    ir::Api,
    pipeline::{self, Account, Corrections, GenerateError, Input, Request, here, left_out},
    select::Selection,
    write::OutputError,
};

/// The name of the tool.
const NAME: &str = "pydio-codegen";

/// Generates typed Rust bindings for a Pydio 6-8 server from the server's own manifests
///
/// Writes the requested output to standard output, and everything else to standard error. Uses
/// colours only on terminals; `NO_COLOR` disables them and `CLICOLOR_FORCE` enables them elsewhere.
#[derive(Parser)]
#[command(name = NAME, version, max_term_width = 80)]
struct Cli {
    #[command(flatten)]
    terminal: Terminal,

    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Generate(generate::Generate),
    Import(import::ImportCommand),
    Versions(versions::Versions),
    Inspect(inspect::Inspect),
    Explain(explain::Explain),
    Lint(lint::Lint),
    Learn(learn::Learn),
    Diff(diff::DiffCommand),
    ExplainFinding(explain_finding::ExplainFinding),
    Docs(docs::DocsCommand),
    Releases(releases::ReleasesCommand),
    #[command(name = "openapi")]
    OpenApi(openapi::OpenApi),
    #[cfg(feature = "completions")]
    Completions(completions::Completions),
    Man(man::ManPages),
}

/// The meaning of each exit status.
const STATUS: [(u8, &str); 4] = [
    (0, "Success."),
    (1, "Something could not be read, understood or written."),
    (2, "The command line is wrong."),
    (
        3,
        "The check failed: `diff`, `generate --check`, `lint --deny`, `learn --deny-contradictions` or `docs` found something.",
    ),
];

/// Builds the command line, with the exit status and the examples at the end of the help.
fn command_line() -> clap::Command {
    let command = Cli::command();
    let heading = command.get_styles().get_header();
    let mut text = format!("{heading}Exit status:{heading:#}");
    for (status, meaning) in STATUS {
        let _ = write!(text, "\n  {status}  {meaning}");
    }
    examples::add_to(command.after_long_help(text))
}

/// Where the declarations come from.
#[derive(Args, Clone)]
#[command(next_help_heading = "Input")]
struct InputArgs {
    /// The server version: selects a bundle, or gives the version of an installation that does not
    /// declare one
    #[arg(long, value_name = "X.Y.Z")]
    version: Option<String>,

    /// Read a Pydio installation: its directory, a checkout with `core/src`, its `plugins` folder,
    /// or the archive of a release
    #[arg(long, value_name = "DIR|ARCHIVE", conflicts_with = "manifests")]
    pydio: Option<PathBuf>,

    /// Read a bundle that `import` wrote to another directory
    #[arg(long, value_name = "DIR")]
    manifests: Option<PathBuf>,

    /// No effect: whatever cannot be read is skipped anyway
    #[arg(long, hide = true)]
    keep_going: bool,

    /// Use the declarations as published, without the project's corrections
    #[arg(long)]
    no_corrections: bool,

    /// Also apply the corrections in this file, or in every `.yaml` file of this directory; can be
    /// repeated
    ///
    /// A file contains an overlay of the spec, corrections of actions, or models for the responses
    /// of actions. Files are applied in the given order.
    #[arg(long, value_name = "FILE|DIR")]
    corrections: Vec<PathBuf>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
}

impl InputArgs {
    fn read(&self, terminal: Terminal) -> Result<Input, Failure> {
        let input = self.read_all(false)?;
        report(&input, terminal)?;
        Ok(input)
    }

    /// Reads the corrected model, with a summary of the input.
    fn model(&self, terminal: Terminal) -> Result<(Api, Account), Failure> {
        let input = self.read(terminal)?;
        let corrected = input.corrected()?;
        terminal.report(left_out(&corrected.skipped).as_slice());
        let account = Account::of(&input, &corrected);
        Ok((corrected.api, account))
    }

    /// Reads everything except the spec. Findings in the manifests go into the report.
    fn read_to_lint(&self, terminal: Terminal) -> Result<Input, Failure> {
        let input = self.read_all(true)?;
        terminal.report(&input.remarks);
        if input.set.plugins.is_empty() {
            terminal.report(&input.set.diagnostics);
        }
        refuse(input.nothing_left())?;
        Ok(input)
    }

    fn read_all(&self, without_spec: bool) -> Result<Input, Failure> {
        Ok(pipeline::read(&Request {
            installation: self.pydio.clone().or_else(|| self.manifests.clone()),
            version: self.version.clone(),
            from: here()?,
            corrections: Corrections {
                without_own: self.no_corrections,
                files: self.corrections.clone(),
            },
            without_spec,
            selection: Selection::default(),
        })?)
    }
}

/// Shows the findings about an input, and fails if nothing in it can be used.
fn report(input: &Input, terminal: Terminal) -> Result<(), Failure> {
    terminal.report(&[&*input.set.diagnostics, &input.remarks].concat());
    refuse(input.nothing_left())
}

/// Fails with the diagnostic, if there is one.
fn refuse(against: Option<Diagnostic>) -> Result<(), Failure> {
    against.map_or(Ok(()), |against| Err(against.into()))
}

/// Why a command failed.
enum Failure {
    /// Something is wrong with an input.
    Diagnostics(Vec<Diagnostic>),
    /// Nothing failed, but the result is one that a script should stop at.
    Refused(Option<Diagnostic>),
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
            GenerateError::Emit(error) => error.into(),
        }
    }
}

impl From<EmitError> for Failure {
    fn from(error: EmitError) -> Self {
        Diagnostic::error("emit", error.to_string())
            .help("this is a bug in the tool, not a fault of its input; please report it")
            .into()
    }
}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Self {
        Diagnostic::error("output", error.to_string()).into()
    }
}

impl From<serde_json::Error> for Failure {
    fn from(error: serde_json::Error) -> Self {
        Diagnostic::error("json", error.to_string()).into()
    }
}

/// Runs the command line of this process.
pub fn main() -> ExitCode {
    #[cfg(feature = "completions")]
    if let Some(status) = completions::answer_shell() {
        return status;
    }
    let matches = command_line().get_matches();
    let Cli { terminal, command } =
        Cli::from_arg_matches(&matches).unwrap_or_else(|error| error.exit());
    let result = match command {
        Command::Generate(command) => command.run(terminal),
        Command::Import(command) => command.run(terminal),
        Command::Versions(command) => command.run(terminal),
        Command::Inspect(command) => command.run(terminal),
        Command::Explain(command) => command.run(terminal),
        Command::Lint(command) => command.run(terminal),
        Command::Learn(command) => command.run(terminal),
        Command::Diff(command) => command.run(terminal),
        Command::ExplainFinding(command) => command.run(),
        Command::Docs(command) => command.run(terminal),
        Command::Releases(command) => command.run(terminal),
        Command::OpenApi(command) => command.run(terminal),
        #[cfg(feature = "completions")]
        Command::Completions(command) => command.run(),
        Command::Man(command) => command.run(command_line(), terminal),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(Failure::Diagnostics(diagnostics)) => {
            // The last one is the conclusion, and is shown however many there are.
            let (last, others) = diagnostics
                .split_last()
                .map_or((None, &[][..]), |(last, others)| (Some(last), others));
            terminal.report(others);
            terminal.report(last.map(std::slice::from_ref).unwrap_or_default());
            ExitCode::FAILURE
        }
        Err(Failure::Refused(why)) => {
            terminal.report(why.as_slice());
            ExitCode::from(3)
        }
    }
}

/// Formats a number of things.
fn counted(number: usize, thing: &str) -> String {
    format!("{number} {thing}{}", if number == 1 { "" } else { "s" })
}

fn count(diagnostics: &[Diagnostic], severity: Severity) -> usize {
    diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count()
}
