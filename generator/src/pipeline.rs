//! Generation as a library: for a `build.rs`, an `xtask`, or anything else that is not the
//! command line.
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
//! A build script writes a module instead, which the crate then includes. Nothing of it is behind a
//! feature, since features are those of the crate that includes it. What a build script prints of a
//! [`GenerateError`] is what the command line would:
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
//! Both are projects in the repository, compiled and run by its tests: `tests/examples/xtask` and
//! `tests/examples/build-script`.

mod corrections;
mod input;
mod package;
mod read;
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
pub use spec::{External, ExternalSpec, Unselected, external, read_external, read_selected};
pub use summary::{Account, Correction, LeftOut};

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
    /// Warnings and notes about the input.
    pub findings: Vec<Diagnostic>,
    /// What could not be read or expressed, and was left out.
    pub skipped: Vec<Skipped>,
    /// What was read, what corrected it, and what was left out.
    pub account: Account,
    /// Where bundles and corrections were taken from.
    pub library: Library,
}

/// Something that could not be read or expressed. There is a finding for each.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Skipped {
    /// What it is: a `plugin`, an `action`, an `operation`, an `include`, or the `spec` of an
    /// installation.
    pub kind: &'static str,
    /// The plugin's id, `plugin/action`, the operation's id or its method and path, the path of
    /// operations that are not known, or the file.
    pub name: String,
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
    /// Warnings and notes about the input.
    pub findings: Vec<Diagnostic>,
    /// What could not be read or expressed, and was left out.
    pub skipped: Vec<Skipped>,
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

    /// Fails where there is a warning about what the input declares, such as that an operation
    /// cannot be expressed. Without it, that is left out and reported.
    #[must_use]
    pub fn strict(mut self) -> Self {
        self.settings.strict = true;
        self
    }

    /// Does nothing: what cannot be read is always left out, unless [`Generator::strict`] is asked
    /// for.
    #[doc(hidden)]
    #[deprecated = "this is what is done anyway"]
    #[must_use]
    pub fn keep_going(self) -> Self {
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
    /// What cannot be read or expressed is left out, with a finding.
    ///
    /// # Errors
    ///
    /// When the input is not there or nothing is left of it, corrections that do not fit, a
    /// selection that selects nothing, and, if [strict](Generator::strict), every warning about
    /// what is declared.
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
            Diagnostic::error("pattern", format!("`{text}` is no pattern: {error}")).help(
                "`*` stands for any text, `?` for a character, `[ab]` for one of those, and `[[]` for \
                 the bracket itself: `access.*`, `access.fs/ls`",
            )
        })
    };
    texts.iter().map(pattern).collect()
}
