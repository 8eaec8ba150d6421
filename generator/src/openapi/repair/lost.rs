//! Operations that go with what cannot be read, so that each is counted.

use serde_json::Value;

use crate::openapi::{
    plain::METHODS,
    pointer::{At, tokens},
    shape::Kind,
};

/// The key of a path that has operations of other methods in it, in OpenAPI 3.2.
pub(in crate::openapi) const ADDITIONAL: &str = "additionalOperations";

/// What becomes of a path that is declared elsewhere, where nothing is there.
pub(in crate::openapi) const OF_REFERENCE: &str = "what it leads to is skipped";

/// The operations that go with a key of an object at `at`, by their ids; a path itself, where
/// nothing is known of its operations.
pub(super) fn operations(kind: Kind, key: &str, value: Option<&Value>, at: &At<'_>) -> Vec<String> {
    let pointer = at.pointer();
    let path = tokens(&pointer).nth(1).unwrap_or_default();
    match (kind, value) {
        (Kind::PathItem, Some(_)) if key == "$ref" => vec![path],
        (Kind::PathItem, Some(Value::Object(all))) if key == ADDITIONAL => {
            let all = all.iter().filter(|(_, one)| one.is_object());
            all.map(|(method, one)| id(method, &path, one)).collect()
        }
        (Kind::PathItem, Some(value)) if is_operation(key, value) => vec![id(key, &path, value)],
        (Kind::Paths, Some(value)) if key.starts_with('/') || value.is_object() => {
            of_path(key, value).into_iter().map(|(id, _)| id).collect()
        }
        _ => Vec::new(),
    }
}

/// The operations of a path, with their ids; the path itself, where it is none.
pub(in crate::openapi) fn of_path<'v>(path: &str, item: &'v Value) -> Vec<(String, &'v Value)> {
    match item {
        Value::Object(map) if !map.contains_key("$ref") => {
            let all = map.iter().filter(|(key, value)| is_operation(key, value));
            all.map(|(method, value)| (id(method, path, value), value)).collect()
        }
        _ => vec![(path.to_owned(), item)],
    }
}

/// Keys of a path that are no operation, whatever is at them.
const OTHERS: [&str; 5] = ["$ref", "summary", "description", "servers", "parameters"];

/// Whether a key of a path is an operation, if one of a method that is not known or one that
/// cannot be read.
pub(in crate::openapi) fn is_operation(key: &str, value: &Value) -> bool {
    let is_other = OTHERS.contains(&key) || key.starts_with("x-");
    METHODS.contains(&key) || !is_other && value.get("responses").is_some()
}

/// What an operation is called by: its id, or its method and path.
pub(in crate::openapi) fn id(method: &str, path: &str, operation: &Value) -> String {
    match operation.get("operationId").and_then(Value::as_str) {
        Some(id) if !id.trim().is_empty() => id.to_owned(),
        _ => format!("{} {path}", method.to_ascii_uppercase()),
    }
}
