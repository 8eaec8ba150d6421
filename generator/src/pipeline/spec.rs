//! The spec of an input: its location, its corrections, and the resulting model.

use std::{cell::RefCell, collections::BTreeSet, path::Path, sync::Arc};

use semver::Version;
use serde_json::Value;

use super::corrections::Corrections;
use crate::{
    correct::overlay::{Applied, Overlay},
    diagnostic::{Diagnostic, Severity, SourceFile},
    input::{Installation, find_spec, read_file},
    ir::{Api, Dialect},
    lower,
    openapi::{self, Source},
    select::Selection,
    version,
};

/// The operations of a spec before the selection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unselected {
    /// The ids of the operations that were removed.
    pub operations: Vec<String>,
    /// All tags.
    pub tags: BTreeSet<String>,
}

/// Removes the operations that are not selected, and everything only they refer to, before any
/// checks of the spec.
fn select(source: &mut Source, selection: &Selection) -> Unselected {
    source.is_part = !selection.tags.is_empty();
    let tags = RefCell::new(BTreeSet::new());
    let operations = openapi::select(source, &|tag| {
        tags.borrow_mut().insert(tag.to_owned());
        selection.keeps_tag(tag)
    });
    Unselected { operations, tags: tags.into_inner() }
}

/// A spec read from a file, without an installation.
#[derive(Debug)]
pub struct External {
    /// What it declares.
    pub api: Api,
    /// What was ignored or skipped in it.
    pub findings: Vec<Diagnostic>,
    /// The paths of the files that it was read from.
    pub files: Vec<String>,
    /// The corrections that were applied.
    pub overlaid: Vec<Applied>,
    /// The parts that were not requested.
    pub unselected: Unselected,
}

/// The spec of an installation, with the results of its corrections.
#[derive(Default)]
pub(super) struct SpecInput {
    pub(super) api: Api,
    /// What was ignored or skipped in the spec.
    pub(super) findings: Vec<Diagnostic>,
    pub(super) applied: Vec<Applied>,
    pub(super) skipped: Vec<Diagnostic>,
    pub(super) unselected: Unselected,
    /// The file, if it cannot be read.
    pub(super) unread: Option<String>,
}

/// The options for reading the spec of an installation.
pub(super) struct Reading<'r> {
    pub(super) version: &'r str,
    pub(super) overlays: &'r [Overlay],
    /// The number of overlays, from the first, that need not fit.
    pub(super) lenient: usize,
    pub(super) selection: &'r Selection,
}

/// Reads the spec of an installation and applies its corrections.
///
/// # Errors
///
/// Returns an error for each correction that has to fit and does not. An unreadable spec is a
/// finding.
pub(super) fn read(
    installation: &Installation,
    reading: &Reading<'_>,
) -> Result<SpecInput, Vec<Diagnostic>> {
    let file = match find_spec(installation) {
        Ok(Some(file)) => file,
        Ok(None) => return Ok(SpecInput::default()),
        Err(error) => return Ok(unread(vec![error], "the spec")),
    };
    let mut source = match openapi::parse(&file) {
        Ok(source) => source,
        Err(error) => return Ok(unread(vec![error], &file.name)),
    };
    let version = version::lenient(reading.version);
    let (mut applied, mut skipped) = (Vec::new(), Vec::new());
    let (loose, strict) = reading.overlays.split_at(reading.lenient);
    for overlay in loose {
        let (done, violations) = overlay.apply_where_it_fits(&mut source.value, &version);
        applied.extend(done);
        skipped.extend(violations);
    }
    for overlay in strict {
        applied.extend(overlay.apply(&mut source.value, &version)?);
    }
    let unselected = select(&mut source, reading.selection);
    match api_of(source, Dialect::Pydio) {
        Ok((api, findings)) => {
            Ok(SpecInput { api, findings, applied, skipped, unselected, unread: None })
        }
        Err(errors) => Ok(unread(errors, &file.name)),
    }
}

/// Returns the result for an unreadable spec: no operation, and the reasons.
fn unread(errors: Vec<Diagnostic>, name: &str) -> SpecInput {
    let warning = |error| Diagnostic { severity: Severity::Warning, ..error };
    let findings = errors.into_iter().map(warning).collect();
    SpecInput { findings, unread: Some(name.to_owned()), ..SpecInput::default() }
}

/// A spec without an installation, as read, with its corrections.
#[derive(Debug)]
pub struct ExternalSpec {
    /// Its title and version.
    pub title: String,
    /// Its version.
    pub version: String,
    /// Its text and content.
    pub source: Source,
    /// Its corrections, in order.
    pub overlays: Vec<Overlay>,
}

