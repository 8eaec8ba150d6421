//! Operations that are dropped with an unreadable part, so that each is counted.

use serde_json::Value;

use crate::openapi::{
    plain::METHODS,
    pointer::{At, tokens},
    shape::Kind,
};

/// The key of a path that contains operations with other methods, in OpenAPI 3.2.
pub(in crate::openapi) const ADDITIONAL: &str = "additionalOperations";

/// The consequence for a path that is declared elsewhere, where the target is missing.
pub(in crate::openapi) const OF_REFERENCE: &str = "what it refers to is skipped";

/// Returns the ids of the operations that are dropped with a key of an object at `at`; the path
/// itself, if its operations are unknown.
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

/// Returns the operations of a path, with their ids; the path itself, if it has none.
pub(in crate::openapi) fn of_path<'v>(path: &str, item: &'v Value) -> Vec<(String, &'v Value)> {
    match item {
        Value::Object(map) if !map.contains_key("$ref") => {
            let all = map.iter().filter(|(key, value)| is_operation(key, value));
            all.map(|(method, value)| (id(method, path, value), value)).collect()
        }
        _ => vec![(path.to_owned(), item)],
    }
}

/// Keys of a path that never hold an operation.
const OTHERS: [&str; 5] = ["$ref", "summary", "description", "servers", "parameters"];

/// Returns whether a key of a path holds an operation, even one with an unknown method or an
/// unreadable one.
pub(in crate::openapi) fn is_operation(key: &str, value: &Value) -> bool {
    let is_other = OTHERS.contains(&key) || key.starts_with("x-");
    METHODS.contains(&key) || !is_other && value.get("responses").is_some()
}

/// Returns the display name of an operation: its id, or its method and path.
pub(in crate::openapi) fn id(method: &str, path: &str, operation: &Value) -> String {
    match operation.get("operationId").and_then(Value::as_str) {
        Some(id) if !id.trim().is_empty() => id.to_owned(),
        _ => format!("{} {path}", method.to_ascii_uppercase()),
    }
}
