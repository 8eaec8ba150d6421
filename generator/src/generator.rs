//! Generation as a library: for a `build.rs`, an `xtask`, or anything else that is not the
//! command line.
//!
//! ```no_run
//! use pydio_codegen::generator::Generator;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // A crate of its own, as an xtask would keep it up to date:
//! let report = Generator::new()
//!     .version("8.2.5")
//!     .plugins(["access.fs", "core.*"])
//!     .crate_name("my-pydio")
//!     .changelog()
//!     .write_crate("my-pydio")?;
//! println!("{} files, {} of them changed", report.files, report.changed.len());
//! # Ok(())
//! # }
//! ```
//!
//! A build script writes a module instead, which the crate then includes. Nothing of it is behind a
//! feature, since features are those of the crate that includes it. What a build script prints of a
//! [`GenerateError`] is what the command line would:
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! println!("cargo::rerun-if-changed=server");
//! let out = std::path::PathBuf::from(std::env::var("OUT_DIR")?).join("pydio");
//! pydio_codegen::generator::Generator::new()
//!     .installation("server")
//!     .plugins(["acme.*"])
//!     .write_module(out)?;
//! # Ok(())
//! # }
//! ```
//!
//! ```ignore
//! #[allow(dead_code, unused_imports, reason = "a program needs a part of them")]
//! mod pydio {
//!     include!(concat!(env!("OUT_DIR"), "/pydio/mod.rs"));
//! }
//! ```
//!
//! Both are projects in the repository, compiled and run by its tests: `tests/examples/xtask` and
//! `tests/examples/build-script`.

mod account;
mod package;

use std::{
    collections::BTreeSet,
    env, fmt,
    path::{Path, PathBuf},
};

use glob::Pattern;

pub(crate) use self::package::Made;
use crate::{
    diagnostic::Diagnostic,
    emit::{self, Files, Options},
    model::{Api, Calls, Selection},
    output::{OutputError, Plan},
    settings::Settings,
    source::{self, Corrections, Library, Request},
    suggest::did_you_mean,
};

pub use account::{Account, Correction, LeftOut};

/// What generated crates are called unless they are named.
pub const CRATE_NAME: &str = "pydio-client";

/// The settings of a generation, one by one.
#[derive(Clone, Debug, Default)]
pub struct Generator {
    settings: Settings,
    from: Option<PathBuf>,
}

/// The model that is generated from, with what was found on the way to it.
#[derive(Debug)]
pub struct Modelled {
    /// The model, corrected, and without what is not selected.
    pub api: Api,
    /// Warnings about the input.
    pub findings: Vec<Diagnostic>,
    /// Plugins that could not be read and were left out.
    pub missing: Vec<String>,
    /// What was read, what corrected it, and what was left out.
    pub account: Account,
    /// Where bundles and corrections were taken from.
    pub library: Library,
}

/// What was written.
#[derive(Debug)]
pub struct Report {
    /// How many files there are.
    pub files: usize,
    /// The paths of those that were written, since they were not there or not the same.
    pub changed: Vec<String>,
    /// The paths of those that were removed.
    pub removed: Vec<String>,
    /// Warnings about the input.
    pub findings: Vec<Diagnostic>,
    /// What no code was made of, by the reason.
    pub left_out: Vec<LeftOut>,
}

/// Why nothing was generated. What `main` of a build script prints of it can be read too.
#[derive(thiserror::Error)]
pub enum GenerateError {
    /// Something is wrong with an input.
    #[error("{}", shown(.0))]
    Input(Vec<Diagnostic>),
    /// What was emitted is malformed, which is a mistake of this crate.
    #[error(transparent)]
    Emit(#[from] emit::EmitError),
    /// The files could not be written.
    #[error(transparent)]
    Output(#[from] OutputError),
}

impl fmt::Debug for GenerateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

fn shown(findings: &[Diagnostic]) -> String {
    findings.iter().map(|finding| finding.render(false)).collect::<Vec<_>>().join("\n\n")
}

impl From<Diagnostic> for GenerateError {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Input(vec![diagnostic])
    }
}

impl From<Vec<Diagnostic>> for GenerateError {
    fn from(diagnostics: Vec<Diagnostic>) -> Self {
        Self::Input(diagnostics)
    }
}

impl Generator {
    /// Everything of the newest bundled version.
    pub fn new() -> Self {
        Self::default()
    }

