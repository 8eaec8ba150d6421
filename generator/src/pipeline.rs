//! Generation as a library: for a `build.rs`, an `xtask`, or anything else other than the command
//! line.
//!
//! ```no_run
//! use pydio_codegen::Generator;
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
//! A build script writes a module instead, which the crate then includes. The module has no
//! features, because features belong to the crate that includes it. A build script prints a
//! [`GenerateError`] the same way as the command line:
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! println!("cargo::rerun-if-changed=server");
//! let out = std::path::PathBuf::from(std::env::var("OUT_DIR")?).join("pydio");
//! pydio_codegen::Generator::new()
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
//! Both examples are projects in the repository, compiled and run by its tests:
//! `tests/examples/xtask` and `tests/examples/build-script`.

mod corrections;
mod input;
mod package;
mod read;
mod side;
mod spec;
mod summary;

use std::{
    env, fmt,
    path::{Path, PathBuf},
};

use glob::Pattern;
use serde::Serialize;

use self::read::Read;
pub(crate) use self::{
    package::Made,
    read::{left_out, strict},
};
use crate::{
    diagnostic::Diagnostic,
    emit::{self, Options},
    input::Library,
    ir::Api,
    select::Selection,
    settings::Settings,
    write::{Files, OutputError, Plan},
};

pub use corrections::{Corrections, Loaded};
pub(crate) use input::nothing_left;
pub use input::{Corrected, Input, Request, read};
pub use side::Side;
pub use spec::{External, ExternalSpec, Unselected, external, read_external, read_selected};
pub use summary::{Account, Correction, LeftOut};

/// The default name of generated crates.
pub const CRATE_NAME: &str = "pydio-client";

/// A builder for the settings of a generation.
#[derive(Clone, Debug, Default)]
pub struct Generator {
    settings: Settings,
    from: Option<PathBuf>,
}

/// The model to generate from, with the findings and the summary.
#[derive(Debug)]
pub struct Modelled {
    /// The model, corrected and reduced to the selection.
    pub api: Api,
    /// Warnings and notes about the input.
    pub findings: Vec<Diagnostic>,
    /// What could not be read or expressed, and was skipped.
    pub skipped: Vec<Skipped>,
    /// What was read, corrected and skipped.
    pub account: Account,
    /// Where bundles and corrections were taken from.
    pub library: Library,
}

/// Something that could not be read or expressed. There is a finding for each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// The kind: a `plugin`, an `action`, an `operation`, an `include`, or the `spec` of an
    /// installation.
    pub kind: &'static str,
    /// The plugin's id, `plugin/action`, the operation's id or its method and path, the path of
    /// unknown operations, or the file.
    pub name: String,
}

/// What was written.
#[derive(Debug)]
pub struct Report {
    /// The number of files.
    pub files: usize,
    /// The paths of the files that were written, because they were missing or different.
    pub changed: Vec<String>,
    /// The paths of the files that were removed.
    pub removed: Vec<String>,
    /// Warnings and notes about the input.
    pub findings: Vec<Diagnostic>,
    /// What could not be read or expressed, and was skipped.
    pub skipped: Vec<Skipped>,
    /// What was not generated, by reason.
    pub left_out: Vec<LeftOut>,
}

/// Why nothing was generated. It is also readable when `main` of a build script returns it.
#[derive(thiserror::Error)]
pub enum GenerateError {
    /// Something is wrong with an input.
    #[error("{}", shown(.0))]
    Input(Vec<Diagnostic>),
    /// The emitted code is malformed, which is a bug in this crate.
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
    /// Creates a generator for everything in the newest bundled version.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates a generator with the settings of a file `pydio-codegen.toml`. Later calls add to
    /// them.
    pub fn with_settings(settings: Settings) -> Self {
        Self { settings, from: None }
    }

