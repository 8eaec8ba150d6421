//! Specs: converts paths to operations, and schemas to models.

mod address;
mod aliases;
mod body;
mod boxing;
mod category;
mod content;
mod encoding;
mod form;
mod objects;
mod operations;
mod params;
mod response;
mod schemas;
mod security;
mod words;

use std::collections::{BTreeMap, HashMap};

use self::category::Category;
use crate::{
    diagnostic::{Diagnostic, Severity},
    ir::{
        self, Api, Dialect, Endpoint, EndpointKind, Group, Model, Site, SkippedOperation, Type,
        non_empty,
    },
    openapi::Spec,
    threads,
};

/// Converts the operations and models that a spec declares.
///
/// Returns them with a finding for everything that cannot be expressed, each with its location.
/// Such an operation is skipped, and such a schema becomes free JSON; neither stops the rest.
pub fn lower(spec: &Spec, dialect: Dialect) -> (Api, Vec<Diagnostic>) {
    // Schemas may be composed of one another, each as deep as the file allows.
    threads::apart(|| lower_here(spec, dialect))
}

fn lower_here(spec: &Spec, dialect: Dialect) -> (Api, Vec<Diagnostic>) {
    let mut builder = Builder {
        spec,
        dialect,
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
    let (schemes, certificates) = builder.security_schemes();
    builder.declared_models();
    builder.break_alias_circles();
    let mut endpoints = builder.operations();
    endpoints.sort_by(|a, b| (&a.group, &a.id).cmp(&(&b.group, &b.id)));
    let mut models: Vec<_> = builder.models.into_values().collect();
    boxing::mark(&mut models);
    ir::mark(&mut models, endpoints.iter());
    let untyped = builder.untyped.iter().map(|pointer| spec.shown_at(pointer));
    let mut untyped: Vec<_> = untyped.collect();
    untyped.sort_unstable();
    untyped.dedup();
    let mut skipped = builder.skipped;
    let gone = spec.skipped.iter().cloned();
    skipped.extend(gone.map(|(id, pointer)| SkippedOperation { id, pointer }));
    let security = spec.api.security.as_deref().map(security::requirements).unwrap_or_default();
    // Each operation of a Pydio includes it in its own path.
    let site = if dialect == Dialect::Other { builder.site } else { Site::default() };
    let mut api = Api {
        dialect,
        about: non_empty(spec.api.info.description.as_deref()),
        groups: groups(spec, &endpoints),
        endpoints,
        models,
        site,
        schemes,
        certificates,
        security,
        skipped,
        untyped,
        ..Api::default()
    };
    let mut findings = builder.findings;
    let unfit = operations::check_extensions(&mut api).into_iter();
    findings.extend(unfit.map(|(code, why)| spec.warning(code, why, "/paths")));
    (api, findings)
}

/// Returns the groups for the tags of the operations, which are sorted by tag.
fn groups(spec: &Spec, endpoints: &[Endpoint]) -> Vec<Group> {
    let doc = |tag: &str| {
        let declared = spec.api.tags.iter().filter(|declared| declared.name == tag);
        declared.filter_map(|declared| non_empty(declared.description.as_deref())).next_back()
    };
    let mut groups: Vec<Group> = Vec::new();
    for (index, endpoint) in endpoints.iter().enumerate() {
        match groups.last_mut().filter(|group| group.id == endpoint.group) {
            Some(group) => group.endpoints.push(index),
            None => groups.push(Group {
                kind: EndpointKind::Operation,
                id: endpoint.group.clone(),
                doc: doc(&endpoint.group),
                endpoints: vec![index],
                client_only: Vec::new(),
            }),
        }
    }
    groups
}

/// The state of a conversion: inline schemas add models, and findings are collected.
struct Builder<'s> {
    spec: &'s Spec,
    dialect: Dialect,
    models: BTreeMap<String, Model>,
    /// The declared schemas that are being read, the outermost first.
    building: Vec<String>,
    /// The number of fields inherited through `allOf`.
    copied: usize,
    untyped: Vec<String>,
    findings: Vec<Diagnostic>,
    /// Whether the current operation cannot be expressed.
    is_refused: bool,
    skipped: Vec<SkippedOperation>,
    site: Site,
    /// The types of inline error bodies, by their schemas.
    error_kinds: BTreeMap<String, Type>,
    /// The next number to try, by requested name.
    next_number: HashMap<String, u32>,
    /// The categories of named schemas, computed on demand.
    categories: HashMap<String, Category>,
    /// Whether named schemas may be `null`, computed on demand.
    nullable: HashMap<String, bool>,
}

impl Builder<'_> {
    /// Notes that the current operation cannot be expressed, which skips it. The conversion
    /// continues to find further problems.
    fn refuse(&mut self, pointer: &str, message: impl AsRef<str>) {
        self.is_refused = true;
        self.findings.push(self.spec.warning("operation-unsupported", message, pointer));
    }

    /// Notes that something may be sent or read differently from its declaration.
    fn warn(&mut self, code: &'static str, message: impl AsRef<str>, pointer: &str) {
        self.findings.push(self.spec.warning(code, message, pointer));
    }

    /// Notes that something is ignored.
    fn note(&mut self, code: &'static str, message: impl AsRef<str>, pointer: &str) {
        let finding = self.spec.warning(code, message, pointer);
        self.findings.push(Diagnostic { severity: Severity::Note, ..finding });
    }

    /// Notes that a schema cannot be expressed, and becomes free JSON.
    fn free(&mut self, pointer: &str, message: impl AsRef<str>) {
        self.untyped.push(pointer.to_owned());
        self.findings.push(self.spec.warning("schema-unsupported", message, pointer));
    }

    /// Returns a name for an inline schema: `wanted`, or with a number if that is taken.
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
