//! Schemas.

use serde_json::{Value, json};

use super::{Converter, Object, text};
use crate::openapi::{
    plain::rename,
    pointer::{At, of_reference},
    shape::{Misfit, Shape, swagger2::SCHEMA, walk_mut},
};

impl Converter<'_> {
    /// The schema that is declared at `at`, with all that is in it.
    pub(super) fn schema(&mut self, declared: &Value, at: &str) -> Value {
        let mut schema = declared.clone();
        walk_mut(&mut schema, &Shape::Ref(&SCHEMA), &At::Start(at), &mut |_, value, at| {
            if let Some(schema) = value.as_object_mut() {
                self.misfits.extend(rewrite(schema, at));
            }
        });
        schema
    }

    /// What a schema is once references are followed.
    pub(super) fn resolved<'v>(&'v self, schema: &'v Value) -> &'v Value {
        let reference = schema.get("$ref").and_then(Value::as_str);
        reference.and_then(|reference| self.copies.target(reference)).unwrap_or(schema)
    }
}

fn rewrite(schema: &mut Object, at: &At<'_>) -> Option<Misfit> {
    rename(schema, "x-nullable", "nullable");
    if let Some(reference) = text(schema, "$ref") {
        let pointer = of_reference(reference).unwrap_or_default();
        let name = pointer.trim_start_matches("/definitions/");
        schema.insert("$ref".to_owned(), json!(format!("#/components/schemas/{name}")));
        return None;
    }
    if let Some(property) = schema.get("discriminator").filter(|property| property.is_string()) {
        let discriminator = json!({ "propertyName": property });
        schema.insert("discriminator".to_owned(), discriminator);
    }
    if schema.get("nullable").is_some_and(|nullable| !nullable.is_boolean()) {
        let message = "`x-nullable` is neither `true` nor `false`";
        return Some(Misfit::new("spec-type", message, &at.key("x-nullable").pointer()));
    }
    let is_file = text(schema, "type") == Some("file");
    is_file.then(|| {
        let message = "`type: file` is for a whole answer and for a parameter of a form";
        Misfit::new("file-schema", message, &at.key("type").pointer())
    })
}
