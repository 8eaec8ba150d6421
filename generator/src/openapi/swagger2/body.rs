//! The body of an operation: JSON, a stream of bytes, or a form.

use serde_json::{Value, json};

use super::{
    Converter, Object, kept,
    parameter::{Declared, other_style},
    text, texts,
};
use crate::openapi::pointer::{join, split_last};

const JSON: &str = "application/json";
const BYTES: &str = "application/octet-stream";
const FORM: &str = "application/x-www-form-urlencoded";
const MULTIPART: &str = "multipart/form-data";

impl Converter<'_> {
    pub(super) fn request_body(
        &mut self,
        operation: &Object,
        body: Vec<Declared>,
        form: Vec<Declared>,
        at: &str,
    ) -> Option<Value> {
        let consumes = texts(operation, "consumes").or_else(|| texts(self.root, "consumes"));
        let consumes = consumes.unwrap_or_default().into_iter().map(str::to_owned).collect();
        if let Some(second) = body.get(1).or(body.first().and(form.first())) {
            let message = format!("`{}` beside another body", second.text("name"));
            self.refuse("body-repeated", &message, &second.at);
        }
        let at = join(at, "requestBody");
        if let Some(body) = body.first() {
            return Some(self.body(body, consumes, &at));
        }
        (!form.is_empty()).then(|| self.form(&form, &consumes, &at))
    }

    /// Converts a body parameter. Without a suitable media type it is JSON, except that plain text
    /// is bytes: no client sends quoted text. Only an object can be sent as a form.
    fn body(&mut self, declared: &Declared, consumes: Vec<String>, at: &str) -> Value {
        let Some(schema) = declared.value.get("schema") else {
            self.refuse("spec-missing", "a body without `schema`", &declared.at);
            return json!({ "content": {} });
        };
        let resolved = self.resolved(schema);
        let is_object = resolved.get("type").is_some_and(|kind| kind == "object")
            || resolved.get("properties").is_some();
        let is_own = |one: &String| is_object || (one != FORM && one != MULTIPART);
        let mut types: Vec<_> = consumes.into_iter().filter(is_own).collect();
        let is_text = resolved.get("type").is_some_and(|kind| kind == "string");
        let is_binary = resolved.get("format").is_some_and(|format| format == "binary");
        let is_choice = resolved.get("enum").is_some();
        let schema_at = join(&declared.at, "schema");
        let schema = if is_text && (is_binary || (types.is_empty() && !is_choice)) {
            types.retain(|one| !one.starts_with(JSON));
            let bytes = bytes(resolved);
            if types.is_empty() {
                types.push(BYTES.to_owned());
            }
            self.schema(&bytes, &schema_at)
        } else {
            if types.is_empty() {
                types.push(JSON.to_owned());
            }
            self.schema(schema, &schema_at)
        };
        self.origins.note(at.to_owned(), &*declared.at);
        let mut new = kept(&declared.value, &["description", "required"]);
        new.insert("x-declared-name".to_owned(), json!(declared.text("name")));
        let content = self.content(&types, &schema, &schema_at, at);
        new.insert("content".to_owned(), Value::Object(content));
        Value::Object(new)
    }

    /// Returns the same schema for each of several media types.
    pub(super) fn content(
        &mut self,
        types: &[String],
        schema: &Value,
        schema_at: &str,
        at: &str,
    ) -> Object {
        let mut content = Object::new();
        let owner_at = split_last(schema_at).map_or("", |(owner, _)| owner);
        for one in types {
            let new = join(&join(at, "content"), one);
            self.origins.note(join(&new, "schema"), schema_at);
            self.origins.note(new, owner_at);
            content.insert(one.clone(), json!({ "schema": schema }));
        }
        content
    }

    fn form(&mut self, declared: &[Declared], consumes: &[String], at: &str) -> Value {
        let has_file = declared.iter().any(|one| one.text("type") == "file");
        let declares = |media_type: &str| consumes.iter().any(|one| one == media_type);
        let is_multipart = has_file || (declares(MULTIPART) && !declares(FORM));
        let media_type = if is_multipart { MULTIPART } else { FORM };
        let content_at = join(&join(at, "content"), media_type);
        let properties_at = join(&join(&content_at, "schema"), "properties");
        let first = declared.first().map_or("", |first| &first.at);
        self.origins.note(at.to_owned(), first);
        self.origins.note(content_at.clone(), first);
        let (mut properties, mut encoding) = (Object::new(), Object::new());
        for one in declared {
            let name = one.text("name");
            self.origins.note(join(&properties_at, name), &*one.at);
            if let Some((style, explode)) = self.list_style(one, "form") {
                let how = json!({ "style": style, "explode": explode });
                encoding.insert(name.to_owned(), how);
            }
            let mut property = self.property(one);
            if self.list_style(one, "form").is_none() {
                property.extend(other_style(one));
            }
            let property = Value::Object(property);
            properties.insert(name.to_owned(), property);
        }
        let required = declared.iter().filter(|one| one.is_required());
        let required: Vec<_> = required.map(|one| one.text("name")).collect();
        let mut schema = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        let mut content = json!({ "schema": schema });
        if !encoding.is_empty() {
            content["encoding"] = Value::Object(encoding);
        }
        json!({ "required": !required.is_empty(), "content": { media_type: content } })
    }

    /// Converts a form parameter to a property of the form's object.
    fn property(&mut self, declared: &Declared) -> Object {
        let mut schema = if declared.text("type") == "file" {
            match bytes(&Value::Object(kept(&declared.value, &["default"]))) {
                Value::Object(bytes) => bytes,
                _ => Object::new(),
            }
        } else {
            self.typed(declared)
        };
        schema.extend(kept(&declared.value, &["description", "example"]));
        if let Some(allowed) = declared.value.get("allowEmptyValue") {
            schema.insert("x-allow-empty-value".to_owned(), allowed.clone());
        }
        self.json_text(declared, &mut schema);
        schema
    }
}

/// Returns a schema of bytes, with the other declared keys.
pub(super) fn bytes(declared: &Value) -> Value {
    let mut schema = declared.as_object().cloned().unwrap_or_default();
    schema.insert("type".to_owned(), json!("string"));
    schema.insert("format".to_owned(), json!("binary"));
    Value::Object(schema)
}

/// Returns the media types of a file response: the declared ones that are possible for a file.
pub(super) fn types_of_file(mut types: Vec<String>) -> Vec<String> {
    types.retain(|one| !one.starts_with(JSON) && one != "application/xml");
    if types.is_empty() {
        types.push(BYTES.to_owned());
    }
    types
}

/// Returns whether the schema of a response describes a file.
pub(super) fn is_file(schema: &Value) -> bool {
    schema.as_object().and_then(|schema| text(schema, "type")) == Some("file")
}
