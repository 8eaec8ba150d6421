//! The spec of an input: where it lies, what corrects it, what it comes to.

use std::{path::Path, sync::Arc};

use semver::Version;

use super::corrections::{Corrections, read_file};
use crate::{
    correct::overlay::{Applied, Overlay},
    diagnostic::{Diagnostic, SourceFile},
    docs::SpecDocs,
    manifest::Installation,
    model::{Dialect, SpecModel, build_spec},
    openapi,
};

/// Where releases and bundles have the spec of the v2 API. Older ones have none.
const PLACES: [&str; 3] =
    ["openapi.json", "plugins/core.ajaxplorer/routes/api2.json", "core/doc/api2.json"];

/// A spec by itself, read from a file.
#[derive(Debug)]
pub struct Foreign {
    /// What it calls itself, with its version.
    pub title: String,
    /// Its version.
    pub version: String,
    /// What it declares.
    pub model: SpecModel,
}

/// The spec file of an installation or bundle, when it has one.
///
/// # Errors
///
/// When it is there and cannot be read.
pub fn find(installation: &Installation) -> Result<Option<Arc<SourceFile>>, Diagnostic> {
    match PLACES.into_iter().find(|place| installation.has(place)) {
        Some(place) => installation.source(place).map(Some),
        None => Ok(None),
    }
}

/// Reads the spec of an installation, with the project's corrections and documentation.
pub(super) fn read(
    installation: &Installation,
    version: &str,
    docs: &SpecDocs,
    overlays: &[Overlay],
) -> Result<(SpecModel, Vec<Applied>), Vec<Diagnostic>> {
    let Some(file) = find(installation)? else { return Ok(Default::default()) };
    let mut applied = Vec::new();
    let mut source = openapi::parse(&file)?;
    for overlay in overlays {
        applied.extend(overlay.apply(&mut source.value, &semantic(version))?);
    }
    Ok((build_spec(&openapi::to_openapi(&source)?, Dialect::Php, docs)?, applied))
}

/// Reads a spec that is not Pydio's.
///
/// # Errors
///
/// Everything in it that is wrong or not supported, and the first correction that does not fit.
pub fn read_foreign(path: &Path, corrections: &Corrections) -> Result<Foreign, Vec<Diagnostic>> {
    let overlays = corrections.files.iter().map(|path| read_file(path));
    let overlays = overlays.collect::<Result<Vec<_>, _>>()?;
    foreign(&read_file(path)?, &overlays)
}

/// Makes of the text of a spec what [`read_foreign`] makes of a file.
///
/// # Errors
///
/// Those of [`read_foreign`].
pub fn foreign(
    file: &Arc<SourceFile>,
    overlays: &[Arc<SourceFile>],
) -> Result<Foreign, Vec<Diagnostic>> {
    let mut source = openapi::parse(file)?;
    let info = |key: &str| source.value["info"][key].as_str().map(str::to_owned);
    let version = info("version").unwrap_or_default();
    let title = info("title").filter(|title| !title.trim().is_empty());
    let title = title.unwrap_or_else(|| "an unnamed API".to_owned());
    for overlay in overlays {
        Overlay::parse(overlay)?.apply(&mut source.value, &semantic(&version))?;
    }
    let model = build_spec(&openapi::to_openapi(&source)?, Dialect::Plain, &SpecDocs::default())?;
    Ok(Foreign { title: format!("{title} {version}").trim_end().to_owned(), version, model })
}

/// A version with all of its three numbers.
pub(super) fn semantic(version: &str) -> Version {
    let mut numbers = version.trim_start_matches('v').split('.').map(|part| {
        let digits: String = part.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    });
    let mut next = || numbers.next().unwrap_or(0);
    Version::new(next(), next(), next())
}
