//! Types and models as JSON Schema.

use serde_json::{Map, Value, json};

use crate::ir::{EndpointKind, Field, Model, Shape, Type};

/// Returns the component name of a model.
pub(super) fn name(kind: EndpointKind, name: &str) -> String {
    match kind {
        EndpointKind::Action => format!("v1.{}", component(name)),
        EndpointKind::Operation => component(name),
    }
}

fn component(name: &str) -> String {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    name.chars().map(|c| if allowed(c) { c } else { '_' }).collect()
}

/// Returns the schema of a type that endpoints of one kind send or receive.
pub(super) fn of(kind: &Type, by: EndpointKind) -> Value {
    match kind {
        Type::Text => json!({ "type": "string" }),
        Type::Rights => json!({ "type": "string", "format": "pydio-rights" }),
        Type::Integer => json!({ "type": "integer", "format": "int64" }),
        Type::Unsigned => json!({ "type": "integer", "format": "int64", "minimum": 0 }),
        Type::IntegerText => json!({ "type": "string", "pattern": "^-?[0-9]+$" }),
        Type::UnsignedText => json!({ "type": "string", "pattern": "^[0-9]+$" }),
        Type::Time => json!({ "type": "integer", "format": "unixtime" }),
        Type::Float => json!({ "type": "number" }),
        Type::Boolean => json!({ "type": "boolean" }),
        Type::Any => json!({}),
        Type::Object => json!({ "type": "object" }),
        Type::List(inner) => json!({ "type": "array", "items": of(inner, by) }),
        Type::Map(inner) => json!({ "type": "object", "additionalProperties": of(inner, by) }),
        Type::Nullable(inner) => json!({ "anyOf": [of(inner, by), { "type": "null" }] }),
        Type::Lenient(inner) => lenient(inner, by),
        Type::Model(model) => {
            json!({ "$ref": format!("#/components/schemas/{}", name(by, model)) })
        }
    }
}

/// Returns the schema of a type and of PHP's variants of it: scalars as text and the reverse, an
/// empty map as a list, a list of one item as that item.
fn lenient(inner: &Type, by: EndpointKind) -> Value {
    let strict = of(inner, by);
    let other = match inner {
        Type::Map(_) | Type::Object | Type::Model(_) => json!({ "type": "array", "maxItems": 0 }),
        Type::List(item) => of(item, by),
        Type::Text => json!({ "type": ["number", "boolean"] }),
        _ => json!({ "type": "string" }),
    };
    json!({ "anyOf": [strict, other] })
}

pub(super) fn model(model: &Model) -> Value {
    let by = model.kind;
    let mut schema = match &model.shape {
        Shape::Struct { fields, open } => object(fields, *open, by),
        Shape::Choice(words) => open_choice(words),
        Shape::Codes(codes) => {
            let values: Vec<_> = codes.iter().map(|one| one.value).collect();
            let names: Vec<_> = codes.iter().map(|one| &one.name).collect();
            json!({ "type": "integer", "examples": values, "x-enum-varnames": names })
        }
        Shape::Alias(kind) => of(kind, by),
    };
    if model.lenient {
        schema["type"] = json!(["object", "array"]);
        schema["maxItems"] = json!(0);
    }
    if let Some(summary) = &model.docs.summary {
        schema["description"] = json!(summary);
    }
    schema
}

fn object(fields: &[Field], open: bool, by: EndpointKind) -> Value {
    let mut properties = Map::new();
    for field in fields {
        let mut schema = of(&field.kind, by);
        if let Some(doc) = &field.doc {
            schema["description"] = json!(doc.text);
        }
        if field.deprecated {
            schema["deprecated"] = json!(true);
        }
        properties.insert(field.name.clone(), schema);
    }
    let required: Vec<_> = fields.iter().filter(|f| f.required).map(|f| &f.name).collect();
    let mut schema = json!({ "type": "object", "properties": properties });
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    if !open {
        schema["unevaluatedProperties"] = json!(false);
    }
    schema
}

/// Returns the schema of one of several strings, without excluding others.
pub(super) fn open_choice(words: &[String]) -> Value {
    json!({ "type": "string", "examples": words })
}

/// Returns the schema of bytes, in the form that most tools support.
pub(super) fn bytes() -> Value {
    json!({ "type": "string", "format": "binary" })
}