    /// Generates from the bundle of this server version. With an installation, sets its version.
    #[must_use]
    pub fn version(mut self, version: impl Into<String>) -> Self {
        self.settings.version = Some(version.into());
        self
    }

    /// Generates from an installation: its directory, or the archive of a release.
    #[must_use]
    pub fn installation(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.pydio = Some(path.into());
        self
    }

    /// Generates from the spec of any server: Swagger 2.0 or OpenAPI 3, JSON or YAML.
    #[must_use]
    pub fn spec(mut self, path: impl Into<PathBuf>) -> Self {
        self.settings.spec = Some(path.into());
        self
    }

    /// Generates only these plugins, by id, or actions, as `plugin/action`. `*` matches any text.
    #[must_use]
    pub fn plugins<P: Into<String>>(mut self, patterns: impl IntoIterator<Item = P>) -> Self {
        self.settings.plugins.extend(patterns.into_iter().map(Into::into));
        self
    }

    /// Generates only operations with these tags. `*` matches any text.
    #[must_use]
    pub fn tags<P: Into<String>>(mut self, patterns: impl IntoIterator<Item = P>) -> Self {
        self.settings.tags.extend(patterns.into_iter().map(Into::into));
        self
    }

    /// Generates only actions that REST v1 reaches.
    #[must_use]
    pub fn rest_only(mut self) -> Self {
        self.settings.rest_only = true;
        self
    }

    /// Applies these files of corrections as well, in this order.
    #[must_use]
    pub fn corrections<P: Into<PathBuf>>(mut self, files: impl IntoIterator<Item = P>) -> Self {
        self.settings.corrections.extend(files.into_iter().map(Into::into));
        self
    }

    /// Uses the declarations as published, without the corrections that come with the tool.
    #[must_use]
    pub fn without_own_corrections(mut self) -> Self {
        self.settings.no_corrections = true;
        self
    }

