//! Schemas.

use serde_json::{Value, json};

use super::{Converter, Object, text};
use crate::openapi::{
    pointer::{At, of_reference, reference_to},
    schemas::rename,
    shape::{Shape, openapi3::SCHEMA, walk_mut},
};

impl Converter<'_> {
    /// Converts the schema that is declared at `at`, with everything in it.
    pub(super) fn schema(&self, declared: &Value, at: &str) -> Value {
        let mut schema = declared.clone();
        walk_mut(&mut schema, &Shape::Ref(&SCHEMA), &At::Start(at), &mut |_, value, _| {
            if let Some(schema) = value.as_object_mut() {
                rewrite(schema);
            }
        });
        schema
    }

    /// Resolves the references of a schema.
    pub(super) fn resolved<'v>(&'v self, schema: &'v Value) -> &'v Value {
        let definitions = self.root.get("definitions");
        let mut schema = schema;
        // Longer than any real chain; circles have been cut.
        for _ in 0..1_000 {
            let reference = schema.get("$ref").and_then(Value::as_str).and_then(of_reference);
            let name = reference.as_deref().and_then(|to| to.strip_prefix("/definitions"));
            match name.and_then(|name| definitions?.pointer(name)) {
                Some(next) => schema = next,
                None => break,
            }
        }
        schema
    }
}

fn rewrite(schema: &mut Object) {
    match schema.get("x-nullable") {
        Some(nullable) if nullable.is_boolean() => rename(schema, "x-nullable", "nullable"),
        _ => {}
    }
    if let Some(reference) = text(schema, "$ref").and_then(of_home) {
        schema.insert("$ref".to_owned(), json!(reference));
    }
    let mapping = schema.get_mut("discriminator").and_then(|one| one.get_mut("mapping"));
    for target in
        mapping.and_then(Value::as_object_mut).into_iter().flat_map(|map| map.values_mut())
    {
        if let Some(reference) = target.as_str().and_then(of_home) {
            *target = json!(reference);
        }
    }
}

/// Returns the new reference to a definition of Swagger 2.0.
fn of_home(reference: &str) -> Option<String> {
    let pointer = of_reference(reference)?;
    let name = pointer.strip_prefix("/definitions/")?;
    Some(reference_to(&format!("/components/schemas/{name}")))
}
