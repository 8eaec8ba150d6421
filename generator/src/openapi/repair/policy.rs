//! The dependencies between parts, and the severity of losing one.

use serde_json::{Map, Value, json};

use crate::{
    diagnostic::Severity::{self, Note, Warning},
    openapi::shape::Kind,
};

/// The consequence for a key whose value is unreadable, at least in part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OnBreak {
    /// The object that contains it is unreadable too.
    Whole,
    /// It is dropped; in a list or a map, only the part is.
    Part(Severity),
}

/// Keys that an object cannot do without.
const NEEDED: [(Kind, &[&str]); 13] = [
    (
        Kind::Parameter,
        &["name", "in", "style", "explode", "content", "collectionFormat", "allowReserved"],
    ),
    (Kind::RequestBody, &["content"]),
    (Kind::MediaType, &["encoding"]),
    (Kind::Part("encoding"), &["style", "explode", "contentType", "allowReserved"]),
    (Kind::Operation, &["parameters", "requestBody"]),
    (Kind::PathItem, &["parameters"]),
    (Kind::SecurityScheme, &["type", "name", "in", "scheme", "flow"]),
    (Kind::Part("server"), &["url"]),
    (Kind::Part("server variable"), &["default"]),
    (Kind::Tag, &["name"]),
    (Kind::License, &["name"]),
    (Kind::Part("reference to other documentation"), &["url"]),
    (Kind::Part("discriminator"), &["propertyName"]),
];

/// Keys that change what is generated, but may be dropped.
const SHAPING: [(Kind, &[&str]); 8] = [
    (
        Kind::Root,
        &[
            "paths",
            "components",
            "definitions",
            "parameters",
            "responses",
            "servers",
            "security",
            "securityDefinitions",
            "host",
            "basePath",
            "consumes",
            "produces",
        ],
    ),
    (Kind::Components, &["schemas", "responses", "parameters", "requestBodies", "securitySchemes"]),
    (
        Kind::PathItem,
        &["get", "put", "post", "delete", "options", "head", "patch", "trace", "servers"],
    ),
    (Kind::Operation, &["responses", "security", "servers", "operationId", "consumes", "produces"]),
    (Kind::Parameter, &["required", "schema", "type", "items", "enum"]),
    (Kind::RequestBody, &["required"]),
    (Kind::Response, &["content", "schema"]),
    (
        Kind::Schema,
        &[
            "type",
            "nullable",
            "required",
            "enum",
            "items",
            "allOf",
            "oneOf",
            "anyOf",
            "properties",
            "additionalProperties",
            "discriminator",
            "const",
            "format",
        ],
    ),
];

/// Returns the consequence of an unreadable key in an object of a kind.
pub(super) fn on_break(kind: Kind, key: &str) -> OnBreak {
    let is_in = |table: &[(Kind, &[&str])]| {
        table.iter().any(|(of, keys)| *of == kind && keys.contains(&key))
    };
    // Every key of these objects is a separate part: paths, and responses by status.
    let is_map = matches!(kind, Kind::Paths | Kind::Part("responses object"));
    match kind {
        _ if is_in(&NEEDED) => OnBreak::Whole,
        _ if is_map || is_in(&SHAPING) => OnBreak::Part(Warning),
        _ => OnBreak::Part(Note),
    }
}

/// Returns the severity of an unknown key; `None` if the object is unusable without it.
pub(super) fn what_is_unknown(kind: Kind, key: &str, meant: Option<&str>) -> Option<Severity> {
    // Swagger 2.0 that borrows from OpenAPI 3, and vice versa.
    let is_sent = match kind {
        Kind::Operation => matches!(key, "requestBody" | "parameter" | "body" | "$ref"),
        Kind::Parameter => matches!(key, "content" | "style" | "explode"),
        _ => false,
    };
    let is_map = matches!(kind, Kind::Paths | Kind::PathItem | Kind::Part("responses object"));
    let is_meant = meant.is_some_and(|meant| {
        let name = meant.split('`').nth(1).unwrap_or_default();
        meant.starts_with("did you mean") && on_break(kind, name) != OnBreak::Part(Note)
    });
    match () {
        () if is_sent => None,
        () if is_map || is_meant => Some(Warning),
        () => Some(Note),
    }
}

/// Returns the default of a missing key.
pub(super) fn default_of(kind: Kind, key: &str, map: &Map<String, Value>) -> Option<Value> {
    Some(match (kind, key) {
        (Kind::Root, "info") => json!({ "title": "", "version": "" }),
        (Kind::Root, "paths") | (Kind::Operation, "responses") => json!({}),
        (Kind::Info | Kind::License, _) | (Kind::Response, "description") => json!(""),
        (Kind::Part("flow"), "scopes") => json!({}),
        (Kind::Part("flow"), _) => json!(""),
        (Kind::Part("server variable"), "default") => map.get("enum")?.get(0)?.clone(),
        _ => return None,
    })
}
