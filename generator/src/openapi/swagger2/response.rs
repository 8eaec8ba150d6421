//! Responses.

use serde_json::{Value, json};

use super::{
    Converter, Object,
    body::{bytes, is_file, types_of_file},
    kept,
    parameter::Declared,
    texts,
};
use crate::openapi::pointer::join;

impl Converter<'_> {
    pub(super) fn responses(&mut self, operation: &Object, at: &str) -> Value {
        let at = join(at, "responses");
        let produces = texts(operation, "produces").or_else(|| texts(self.root, "produces"));
        let produces = produces.unwrap_or_default();
        let produces: Vec<_> = produces.into_iter().map(str::to_owned).collect();
        let Some(declared) = operation.get("responses").and_then(Value::as_object) else {
            return json!({});
        };
        let mut new = kept(declared, &[]);
        for (status, response) in declared.iter().filter(|(key, _)| !key.starts_with("x-")) {
            let Some(response) = response.as_object() else { continue };
            let at = join(&at, status);
            let response = self.response(response, &produces, &at, &at);
            new.insert(status.clone(), Value::Object(response));
        }
        Value::Object(new)
    }

    fn response(
        &mut self,
        declared: &Object,
        produces: &[String],
        at: &str,
        new_at: &str,
    ) -> Object {
        let mut new = kept(declared, &["description"]);
        let mut content = match declared.get("schema") {
            Some(schema) => self.answer(schema, produces, &join(at, "schema"), new_at),
            None => Object::new(),
        };
        if let Some(examples) = declared.get("examples").and_then(Value::as_object) {
            let rest = put_examples(examples, &mut content);
            if !rest.is_empty() {
                new.insert("x-examples".to_owned(), Value::Object(rest));
            }
        }
        if !content.is_empty() {
            new.insert("content".to_owned(), Value::Object(content));
        }
        if let Some(headers) = declared.get("headers").and_then(Value::as_object) {
            let headers = self.headers(headers, &join(at, "headers"), &join(new_at, "headers"));
            new.insert("headers".to_owned(), Value::Object(headers));
        }
        new
    }

    fn answer(&mut self, schema: &Value, produces: &[String], at: &str, new_at: &str) -> Object {
        let mut types = produces.to_vec();
        let schema = if is_file(schema) {
            types = types_of_file(types);
            self.schema(&bytes(schema), at)
        } else {
            self.schema(schema, at)
        };
        if types.is_empty() {
            types.push("application/json".to_owned());
        }
        self.content(&types, &schema, at, new_at)
    }

    fn headers(&mut self, declared: &Object, at: &str, new_at: &str) -> Object {
        let mut new = Object::new();
        for (name, header) in declared {
            let value = header.as_object().cloned().unwrap_or_default();
            let declared = Declared { value, at: join(at, name) };
            self.origins.note(join(&join(new_at, name), "schema"), &*declared.at);
            let mut header = kept(&declared.value, &["description"]);
            if self.list_style(&declared, "header").is_some() {
                header.insert("style".to_owned(), json!("simple"));
            }
            header.insert("schema".to_owned(), Value::Object(self.typed(&declared)));
            new.insert(name.clone(), Value::Object(header));
        }
        new
    }
}

/// Stores each example with its media type. Returns those whose media type the response lacks.
fn put_examples(examples: &Object, content: &mut Object) -> Object {
    let mut rest = Object::new();
    for (media_type, example) in examples {
        match content.get_mut(media_type).and_then(Value::as_object_mut) {
            Some(content) => drop(content.insert("example".to_owned(), example.clone())),
            None => drop(rest.insert(media_type.clone(), example.clone())),
        }
    }
    rest
}