    /// Fails on any warning about the declarations, such as an operation that cannot be expressed.
    /// By default, the operation is skipped and reported.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.settings.strict = true;
        self
    }

    /// Has no effect: whatever cannot be read is always skipped, unless [`Generator::strict`] is
    /// set.
    #[doc(hidden)]
    #[deprecated = "this is already the default"]
    #[must_use]
    pub fn keep_going(self) -> Self {
        self
    }

    /// Sets the name of the crate, which is `pydio-client` by default. Examples in its
    /// documentation use it.
    #[must_use]
    pub fn crate_name(mut self, name: impl Into<String>) -> Self {
        self.settings.crate_name = Some(name.into());
        self
    }

    /// Adds what changed for programs since the last run to the crate's `CHANGELOG.md`.
    #[must_use]
    pub fn changelog(mut self) -> Self {
        self.settings.changelog = true;
        self
    }

    /// Writes tests of every call as well, into `tests/calls`. They need the crate
    /// `pydio-test-server` among the crate's `dev-dependencies`.
    #[must_use]
    pub fn with_tests(mut self) -> Self {
        self.settings.with_tests = true;
        self
    }

    /// Looks for a project with its own bundles at or above this directory, instead of the current
    /// one.
    #[must_use]
    pub fn from_directory(mut self, directory: impl Into<PathBuf>) -> Self {
        self.from = Some(directory.into());
        self
    }

    /// Reads the input, corrects it and reduces it to the selection.
    ///
    /// Whatever cannot be read or expressed is skipped, with a finding.
    ///
    /// # Errors
    ///
    /// Returns an error when the input is missing or nothing in it is usable, when corrections do
    /// not fit, when a selection matches nothing, and, if [strict](Generator::strict), for every
    /// warning about the declarations.
    pub fn model(&self) -> Result<Modelled, GenerateError> {
        let settings = &self.settings;
        let corrections = Corrections {
            without_own: settings.no_corrections,
            files: settings.corrections.clone(),
        };
        let from = match &self.from {
            Some(from) => from.clone(),
            None => here()?,
        };
        let selection = settings.selection()?;
        let mut read = match &settings.spec {
            Some(path) => Read::of_spec(path, &corrections, &from, &selection)?,
            None => Read::of_input(input::read(&Request {
                installation: settings.pydio.clone().or_else(|| settings.manifests.clone()),
                version: settings.version.clone(),
                from,
                corrections,
                without_spec: false,
                selection: selection.clone(),
            })?)?,
        };
        let mut refused = Vec::new();
        if settings.strict {
            refused.extend(strict(&read.findings));
        }
        if !selection.is_all() {
            refused.extend(read.select(&selection, settings));
        }
        if refused.is_empty() && read.is_empty() && !read.skipped.is_empty() {
            refused.push(nothing_left(&read.api.title));
        }
        if !refused.is_empty() {
            let mut findings = read.findings;
            if settings.strict {
                findings.iter_mut().for_each(Diagnostic::deny);
            }
            findings.extend(refused);
            return Err(findings.into());
        }
        let Read { api, mut findings, remarks, skipped, account, library, .. } = read;
        findings.extend(remarks);
        Ok(Modelled { api, findings, skipped, account, library })
    }

    /// Returns the files of the bindings, in memory and without features.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Generator::model`].
    pub fn files(&self) -> Result<Files, GenerateError> {
        let api = self.model()?.api;
        Ok(emit::emit(&api, &self.options())?)
    }

    fn options(&self) -> Options {
        let name = self.settings.crate_name.as_deref().unwrap_or(CRATE_NAME);
        Options { crate_name: name.to_owned() }
    }

    /// Writes a crate. Files that are up to date or that belong to the user are left alone; a
    /// `Cargo.toml` is written if there is none.
    ///
    /// # Errors
    ///
    /// Returns the errors of [`Generator::model`], and an error when writing fails. Nothing is
    /// written then.
    pub fn write_crate(&self, directory: impl AsRef<Path>) -> Result<Report, GenerateError> {
        let mut modelled = self.model()?;
        let made = Made::new(&self.settings, &modelled.api, directory.as_ref())?;
        modelled.findings.extend(made.findings.iter().cloned());
        written(&made.plan()?, made.files.len(), modelled)
    }

    /// Writes a module for `include!` in a build script: `mod.rs` and the files below it. The crate
    /// that includes it depends on `pydio-runtime`.
    ///
    /// # Errors
    ///
    /// Returns the same errors as [`Generator::write_crate`].
    pub fn write_module(&self, directory: impl AsRef<Path>) -> Result<Report, GenerateError> {
        let modelled = self.model()?;
        let files = emit::as_module(emit::emit(&modelled.api, &self.options())?);
        let plan = Plan::new(directory.as_ref(), &files)?;
        written(&plan, files.len(), modelled)
    }
}

/// Returns the current directory.
pub(crate) fn here() -> Result<PathBuf, Diagnostic> {
    env::current_dir().map_err(|error| {
        Diagnostic::error(
            "directory",
            format!(
                "the current directory cannot be determined: \
                                                {error}"
            ),
        )
    })
}

fn written(plan: &Plan<'_>, files: usize, modelled: Modelled) -> Result<Report, GenerateError> {
    plan.apply()?;
    let Modelled { findings, skipped, account: Account { left_out, .. }, .. } = modelled;
    let users = plan.users.iter().map(|(path, _)| path);
    let changed = users.chain(plan.changed.iter().map(|(path, _)| path)).cloned().collect();
    let removed = plan.stale.clone();
    Ok(Report { files, changed, removed, findings, skipped, left_out })
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
            Diagnostic::error("pattern", format!("`{text}` is not a pattern: {error}")).help(
                "`*` matches any text, `?` any character, `[ab]` one of these characters, and \
                 `[[]` a bracket; examples: `access.*`, `access.fs/ls`",
            )
        })
    };
    texts.iter().map(pattern).collect()
}
