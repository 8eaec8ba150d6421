//! A spec in the form that the later stages expect.

use std::sync::Arc;

use openapiv3::OpenAPI;

use super::{files, locate::Places, origin::Origins};
use crate::diagnostic::{Diagnostic, Severity, SourceFile};

/// The format version of a spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Swagger 2.0.
    Swagger2,
    /// OpenAPI 3.0.
    OpenApi30,
    /// OpenAPI 3.1.
    OpenApi31,
}

/// A spec as OpenAPI 3.0, whatever its original version.
///
/// Only schemas are still referenced: all other references have been replaced with their targets.
/// Each operation has all of its parameters, including those of its path, and every `{variable}` of
/// its path is one of them.
#[derive(Debug)]
pub struct Spec {
    /// The file.
    pub file: Arc<SourceFile>,
    /// Its original version.
    pub dialect: Dialect,
    /// Its content.
    pub api: OpenAPI,
    /// What was ignored or dropped from the file on the way to [`Self::api`].
    pub findings: Vec<Diagnostic>,
    /// The operations of the file that are missing from [`Self::api`] because they were skipped:
    /// the id of each, or its method and path, or a path whose operations are unknown; and its
    /// location.
    pub skipped: Vec<(String, String)>,
    /// The other files that it consists of.
    pub others: Vec<Arc<SourceFile>>,
    pub(super) places: Arc<Places>,
    /// From the last conversion to the first.
    pub(super) origins: Vec<Origins>,
}

impl Spec {
    /// Creates an error about the target of `pointer` in [`Self::api`], shown where that was
    /// declared.
    pub fn error(&self, code: &'static str, message: impl AsRef<str>, pointer: &str) -> Diagnostic {
        let pointer = self.declared_at(pointer);
        self.places.error(code, message.as_ref(), &pointer)
    }

    /// Creates a warning about the target of `pointer` in [`Self::api`], shown where that was
    /// declared.
    pub fn warning(
        &self,
        code: &'static str,
        message: impl AsRef<str>,
        pointer: &str,
    ) -> Diagnostic {
        Diagnostic { severity: Severity::Warning, ..self.error(code, message, pointer) }
    }

    /// Returns where the target of `pointer` in [`Self::api`] was declared: the parameter for a
    /// property of a form, the definition for a schema.
    pub fn declared_at(&self, pointer: &str) -> String {
        self.origins.iter().fold(pointer.to_owned(), |pointer, origins| origins.of(&pointer))
    }

    /// Formats the same for display: in another file, its name and the pointer in it.
    pub fn shown_at(&self, pointer: &str) -> String {
        files::shown_pointer(self.declared_at(pointer))
    }
}
