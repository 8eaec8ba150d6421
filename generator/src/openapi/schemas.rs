//! Normalises schemas to OpenAPI 3.0, with one notation for each thing.
//!
//! * Keywords of 3.1 and Swagger 2.0 become those of 3.0; keywords that only constrain the values
//!   are removed, because nothing is generated from them.
//! * The siblings of a `$ref` move to an `allOf` around it.
//! * A schema that allows only one type declares it.
//! * `format` of a boolean and `xml`, which the types of `openapiv3` lack, become `x-format` and
//!   `x-xml`.

mod alternatives;
mod words;

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    Dialect,
    origin::Found,
    pointer::{At, join},
    shape::{Kind, Violation, openapi3::DOCUMENT, walk_mut},
};
use alternatives::is_null;

/// Keys that do not restrict the values.
const ANNOTATIONS: [&str; 11] = [
    "title",
    "description",
    "default",
    "example",
    "examples",
    "nullable",
    "readOnly",
    "writeOnly",
    "deprecated",
    "externalDocs",
    "xml",
];

/// Keys that only restrict the values of a type.
const CONSTRAINTS: [&str; 13] = [
    "multipleOf",
    "maximum",
    "exclusiveMaximum",
    "minimum",
    "exclusiveMinimum",
    "maxLength",
    "minLength",
    "pattern",
    "maxItems",
    "minItems",
    "uniqueItems",
    "maxProperties",
    "minProperties",
];

