//! `lint`: reports problems in the declarations, and which corrections fix them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::{
    Failure, InputArgs,
    terminal::{Terminal, print},
};
use crate::{
    diagnostic::Diagnostic,
    lint::{self, CODES, Level, Report},
    pipeline::{Corrections, ExternalSpec},
    suggest::did_you_mean,
};

/// Reports problems in the declarations, with their locations and the corrections that fix them
///
/// The exit status is 0, whatever is found, unless `--deny` refuses a finding; it is then 3.
#[derive(Args)]
pub(super) struct Lint {
    /// Check only this spec, of any server: Swagger 2.0 or OpenAPI 3, JSON or YAML
    #[arg(long, value_name = "FILE", conflicts_with_all = FOR_MANIFESTS)]
    spec: Option<PathBuf>,

    /// The format of the findings
    #[arg(long, value_enum, default_value = "human")]
    format: Format,

    /// List only findings of at least this level; all findings are counted
    #[arg(long, value_enum, default_value = "warning")]
    level: Threshold,

    /// Fail on uncorrected findings with this code, or with `all`, on every listed one
    #[arg(long, value_name = "CODE", value_delimiter = ',', value_parser = denied)]
    deny: Vec<String>,

    /// Fail if there are more than N uncorrected findings with this code, so that their number
    /// cannot grow
    #[arg(long, value_name = "CODE=N", value_delimiter = ',', value_parser = limit)]
    at_most: Vec<(String, usize)>,

    /// List the codes instead, and how the generator handles each kind of uncorrected finding
    #[arg(long)]
    codes: bool,

    // Last, because its heading applies to everything after it.
    #[command(flatten)]
    input: InputArgs,
}

/// Options about manifests or the project's own corrections, which do not apply to a spec.
const FOR_MANIFESTS: [&str; 4] = ["pydio", "manifests", "version", "no_corrections"];

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
    Sarif,
}

#[derive(Clone, Copy, ValueEnum)]
enum Threshold {
    Note,
    Warning,
    Error,
}

impl From<Threshold> for Level {
    fn from(threshold: Threshold) -> Self {
        match threshold {
            Threshold::Note => Self::Note,
            Threshold::Warning => Self::Warning,
            Threshold::Error => Self::Error,
        }
    }
}

impl Lint {
    pub(super) fn run(&self, terminal: Terminal) -> Result<(), Failure> {
        if self.codes {
            return self.print_codes();
        }
        let report = self.report(terminal)?;
        let level = self.level.into();
        match self.format {
            Format::Human => print(&report.human(level))?,
            Format::Json => print(&serde_json::to_string_pretty(&report.json(level))?)?,
            Format::Sarif => print(&serde_json::to_string_pretty(&report.sarif(level))?)?,
        }
        self.refuse_denied(&report)
    }

    fn report(&self, terminal: Terminal) -> Result<Report, Failure> {
        let Some(path) = &self.spec else {
            return Ok(lint::lint(&self.input.read_to_lint(terminal)?)?);
        };
        let files = self.input.corrections.clone();
        let spec = ExternalSpec::read(path, &Corrections { without_own: true, files })?;
        Ok(lint::lint_spec(&spec)?)
    }

    fn print_codes(&self) -> Result<(), Failure> {
        if self.format != Format::Human {
            return print(&serde_json::to_string_pretty(&json!(CODES[..]))?);
        }
        let lines = CODES.iter().map(|code| {
            format!(
                "{:<20} {:<8} {}; taken for {}",
                code.name, code.level, code.summary, code.taken_for
            )
        });
        print(&lines.collect::<Vec<_>>().join("\n"))
    }

    fn refuse_denied(&self, report: &Report) -> Result<(), Failure> {
        let level = Level::from(self.level);
        let is_denied = |code: &lint::Code| {
            self.deny
                .iter()
                .any(|denied| denied == code.name || denied == "all" && code.level >= level)
        };
        let counts = report.counts();
        let open = counts.iter().filter(|count| count.findings > count.corrected);
        let denied: Vec<_> = open
            .filter(|count| is_denied(count.code))
            .map(|count| format!("{} ({})", count.code.name, count.findings - count.corrected))
            .collect();
        let limits = self.at_most.iter().filter_map(|(name, most)| {
            let of = counts.iter().find(|count| count.code.name == name);
            let open = of.map_or(0, |count| count.findings - count.corrected);
            (open > *most).then(|| format!("{name} ({open} instead of at most {most})"))
        });
        let denied: Vec<_> = denied.into_iter().chain(limits).collect();
        if denied.is_empty() {
            return Ok(());
        }
        let message = format!("denied, and not corrected: {}", denied.join(", "));
        Err(Failure::Refused(Some(
            Diagnostic::error("lint", message)
                .help("fix the declarations, or correct them with a file: see `--corrections`"),
        )))
    }
}

/// Parses `CODE=N`.
fn limit(text: &str) -> Result<(String, usize), String> {
    let number = |(code, number): (&str, &str)| Some((code.to_owned(), number.parse().ok()?));
    let (code, most) = text.split_once('=').and_then(number).ok_or("write `CODE=N`")?;
    denied(&code).map(|code| (code, most))
}

fn denied(text: &str) -> Result<String, String> {
    let known = || CODES.iter().map(|code| code.name).chain(["all"]);
    if known().any(|code| code == text) {
        return Ok(text.to_owned());
    }
    let question = did_you_mean(text, known());
    Err(question.unwrap_or_else(|| "`lint --codes` lists the codes".to_owned()))
}
