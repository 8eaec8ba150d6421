//! Schemas that consist only of one another, by references alone or by `allOf`: the reference that
//! closes the circle is removed.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    pointer::{join, of_reference},
    schema_name,
    shape::{Violation, is_reference},
};

/// Where schemas are defined.
const SCHEMAS: &str = "/components/schemas";

/// Breaks the circles among the schemas of a document of OpenAPI 3.0.
pub(super) fn cut(document: &mut Value) -> Vec<Violation> {
    let circles = find(document);
    let mut violations = Vec::new();
    for (at, reference) in circles {
        if let Some(value) = document.pointer_mut(&at) {
            *value = json!({});
        }
        let name = schema_name(&reference).unwrap_or_default();
        let message = format!(
            "`{name}` refers back to itself without defining anything; it is treated as free JSON"
        );
        violations.push(Violation::warning("ref-circular", message, &join(&at, "$ref")));
    }
    violations
}

/// Returns the locations of the references that close a circle, and their targets.
fn find(document: &Value) -> Vec<(String, String)> {
    let Some(schemas) = document.pointer(SCHEMAS).and_then(Value::as_object) else {
        return Vec::new();
    };
    let mut search = Search::of(document);
    for name in schemas.keys() {
        search.visit(&join(SCHEMAS, name));
    }
    search.circles
}

struct Search<'s> {
    document: &'s Value,
    finished: BTreeSet<String>,
    /// The definitions on the current path, each with the locations that refer to it from there.
    open: Vec<(String, Vec<(String, String)>)>,
    /// Their names.
    is_open: BTreeSet<String>,
    circles: Vec<(String, String)>,
}

impl<'s> Search<'s> {
    fn of(document: &'s Value) -> Self {
        let (finished, is_open) = (BTreeSet::new(), BTreeSet::new());
        Self { document, finished, open: Vec::new(), is_open, circles: Vec::new() }
    }

    /// Looks for circles, with an explicit stack: a chain may be as long as the file.
    fn visit(&mut self, definition: &str) {
        if !self.finished.contains(definition) {
            self.enter(definition);
        }
        while let Some((_, left)) = self.open.last_mut() {
            let Some((at, reference)) = left.pop() else {
                if let Some((finished, _)) = self.open.pop() {
                    self.is_open.remove(&finished);
                    self.finished.insert(finished);
                }
                continue;
            };
            let Some(next) = of_reference(&reference) else { continue };
            if self.is_open.contains(&next) {
                self.circles.push((at, reference));
            } else if !self.finished.contains(&next) {
                self.enter(&next);
            }
        }
    }

    fn enter(&mut self, definition: &str) {
        let mut bases = Vec::new();
        if let Some(value) = self.document.pointer(definition) {
            collect_bases(value, definition, &mut bases);
        }
        self.is_open.insert(definition.to_owned());
        self.open.push((definition.to_owned(), bases));
    }
}

/// Collects the references that a schema consists of, with their locations.
fn collect_bases(value: &Value, at: &str, bases: &mut Vec<(String, String)>) {
    if is_reference(value) {
        let reference = value.get("$ref").and_then(Value::as_str).unwrap_or_default();
        bases.push((at.to_owned(), reference.to_owned()));
    } else if let Some(parts) = value.get("allOf").and_then(Value::as_array) {
        let at = join(at, "allOf");
        for (index, part) in parts.iter().enumerate() {
            collect_bases(part, &join(&at, &index.to_string()), bases);
        }
    }
}
