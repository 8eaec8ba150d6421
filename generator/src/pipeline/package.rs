//! The contents of the output directory for a crate, given its current contents.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use super::{CRATE_NAME, GenerateError};
use crate::{
    diagnostic::{Diagnostic, SourceFile},
    diff::{self, Diff},
    emit::{self, Package},
    ir::Api,
    settings::Settings,
    surface::{FILE, Surface},
    write::{self, Files, OutputError, Plan},
};

/// The manifest of a crate, which belongs to the user once it exists.
const MANIFEST: &str = "Cargo.toml";

/// Where changes are noted.
const CHANGELOG: &str = "CHANGELOG.md";

/// The planned contents of a directory.
#[derive(Debug)]
pub(crate) struct Made {
    /// The files that belong to this tool.
    pub(crate) files: Files,
    /// Files that belong to the user: initial ones, or existing ones with additions.
    users: Vec<(String, String)>,
    /// What the user should know.
    pub(crate) findings: Vec<Diagnostic>,
    directory: PathBuf,
}

impl Made {
    /// Emits the crate for a directory, without writing it.
    pub(crate) fn new(settings: &Settings, api: &Api, out: &Path) -> Result<Self, GenerateError> {
        let manifest = manifest(&out.join(MANIFEST))?;
        let declared = manifest.as_ref().map(declared);
        let mut findings: Vec<_> = undeclared(api, declared.as_ref()).into_iter().collect();
        if settings.with_tests {
            findings.extend(manifest.as_ref().and_then(without_test_server));
        }
        let name = settings.crate_name.as_deref().unwrap_or(CRATE_NAME);
        let package = Package {
            crate_name: name.to_owned(),
            repository: settings.repository.clone(),
            command: settings.command(&api.version),
            declared,
            with_tests: settings.with_tests,
        };
        let mut files = emit::emit_crate(api, &package)?;
        if !write::may_be_written(&out.join(emit::README)) {
            files.remove(emit::README);
        }
        let mut users = Vec::new();
        if package.declared.is_none() {
            users.push((MANIFEST.to_owned(), emit::cargo_toml(api, &package)));
        }
        if settings.changelog {
            users.extend(changelog(api, name, out)?);
        }
        Ok(Self { files, users, findings, directory: out.to_owned() })
    }

    /// Plans the changes to the directory.
    pub(crate) fn plan(&self) -> Result<Plan<'_>, OutputError> {
        let plan = Plan::new(&self.directory, &self.files)?;
        Ok(self.users.iter().fold(plan, |plan, (path, text)| plan.user(path, text.clone())))
    }
}

/// Reads the manifest, if it exists.
fn manifest(path: &Path) -> Result<Option<toml::Table>, Diagnostic> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error)
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            return Ok(None);
        }
        Err(error) => {
            let message = format!("`{}` cannot be read: {error}", path.display());
            return Err(Diagnostic::error("manifest", message));
        }
    };
    let table = toml::from_str(&text).map_err(|error| {
        let file = SourceFile::new(path.display().to_string(), &*text);
        let span = error.span().unwrap_or(0..0);
        Diagnostic::error("manifest", error.message().to_owned()).at(&file, span)
    })?;
    Ok(Some(table))
}

/// Returns the features that a manifest declares.
fn declared(manifest: &toml::Table) -> BTreeSet<String> {
    let features = manifest.get("features").and_then(toml::Value::as_table);
    features.map(|features| features.keys().cloned().collect()).unwrap_or_default()
}

/// Reports that the crate which the tests need is not declared.
fn without_test_server(manifest: &toml::Table) -> Option<Diagnostic> {
    let declares = |table: &str| {
        let table = manifest.get(table).and_then(toml::Value::as_table);
        table.is_some_and(|table| table.contains_key(emit::TEST_SERVER))
    };
    if declares("dev-dependencies") || declares("dependencies") {
        return None;
    }
    let message = format!(
        "`{MANIFEST}` does not declare `{}`, which the tests of the calls need",
        emit::TEST_SERVER
    );
    let help = format!("add `{}` to `[dev-dependencies]`", emit::test_server());
    Some(Diagnostic::warning("tests", message).help(help))
}

/// Reports modules that cannot be disabled, because their features are undeclared. A manifest
/// without any feature of the bindings is taken as intentional.
fn undeclared(api: &Api, declared: Option<&BTreeSet<String>>) -> Option<Diagnostic> {
    let declared = declared?;
    let (known, missing): (Vec<_>, Vec<_>) =
        emit::features(api).into_keys().partition(|feature| declared.contains(feature));
    if known.is_empty() || missing.is_empty() {
        return None;
    }
    let message = format!(
        "`{MANIFEST}` does not declare the features `{}`, so their code is always compiled",
        missing.join("`, `")
    );
    let lines: Vec<_> = missing.iter().map(|feature| format!("`{feature} = []`")).collect();
    let help = format!("add {} to `[features]`, and to `default` there", lines.join(", "));
    Some(Diagnostic::warning("features", message).help(help))
}

/// Returns the changelog with the changes for programs since the last run, if there are any.
fn changelog(api: &Api, name: &str, out: &Path) -> Result<Option<(String, String)>, Diagnostic> {
    let before = out.join(FILE);
    if !before.exists() {
        return Ok(None);
    }
    let diff = Diff::of(&Surface::read(&before)?, &emit::surface(api));
    if diff.changes.is_empty() {
        return Ok(None);
    }
    let path = out.join(CHANGELOG);
    let existing = match fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => format!("# Changes of {name}\n"),
        read => read.map_err(|error| {
            let message = format!("`{}` cannot be read: {error}", path.display());
            Diagnostic::error("changelog", message)
        })?,
    };
    Ok(Some((CHANGELOG.to_owned(), diff::noted(&existing, &diff))))
}
