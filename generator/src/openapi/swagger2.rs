//! Converts Swagger 2.0 to OpenAPI 3.0, both as JSON values.
//!
//! Extensions keep what 3.0 cannot express: `x-declared-in: formData` on a query parameter that was
//! declared as a form parameter, `x-declared-name` for the name of a body, `x-declared-consumes`
//! and `x-declared-produces` for media types of an operation that do not concern its body or its
//! responses, `x-collection-format` for a list format that has no style in 3.0, `x-schemes` if
//! there is no host to prefix, `x-examples` for examples without a media type,
//! `x-allow-empty-value`.

mod body;
mod operation;
mod parameter;
mod response;
mod schema;
mod security;
mod servers;

use serde_json::{Map, Value, json};

use super::{
    origin::{Found, Origins},
    pointer::join,
    shape::{Kind, Violation},
};

/// A JSON object.
type Object = Map<String, Value>;

/// Converts a Swagger 2.0 document to OpenAPI 3.0. The document has to match the tables, and may
/// only have references to schemas.
pub(super) fn convert(document: &Value) -> (Value, Found) {
    let empty = Object::new();
    let root = document.as_object().unwrap_or(&empty);
    let mut converter = Converter {
        root,
        origins: Origins::default(),
        violations: Vec::new(),
        is_unsupported: false,
    };
    let converted = converter.document();
    (converted, Found { origins: converter.origins, violations: converter.violations })
}

/// Returns where things of a kind are defined.
pub(super) fn home(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Schema => Some("/definitions"),
        Kind::Parameter => Some("/parameters"),
        Kind::Response => Some("/responses"),
        _ => None,
    }
}

struct Converter<'d> {
    root: &'d Object,
    origins: Origins,
    violations: Vec<Violation>,
    /// Whether the current operation cannot be expressed.
    is_unsupported: bool,
}

impl Converter<'_> {
    fn document(&mut self) -> Value {
        let mut new = kept(self.root, &["info", "tags", "externalDocs", "security"]);
        new.insert("openapi".to_owned(), json!("3.0.3"));
        servers::write(self.root, self.root, &mut new);
        let paths = self.paths();
        new.insert("paths".to_owned(), Value::Object(paths));
        let components = self.components();
        if !components.is_empty() {
            new.insert("components".to_owned(), Value::Object(components));
        }
        Value::Object(new)
    }

    /// Converts the definitions. Shared parameters and responses are copied to each operation
    /// instead, where it is known how they are sent.
    fn components(&mut self) -> Object {
        let mut components = Object::new();
        if let Some(definitions) = self.root.get("definitions").and_then(Value::as_object) {
            let mut schemas = Object::new();
            for (name, definition) in definitions {
                let schema = self.schema(definition, &join("/definitions", name));
                schemas.insert(name.clone(), schema);
            }
            self.origins.note("/components/schemas".to_owned(), "/definitions");
            components.insert("schemas".to_owned(), Value::Object(schemas));
        }
        if let Some(declared) = self.root.get("securityDefinitions").and_then(Value::as_object) {
            let mut schemes = Object::new();
            for (name, scheme) in declared {
                let at = join("/securityDefinitions", name);
                schemes.extend(self.security_scheme(scheme, &at).map(|new| (name.clone(), new)));
            }
            self.origins.note("/components/securitySchemes".to_owned(), "/securityDefinitions");
            components.insert("securitySchemes".to_owned(), Value::Object(schemes));
        }
        components
    }

    fn warn(&mut self, code: &'static str, message: impl Into<String>, at: &str) {
        self.violations.push(Violation::warning(code, message, at));
    }

    /// Notes that the current operation cannot be expressed.
    fn refuse(&mut self, code: &'static str, message: &str, at: &str) {
        self.is_unsupported = true;
        self.warn(code, format!("{message}; the operation is skipped"), at);
    }
}

/// Returns the named keys of an object, and its extensions.
fn kept(object: &Object, keys: &[&str]) -> Object {
    let is_kept = |key: &str| keys.contains(&key) || key.starts_with("x-");
    let entries = object.iter().filter(|(key, _)| is_kept(key));
    entries.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Returns the text at a key.
fn text<'v>(object: &'v Object, key: &str) -> Option<&'v str> {
    object.get(key).and_then(Value::as_str)
}

/// Returns the list of texts at a key; `None` if there is no such key.
fn texts<'v>(object: &'v Object, key: &str) -> Option<Vec<&'v str>> {
    let list = object.get(key)?.as_array()?;
    Some(list.iter().filter_map(Value::as_str).collect())
}
