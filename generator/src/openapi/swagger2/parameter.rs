//! Parameters that are not a body: their place, their schema, how lists of them are written.

use serde_json::{Value, json};

use super::{Converter, Object, kept, text};
use crate::openapi::pointer::join;

/// A parameter as it was declared.
pub(super) struct Declared {
    pub(super) value: Object,
    /// Where in the file: with the others that are shared, maybe.
    pub(super) at: String,
}

impl Declared {
    pub(super) fn text(&self, key: &str) -> &str {
        text(&self.value, key).unwrap_or_default()
    }

    /// What tells it from another: there is one body, whatever it is called.
    pub(super) fn identity(&self) -> (&str, &str) {
        match self.text("in") {
            "body" => ("body", ""),
            place => (place, self.text("name")),
        }
    }

    pub(super) fn is_required(&self) -> bool {
        self.value.get("required") == Some(&json!(true))
    }
}

/// How a list is written: `style` and `explode`.
pub(super) type ListStyle = (&'static str, bool);

/// What of a parameter is not of its schema.
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
    /// A parameter of the path, the query or a header.
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
        if let Some((style, explode)) = self.list_style(declared, place) {
            new.insert("style".to_owned(), json!(style));
            new.insert("explode".to_owned(), json!(explode));
        }
        new.insert("in".to_owned(), json!(place));
        new.insert("schema".to_owned(), Value::Object(self.typed(declared)));
        self.json_text(declared, &mut new);
        Value::Object(new)
    }

    /// What the text of a parameter is the JSON of, where that is said.
    pub(super) fn json_text(&mut self, declared: &Declared, new: &mut Object) {
        const KEY: &str = "x-pydio-json";
        if let Some(schema) = declared.value.get(KEY) {
            new.insert(KEY.to_owned(), self.schema(schema, &join(&declared.at, KEY)));
        }
    }

    /// The schema that a parameter or a header has as its own keys.
    pub(super) fn typed(&mut self, declared: &Declared) -> Object {
        let is_of_schema = |key: &str| !NOT_OF_SCHEMA.contains(&key) && !key.starts_with("x-");
        let of_schema = declared.value.iter().filter(|(key, _)| is_of_schema(key));
        let schema: Object = of_schema.map(|(key, value)| (key.clone(), value.clone())).collect();
        if declared.value.contains_key("schema") {
            let message = "a `schema`, which only a body has";
            self.misfit("parameter-schema", message, &join(&declared.at, "schema"));
        }
        match text(&schema, "type") {
            None => self.misfit("spec-missing", "a parameter without `type`", &declared.at),
            Some("file") => {
                let message = "a file, which only the form of a POST can hold";
                self.misfit("file-parameter", message, &join(&declared.at, "type"));
            }
            Some(_) => {}
        }
        if let Some(items) = schema.get("items").and_then(Value::as_object)
            && (items.contains_key("collectionFormat") || text(items, "type") == Some("array"))
        {
            let message = "a list of lists, which is not supported in a parameter";
            self.misfit("collection-format", message, &join(&declared.at, "items"));
        }
        schema
    }

    /// How the items of a list are written; `None` of anything else.
    pub(super) fn list_style(&mut self, declared: &Declared, place: &str) -> Option<ListStyle> {
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
            _ => {
                let at = join(&declared.at, "collectionFormat");
                let message = format!("`{format}` in a {place}, which is not supported");
                self.misfit("collection-format", message, &at);
                None
            }
        }
    }
}
