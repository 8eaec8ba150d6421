//! The corrections of an input: the project's own, and those a user adds.

use std::{path::PathBuf, sync::Arc};

use super::library::{Library, read_file};
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
    /// Reads the corrections of a library and those that are added to them.
    ///
    /// # Errors
    ///
    /// The first file that cannot be read or is not understood.
    pub fn read(library: &Library, asked: &Corrections) -> Result<Self, Vec<Diagnostic>> {
        let own = if asked.without_own { Vec::new() } else { library.yaml("corrections")? };
        let mut loaded = Self::default();
        for file in &own {
            loaded.add(file)?;
        }
        for path in &asked.files {
            loaded.add(&read_file(path)?)?;
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
            let spec = openapi::to_openapi(&source)?;
            self.models.extend(build_spec(&spec, Dialect::Php, &SpecDocs::default())?.models);
        } else {
            let message = "neither an `overlay` of the spec nor `corrections` of actions";
            return Err(source.error("corrections-malformed", message, "").into());
        }
        Ok(())
    }
}
