//! Findings about schemas and parameters.

use serde_json::Value;

use super::{Odd, codes};
use crate::openapi::At;

/// The formats of each type that have a known meaning.
const FORMATS: [(&str, &[&str]); 3] = [
    ("integer", &["int32", "int64", "uint32", "uint64", "unixtime"]),
    ("number", &["double", "float"]),
    (
        "string",
        &[
            "base64url",
            "binary",
            "byte",
            "date",
            "date-time",
            "duration",
            "email",
            "hostname",
            "ipv4",
            "ipv6",
            "password",
            "pydio-rights",
            "time",
            "uri",
            "uri-reference",
            "uuid",
        ],
    ),
];

/// Keys that determine the type of a value without `type`.
const TYPED: [&str; 7] = ["$ref", "allOf", "anyOf", "const", "enum", "not", "oneOf"];

/// Checks a parameter.
pub(super) fn of_parameter(value: &Value, is_pydio: bool, at: &At<'_>) -> Vec<Odd> {
    let mut odd = default_and_format(value, at);
    let default = value.get("default").or_else(|| value.pointer("/schema/default"));
    let is_required = value.get("required") == Some(&Value::Bool(true));
    if let Some(default) = default.filter(|_| is_required) {
        let message = format!("required, and `{}` without being sent", shown(default));
        odd.push(Odd::new(&codes::REQUIRED_DEFAULTED, message, at.pointer()));
    }
    if is_pydio && value["collectionFormat"] == "multi" {
        let at = at.key("collectionFormat").pointer();
        odd.push(Odd::new(&codes::LIST_MULTI, "`multi`, which PHP does not read", at));
    }
    odd
}

/// Checks a schema.
pub(super) fn of_schema(value: &Value, at: &At<'_>) -> Vec<Odd> {
    let mut odd = default_and_format(value, at);
    let Some(schema) = value.as_object() else { return odd };
    let has_type = schema.contains_key("type") || TYPED.iter().any(|key| schema.contains_key(*key));
    let properties = schema.get("properties").and_then(Value::as_object);
    let has_properties = properties.is_some_and(|properties| !properties.is_empty());
    if !has_type {
        let message = match has_properties {
            true => "properties, and no `type`",
            false => "no `type`, and nothing else that determines it",
        };
        odd.push(Odd::new(&codes::SCHEMA_TYPELESS, message, at.pointer()));
    }
    let is_open = schema.get("type").is_some_and(|kind| kind == "object")
        && !has_properties
        && ["additionalProperties", "allOf", "anyOf", "oneOf"]
            .iter()
            .all(|key| !schema.contains_key(*key));
    if is_open {
        let message = "an object without declared properties";
        odd.push(Odd::new(&codes::OBJECT_OPEN, message, at.pointer()));
    }
    odd
}

fn default_and_format(value: &Value, at: &At<'_>) -> Vec<Odd> {
    let mut odd = Vec::new();
    let Some(kind) = value.get("type").and_then(Value::as_str) else { return odd };
    if let Some(default) = value.get("default").filter(|default| !takes(value, kind, default)) {
        let message = format!("`{}` is not {}", shown(default), expected(value, kind));
        odd.push(Odd::new(&codes::DEFAULT_MISMATCH, message, at.key("default").pointer()));
    }
    let format = value.get("format").and_then(Value::as_str);
    let known = FORMATS.into_iter().find(|(name, _)| *name == kind).map_or(&[][..], |(_, f)| f);
    if let Some(format) = format.filter(|format| !known.contains(format)) {
        let message = format!("`{format}` of a value of type `{kind}`");
        odd.push(Odd::new(&codes::FORMAT_ODD, message, at.key("format").pointer()));
    }
    odd
}

fn takes(schema: &Value, kind: &str, default: &Value) -> bool {
    if let Some(words) = schema.get("enum").and_then(Value::as_array) {
        return words.contains(default);
    }
    match kind {
        "integer" => default.is_i64() || default.is_u64(),
        "number" => default.is_number(),
        "boolean" => default.is_boolean(),
        "string" => default.is_string(),
        "array" => default.is_array(),
        "object" => default.is_object(),
        _ => true,
    }
}

fn expected(schema: &Value, kind: &str) -> String {
    let words = schema.get("enum").and_then(Value::as_array);
    match words {
        Some(words) => {
            let words: Vec<_> = words.iter().map(shown).collect();
            format!("among `{}`", words.join("`, `"))
        }
        None => format!("of type `{kind}`"),
    }
}

fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
