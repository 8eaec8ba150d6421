//! `generate`: writes a crate from manifests.

use std::{
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args;
use serde::Serialize;

use super::{
    Failure, Format, InputArgs, count, counted,
    findings::{self, Finding},
    here,
    terminal::{Terminal, print},
};
use crate::{
    diagnostic::{Diagnostic, Severity},
    input::Library,
    ir::EndpointKind,
    pipeline::{Generator, LeftOut, Made, Modelled, Skipped},
    settings::{Settings, check_crate_name},
    write::Plan,
};

/// Writes the bindings as a crate
///
/// By default, writes the bindings for the newest bundled version to `generated`. Files that are
/// up to date, and files that this tool did not write, are never changed.
#[derive(Args)]
pub(super) struct Generate {
    #[command(flatten)]
    input: InputArgs,

    /// Generate only from this spec, of any server: Swagger 2.0 or OpenAPI 3, JSON or YAML
    #[arg(long, value_name = "FILE", conflicts_with_all = FOR_MANIFESTS, help_heading = "Input")]
    spec: Option<PathBuf>,

    /// Only these plugins, by id, or actions, as `plugin/action`; `*` matches any text
    #[arg(long, value_name = "ID", value_delimiter = ',', help_heading = "Selection")]
    plugins: Vec<String>,

    /// Only operations with these tags; `*` matches any text
    #[arg(long, value_name = "TAG", value_delimiter = ',', help_heading = "Selection")]
    tags: Vec<String>,

    /// Only actions that REST v1 reaches
    #[arg(long, help_heading = "Selection")]
    rest_only: bool,

    /// Fail on any warning about the declarations, and write nothing
    ///
    /// Without this option, anything that cannot be read or expressed is skipped, reported and
    /// counted.
    #[arg(long, help_heading = "Input")]
    strict: bool,

    /// Where to write the crate; by default, to `generated` next to the project's `manifests`
    #[arg(long, value_name = "DIR", help_heading = "Output")]
    out: Option<PathBuf>,

    /// The name of the crate; `pydio-client` by default
    #[arg(long, value_name = "NAME", value_parser = crate_name, help_heading = "Output")]
    crate_name: Option<String>,

    /// The URL of the crate's source repository, for the `Cargo.toml` of a new crate
    #[arg(long, value_name = "URL", help_heading = "Output")]
    repository: Option<String>,

    /// Add what changed for programs since the last run to the crate's `CHANGELOG.md`
    #[arg(long, help_heading = "Output")]
    changelog: bool,

    /// Also write tests for every call to `tests/calls`
    ///
    /// There are two tests for each call: one with its required parameters, and one with all
    /// parameters. `cargo test` then checks that each call sends what is declared and decodes the
    /// declared response. The tests do not need a server, but the crate `pydio-test-server` as a
    /// dev-dependency, which the `Cargo.toml` of a new crate includes.
    #[arg(long, help_heading = "Output")]
    with_tests: bool,

    /// Read the settings from this file; by default, from the nearest `pydio-codegen.toml` in the
    /// current directory or above
    #[arg(long, value_name = "FILE", help_heading = "Input")]
    config: Option<PathBuf>,

    /// Do not read settings from a file
    #[arg(long, conflicts_with = "config", help_heading = "Input")]
    no_config: bool,

    /// List what would be written, but write nothing
    #[arg(long, help_heading = "Output")]
    dry_run: bool,

    /// Write nothing; if the directory is out of date, print a diff and exit with status 3
    #[arg(long, conflicts_with = "dry_run", help_heading = "Output")]
    check: bool,

    /// List the locations in the spec that have no declared type, as JSON pointers
    #[arg(long, help_heading = "Output")]
    report_untyped: bool,

    /// The format of the summary
    #[arg(long, value_enum, default_value = "human", help_heading = "Output")]
    format: Format,
}

/// The summary of a run, for `--format json`.
#[derive(Serialize)]
struct Summary {
    #[serde(skip)]
    is_external: bool,
    title: String,
    version: String,
    plugins: usize,
    actions: usize,
    operations: usize,
    models: usize,
    untyped: Vec<String>,
    files: usize,
    lines: usize,
    changed: Vec<String>,
    removed: Vec<String>,
    skipped: Vec<Skipped>,
    left_out: Vec<LeftOut>,
    findings: Vec<Finding>,
    warnings: usize,
    notes: usize,
    milliseconds: u128,
}

/// Options that do not apply to a spec, because they are about other inputs.
const FOR_MANIFESTS: [&str; 6] =
    ["pydio", "manifests", "plugins", "rest_only", "version", "no_corrections"];

/// The maximum number of diff lines that `--check` shows.
const DIFF_LINES: usize = 60;

impl Generate {
    pub(super) fn run(&self, terminal: Terminal) -> Result<(), Failure> {
        let start = Instant::now();
        let here = here()?;
        let settings = self.settings(&here, terminal)?;
        let modelled = Generator::with_settings(settings.clone()).from_directory(&here).model()?;
        terminal.report(&modelled.findings);
        terminal.account(&modelled.account);
        let out = out(&settings, &modelled.library, here)?;
        self.write(&modelled, &settings, &out, (start, terminal))
    }

    /// Reads the project's settings file and overrides it with the command line.
    fn settings(&self, here: &Path, terminal: Terminal) -> Result<Settings, Failure> {
        let file = self.config.clone().or_else(|| Settings::find(here));
        let mut settings = match file.filter(|_| !self.no_config) {
            Some(path) => {
                terminal.detail("read", &path.display().to_string());
                Settings::read(&path)?
            }
            None => Settings::default(),
        };
        let InputArgs { version, pydio, manifests, .. } = &self.input;
        // The version in the settings file belongs to the default input, not to another one.
        if [pydio, manifests, &self.spec].iter().any(|source| source.is_some()) {
            settings.pydio.clone_from(pydio);
            settings.manifests.clone_from(manifests);
            settings.spec.clone_from(&self.spec);
            settings.version = None;
        }
        over(&mut settings.version, version);
        over(&mut settings.out, &self.out);
        over(&mut settings.crate_name, &self.crate_name);
        over(&mut settings.repository, &self.repository);
        over_all(&mut settings.plugins, &self.plugins);
        over_all(&mut settings.tags, &self.tags);
        over_all(&mut settings.corrections, &self.input.corrections);
        settings.changelog |= self.changelog;
        settings.with_tests |= self.with_tests;
        settings.rest_only |= self.rest_only;
        settings.strict |= self.strict;
        settings.no_corrections |= self.input.no_corrections;
        Ok(settings)
    }

    /// Emits the bindings and writes, lists or compares them, as requested.
    fn write(
        &self,
        modelled: &Modelled,
        settings: &Settings,
        out: &Path,
        (start, terminal): (Instant, Terminal),
    ) -> Result<(), Failure> {
        let api = &modelled.api;
        let made = Made::new(settings, api, out)?;
        terminal.report(&made.findings);
        let (plan, files) = (made.plan()?, &made.files);
        let users = plan.users.iter().map(|(path, _)| path);
        let changed = users.chain(plan.changed.iter().map(|(path, _)| path));
        let summary = Summary {
            is_external: api.is_external(),
            title: api.title.clone(),
            version: api.version.clone(),
            plugins: api.plugins().filter(|plugin| !plugin.endpoints.is_empty()).count(),
            actions: api.plugins().map(|plugin| plugin.endpoints.len()).sum(),
            operations: api.operations().count(),
            models: api.models_of(EndpointKind::Operation).count(),
            untyped: api.untyped.clone(),
            files: files.len(),
            lines: files.values().map(|text| text.lines().count()).sum(),
            changed: changed.cloned().collect(),
            removed: plan.stale.clone(),
            warnings: count(&modelled.findings, Severity::Warning)
                + count(&made.findings, Severity::Warning),
            notes: count(&modelled.findings, Severity::Note),
            milliseconds: start.elapsed().as_millis(),
            skipped: modelled.skipped.clone(),
            left_out: modelled.account.left_out.clone(),
            findings: findings::listed(modelled.findings.iter().chain(&made.findings)),
        };
        if !self.check && !self.dry_run {
            plan.apply()?;
        }
        self.tell(&summary, out, terminal)?;
        if self.format == Format::Human {
            terminal.left_out(&modelled.account.left_out, summary.notes);
        }
        if self.check { refuse_differences(&plan, terminal) } else { Ok(()) }
    }

    /// Prints the requested output and the summary.
    fn tell(&self, summary: &Summary, out: &Path, terminal: Terminal) -> Result<(), Failure> {
        let [written, removed] = match self.dry_run || self.check {
            true => ["would write", "would remove"],
            false => ["written", "removed"],
        };
        let done = |done, path: &str| (done, out.join(path).display().to_string());
        let done: Vec<_> = summary
            .changed
            .iter()
            .map(|path| done(written, path))
            .chain(summary.removed.iter().map(|path| done(removed, path)))
            .collect();
        if self.format == Format::Json {
            return print(&serde_json::to_string_pretty(summary)?);
        }
        for (done, path) in done {
            match self.dry_run {
                true => print(&format!("{done} {path}"))?,
                false => terminal.detail(done, &path),
            }
        }
        if self.report_untyped {
            for pointer in &summary.untyped {
                print(&format!("untyped {pointer}"))?;
            }
        }
        terminal.say(&summary.human(self.dry_run || self.check, out));
        Ok(())
    }
}

impl Summary {
    /// Formats one line: what there is, and how many files changed.
    fn human(&self, is_trial: bool, out: &Path) -> String {
        let Self { title, plugins, actions, operations, models, lines, milliseconds, .. } = self;
        let mut parts = Vec::new();
        if !self.is_external {
            parts.push(format!("{}, {}", counted(*plugins, "plugin"), counted(*actions, "action")));
        }
        if self.is_external || *operations > 0 {
            parts.push(counted(*operations, "operation"));
            parts.push(counted(*models, "model"));
        }
        let parts = parts.join(", ");
        let changed = match (self.changed.len() + self.removed.len(), is_trial) {
            (0, false) => "no file changed".to_owned(),
            (0, true) => "no file would change".to_owned(),
            (changed, false) => format!("{} changed", counted(changed, "file")),
            (changed, true) => format!("{} would change", counted(changed, "file")),
        };
        let out = out.display();
        format!("{title}: {parts}, {lines} lines, {milliseconds} ms; {changed} in {out}")
    }
}

/// Fails when a file differs from what would be written.
fn refuse_differences(plan: &Plan<'_>, terminal: Terminal) -> Result<(), Failure> {
    if plan.is_clean() {
        return Ok(());
    }
    terminal.say(plan.diff(DIFF_LINES).trim_end());
    let [differ, stale] = [plan.changed.len(), plan.stale.len()];
    let message = format!("files that differ: {differ}, that are stale: {stale}");
    Err(Failure::Refused(Some(
        Diagnostic::error("out-of-date", message)
            .help("run the same command without `--check`, and review what it changes"),
    )))
}

/// Returns the output directory.
fn out(settings: &Settings, library: &Library, here: PathBuf) -> Result<PathBuf, Failure> {
    match (&settings.out, &settings.spec, library.project()) {
        (Some(out), ..) => Ok(out.clone()),
        (None, Some(_), _) => {
            Err(Diagnostic::error("no-out", "`--spec` needs a directory to write to")
                .help("pass `--out DIR`, and a name with `--crate-name`")
                .into())
        }
        (None, None, Some(project)) => {
            let out = project.join("generated");
            // Shown relative to the current directory.
            let below = out.strip_prefix(&here).ok().filter(|below| *below != Path::new(""));
            Ok(below.map(Path::to_owned).unwrap_or(out))
        }
        (None, None, None) => Ok(here.join("generated")),
    }
}

fn over<T: Clone>(setting: &mut Option<T>, argument: &Option<T>) {
    if argument.is_some() {
        setting.clone_from(argument);
    }
}

fn over_all<T: Clone>(setting: &mut Vec<T>, arguments: &[T]) {
    if !arguments.is_empty() {
        setting.clear();
        setting.extend_from_slice(arguments);
    }
}

fn crate_name(text: &str) -> Result<String, &'static str> {
    check_crate_name(text).map(|()| text.to_owned())
}
