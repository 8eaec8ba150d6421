//! The corrections of an input: the project's own, and those of the user.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::Value;

use crate::{
    correct::{actions::ActionCorrections, extensions, overlay::Overlay},
    diagnostic::{Diagnostic, Severity, SourceFile},
    input::{Library, read_file_from},
    ir::{Dialect, EndpointKind, Model},
    lower,
    openapi::{self, Source, join},
};

/// The corrections to apply to an input.
#[derive(Clone, Debug, Default)]
pub struct Corrections {
    /// Whether to omit the project's own corrections.
    pub without_own: bool,
    /// Additional files, and directories of files.
    pub files: Vec<PathBuf>,
}

/// Corrections that were read. The first key of a file determines its kind.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The number of `overlays` that come with the tool; they are the first ones.
    pub own_overlays: usize,
    /// Files with the key `overlay`, for the spec.
    pub overlays: Vec<Overlay>,
    /// The number of `actions` that come with the tool; they are the first ones.
    pub own_actions: usize,
    /// Files with the key `corrections`, for actions.
    pub actions: Vec<ActionCorrections>,
    /// Files with the key `openapi`: models for the responses of actions.
    pub models: Vec<Model>,
    /// The files of those models.
    pub model_files: Vec<Source>,
    /// The paths of the files added by the user.
    pub added: Vec<String>,
}

/// Returns the files to read: of a directory, those that end in `.yaml`, in order.
fn files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Diagnostic> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let failed =
            |error| Diagnostic::error("file-unreadable", format!("`{}`: {error}", path.display()));
        let entries = fs::read_dir(path).map_err(failed)?.filter_map(Result::ok);
        let is_yaml = |path: &PathBuf| path.extension().is_some_and(|kind| kind == "yaml");
        let mut found: Vec<_> = entries.map(|entry| entry.path()).filter(is_yaml).collect();
        if found.is_empty() {
            let message = format!("no `.yaml` file in `{}`", path.display());
            return Err(Diagnostic::error("no-corrections", message));
        }
        found.sort();
        files.append(&mut found);
    }
    Ok(files)
}

impl Loaded {
    /// Reads the corrections of a library and the user's additional ones. Files below `from`, the
    /// user's directory, are shown by their path from there.
    ///
    /// # Errors
    ///
    /// Returns an error about the first file that cannot be read or is not understood.
    pub fn read(
        library: &Library,
        from: &Path,
        asked: &Corrections,
    ) -> Result<Self, Vec<Diagnostic>> {
        let own = match asked.without_own {
            true => Vec::new(),
            false => library.yaml("corrections", from)?,
        };
        let mut loaded = Self::default();
        for file in &own {
            loaded.add(file)?;
        }
        loaded.own_actions = loaded.actions.len();
        loaded.own_overlays = loaded.overlays.len();
        for path in files(&asked.files)? {
            let file = read_file_from(&path, from)?;
            loaded.added.push(file.path());
            loaded.add(&file)?;
        }
        Ok(loaded)
    }

    fn add(&mut self, file: &Arc<SourceFile>) -> Result<(), Vec<Diagnostic>> {
        let source = openapi::parse(file)?;
        let has = |key: &str| source.value.get(key).is_some();
        if has("overlay") {
            self.overlays.push(Overlay::of(source)?);
        } else if has("corrections") {
            self.actions.push(ActionCorrections::of(source)?);
        } else if has("openapi") {
            self.add_models(&source)?;
            self.model_files.push(source);
        } else {
            let message = "neither an `overlay` of the spec, nor `corrections` of actions, nor \
                           an `openapi` document with the models of their responses";
            return Err(source.error("corrections-malformed", message, "").into());
        }
        Ok(())
    }

    fn add_models(&mut self, source: &Source) -> Result<(), Vec<Diagnostic>> {
        let error = |message, at: &str| source.error("corrections-malformed", message, at);
        let paths = source.value.get("paths").and_then(Value::as_object);
        if let Some(path) = paths.and_then(|paths| paths.keys().next()) {
            let message = "paths in a file of models".to_owned();
            let help = "models describe the responses of actions; pass a spec to generate from \
                        with `--spec`";
            return Err(error(message, &join("/paths", path)).help(help).into());
        }
        extensions::check(source, &source.value, "")?;
        let spec = openapi::to_openapi(source)?;
        let (built, findings) = lower::spec(&spec, Dialect::Pydio);
        // A model in a correction must be valid: no declaration of a server could replace it.
        let findings: Vec<_> = spec.findings.into_iter().chain(findings).collect();
        if findings.iter().any(|finding| finding.severity > Severity::Note) {
            return Err(findings);
        }
        for model in built.models {
            if self.models.iter().any(|known| known.name == model.name) {
                let message = format!("another file already has a model `{}`", model.name);
                let at = join("/components/schemas", &model.name);
                return Err(error(message, &at).help("give this one another name").into());
            }
            self.models.push(Model { kind: EndpointKind::Action, ..model });
        }
        Ok(())
    }
}