    /// With the settings of a file `pydio-codegen.toml`, which the others are added to.
    pub fn with_settings(settings: Settings) -> Self {
        Self { settings, from: None }
    }

    /// From the bundle of this server version; or, with an installation, what version it is.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.settings.version = Some(version.into());
        self
    }

    /// From an installation: its directory, or the archive of a release.
    #[must_use]
    pub fn installation(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.pydio = Some(path.into());
        self
    }

    /// From the spec of any server: Swagger 2.0 or OpenAPI 3, JSON or YAML.
    #[must_use]
    pub fn spec(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.spec = Some(path.into());
        self
    }

    /// Only these plugins, by id, or actions, as `plugin/action`. `*` stands for any text.
    #[must_use]
    pub fn plugins<P: Into<String>>(mut self, patterns: impl IntoIterator<Item = P>) -> Self {
        self.settings.plugins.extend(patterns.into_iter().map(Into::into));
        self
    }

    /// Only operations with these tags. `*` stands for any text.
    #[must_use]
    pub fn tags<P: Into<String>>(mut self, patterns: impl IntoIterator<Item = P>) -> Self {
        self.settings.tags.extend(patterns.into_iter().map(Into::into));
        self
    }

    /// Only actions that REST v1 reaches.
    #[must_use]
    pub fn rest_only(mut self) -> Self {
        self.settings.rest_only = true;
        self
    }

    /// Corrected by these files as well, in this order.
    #[must_use]
    pub fn corrections<P: Into<PathBuf>>(mut self, files: impl IntoIterator<Item = P>) -> Self {
        self.settings.corrections.extend(files.into_iter().map(Into::into));
        self
    }

    /// As the declarations stand, without the corrections that come with the tool.
    #[must_use]
    pub fn without_own_corrections(mut self) -> Self {
        self.settings.no_corrections = true;
        self
    }

    /// Without plugins that cannot be read, instead of giving up.
    #[must_use]
    pub fn keep_going(mut self) -> Self {
        self.settings.keep_going = true;
        self
    }

    /// The name of the crate: `pydio-client` unless set. Examples in its documentation use it.
    #[must_use]
    pub fn crate_name(mut self, name: impl Into<String>) -> Self {
        self.settings.crate_name = Some(name.into());
        self
    }

    /// Notes in the crate's `CHANGELOG.md` what changes for programs since it was last written.
    #[must_use]
    pub fn changelog(mut self) -> Self {
        self.settings.changelog = true;
        self
    }

