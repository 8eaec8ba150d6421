//! The corrections of an input: the project's own, and those a user adds.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::Value;

use crate::{
    correct::{actions::ActionCorrections, overlay::Overlay},
    diagnostic::{Diagnostic, SourceFile},
    docs::SpecDocs,
    model::{Dialect, Model, build_spec},
    openapi::{self, Source, join},
};

/// Which corrections an input gets.
#[derive(Clone, Debug, Default)]
pub struct Corrections {
    /// None of the project's own.
    pub without_own: bool,
    /// Files besides those.
    pub files: Vec<PathBuf>,
}

/// Corrections that were read. What a file is about shows in its first key.
#[derive(Debug, Default)]
pub struct Loaded {
    /// `overlay`: of the spec.
    pub overlays: Vec<Overlay>,
    /// `corrections`: of actions.
    pub actions: Vec<ActionCorrections>,
    /// `openapi`: models that actions answer.
    pub models: Vec<Model>,
}

impl Loaded {
    /// Reads the corrections of a project and those that are added to them. Files below `from`,
    /// where the user is, are called by their path from there.
    ///
    /// # Errors
    ///
    /// The first file that cannot be read or is not understood.
    pub fn read(
        project: Option<&Path>,
        from: &Path,
        asked: &Corrections,
    ) -> Result<Self, Vec<Diagnostic>> {
        let own = project.filter(|_| !asked.without_own);
        let mut files = Vec::new();
        if let Some(project) = own {
            collect(&project.join("manifests/corrections"), &mut files)?;
            files.sort_unstable();
        }
        files.extend(asked.files.iter().cloned());
        let mut loaded = Self::default();
        for path in files {
            loaded.add(&read_file_from(&path, from)?)?;
        }
        Ok(loaded)
    }

    fn add(&mut self, file: &Arc<SourceFile>) -> Result<(), Vec<Diagnostic>> {
        let source = openapi::parse(file)?;
        let has = |key: &str| source.value.get(key).is_some();
        if has("overlay") {
            self.overlays.push(Overlay::parse(file)?);
        } else if has("corrections") {
            self.actions.push(ActionCorrections::parse(file)?);
        } else if has("openapi") {
            self.add_models(&source)?;
        } else {
            let message = "neither an `overlay` of the spec, nor `corrections` of actions, nor an \
                           `openapi` document with the models that these answer";
            return Err(source.error("corrections-malformed", message, "").into());
        }
        Ok(())
    }

    fn add_models(&mut self, source: &Source) -> Result<(), Vec<Diagnostic>> {
        let error = |message, at: &str| source.error("corrections-malformed", message, at);
        let paths = source.value.get("paths").and_then(Value::as_object);
        if let Some(path) = paths.and_then(|paths| paths.keys().next()) {
            let message = "paths in a file of models".to_owned();
            let help = "models are what actions answer; a spec to generate from goes with `--spec`";
            return Err(error(message, &join("/paths", path)).help(help).into());
        }
        let spec = openapi::to_openapi(source)?;
        for model in build_spec(&spec, Dialect::Php, &SpecDocs::default())?.models {
            if self.models.iter().any(|known| known.name == model.name) {
                let message = format!("another file has a model `{}` already", model.name);
                let at = join("/components/schemas", &model.name);
                return Err(error(message, &at).help("give this one another name").into());
            }
            self.models.push(model);
        }
        Ok(())
    }
}

/// Adds the YAML files below a directory.
fn collect(directory: &Path, files: &mut Vec<PathBuf>) -> Result<(), Diagnostic> {
    if !directory.is_dir() {
        return Ok(());
    }
    let unreadable = |error| unreadable(directory, &error);
    for entry in fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        }
    }
    Ok(())
}

fn read_file_from(path: &Path, from: &Path) -> Result<Arc<SourceFile>, Diagnostic> {
    let file = read_file(path)?;
    match path.strip_prefix(from) {
        Ok(shown) => Ok(SourceFile::new(shown.display().to_string(), &*file.text)),
        Err(_) => Ok(file),
    }
}

pub(super) fn read_file(path: &Path) -> Result<Arc<SourceFile>, Diagnostic> {
    let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    Ok(SourceFile::new(path.display().to_string(), text))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let message = format!("`{}` cannot be read: {error}", path.display());
    Diagnostic::error("file-unreadable", message)
}