/// Keys of JSON Schema that make no difference to what is generated.
const IGNORED: [&str; 22] = [
    "$schema",
    "$id",
    "id",
    "$anchor",
    "$vocabulary",
    "$dynamicRef",
    "$dynamicAnchor",
    "$recursiveRef",
    "$recursiveAnchor",
    "contentSchema",
    "if",
    "then",
    "else",
    "contains",
    "minContains",
    "maxContains",
    "propertyNames",
    "dependentSchemas",
    "dependentRequired",
    "dependencies",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Keys that determine the values and their content.
const SHAPING: [&str; 12] = [
    "properties",
    "required",
    "additionalProperties",
    "patternProperties",
    "items",
    "prefixItems",
    "enum",
    "const",
    "allOf",
    "oneOf",
    "anyOf",
    "not",
];

/// Keys that are read as in a later version if a document of an earlier version contains them.
const BORROWED: [&str; 6] = [
    "const",
    "examples",
    "contentEncoding",
    "contentMediaType",
    "patternProperties",
    "prefixItems",
];

/// Keys that Swagger 2.0 borrows from OpenAPI 3.
const BORROWED_2: [&str; 5] = ["oneOf", "anyOf", "not", "writeOnly", "deprecated"];

/// Rewrites the schemas of a document that is otherwise OpenAPI 3.0.
pub(super) fn rewrite(document: &mut Value, dialect: Dialect) -> Found {
    let schemas = document.pointer("/components/schemas").and_then(Value::as_object);
    let schemas = schemas.into_iter().flatten();
    let nulls = schemas.filter(|(_, schema)| is_null(schema, &BTreeSet::new()));
    let nulls = nulls.map(|(name, _)| name.clone()).collect();
    let mut schemas = Schemas { dialect, nulls, found: Found::default() };
    walk_mut(document, &DOCUMENT, &At::ROOT, &mut |kind, value, at| {
        if kind != Kind::Schema {
            return;
        }
        match value {
            Value::Bool(true) => *value = json!({}),
            Value::Bool(false) => *value = json!({ "not": {} }),
            Value::Object(schema) => schemas.schema(schema, at),
            _ => {}
        }
    });
    schemas.found
}

struct Schemas {
    dialect: Dialect,
    /// The names of schemas that only `null` matches.
    nulls: BTreeSet<String>,
    found: Found,
}

impl Schemas {
    fn schema(&mut self, schema: &mut Map<String, Value>, at: &At<'_>) {
        if self.dialect != Dialect::OpenApi31 {
            self.borrowed(schema, at);
        }
        if schema.contains_key("$ref") {
            if schema.len() == 1 {
                return;
            }
            self.siblings(schema, at);
        }
        let implied = implied_type(schema);
        self.ignored(schema, at);
        self.tuples(schema, at);
        self.patterns(schema, at);
        self.types(schema, at);
        self.or_null(schema, "oneOf", at);
        self.or_null(schema, "anyOf", at);
        self.all_of(schema, at);
        words::rewrite(schema);
        if let Some(implied) = implied.filter(|_| !schema.contains_key("type")) {
            schema.insert("type".to_owned(), json!(implied));
        }
        if schema.get("type").is_some_and(|kind| kind == "boolean") {
            rename(schema, "format", "x-format");
        }
        rename(schema, "xml", "x-xml");
    }

    fn note(&mut self, code: &'static str, message: impl Into<String>, at: &At<'_>) {
        self.found.say(Violation::note(code, message, &at.pointer()));
    }

    fn borrowed(&mut self, schema: &Map<String, Value>, at: &At<'_>) {
        let older: &[&str] = if self.dialect == Dialect::Swagger2 { &BORROWED_2 } else { &[] };
        let borrowed = BORROWED.iter().chain(older).filter(|key| schema.contains_key(**key));
        for key in borrowed {
            let message = format!(
                "`{key}` belongs to a later version than that of this document; it is \
                         read as in that version"
            );
            self.found.say(Violation::note("openapi-version", message, &at.key(key).pointer()));
        }
        if schema.get("type").is_some_and(|kind| kind.is_array() || kind == "null") {
            let message = "a list of types, or the type `null`, belongs to OpenAPI 3.1; it is \
                           read as in that version";
            self.note("openapi-version", message, &at.key("type"));
        }
    }

    /// Handles the siblings of a reference: they are about this use of it, or in 3.1 also another
    /// schema.
    fn siblings(&mut self, schema: &mut Map<String, Value>, at: &At<'_>) {
        let is_31 = self.dialect == Dialect::OpenApi31;
        let is_shaping = |key: &str| SHAPING.contains(&key);
        let shapes = is_31 && schema.keys().any(|key| is_shaping(key) && key != "required");
        let (mut kept, mut beside) = (Map::new(), Map::new());
        let mut reference = Value::Null;
        for (key, value) in std::mem::take(schema) {
            match &*key {
                "$ref" => reference = value,
                name if name.starts_with("x-") || ANNOTATIONS.contains(&name) => {
                    kept.insert(key, value);
                }
                name if shapes && (is_shaping(name) || name == "type") => {
                    beside.insert(key, value);
                }
                name => {
                    let is_silent = IGNORED.contains(&name) || matches!(name, "$defs" | "$comment");
                    if !is_silent {
                        let message = format!("`{name}` next to `$ref`; it is ignored");
                        let at = at.key(name).pointer();
                        self.found.say(Violation::note("ref-sibling", message, &at));
                    }
                }
            }
        }
        let mut parts = vec![json!({ "$ref": reference })];
        if !beside.is_empty() {
            parts.push(Value::Object(beside));
        }
        let pointer = at.pointer();
        for index in 0..parts.len() {
            let part = join(&join(&pointer, "allOf"), &index.to_string());
            self.found.moved_within(part, &pointer);
        }
        *schema = kept;
        schema.insert("allOf".to_owned(), Value::Array(parts));
    }

    /// Removes keys that make no difference, or only restrict values.
    fn ignored(&mut self, schema: &mut Map<String, Value>, at: &At<'_>) {
        schema.retain(|key, _| !CONSTRAINTS.contains(&&**key));
        rename(schema, "$comment", "x-comment");
        for key in ["$defs", "definitions"] {
            schema.remove(key);
        }
        for key in IGNORED {
            if schema.remove(key).is_some() {
                let message = format!("`{key}` in a schema is ignored");
                self.note("schema-ignored", message, &at.key(key));
            }
        }
    }

    /// Handles a list with a different schema for each item: the items have no declared type.
    fn tuples(&mut self, schema: &mut Map<String, Value>, at: &At<'_>) {
        schema.remove("additionalItems");
        if schema.remove("prefixItems").is_some() {
            let message = "`prefixItems`: the items of the list are treated as free JSON";
            let at = at.key("prefixItems").pointer();
            self.found.say(Violation::warning("schema-unsupported", message, &at));
            schema.insert("items".to_owned(), json!({}));
        }
    }

    /// Converts properties by name pattern to undeclared properties.
    fn patterns(&mut self, schema: &mut Map<String, Value>, at: &At<'_>) {
        let Some(Value::Object(patterns)) = schema.remove("patternProperties") else { return };
        let at = at.key("patternProperties");
        let mut all = patterns.into_iter();
        let Some((pattern, first)) = all.next() else { return };
        let declared = schema.get("additionalProperties").filter(|declared| declared.is_object());
        let is_one = declared.is_none_or(|declared| *declared == first);
        if is_one && all.all(|(_, other)| other == first) {
            let (old, new) = (at.key(&pattern).pointer(), &at);
            if let At::Key(parent, _) = new {
                self.found.moved_within(parent.key("additionalProperties").pointer(), &old);
            }
            schema.insert("additionalProperties".to_owned(), first);
        } else {
            let message = "`patternProperties` with several schemas: properties that are not \
                           declared by name are treated as free JSON";
            self.found.say(Violation::warning("schema-unsupported", message, &at.pointer()));
            schema.insert("additionalProperties".to_owned(), json!(true));
        }
    }
}

/// Returns the only possible type of a schema without one. An empty schema allows any type.
fn implied_type(schema: &Map<String, Value>) -> Option<&'static str> {
    let has = |keys: &[&str]| keys.iter().any(|key| schema.contains_key(*key));
    if has(&["type", "allOf", "oneOf", "anyOf", "not", "enum", "const"]) {
        None
    } else if has(&[
        "properties",
        "additionalProperties",
        "patternProperties",
        "minProperties",
        "maxProperties",
    ]) {
        Some("object")
    } else if has(&["items", "prefixItems", "minItems", "maxItems", "uniqueItems"]) {
        Some("array")
    } else {
        None
    }
}

/// Renames a key, if it exists.
pub(super) fn rename(map: &mut Map<String, Value>, old: &str, new: &str) {
    if let Some(value) = map.remove(old) {
        map.insert(new.to_owned(), value);
    }
}
