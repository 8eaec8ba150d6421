//! Swagger 2.0 as OpenAPI 3.0, JSON value to JSON value.
//!
//! What 3.0 has no room for is kept as an extension: `x-declared-in: formData` on a parameter of
//! the query that was declared as one of a form, `x-declared-name` for the name of a body,
//! `x-declared-consumes` and `x-declared-produces` for media types of an operation that say
//! nothing of its body or its answers, `x-collection-format` for how a list is written that 3.0 has
//! no style for, `x-schemes` where there is no host to put them before,
//! `x-examples` for examples that are of no media type, `x-allow-empty-value`.

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

/// An object of JSON.
type Object = Map<String, Value>;

/// Makes OpenAPI 3.0 of a document of Swagger 2.0 that fits the tables and has no references but
/// to schemas.
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

/// Where things of a kind are defined.
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
    /// Whether the operation that is being converted cannot be expressed.
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

    /// The definitions. Parameters and responses that several operations share are copied to
    /// each of them instead, where it is known how they are sent.
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

    /// Notes that the operation at hand cannot be expressed.
    fn refuse(&mut self, code: &'static str, message: &str, at: &str) {
        self.is_unsupported = true;
        self.warn(code, format!("{message}; the operation is skipped"), at);
    }
}

/// The named keys of an object, and its extensions.
fn kept(object: &Object, keys: &[&str]) -> Object {
    let is_kept = |key: &str| keys.contains(&key) || key.starts_with("x-");
    let entries = object.iter().filter(|(key, _)| is_kept(key));
    entries.map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// The text at a key.
fn text<'v>(object: &'v Object, key: &str) -> Option<&'v str> {
    object.get(key).and_then(Value::as_str)
}

/// The list of texts at a key; `None` where there is no such key.
fn texts<'v>(object: &'v Object, key: &str) -> Option<Vec<&'v str>> {
    let list = object.get(key)?.as_array()?;
    Some(list.iter().filter_map(Value::as_str).collect())
}
