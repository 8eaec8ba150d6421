//! `generate`: from manifests to a crate.

use std::{
    env,
    path::{Path, PathBuf},
    time::Instant,
};

use clap::Args;
use serde::Serialize;

use super::{Failure, Format, InputArgs, count, foreign, print, say, without};
use crate::{
    diagnostic::{Diagnostic, Severity},
    emit::{self, Options},
    model::Api,
    name,
    output::Plan,
    source::Input,
    suggest::did_you_mean,
};

/// Writes the bindings as a crate: by default those of the newest bundled version into `generated`.
#[derive(Args)]
pub(super) struct Generate {
    #[command(flatten)]
    pub(super) input: InputArgs,

    /// Generate from this spec alone, of any server: Swagger 2.0 or OpenAPI 3, JSON or YAML.
    #[arg(long, value_name = "FILE", conflicts_with_all = FOR_MANIFESTS)]
    spec: Option<PathBuf>,

    /// Where to write. By default `generated`, beside the project's `manifests`.
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,

    /// Only these plugins, by id.
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    plugins: Vec<String>,

    /// The name of the crate.
    #[arg(long, value_name = "NAME", default_value = "pydio-client", value_parser = crate_name)]
    crate_name: String,

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

/// What only the reading of manifests can tell.
#[derive(Default)]
pub(super) struct Counts {
    missing: Vec<String>,
    warnings: usize,
}

/// What was done, for `--format json`.
#[derive(Serialize)]
struct Summary {
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

/// What says something of manifests or of the project's own corrections, and so nothing of a spec.
const FOR_MANIFESTS: [&str; 6] =
    ["pydio", "manifests", "plugins", "version", "keep_going", "no_corrections"];

/// The most lines of differences that `--check` shows.
const DIFF_LINES: usize = 60;

impl Generate {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let start = Instant::now();
        if let Some(path) = &self.spec {
            return foreign::run(self, path, start);
        }
        let mut input = self.input.read()?;
        self.check_plugins(&input)?;
        let out = self.out(&input)?;
        let counts = Counts {
            warnings: count(&input.set.diagnostics, Severity::Warning),
            missing: std::mem::take(&mut input.set.failed),
        };
        let mut api = input.api()?;
        if !self.plugins.is_empty() {
            api.select(&self.plugins);
        }
        self.write(&api, &out, counts, start)
    }

    /// Emits the bindings and does with them what was asked for.
    pub(super) fn write(
        &self,
        api: &Api,
        out: &Path,
        counts: Counts,
        start: Instant,
    ) -> Result<(), Failure> {
        let options = Options { crate_name: self.crate_name.clone() };
        let files = emit::emit(api, &options).map_err(|e| Failure::Other(e.to_string()))?;
        let plan = Plan::new(out, &files)?.seed("Cargo.toml", self.cargo_toml());
        let seeded = plan.seeds.iter().map(|(path, _)| path);
        let changed = seeded.chain(plan.changed.iter().map(|(path, _)| path));
        let summary = Summary {
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
            warnings: counts.warnings,
            milliseconds: start.elapsed().as_millis(),
            missing: counts.missing,
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

    /// Refuses plugins that are not there.
    fn check_plugins(&self, input: &Input) -> Result<(), Failure> {
        for id in &self.plugins {
            if !input.set.plugins.iter().any(|plugin| plugin.id == *id) {
                return Err(no_plugin(id, input).into());
            }
        }
        Ok(())
    }

    fn out(&self, input: &Input) -> Result<PathBuf, Failure> {
        Ok(match (&self.out, &input.project) {
            (Some(out), _) => out.clone(),
            (None, Some(project)) => project.join("generated"),
            (None, None) => env::current_dir()?.join("generated"),
        })
    }

    /// What a crate begins with. From then on it is the user's.
    fn cargo_toml(&self) -> String {
        let name = &self.crate_name;
        let runtime = env!("CARGO_PKG_VERSION");
        let rust = env!("CARGO_PKG_RUST_VERSION");
        format!(
            "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\
             rust-version = \"{rust}\"\n\n[dependencies]\npydio-runtime = \"{runtime}\"\n"
        )
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
        if self.spec.is_none() {
            parts.push(format!("{plugins} plugins, {actions} actions"));
        }
        if self.spec.is_some() || *operations > 0 {
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

/// Why the plugin `id`, which was asked for, is not there.
fn no_plugin(id: &str, input: &Input) -> Diagnostic {
    let Input { version, set, .. } = input;
    if set.failed.iter().any(|failed| failed == id) {
        return Diagnostic::error("no-plugin", format!("the plugin `{id}` cannot be read"))
            .help("only the others can be had with `--keep-going`");
    }
    let help = did_you_mean(id, set.plugins.iter().map(|plugin| &*plugin.id));
    let help = help.unwrap_or_else(|| "`inspect` lists the plugins with their actions".to_owned());
    Diagnostic::error("no-plugin", format!("no plugin `{id}` in Pydio {version}")).help(help)
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