    /// Looks for a project with bundles of its own at or above this directory, instead of the
    /// current one.
    #[must_use]
    pub fn from_directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.from = Some(directory.into());
        self
    }

    /// Reads the input, corrects it and selects what is wanted of it.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the input, corrections that do not fit, and a selection that
    /// selects nothing.
    pub fn model(&self) -> Result<Modelled, GenerateError> {
        let settings = &self.settings;
        let corrections = Corrections {
            without_own: settings.no_corrections,
            files: settings.corrections.clone(),
        };
        let from = match &self.from {
            Some(from) => from.clone(),
            None => env::current_dir().map_err(|error| {
                Diagnostic::error("directory", format!("there is no current directory: {error}"))
            })?,
        };
        let mut modelled = match &settings.spec {
            Some(path) => foreign(path, &corrections, &from)?,
            None => self.declared(corrections, from)?,
        };
        let selection = settings.selection()?;
        if !selection.is_all() {
            let known = Known::of(&modelled.api);
            let idle = modelled.api.select(&selection);
            let idle = idle.iter().map(|pattern| match settings.plugins.contains(pattern) {
                true => known.no_plugin(pattern, &modelled),
                false => known.no_tag(pattern, &modelled),
            });
            let idle: Vec<_> = idle.collect();
            if !idle.is_empty() {
                return Err(idle.into());
            }
            modelled.account.leave_unselected(&known.calls, &modelled.api);
        }
        Ok(modelled)
    }

    fn declared(&self, corrections: Corrections, from: PathBuf) -> Result<Modelled, GenerateError> {
        let settings = &self.settings;
        let mut input = source::read(&Request {
            installation: settings.pydio.clone().or_else(|| settings.manifests.clone()),
            version: settings.version.clone(),
            from,
            corrections,
            without_spec: false,
        })?;
        if let Some(failed) = input.set.unread(settings.keep_going) {
            let mut diagnostics = std::mem::take(&mut input.set.diagnostics);
            diagnostics.push(failed);
            return Err(diagnostics.into());
        }
        let corrected = input.corrected()?;
        let account = Account::of(&input, &corrected);
        let mut findings = input.set.diagnostics;
        findings.extend(left_out(&corrected.skipped));
        Ok(Modelled {
            api: corrected.api,
            findings,
            account,
            missing: input.set.failed,
            library: input.library,
        })
    }

    /// The files of the bindings, in memory, with nothing behind a feature.
    ///
    /// # Errors
    ///
    /// Those of [`Generator::model`].
    pub fn files(&self) -> Result<Files, GenerateError> {
        let api = self.model()?.api;
        Ok(emit::emit(&api, &self.options())?)
    }

    fn options(&self) -> Options {
        let name = self.settings.crate_name.as_deref().unwrap_or(CRATE_NAME);
        Options { crate_name: name.to_owned() }
    }

    /// Writes a crate. Files that are as they should be are not touched, nor are those of somebody
    /// else; a `Cargo.toml` is written when there is none.
    ///
    /// # Errors
    ///
    /// Those of [`Generator::model`], and when the disk does not let it. Nothing is written then.
    pub fn write_crate(&self, directory: impl AsRef<Path>) -> Result<Report, GenerateError> {
        let mut modelled = self.model()?;
        let made = Made::new(&self.settings, &modelled.api, directory.as_ref())?;
        modelled.findings.extend(made.findings.iter().cloned());
        written(&made.plan()?, made.files.len(), modelled)
    }

    /// Writes a module for `include!` in a build script: `mod.rs` and what is below it. The crate
    /// that includes it depends on `pydio-runtime`.
    ///
    /// # Errors
    ///
    /// As [`Generator::write_crate`].
    pub fn write_module(&self, directory: impl AsRef<Path>) -> Result<Report, GenerateError> {
        let modelled = self.model()?;
        let files = emit::as_module(emit::emit(&modelled.api, &self.options())?);
        let plan = Plan::new(directory.as_ref(), &files)?;
        written(&plan, files.len(), modelled)
    }
}

fn foreign(path: &Path, corrections: &Corrections, from: &Path) -> Result<Modelled, GenerateError> {
    let foreign = source::read_foreign(path, corrections)?;
    Ok(Modelled {
        account: Account::of_spec(&foreign),
        api: Api::of_spec(foreign.title, foreign.version, foreign.model),
        findings: foreign.findings,
        missing: Vec::new(),
        library: Library::above(from),
    })
}

/// Says that corrections do not fit, of which there may be as many as the installation has fewer
/// plugins than the release.
pub(crate) fn left_out(skipped: &[Diagnostic]) -> Option<Diagnostic> {
    if skipped.is_empty() {
        return None;
    }
    let places = skipped.iter().filter_map(|misfit| Some(misfit.place.as_ref()?.to_string()));
    let places = places.collect::<Vec<_>>().join(", ");
    let message = match skipped.len() {
        1 => format!("a correction does not fit this installation and was left out: {places}"),
        n => format!("{n} corrections do not fit this installation and were left out: {places}"),
    };
    let help = "they were made for the release; `--corrections FILE` adds others";
    Some(Diagnostic::warning("corrections-left-out", message).help(help))
}

