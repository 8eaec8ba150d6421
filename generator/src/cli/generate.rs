//! `generate`: from manifests to a crate.

use std::{
    env,
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args;
use serde::Serialize;

use super::{Failure, Format, InputArgs, count, print, report, say, without};
use crate::{
    diagnostic::{Diagnostic, Severity},
    emit::{self, Options},
    generator::{CRATE_NAME, Generator, Modelled},
    name,
    output::Plan,
    settings::Settings,
    source::Library,
};

/// Writes the bindings as a crate: by default those of the newest bundled version into `generated`.
#[derive(Args)]
pub(super) struct Generate {
    #[command(flatten)]
    input: InputArgs,

    /// Generate from this spec alone, of any server: Swagger 2.0 or OpenAPI 3, JSON or YAML.
    #[arg(long, value_name = "FILE", conflicts_with_all = FOR_MANIFESTS)]
    spec: Option<PathBuf>,

    /// Where to write. By default `generated`, beside the project's `manifests`.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Only these plugins, by id, or actions, as `plugin/action`; `*` stands for any text.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    plugins: Vec<String>,

    /// Only operations with these tags; `*` stands for any text.
    #[arg(long, value_name = "TAG", value_delimiter = ',')]
    tags: Vec<String>,

    /// Only actions that REST v1 reaches.
    #[arg(long)]
    rest_only: bool,

    /// The name of the crate: `pydio-client` unless set.
    #[arg(long, value_name = "NAME", value_parser = crate_name)]
    crate_name: Option<String>,

    /// Take the settings of this file: by default those of the nearest `pydio-codegen.toml` at or
    /// above the current directory.
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Take no settings from a file.
    #[arg(long, conflicts_with = "config")]
    no_config: bool,

    /// Say what would be written, and write nothing.
    #[arg(long)]
    dry_run: bool,

    /// Write nothing, and fail with a diff when the directory is not what would be written.
    #[arg(long, conflicts_with = "dry_run")]
    check: bool,

    /// List the places of the spec that have no declared type, as JSON pointers.
    #[arg(long)]
    report_untyped: bool,

    /// How to say what was done.
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

/// What was done, for `--format json`.
#[derive(Serialize)]
struct Summary {
    #[serde(skip)]
    is_foreign: bool,
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
    missing: Vec<String>,
    warnings: usize,
    milliseconds: u128,
}

/// What is taken from elsewhere than a spec, and so says nothing of one.
const FOR_MANIFESTS: [&str; 7] =
    ["pydio", "manifests", "plugins", "rest_only", "version", "keep_going", "no_corrections"];

/// The most lines of differences that `--check` shows.
const DIFF_LINES: usize = 60;

impl Generate {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let start = Instant::now();
        let here = env::current_dir()?;
        let settings = self.settings(&here)?;
        let modelled = Generator::with_settings(settings.clone()).from_directory(&here).model()?;
        report(&modelled.findings);
        let out = out(&settings, &modelled.library, here)?;
        let crate_name = settings.crate_name.unwrap_or_else(|| CRATE_NAME.to_owned());
        self.write(&modelled, crate_name, &out, start)
    }

    /// What the project's file says, and over it what the command line does.
    fn settings(&self, here: &Path) -> Result<Settings, Failure> {
        let file = self.config.clone().or_else(|| Settings::find(here));
        let mut settings = match file.filter(|_| !self.no_config) {
            Some(path) => Settings::read(&path)?,
            None => Settings::default(),
        };
        let InputArgs { version, pydio, manifests, .. } = &self.input;
        // Another input is not the one that the file's version is of.
        if [pydio, manifests, &self.spec].iter().any(|source| source.is_some()) {
            settings.pydio.clone_from(pydio);
            settings.manifests.clone_from(manifests);
            settings.spec.clone_from(&self.spec);
            settings.version = None;
        }
        over(&mut settings.version, version);
        over(&mut settings.out, &self.out);
        over(&mut settings.crate_name, &self.crate_name);
        over_all(&mut settings.plugins, &self.plugins);
        over_all(&mut settings.tags, &self.tags);
        over_all(&mut settings.corrections, &self.input.corrections);
        settings.rest_only |= self.rest_only;
        settings.keep_going |= self.input.keep_going;
        settings.no_corrections |= self.input.no_corrections;
        if let Some(Err(message)) = settings.crate_name.as_deref().map(crate_name) {
            return Err(Diagnostic::error("settings", format!("`crate-name`: {message}")).into());
        }
        Ok(settings)
    }

    /// Emits the bindings and does with them what was asked for.
    fn write(
        &self,
        modelled: &Modelled,
        crate_name: String,
        out: &Path,
        start: Instant,
    ) -> Result<(), Failure> {
        let api = &modelled.api;
        let options = Options { crate_name };
        let files = emit::emit(api, &options).map_err(|e| Failure::Other(e.to_string()))?;
        let plan = Plan::new(out, &files)?
            .seed("Cargo.toml", emit::cargo_toml(&options.crate_name, &files));
        let seeded = plan.seeds.iter().map(|(path, _)| path);
        let changed = seeded.chain(plan.changed.iter().map(|(path, _)| path));
        let summary = Summary {
            is_foreign: api.spec.is_foreign(),
            title: api.title.clone(),
            version: api.version.clone(),
            plugins: api.plugins.iter().filter(|plugin| !plugin.actions.is_empty()).count(),
            actions: api.plugins.iter().map(|plugin| plugin.actions.len()).sum(),
            operations: api.spec.operations.len(),
            models: api.spec.models.len(),
            untyped: api.spec.untyped.clone(),
            files: files.len(),
            lines: files.values().map(|text| text.lines().count()).sum(),
            changed: changed.cloned().collect(),
            removed: plan.stale.clone(),
            warnings: count(&modelled.findings, Severity::Warning),
            milliseconds: start.elapsed().as_millis(),
            missing: modelled.missing.clone(),
        };
        if self.check {
            self.say(&summary)?;
            return self.refuse_differences(&plan);
        }
        if !self.dry_run {
            plan.apply()?;
        }
        self.say(&summary)
    }

    fn say(&self, summary: &Summary) -> Result<(), Failure> {
        if self.format == Format::Json {
            return print(&serde_json::to_string_pretty(summary)?);
        }
        if self.dry_run {
            let written = summary.changed.iter().map(|path| format!("would write {path}"));
            let removed = summary.removed.iter().map(|path| format!("would remove {path}"));
            for line in written.chain(removed) {
                print(&line)?;
            }
        }
        if self.report_untyped {
            for pointer in &summary.untyped {
                print(&format!("untyped {pointer}"))?;
            }
        }
        let Summary { title, plugins, actions, operations, models, lines, milliseconds, .. } =
            summary;
        let mut parts = Vec::new();
        if !summary.is_foreign {
            parts.push(format!("{plugins} plugins, {actions} actions"));
        }
        if summary.is_foreign || *operations > 0 {
            parts.push(format!("{operations} operations, {models} models"));
        }
        let (parts, missing) = (parts.join(", "), without(&summary.missing));
        print(&format!("{title}: {parts}, {lines} lines, {milliseconds} ms{missing}"))
    }

    fn refuse_differences(&self, plan: &Plan<'_>) -> Result<(), Failure> {
        if plan.is_clean() {
            return Ok(());
        }
        say(&plan.diff(DIFF_LINES));
        let message =
            format!("{} files differ and {} are stale", plan.changed.len(), plan.stale.len());
        Err(Diagnostic::error("out-of-date", message)
            .help("run the same command without `--check`, and look at what it changes")
            .into())
    }
}

/// Where to write to.
fn out(settings: &Settings, library: &Library, here: PathBuf) -> Result<PathBuf, Failure> {
    match (&settings.out, &settings.spec, library.project()) {
        (Some(out), ..) => Ok(out.clone()),
        (None, Some(_), _) => {
            Err(Diagnostic::error("no-out", "`--spec` needs a directory to write to")
                .help("pass `--out DIR`, and a name with `--crate-name`")
                .into())
        }
        (None, None, Some(project)) => Ok(project.join("generated")),
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

/// Names that cargo takes for a package, and that a package beside the runtime can have.
fn crate_name(text: &str) -> Result<String, String> {
    let is_name = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
    let krate = text.replace('-', "_");
    let is_taken = name::is_keyword(&krate)
        || matches!(&*krate, "alloc" | "core" | "proc_macro" | "std" | "test" | "pydio_runtime");
    match (is_name, is_taken) {
        (true, false) => Ok(text.to_owned()),
        (true, true) => Err("cargo or the bindings use this name for something else".to_owned()),
        (false, _) => {
            Err("a crate's name begins with a letter and has letters, digits, `-` and `_`"
                .to_owned())
        }
    }
}
