//! Building the second half of the model from an OpenAPI document.

mod address;
mod aliases;
mod body;
mod boxing;
mod category;
mod content;
mod direction;
mod encoding;
mod form;
mod objects;
mod operations;
mod params;
mod response;
mod schemas;
mod security;

pub(super) use direction::{prune, reached};

use std::collections::{BTreeMap, HashMap};

use serde::Serialize;

use self::category::Category;
use super::{Model, Operation, Requirement, SecurityScheme, Site, Type};
use crate::{
    diagnostic::{Diagnostic, Severity},
    docs::{SpecDocs, text},
    openapi::Spec,
    threads,
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
    /// Where its operations are.
    pub site: Site,
    /// The security schemes that requests can carry, ordered by name.
    pub schemes: Vec<SecurityScheme>,
    /// The security schemes that operations want unless they say otherwise.
    pub security: Vec<Requirement>,
    /// Its operations, ordered by tag and id.
    pub operations: Vec<Operation>,
    /// Its models, ordered by name.
    pub models: Vec<Model>,
    /// The operations of the file that no code is made of, in the file's order.
    pub skipped: Vec<SkippedOperation>,
    /// Places that are of no declared type, as JSON pointers into the spec; those of another file
    /// behind its name and a `#`.
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

/// An operation that cannot be expressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SkippedOperation {
    /// Its `operationId`, or its method and path where it has none.
    pub id: String,
    /// Where it is declared: a JSON pointer into the file.
    pub pointer: String,
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
/// Returns it with a finding for everything that cannot be expressed, each with its place. Such an
/// operation is skipped, and such a schema is free JSON; neither stops the rest.
pub fn build(spec: &Spec, dialect: Dialect, docs: &SpecDocs) -> (SpecModel, Vec<Diagnostic>) {
    // A schema of many that are put together from one another, each as deep as may be.
    threads::apart(|| build_here(spec, dialect, docs))
}

fn build_here(spec: &Spec, dialect: Dialect, docs: &SpecDocs) -> (SpecModel, Vec<Diagnostic>) {
    let mut builder = Builder {
        spec,
        dialect,
        docs,
        models: BTreeMap::new(),
        building: Vec::new(),
        copied: 0,
        untyped: Vec::new(),
        findings: Vec::new(),
        is_refused: false,
        skipped: Vec::new(),
        site: Site::default(),
        error_kinds: BTreeMap::new(),
        next_number: HashMap::new(),
        categories: HashMap::new(),
        nullable: HashMap::new(),
    };
    builder.site = builder.site();
    let schemes = builder.security_schemes();
    builder.declared_models();
    builder.break_alias_circles();
    let mut operations = builder.operations();
    operations.sort_by(|a, b| (&a.tag, &a.id).cmp(&(&b.tag, &b.id)));
    let mut models: Vec<_> = builder.models.into_values().collect();
    boxing::mark(&mut models);
    direction::mark(&mut models, &operations);
    let untyped = builder.untyped.iter().map(|pointer| spec.shown_at(pointer));
    let mut untyped: Vec<_> = untyped.collect();
    untyped.sort_unstable();
    untyped.dedup();
    let about = text(spec.api.info.description.as_deref());
    let tags = spec.api.tags.iter();
    let tags = tags.filter_map(|tag| Some((tag.name.clone(), text(tag.description.as_deref())?)));
    let mut skipped = builder.skipped;
    let gone = spec.skipped.iter().cloned();
    skipped.extend(gone.map(|(id, pointer)| SkippedOperation { id, pointer }));
    let tags = tags.collect();
    let security = spec.api.security.as_deref().map(security::requirements).unwrap_or_default();
    // Of a Pydio, it is in the whole path of each operation.
    let site = if dialect == Dialect::Plain { builder.site } else { Site::default() };
    let model = SpecModel {
        dialect,
        about,
        tags,
        site,
        schemes,
        security,
        operations,
        models,
        skipped,
        untyped,
    };
    (model, builder.findings)
}

/// The state of a build: models grow as inline schemas are met, findings are collected.
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
    findings: Vec<Diagnostic>,
    /// Whether the operation that is being built cannot be expressed.
    is_refused: bool,
    skipped: Vec<SkippedOperation>,
    site: Site,
    /// The types of error bodies that are declared where they stand, by their schemas.
    error_kinds: BTreeMap<String, Type>,
    /// The next number to try, by the name that was wanted.
    next_number: HashMap<String, u32>,
    /// What named schemas are, as far as that was asked.
    categories: HashMap<String, Category>,
    /// Whether named schemas may be `null`, as far as that was asked.
    nullable: HashMap<String, bool>,
}

impl Builder<'_> {
    /// Notes that the operation being built cannot be expressed, which skips it. The build goes on
    /// to find more.
    fn refuse(&mut self, pointer: &str, message: impl AsRef<str>) {
        self.is_refused = true;
        self.findings.push(self.spec.warning("operation-unsupported", message, pointer));
    }

    /// Notes something that is sent or read otherwise than it is declared, maybe.
    fn warn(&mut self, code: &'static str, message: impl AsRef<str>, pointer: &str) {
        self.findings.push(self.spec.warning(code, message, pointer));
    }

    /// Notes something that is ignored.
    fn note(&mut self, code: &'static str, message: impl AsRef<str>, pointer: &str) {
        let finding = self.spec.warning(code, message, pointer);
        self.findings.push(Diagnostic { severity: Severity::Note, ..finding });
    }

    /// Notes that a schema cannot be expressed, so that what it describes is free JSON.
    fn free(&mut self, pointer: &str, message: impl AsRef<str>) {
        self.untyped.push(pointer.to_owned());
        self.findings.push(self.spec.warning("schema-unsupported", message, pointer));
    }

    /// A name for an inline schema: `wanted`, or with a number when that is taken.
    fn free_name(&mut self, wanted: &str) -> String {
        let mut name = wanted.to_owned();
        while self.models.contains_key(&name) || self.declares(&name) {
            let next = self.next_number.entry(wanted.to_owned()).or_insert(2);
            name = format!("{wanted}{next}");
            *next += 1;
        }
        name
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
