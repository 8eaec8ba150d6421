//! The stages of processing a spec, and their findings.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde_json::{Map, Value, json};

use super::{
    Dialect, Source, Spec, circles, files, home,
    link::link,
    origin::{Found, Origins},
    parameters, plain,
    pointer::{At, join},
    repair::{Repair, Shared},
    schemas, security, select,
    shape::{Kind, Violation, is_reference},
    shape_of,
    source::Repeated,
    strip::strip,
    swagger2, typed, version,
};
use crate::diagnostic::{Diagnostic, Severity};

/// Converts a spec to OpenAPI 3.0. Anything that cannot be expressed is dropped, with a finding.
///
/// # Errors
///
/// Returns why the spec is unusable: it is not a spec, has an unsupported version, or has no paths.
pub fn to_openapi(source: &Source) -> Result<Spec, Vec<Diagnostic>> {
    into_openapi(source.clone())
}

/// Converts a spec to OpenAPI 3.0 as [`to_openapi`] does, without copying it.
///
/// # Errors
///
/// Returns the errors of [`to_openapi`].
pub fn into_openapi(mut source: Source) -> Result<Spec, Vec<Diagnostic>> {
    let mut document = std::mem::take(&mut source.value);
    let refused = |violation: Violation| vec![diagnostic(&source, violation)];
    let (dialect, said) = version::dialect(&document).map_err(refused)?;
    without_paths(&document, dialect).map_err(refused)?;
    version::write(&mut document, dialect);
    let mut run = Run { source: &source, origins: Vec::new(), found: Vec::new() };
    run.settle(Found::of(said.into_iter().collect()));
    let document = run.document(document, dialect);
    let (api, unread) = typed::read(document);
    let unread = unread.into_iter().map(|name| {
        let message = "a security scheme that does not declare how it is sent; it is ignored";
        let at = join("/components/securitySchemes", &name);
        Violation::warning("security-ignored", message, &at)
    });
    run.settle(Found::of(unread.collect()));
    // Parts that were cut are not reported again.
    let deep: BTreeSet<&String> = source.deep.iter().collect();
    run.found.retain(|one| one.severity > Severity::Note || !deep.contains(&one.pointer));
    let repeated = source.repeated.iter().map(Repeated::violation);
    let found = placed(&source, repeated.chain(source.cut()).chain(run.found));
    let skipped = found.iter().flat_map(|found| {
        let pointer = &found.pointer;
        found.skipped.iter().map(move |id| (id.clone(), files::shown_pointer(pointer.clone())))
    });
    let skipped = skipped.collect();
    let origins = run.origins;
    Ok(Spec {
        file: Arc::clone(&source.file),
        dialect,
        api,
        findings: source.cuts.iter().cloned().chain(diagnostics(&source, found)).collect(),
        skipped,
        others: source.others.clone(),
        places: Arc::clone(source.places()),
        origins: origins.into_iter().rev().collect(),
    })
}

/// Returns why a document has nothing to generate from.
fn without_paths(document: &Value, dialect: Dialect) -> Result<(), Violation> {
    let models = if dialect == Dialect::Swagger2 { "definitions" } else { "components" };
    match document.get("paths") {
        Some(Value::Object(_)) => Ok(()),
        Some(_) => {
            let message = "`paths` is not a map of paths";
            Err(Violation::new("spec-type", message, "/paths"))
        }
        None if dialect == Dialect::OpenApi31 || document.get(models).is_some() => Ok(()),
        None => {
            let message = format!("neither `paths` nor `{models}`: the spec is empty");
            Err(Violation::new("spec-missing", message, ""))
        }
    }
}

/// The findings so far, and the origins of the parts of the document.
struct Run<'s> {
    source: &'s Source,
    /// From the first conversion to the last.
    origins: Vec<Origins>,
    /// In terms of the file.
    found: Vec<Violation>,
}

