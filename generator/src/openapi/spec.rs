//! A spec in the one form that the stages after this one know.

use std::sync::Arc;

use openapiv3::OpenAPI;

use super::{files, locate::Places, origin::Origins};
use crate::diagnostic::{Diagnostic, Severity, SourceFile};

/// What a spec was written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Swagger 2.0.
    Swagger2,
    /// OpenAPI 3.0.
    OpenApi30,
    /// OpenAPI 3.1.
    OpenApi31,
}

/// A spec as OpenAPI 3.0, whatever it was written in.
///
/// Only schemas are references here: what `$ref` stood for elsewhere has taken its place. Each
/// operation has all of its parameters, those of its path included, and every `{variable}` of
/// its path is one of them.
#[derive(Debug)]
pub struct Spec {
    /// The file.
    pub file: Arc<SourceFile>,
    /// What it is written in.
    pub dialect: Dialect,
    /// Its content.
    pub api: OpenAPI,
    /// What of the file was ignored or left out on the way to [`Self::api`].
    pub findings: Vec<Diagnostic>,
    /// The operations of the file that are not in [`Self::api`] and should be: the id of each, or
    /// its method and path, or a path whose operations are not known; and where it is declared.
    pub skipped: Vec<(String, String)>,
    /// The other files that it is made of.
    pub others: Vec<Arc<SourceFile>>,
    pub(super) places: Arc<Places>,
    /// From the last conversion to the first.
    pub(super) origins: Vec<Origins>,
}

impl Spec {
    /// An error about what `pointer` points to in [`Self::api`], shown where that was declared.
    pub fn error(&self, code: &'static str, message: impl AsRef<str>, pointer: &str) -> Diagnostic {
        let pointer = self.declared_at(pointer);
        self.places.error(code, message.as_ref(), &pointer)
    }

    /// A warning about what `pointer` points to in [`Self::api`], shown where that was declared.
    pub fn warning(
        &self,
        code: &'static str,
        message: impl AsRef<str>,
        pointer: &str,
    ) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..self.error(code, message, pointer) }
    }

    /// Where in the file what `pointer` points to in [`Self::api`] was declared: the parameter
    /// for a property of a form, the definition for a schema.
    pub fn declared_at(&self, pointer: &str) -> String {
        self.origins.iter().fold(pointer.to_owned(), |pointer, origins| origins.of(&pointer))
    }

    /// The same as it is shown: in another file, the name of that and the pointer in it.
    pub fn shown_at(&self, pointer: &str) -> String {
        files::shown_pointer(self.declared_at(pointer))
    }
}
