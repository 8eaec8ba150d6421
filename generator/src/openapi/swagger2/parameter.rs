//! Parameters other than bodies: their location, their schema, their list format.

use serde_json::{Value, json};

use super::{Converter, Object, kept, text};
use crate::openapi::{pointer::join, shape::Violation};

/// A declared parameter.
pub(super) struct Declared {
    pub(super) value: Object,
    /// Its location in the file, possibly among the shared ones.
    pub(super) at: String,
}

impl Declared {
    pub(super) fn text(&self, key: &str) -> &str {
        text(&self.value, key).unwrap_or_default()
    }

    /// Returns whether it declares its name and location.
    pub(super) fn is_known(&self) -> bool {
        ["name", "in"].iter().all(|key| self.value.contains_key(*key))
    }

    pub(super) fn is_required(&self) -> bool {
        self.value.get("required") == Some(&json!(true))
    }
}

/// The format of a list: `style` and `explode`.
pub(super) type ListStyle = (&'static str, bool);

/// Keys of a parameter that do not belong to its schema.
const NOT_OF_SCHEMA: [&str; 8] = [
    "name",
    "in",
    "description",
    "required",
    "allowEmptyValue",
    "collectionFormat",
    "example",
    "schema",
];

impl Converter<'_> {
    /// Converts a parameter of the path, the query or a header.
    pub(super) fn parameter(&mut self, declared: &Declared, new_at: &str) -> Value {
        self.origins.note(new_at.to_owned(), &*declared.at);
        self.origins.note(join(new_at, "schema"), &*declared.at);
        let mut new = kept(&declared.value, &["name", "description", "required", "example"]);
        let place = match declared.text("in") {
            "formData" => {
                new.insert("x-declared-in".to_owned(), json!("formData"));
                "query"
            }
            place => place,
        };
        if place == "path" {
            new.insert("required".to_owned(), json!(true));
        }
        if let Some(allowed) = declared.value.get("allowEmptyValue") {
            let key = if place == "query" { "allowEmptyValue" } else { "x-allow-empty-value" };
            new.insert(key.to_owned(), allowed.clone());
        }
        match self.list_style(declared, place) {
            Some((style, explode)) => {
                new.insert("style".to_owned(), json!(style));
                new.insert("explode".to_owned(), json!(explode));
            }
            None => new.extend(other_style(declared)),
        }
        new.insert("in".to_owned(), json!(place));
        new.insert("schema".to_owned(), Value::Object(self.typed(declared)));
        self.json_text(declared, &mut new);
        Value::Object(new)
    }

    /// Converts the schema of the JSON in a parameter's text, if declared.
    pub(super) fn json_text(&mut self, declared: &Declared, new: &mut Object) {
        const KEY: &str = "x-pydio-json";
        if let Some(schema) = declared.value.get(KEY) {
            new.insert(KEY.to_owned(), self.schema(schema, &join(&declared.at, KEY)));
        }
    }

    /// Returns the schema in the keys of a parameter or a header itself.
    pub(super) fn typed(&mut self, declared: &Declared) -> Object {
        let is_of_schema = |key: &str| !NOT_OF_SCHEMA.contains(&key) && !key.starts_with("x-");
        let of_schema = declared.value.iter().filter(|(key, _)| is_of_schema(key));
        let mut schema: Object =
            of_schema.map(|(key, value)| (key.clone(), value.clone())).collect();
        if let Some(declared_schema) = declared.value.get("schema") {
            let at = join(&declared.at, "schema");
            let message = "a `schema`, which is valid only for a body; it is read as the schema \
                           of the parameter";
            self.violations.push(Violation::note("parameter-schema", message, &at));
            if !schema.contains_key("type")
                && let Value::Object(own) = self.schema(declared_schema, &at)
            {
                schema.extend(own);
            }
        }
        if let Some(items) = declared.value.get("items") {
            let items = self.schema(items, &join(&declared.at, "items"));
            schema.insert("items".to_owned(), items);
        }
        let says_type = ["type", "$ref", "enum", "allOf", "anyOf", "oneOf"];
        if !says_type.into_iter().any(|key| schema.contains_key(key)) {
            let kind = if schema.contains_key("items") { "array" } else { "string" };
            let message = format!("no `type`; it is treated as `{kind}`");
            self.warn("spec-missing", message, &declared.at);
            schema.insert("type".to_owned(), json!(kind));
        }
        schema
    }

    /// Returns the format of a list; `None` for anything else, and for formats without a style in
    /// 3.0.
    pub(super) fn list_style(&self, declared: &Declared, place: &str) -> Option<ListStyle> {
        if declared.text("type") != "array" {
            return None;
        }
        let format = text(&declared.value, "collectionFormat").unwrap_or("csv");
        match (format, place) {
            ("csv", "path" | "header") => Some(("simple", false)),
            ("csv", _) => Some(("form", false)),
            ("multi", "query" | "form") => Some(("form", true)),
            ("ssv", "query" | "form") => Some(("spaceDelimited", false)),
            ("pipes", "query" | "form") => Some(("pipeDelimited", false)),
            _ => None,
        }
    }
}

/// Returns the list format that has no style in 3.0.
pub(super) fn other_style(declared: &Declared) -> Option<(String, Value)> {
    let format = declared.value.get("collectionFormat")?;
    let is_list = declared.text("type") == "array";
    is_list.then(|| ("x-collection-format".to_owned(), format.clone()))
}
