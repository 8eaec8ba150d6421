//! Leaves out of a spec what is not asked for, before anything of it is judged.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::model::Selection;

/// The methods of a path, as its keys.
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// The tag of operations without one.
const NO_TAG: &str = "default";

/// Where a document keeps what its operations refer to.
const SHARED: [&str; 3] = ["definitions", "parameters", "responses"];

/// The same in OpenAPI 3, below `components`.
const COMPONENTS: [&str; 8] = [
    "schemas",
    "responses",
    "parameters",
    "examples",
    "requestBodies",
    "headers",
    "links",
    "callbacks",
];

/// The operations of a spec as it was before the selection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unselected {
    /// The ids of those that were taken out.
    pub operations: Vec<String>,
    /// The tags of all.
    pub tags: BTreeSet<String>,
}

/// Takes out the operations that are not selected, and what only they refer to.
pub(super) fn select(document: &mut Value, selection: &Selection) -> Unselected {
    let mut unselected = Unselected::default();
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return unselected;
    };
    for (path, item) in paths {
        let Some(item) = item.as_object_mut() else { continue };
        item.retain(|method, operation| {
            if !METHODS.contains(&&**method) {
                return true;
            }
            let tag = operation.pointer("/tags/0").and_then(Value::as_str).unwrap_or(NO_TAG);
            unselected.tags.insert(tag.to_owned());
            let is_kept = selection.keeps_tag(tag);
            if !is_kept {
                let id = operation.get("operationId").and_then(Value::as_str);
                let id = id.map_or_else(|| format!("{} {path}", method.to_uppercase()), Into::into);
                unselected.operations.push(id);
            }
            is_kept
        });
    }
    if !unselected.operations.is_empty() {
        take_out_unused(document);
    }
    unselected
}

/// Takes out what nothing refers to. Where something is referred to otherwise than by a pointer,
/// all stays.
fn take_out_unused(document: &mut Value) {
    let mut used = BTreeSet::new();
    let mut is_plain = true;
    let mut open = Vec::new();
    for (key, value) in document.as_object().into_iter().flatten() {
        if key == "components" {
            let others = value.as_object().into_iter().flatten();
            open.extend(others.filter(|(key, _)| !COMPONENTS.contains(&&***key)).map(|(_, v)| v));
        } else if !SHARED.contains(&&**key) {
            open.push(value);
        }
    }
    while let Some(value) = open.pop() {
        references(value, &mut |reference| {
            let Some(pointer) = reference.strip_prefix("#/") else {
                is_plain = false;
                return;
            };
            let parts = if pointer.starts_with("components/") { 3 } else { 2 };
            let home = pointer.split('/').take(parts).collect::<Vec<_>>().join("/");
            if used.insert(home.clone()) {
                open.extend(document.pointer(&format!("/{home}")));
            }
        });
    }
    if !is_plain {
        return;
    }
    let retain = |folder: &str, map: Option<&mut Map<String, Value>>| {
        let token = |name: &str| name.replace('~', "~0").replace('/', "~1");
        if let Some(map) = map {
            map.retain(|name, _| used.contains(&format!("{folder}/{}", token(name))));
        }
    };
    for folder in SHARED {
        retain(folder, document.get_mut(folder).and_then(Value::as_object_mut));
    }
    for folder in COMPONENTS.map(|name| format!("components/{name}")) {
        let map = document.pointer_mut(&format!("/{folder}"));
        retain(&folder, map.and_then(Value::as_object_mut));
    }
}

/// Shows what a value refers to, also in a discriminator.
fn references<'v>(value: &'v Value, see: &mut dyn FnMut(&'v str)) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                match (&**key, value) {
                    ("$ref" | "$dynamicRef", Value::String(reference)) => see(reference),
                    ("mapping", Value::Object(mapping)) => {
                        mapping.values().filter_map(Value::as_str).for_each(&mut *see);
                    }
                    _ => references(value, see),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|value| references(value, see)),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use glob::Pattern;
    use serde_json::json;

    use super::{Unselected, select};
    use crate::model::Selection;

    fn tags(patterns: &[&str]) -> Selection {
        let tags = patterns.iter().map(|pattern| Pattern::new(pattern).unwrap()).collect();
        Selection { tags, ..Selection::default() }
    }

    #[test]
    fn what_only_other_operations_refer_to_goes_with_them() {
        let schema = |name: &str| json!({ "$ref": format!("#/components/schemas/{name}") });
        let mut document = json!({
            "paths": {
                "/a": {
                    "parameters": [{ "$ref": "#/components/parameters/P" }],
                    "get": { "tags": ["a", "x"], "responses": { "200": schema("A") } },
                    "put": { "operationId": "b", "tags": ["b"], "requestBody": schema("B") },
                },
                "/c": { "get": {} },
            },
            "components": {
                "schemas": { "A": { "items": schema("Deep~1A") }, "Deep/A": {}, "B": schema("Deep~1B"), "Deep/B": {} },
                "parameters": { "P": {}, "Q": {} },
                "securitySchemes": { "s": {} },
            },
        });
        let Unselected { operations, tags: known } = select(&mut document, &tags(&["a"]));
        assert_eq!(operations, ["b", "GET /c"]);
        assert_eq!(Vec::from_iter(known), ["a", "b", "default"]);
        let expected = json!({
            "paths": {
                "/a": {
                    "parameters": [{ "$ref": "#/components/parameters/P" }],
                    "get": { "tags": ["a", "x"], "responses": { "200": schema("A") } },
                },
                "/c": {},
            },
            "components": {
                "schemas": { "A": { "items": schema("Deep~1A") }, "Deep/A": {} },
                "parameters": { "P": {} },
                "securitySchemes": { "s": {} },
            },
        });
        assert_eq!(document, expected);
    }

    #[test]
    fn nothing_goes_where_all_is_selected_or_references_are_no_pointers() {
        let document = json!({
            "paths": { "/a": { "get": { "tags": ["a"] } } },
            "definitions": { "Unused": {} },
        });
        let mut all = document.clone();
        assert_eq!(select(&mut all, &tags(&["*"])).operations, [""; 0]);
        assert_eq!(all, document);
        let mut other = json!({
            "paths": { "/a": { "get": { "tags": ["a"] }, "put": { "tags": ["b"] } } },
            "definitions": { "Unused": { "$ref": "x.yaml#/a" } },
            "x-more": { "$ref": "other.yaml" },
        });
        select(&mut other, &tags(&["a"]));
        assert!(other.pointer("/definitions/Unused").is_some());
    }
}