impl Run<'_> {
    /// Records the findings and moves of a stage, which are in terms of the stage's input.
    fn settle(&mut self, stage: Found) {
        for mut violation in stage.violations {
            for origins in self.origins.iter().rev() {
                violation.pointer = origins.of(&violation.pointer);
            }
            self.found.push(violation);
        }
        if !stage.origins.is_empty() {
            self.origins.push(stage.origins);
        }
    }

    /// Converts the document to OpenAPI 3.0.
    fn document(&mut self, mut document: Value, dialect: Dialect) -> Value {
        let shape = shape_of(dialect);
        let home: fn(Kind) -> Option<&'static str> = match dialect {
            Dialect::Swagger2 => swagger2::home,
            _ => home,
        };
        let dropped = &self.source.dropped;
        let mut ignored = strip(&mut document, shape);
        ignored.retain(|violation| !select::is_dropped(dropped, &violation.pointer));
        self.settle(Found::of(ignored));
        self.settle(link(&mut document, shape, home, dropped));
        if self.source.is_part || !dropped.is_empty() {
            select::sweep(&mut document, dialect);
        }
        let schemes = security::declared(&document, dialect);
        self.repair(&mut document, dialect, home);
        self.settle(Found::of(security::undeclared(&document, dialect, &schemes)));
        self.settle(parameters::merge(&mut document));
        if dialect == Dialect::Swagger2 {
            let (converted, found) = swagger2::convert(&document);
            self.settle(found);
            document = converted;
        }
        if let Some(root) = document.as_object_mut() {
            root.insert("openapi".to_owned(), json!("3.0.3"));
        }
        self.settle(schemas::rewrite(&mut document, dialect));
        self.settle(Found::of(circles::cut(&mut document)));
        self.settle(Found::of(plain::rewrite(&mut document)));
        self.settle(parameters::settle(&mut document));
        document
    }

    /// Makes the document match the tables: first the shared parts, which replace the references to
    /// them.
    fn repair(
        &mut self,
        document: &mut Value,
        dialect: Dialect,
        home: fn(Kind) -> Option<&'static str>,
    ) {
        let names = home(Kind::Schema).and_then(|home| document.pointer(home)?.as_object());
        let names = names.into_iter().flat_map(Map::keys).cloned().collect::<BTreeSet<_>>();
        let mut shared = taken(document, dialect);
        self.repair_part(&mut shared, dialect, &names, None);
        let security = "/components/securitySchemes";
        let schemes = shared.pointer(security).and_then(Value::as_object);
        let has_references = schemes.is_some_and(|all| all.values().any(is_reference));
        let copy = if has_references { shared.pointer(security).cloned() } else { None };
        let kept = kept(&mut shared, dialect);
        let shared = shared;
        if let Some(root) = document.as_object_mut() {
            root.extend(kept);
        }
        let defined = Defined { shared: &shared, schemes: copy.as_ref(), home };
        self.repair_part(document, dialect, &names, Some(defined));
    }

    /// Makes a document, or its shared parts, match the tables.
    fn repair_part(
        &mut self,
        part: &mut Value,
        dialect: Dialect,
        schemas: &BTreeSet<String>,
        defined: Option<Defined<'_>>,
    ) {
        let (source, origins) = (self.source, std::mem::take(&mut self.origins));
        let written = |pointer: &str| {
            let old = origins.iter().rev().fold(pointer.to_owned(), |at, origins| origins.of(&at));
            let place = source.places().place(&old);
            let text = place.file.text.get(place.span)?;
            text.parse::<f64>().is_ok().then(|| text.to_owned())
        };
        let all = |kind: Kind, name: &str| defined.as_ref()?.get(kind, name);
        let mut repair = Repair {
            dialect,
            schemas,
            shared: defined.is_some().then(|| Shared::of(&all)),
            unread: &source.unread,
            written: &written,
            found: Found::default(),
            meant: BTreeMap::new(),
        };
        repair.run(part, shape_of(dialect), &At::ROOT);
        let found = repair.found;
        self.origins = origins;
        self.settle(found);
    }
}

/// The targets of references to things other than schemas.
struct Defined<'d> {
    shared: &'d Value,
    /// The security schemes, if they may refer to one another.
    schemes: Option<&'d Value>,
    home: fn(Kind) -> Option<&'static str>,
}

