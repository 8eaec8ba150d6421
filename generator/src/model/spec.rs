//! Building the second half of the model from an OpenAPI document.

mod address;
mod aliases;
mod boxing;
mod content;
mod direction;
mod objects;
mod operations;
mod params;
mod schemas;

pub(super) use direction::{prune, reached};

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Model, Operation};
use crate::{
    diagnostic::Diagnostic,
    docs::{SpecDocs, text},
    openapi::Spec,
};

/// The operations and models of a spec.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct SpecModel {
    /// Whose habits it has.
    pub dialect: Dialect,
    /// What it says of itself.
    pub about: Option<String>,
    /// What it says of its tags.
    pub tags: BTreeMap<String, String>,
    /// Its operations, ordered by tag and id.
    pub operations: Vec<Operation>,
    /// Its models, ordered by name.
    pub models: Vec<Model>,
    /// Places that are of no declared type, as JSON pointers into the spec.
    pub untyped: Vec<String>,
}

impl SpecModel {
    /// Whether there is nothing to emit.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty() && self.models.is_empty()
    }

    /// Whether it is that of another server than a Pydio 6–8.
    pub fn is_foreign(&self) -> bool {
        self.dialect == Dialect::Plain
    }
}

/// How a spec is to be understood.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// A Pydio 6–8, written in PHP: lists are spelt with `[]`, failures are reported in a success.
    #[default]
    Php,
    /// Any other.
    Plain,
}

/// Builds the model of a spec.
///
/// # Errors
///
/// Everything in it that is not supported, each with its place.
pub fn build(spec: &Spec, dialect: Dialect, docs: &SpecDocs) -> Result<SpecModel, Vec<Diagnostic>> {
    let mut builder = Builder {
        spec,
        dialect,
        docs,
        models: BTreeMap::new(),
        building: Vec::new(),
        copied: 0,
        untyped: Vec::new(),
        errors: Vec::new(),
    };
    builder.declared_models();
    builder.break_alias_circles();
    let mut operations = builder.operations();
    if !builder.errors.is_empty() {
        return Err(builder.errors);
    }
    operations.sort_by(|a, b| (&a.tag, &a.id).cmp(&(&b.tag, &b.id)));
    let mut models: Vec<_> = builder.models.into_values().collect();
    boxing::mark(&mut models);
    direction::mark(&mut models, &operations);
    let untyped = builder.untyped.iter().map(|pointer| spec.declared_at(pointer));
    let mut untyped: Vec<_> = untyped.collect();
    untyped.sort_unstable();
    untyped.dedup();
    let about = text(spec.api.info.description.as_deref());
    let tags = spec.api.tags.iter();
    let tags = tags.filter_map(|tag| Some((tag.name.clone(), text(tag.description.as_deref())?)));
    Ok(SpecModel { dialect, about, tags: tags.collect(), operations, models, untyped })
}

/// The state of a build: models grow as inline schemas are met, errors are collected.
struct Builder<'s> {
    spec: &'s Spec,
    dialect: Dialect,
    docs: &'s SpecDocs,
    models: BTreeMap<String, Model>,
    /// The declared schemas that are being read, the outermost first.
    building: Vec<String>,
    /// How many fields were taken over by `allOf`.
    copied: usize,
    untyped: Vec<String>,
    errors: Vec<Diagnostic>,
}

impl Builder<'_> {
    /// Notes that something is not supported; the build goes on to find more.
    fn refuse(&mut self, pointer: &str, message: impl AsRef<str>) {
        self.errors.push(self.spec.error("spec-unsupported", message, pointer));
    }

    /// A name for an inline schema: `wanted`, or with a number when that is taken.
    fn free_name(&self, wanted: &str) -> String {
        let is_free = |name: &String| !self.models.contains_key(name) && !self.declares(name);
        let numbered = (2..).map(|number: u32| format!("{wanted}{number}"));
        std::iter::once(wanted.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
    }

    fn declares(&self, name: &str) -> bool {
        let components = self.spec.api.components.as_ref();
        components.is_some_and(|components| components.schemas.contains_key(name))
    }
}

/// A name as a JSON pointer spells it.
fn token(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}