impl ExternalSpec {
    /// Reads a spec and its corrections.
    ///
    /// # Errors
    ///
    /// Returns an error when the spec is not JSON or YAML, and about the first correction that is
    /// not understood.
    pub fn read(path: &Path, corrections: &Corrections) -> Result<Self, Diagnostic> {
        let overlays = corrections.files.iter().map(|path| read_file(path));
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let source = openapi::parse_in(folder.unwrap_or(Path::new(".")), &read_file(path)?)?;
        Self::of(source, &overlays.collect::<Result<Vec<_>, _>>()?)
    }

    fn of(source: Source, overlays: &[Arc<SourceFile>]) -> Result<Self, Diagnostic> {
        let info = |key: &str| match &source.value["info"][key] {
            Value::String(text) => Some(text.clone()),
            // In its original notation: a YAML number may be `1.10`.
            Value::Number(number) => {
                let place = source.at(format!("/info/{key}")).place();
                let written = place
                    .file
                    .text
                    .get(place.span)
                    .filter(|text| text.parse::<f64>().ok() == number.as_f64());
                Some(written.map_or_else(|| number.to_string(), str::to_owned))
            }
            _ => None,
        };
        let version = info("version").unwrap_or_default();
        let title = info("title").filter(|title| !title.trim().is_empty());
        let title = title.unwrap_or_else(|| "an unnamed API".to_owned());
        let overlays = overlays.iter().map(overlay).collect::<Result<_, _>>()?;
        let title = format!("{title} {version}").trim_end().to_owned();
        Ok(Self { title, version, source, overlays })
    }

    /// Returns its version, completed to three numbers.
    pub fn semantic_version(&self) -> Version {
        version::lenient(&self.version)
    }
}

/// Reads an overlay, the only allowed kind of correction.
fn overlay(file: &Arc<SourceFile>) -> Result<Overlay, Diagnostic> {
    let source = openapi::parse(file)?;
    if source.value.get("overlay").is_none() && source.value.get("corrections").is_some() {
        let message = "corrections of actions, but a spec has no actions";
        return Err(source
            .error("corrections-malformed", message, "/corrections")
            .help("correct a spec with overlays"));
    }
    Overlay::of(source)
}

/// Reads a spec of a server other than Pydio.
///
/// # Errors
///
/// Returns why nothing in it can be read, and the first correction that does not fit.
pub fn read_external(path: &Path, corrections: &Corrections) -> Result<External, Vec<Diagnostic>> {
    read_selected(path, corrections, &Selection::default())
}

/// Reads a part of a spec of a server other than Pydio. The rest is not reported.
///
/// # Errors
///
/// Returns the errors of [`read_external`].
pub fn read_selected(
    path: &Path,
    corrections: &Corrections,
    selection: &Selection,
) -> Result<External, Vec<Diagnostic>> {
    model(ExternalSpec::read(path, corrections)?, selection)
}

/// Converts the text of a spec, as [`read_external`] does for a file.
///
/// # Errors
///
/// Returns the errors of [`read_external`].
pub fn external(
    file: &Arc<SourceFile>,
    overlays: &[Arc<SourceFile>],
) -> Result<External, Vec<Diagnostic>> {
    model(ExternalSpec::of(openapi::parse(file)?, overlays)?, &Selection::default())
}

fn model(spec: ExternalSpec, selection: &Selection) -> Result<External, Vec<Diagnostic>> {
    let version = spec.semantic_version();
    let ExternalSpec { title, version: declared, mut source, overlays } = spec;
    let mut overlaid = Vec::new();
    for overlay in &overlays {
        overlaid.extend(overlay.apply(&mut source.value, &version)?);
    }
    let unselected = select(&mut source, selection);
    let files = std::iter::once(&source.file).chain(&source.others);
    let files = files.chain(overlays.iter().map(Overlay::file));
    let files = files.map(|file| file.path()).collect();
    let (api, findings) = api_of(source, Dialect::Other)?;
    let api = Api { title, version: declared, ..api };
    Ok(External { api, findings, files, overlaid, unselected })
}

/// Returns the model of a spec, with all findings.
fn api_of(source: Source, dialect: Dialect) -> Result<(Api, Vec<Diagnostic>), Vec<Diagnostic>> {
    let spec = openapi::into_openapi(source)?;
    let (api, lowered) = lower::spec(&spec, dialect);
    let mut findings = spec.findings;
    findings.extend(lowered);
    Ok((api, findings))
}