impl<'d> Defined<'d> {
    fn get(&self, kind: Kind, name: &str) -> Option<&'d Value> {
        match kind {
            Kind::SecurityScheme => self.schemes?.get(name),
            kind => self.shared.pointer((self.home)(kind)?)?.get(name),
        }
    }
}

/// Returns the keys of a document that hold shared parts.
fn shared_keys(dialect: Dialect) -> &'static [&'static str] {
    match dialect {
        Dialect::Swagger2 => &["definitions", "parameters", "responses", "securityDefinitions"],
        _ => &["components"],
    }
}

/// Moves the shared parts of a document to a document of their own.
fn taken(document: &mut Value, dialect: Dialect) -> Value {
    let mut shared = Map::new();
    if let Some(root) = document.as_object_mut() {
        let keys = shared_keys(dialect).iter();
        shared.extend(keys.filter_map(|key| root.remove_entry(*key)));
    }
    // The required keys of a document, so that nothing is reported twice.
    let version = if dialect == Dialect::Swagger2 { "swagger" } else { "openapi" };
    shared.insert(version.to_owned(), json!(""));
    shared.insert("info".to_owned(), json!({ "title": "", "version": "" }));
    shared.insert("paths".to_owned(), json!({}));
    Value::Object(shared)
}

/// Returns the shared parts that go back into the document: schemas and security schemes. The
/// others replace the references to them.
fn kept(shared: &mut Value, dialect: Dialect) -> Map<String, Value> {
    let mut kept = Map::new();
    let Some(shared) = shared.as_object_mut() else { return kept };
    if dialect == Dialect::Swagger2 {
        let keys = ["definitions", "securityDefinitions"];
        kept.extend(keys.into_iter().filter_map(|key| shared.remove_entry(key)));
        return kept;
    }
    if let Some(Value::Object(components)) = shared.get_mut("components") {
        let is_kept =
            |key: &str| matches!(key, "schemas" | "securitySchemes") || key.starts_with("x-");
        let keys: Vec<_> = components.keys().filter(|key| is_kept(key)).cloned().collect();
        let parts = keys.iter().filter_map(|key| components.remove_entry(key));
        kept.insert("components".to_owned(), Value::Object(parts.collect()));
    }
    kept
}

/// Sorts findings in the order of the file, and removes duplicates.
fn placed(source: &Source, found: impl Iterator<Item = Violation>) -> Vec<Violation> {
    let with_order = |violation: Violation| {
        let place = source.places().place(&violation.pointer);
        ((place.file.path(), place.span.start), violation)
    };
    let mut placed: Vec<_> = found.map(with_order).collect();
    let same = |one: &((String, usize), Violation), other: &((String, usize), Violation)| {
        (&one.0, &one.1.pointer, &one.1.message).cmp(&(
            &other.0,
            &other.1.pointer,
            &other.1.message,
        ))
    };
    placed.sort_by(same);
    placed.dedup_by(|one, other| same(one, other).is_eq());
    placed.into_iter().map(|(_, violation)| violation).collect()
}

/// Converts findings for display. Insignificant ones are shown only at their first occurrence.
fn diagnostics(source: &Source, found: Vec<Violation>) -> Vec<Diagnostic> {
    let mut notes: BTreeMap<(&str, String), usize> = BTreeMap::new();
    for violation in found.iter().filter(|one| one.severity == Severity::Note) {
        *notes.entry((violation.code, violation.message.clone())).or_default() += 1;
    }
    let mut diagnostics = Vec::new();
    for mut violation in found {
        if violation.severity == Severity::Note {
            let key = (violation.code, violation.message.clone());
            let Some(count) = notes.remove(&key) else { continue };
            if count > 1 {
                violation.message = format!("{}, {count} times", violation.message);
            }
        }
        diagnostics.push(diagnostic(source, violation));
    }
    diagnostics
}

fn diagnostic(source: &Source, violation: Violation) -> Diagnostic {
    let found = source.error(violation.code, violation.message, &violation.pointer);
    Diagnostic { severity: violation.severity, help: violation.help, ..found }
}
