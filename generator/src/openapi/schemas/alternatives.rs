//! Alternative types, including `null`, and composed schemas.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{ANNOTATIONS, CONSTRAINTS, Schemas, rename};
use crate::openapi::{
    pointer::{At, join},
    schema_name,
};

/// The extension for the type of a part of `allOf` that contains nothing else.
const PART_TYPE: &str = "x-part-type";

/// Keys that apply only to values of one type.
const OF_TYPE: [(&str, &[&str]); 3] = [
    ("object", &["properties", "required", "additionalProperties"]),
    ("array", &["items"]),
    ("string", &["format", "contentEncoding", "contentMediaType"]),
];

impl Schemas {
    /// Converts `type: [string, "null"]` to a string that may be null.
    pub(super) fn types(&mut self, schema: &mut Map<String, Value>, at: &At<'_>) {
        let types = match schema.get("type") {
            Some(Value::Array(types)) => types.clone(),
            Some(one) if one == "null" => vec![one.clone()],
            _ => return,
        };
        schema.remove("type");
        let mut names: Vec<&str> = types.iter().filter_map(Value::as_str).collect();
        let had = names.len();
        names.retain(|name| *name != "null");
        if names.len() < had {
            schema.insert("nullable".to_owned(), json!(true));
        }
        if names.contains(&"number") {
            names.retain(|name| *name != "integer");
        }
        match &names[..] {
            [] if had > 0 => {
                schema.retain(|key, _| ANNOTATIONS.contains(&&**key) || key.starts_with("x-"))
            }
            [] => {}
            [only] => drop(schema.insert("type".to_owned(), json!(only))),
            several => self.several(schema, several, at),
        }
    }

    /// Converts several types to alternatives, each with the keys that apply to its values.
    fn several(&mut self, schema: &mut Map<String, Value>, types: &[&str], at: &At<'_>) {
        let has = |key: &str| schema.contains_key(key);
        if ["enum", "const", "oneOf", "anyOf"].into_iter().any(has) {
            return;
        }
        let mut parts = Vec::new();
        for (index, name) in types.iter().enumerate() {
            let mut part = Map::new();
            part.insert("type".to_owned(), json!(name));
            let keys = OF_TYPE.into_iter().filter(|(of, _)| of == name);
            for key in keys.flat_map(|(_, keys)| keys) {
                if let Some(value) = schema.remove(*key) {
                    part.insert((*key).to_owned(), value);
                }
            }
            let new = at.key("anyOf");
            self.found.moved_within(new.index(index).pointer(), &at.pointer());
            parts.push(Value::Object(part));
        }
        schema.insert("anyOf".to_owned(), Value::Array(parts));
    }

    /// Converts an alternative of something and `null` to that something, or null.
    pub(super) fn or_null(&mut self, schema: &mut Map<String, Value>, key: &str, at: &At<'_>) {
        let Some(Value::Array(all)) = schema.get(key) else { return };
        if !all.iter().any(|part| is_null(part, &self.nulls)) {
            return;
        }
        let Some(Value::Array(all)) = schema.remove(key) else { return };
        schema.insert("nullable".to_owned(), json!(true));
        let kept: Vec<_> =
            all.into_iter().enumerate().filter(|(_, part)| !is_null(part, &self.nulls)).collect();
        let is_one = kept.len() == 1 && !schema.contains_key("allOf");
        self.put(schema, if is_one { "allOf" } else { key }, kept, &at.key(key));
    }

    /// Stores the remaining items of a list at `key`.
    fn put(
        &mut self,
        schema: &mut Map<String, Value>,
        key: &str,
        parts: Vec<(usize, Value)>,
        old: &At<'_>,
    ) {
        let At::Key(at, old_key) = old else { return };
        for (new, (old_index, _)) in parts.iter().enumerate() {
            if new != *old_index || key != *old_key {
                let old = old.index(*old_index).pointer();
                self.found.moved_within(join(&at.key(key).pointer(), &new.to_string()), &old);
            }
        }
        let parts: Vec<_> = parts.into_iter().map(|(_, part)| part).collect();
        if !parts.is_empty() {
            schema.insert(key.to_owned(), Value::Array(parts));
        }
    }

    /// Simplifies composed schemas: parts that do not describe the content of a value are merged
    /// into the whole, and so is the type of a value other than an object.
    pub(super) fn all_of(&mut self, schema: &mut Map<String, Value>, at: &At<'_>) {
        let Some(Value::Array(all)) = schema.get("allOf") else { return };
        let types = |part: &Value| part.get("type").is_some();
        let shapes = |part: &Value| {
            let keys = part.as_object().into_iter().flatten().map(|(key, _)| &**key);
            let mut keys = keys.filter(|key| *key != "type" || all.len() == 1);
            keys.any(|key| !is_silent(key))
        };
        // Parts of different types are left for the model, which combines or refuses them.
        let kinds: BTreeSet<_> = all.iter().filter_map(|part| part.get("type")?.as_str()).collect();
        let is_kept: Vec<bool> =
            all.iter().map(|part| shapes(part) || (types(part) && kinds.len() > 1)).collect();
        // If all parts consist of only a type, one has to stay.
        let is_needed = !is_kept.contains(&true);
        let last = all.iter().rposition(types).filter(|_| is_needed);
        let is_scalar = schema.get("type").and_then(Value::as_str);
        let is_scalar = is_scalar
            .is_some_and(|kind| matches!(kind, "string" | "integer" | "number" | "boolean"));
        if is_scalar && is_kept.contains(&true) {
            // Kept so that the model can compare it with the parts.
            rename(schema, "type", PART_TYPE);
            schema.remove("format");
        }
        if is_kept.iter().all(|kept| *kept) {
            return;
        }
        let Some(Value::Array(all)) = schema.remove("allOf") else { return };
        let mut kept = Vec::new();
        for (index, part) in all.into_iter().enumerate() {
            if is_kept[index] || Some(index) == last {
                kept.push((index, part));
            } else if let Value::Object(part) = part {
                let said = part.into_iter().filter(|(key, _)| !CONSTRAINTS.contains(&&**key));
                for (key, value) in said {
                    let key = if key == "type" { PART_TYPE.to_owned() } else { key };
                    schema.entry(key).or_insert(value);
                }
            }
        }
        self.put(schema, "allOf", kept, &at.key("allOf"));
    }
}

/// Returns whether a key does not describe the content of a value.
fn is_silent(key: &str) -> bool {
    ANNOTATIONS.contains(&key) || CONSTRAINTS.contains(&key) || key.starts_with("x-")
}

/// Returns whether only `null` matches a schema. `nulls` are the names of schemas for which that is
/// true.
pub(super) fn is_null(schema: &Value, nulls: &BTreeSet<String>) -> bool {
    let Some(schema) = schema.as_object() else { return false };
    let is_only = |value: &Value| match value {
        Value::Array(all) => {
            !all.is_empty() && all.iter().all(|one| one.is_null() || one == "null")
        }
        value => value == "null",
    };
    let mut is_null = false;
    for (key, value) in schema {
        match &**key {
            "$ref" => {
                let name = value.as_str().and_then(schema_name);
                is_null |= name.is_some_and(|name| nulls.contains(&name));
            }
            "type" | "enum" if is_only(value) => is_null = true,
            "const" if value.is_null() => is_null = true,
            // The type is irrelevant if all values are listed.
            "type" => {}
            key if is_silent(key) => {}
            _ => return false,
        }
    }
    is_null
}