/// What can be selected.
struct Known {
    plugins: Vec<String>,
    tags: BTreeSet<String>,
    calls: Calls,
}

impl Known {
    fn of(api: &Api) -> Self {
        Self {
            plugins: api.plugins.iter().map(|plugin| plugin.id.clone()).collect(),
            tags: api.spec.operations.iter().map(|operation| operation.tag.clone()).collect(),
            calls: api.calls(),
        }
    }

    /// Says that a pattern selects neither a plugin nor an action.
    fn no_plugin(&self, pattern: &str, modelled: &Modelled) -> Diagnostic {
        if modelled.missing.iter().any(|failed| failed == pattern) {
            return Diagnostic::error(
                "no-plugin",
                format!("the plugin `{pattern}` cannot be read"),
            )
            .help("only the others can be had with `--keep-going`");
        }
        let of_action =
            pattern.split_once('/').filter(|(id, _)| self.plugins.iter().any(|p| p == id));
        let message = match of_action {
            Some((plugin, action)) => format!("no action `{action}` in {plugin}"),
            None => format!("no plugin `{pattern}` in {}", modelled.api.title),
        };
        let help = match of_action {
            Some((plugin, action)) => {
                let prefix = format!("{plugin}/");
                let own = self.calls.actions.iter().filter_map(|name| name.strip_prefix(&*prefix));
                did_you_mean(action, own)
            }
            None => {
                let actions = self.calls.actions.iter().filter(|_| pattern.contains('/'));
                did_you_mean(pattern, self.plugins.iter().chain(actions).map(String::as_str))
            }
        };
        let error = Diagnostic::error("no-plugin", message);
        error.help(help.unwrap_or_else(|| LISTS.to_owned()))
    }

    /// Says that a pattern selects no tag.
    fn no_tag(&self, pattern: &str, modelled: &Modelled) -> Diagnostic {
        let message = format!("no operation has the tag `{pattern}` in {}", modelled.api.title);
        let help = did_you_mean(pattern, self.tags.iter().map(String::as_str));
        Diagnostic::error("no-tag", message).help(help.unwrap_or_else(|| match self.tags.len() {
            0 => "it has no operations".to_owned(),
            _ => format!("there are: {}", Vec::from_iter(self.tags.iter().cloned()).join(", ")),
        }))
    }
}

/// Where to look for what there is.
const LISTS: &str = "`inspect` lists the plugins with their actions";

fn written(plan: &Plan<'_>, files: usize, modelled: Modelled) -> Result<Report, GenerateError> {
    plan.apply()?;
    let Modelled { findings, account: Account { left_out, .. }, .. } = modelled;
    let users = plan.users.iter().map(|(path, _)| path);
    let changed = users.chain(plan.changed.iter().map(|(path, _)| path)).cloned().collect();
    Ok(Report { files, changed, removed: plan.stale.clone(), findings, left_out })
}

impl Settings {
    fn selection(&self) -> Result<Selection, Diagnostic> {
        Ok(Selection {
            plugins: patterns(&self.plugins)?,
            tags: patterns(&self.tags)?,
            rest_only: self.rest_only,
        })
    }
}

fn patterns(texts: &[String]) -> Result<Vec<Pattern>, Diagnostic> {
    let pattern = |text: &String| {
        Pattern::new(text).map_err(|error| {
            Diagnostic::error("pattern", format!("`{text}` is no pattern: {error}")).help(
                "`*` stands for any text, `?` for a character, `[ab]` for one of those, and `[[]` for \
                 the bracket itself: `access.*`, `access.fs/ls`",
            )
        })
    };
    texts.iter().map(pattern).collect()
}
