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
        Type::Nullable(inner) => any_of([of(inner, by), null()]),
        Type::Lenient(inner) => lenient(inner, by),
        Type::Model(model) => {
            json!({ "$ref": format!("#/components/schemas/{}", name(by, model)) })
        }
    }
}

/// Returns the schema of a response. An action that finds no object to return sends an empty list:
/// PHP's object without fields.
pub(super) fn response(kind: &Type, by: EndpointKind) -> Value {
    match kind {
        Type::Nullable(inner) if by == EndpointKind::Action => {
            any_of([of(inner, by), null(), no_items()])
        }
        kind => of(kind, by),
    }
}

/// Returns the schema of a type and of PHP's variants of it: scalars as text and the reverse, a map
/// with the keys 0, 1 … as a list, a list of one item as that item.
fn lenient(inner: &Type, by: EndpointKind) -> Value {
    let list = |items| json!({ "type": "array", "items": items });
    let others = match inner {
        Type::Map(item) => vec![list(of(item, by)), null()],
        Type::Object => vec![list(json!({})), null()],
        Type::Model(_) => vec![no_items()],
        Type::List(item) => vec![of(item, by)],
        Type::Text => vec![json!({ "type": "number" }), json!({ "type": "boolean" })],
        Type::Integer | Type::Unsigned => {
            vec![json!({ "type": "string" }), json!({ "type": "boolean" })]
        }
        _ => vec![json!({ "type": "string" })],
    };
    any_of([of(inner, by)].into_iter().chain(others))
}

/// Returns the schema of a value that fits one of several. Tools read this more often than a list of
/// types.
pub(super) fn any_of(schemas: impl IntoIterator<Item = Value>) -> Value {
    json!({ "anyOf": schemas.into_iter().collect::<Vec<_>>() })
}

fn null() -> Value {
    json!({ "type": "null" })
}

fn no_items() -> Value {
    json!({ "type": "array", "maxItems": 0 })
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
        schema = any_of([schema, no_items()]);
    }
    if let Some(summary) = &model.docs.summary {
        schema["description"] = json!(summary);
    }
    schema
}

fn object(fields: &[Field], open: bool, by: EndpointKind) -> Value {
    let mut properties = Map::new();
    for field in fields {
        let mut schema = or_nothing(of(&field.kind, by), &field.nothing);
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

/// Adds the values that stand for no value, as JSON texts.
fn or_nothing(schema: Value, nothing: &[String]) -> Value {
    let values = nothing.iter().filter_map(|text| serde_json::from_str::<Value>(text).ok());
    let values: Vec<_> = values.collect();
    match values.is_empty() {
        true => schema,
        false => any_of([schema, json!({ "enum": values })]),
    }
}

/// Returns the schema of one of several strings, without excluding others.
pub(super) fn open_choice(words: &[String]) -> Value {
    json!({ "type": "string", "examples": words })
}

/// Returns the schema of bytes, in the form that most tools support.
pub(super) fn bytes() -> Value {
    json!({ "type": "string", "format": "binary" })
}
