//! The corrections of an input: the project's own, and those a user adds.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    correct::{actions::ActionCorrections, overlay::Overlay},
    diagnostic::{Diagnostic, SourceFile},
    docs::SpecDocs,
    model::{Dialect, Model, build_spec},
    openapi,
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
    /// Reads the corrections of a project and those that are added to them.
    ///
    /// # Errors
    ///
    /// The first file that cannot be read or is not understood.
    pub fn read(project: Option<&Path>, asked: &Corrections) -> Result<Self, Vec<Diagnostic>> {
        let own = project.filter(|_| !asked.without_own);
        let mut files = Vec::new();
        if let Some(project) = own {
            collect(&project.join("manifests/corrections"), &mut files)?;
            files.sort_unstable();
        }
        files.extend(asked.files.iter().cloned());
        let mut loaded = Self::default();
        for path in files {
            loaded.add(&read_file(&path)?)?;
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
            let spec = openapi::to_openapi(&source)?;
            self.models.extend(build_spec(&spec, Dialect::Php, &SpecDocs::default())?.models);
        } else {
            let message = "neither an `overlay` of the spec nor `corrections` of actions";
            return Err(source.error("corrections-malformed", message, "").into());
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

pub(super) fn read_file(path: &Path) -> Result<Arc<SourceFile>, Diagnostic> {
    let text = fs::read_to_string(path).map_err(|error| unreadable(path, &error))?;
    Ok(SourceFile::new(path.display().to_string(), text))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Diagnostic {
    let message = format!("`{}` cannot be read: {error}", path.display());
    Diagnostic::error("file-unreadable", message)
}
