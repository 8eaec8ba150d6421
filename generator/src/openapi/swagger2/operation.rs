//! Paths, operations, and where an operation sends each of its parameters.

use serde_json::{Value, json};

use super::{Converter, Object, kept, parameter::Declared, servers};
use crate::openapi::{plain::METHODS, pointer::join, repair::unsupported};

impl Converter<'_> {
    pub(super) fn paths(&mut self) -> Object {
        let Some(paths) = self.root.get("paths").and_then(Value::as_object) else {
            return Object::new();
        };
        let mut new = kept(paths, &[]);
        for (path, item) in paths.iter().filter(|(path, _)| path.starts_with('/')) {
            let item = item.as_object().map(|item| self.path(item, &join("/paths", path)));
            new.insert(path.clone(), Value::Object(item.unwrap_or_default()));
        }
        new
    }

    fn path(&mut self, item: &Object, at: &str) -> Object {
        let mut new = kept(item, &[]);
        for method in METHODS {
            let Some(operation) = item.get(method).and_then(Value::as_object) else { continue };
            let at = join(at, method);
            let parameters = declared(operation, &join(&at, "parameters"));
            self.is_unsupported = false;
            let mut operation = self.operation(method, operation, parameters, &at);
            if self.is_unsupported {
                unsupported(&mut operation);
            }
            new.insert(method.to_owned(), Value::Object(operation));
        }
        new
    }

    fn operation(
        &mut self,
        method: &str,
        declared: &Object,
        parameters: Vec<Declared>,
        at: &str,
    ) -> Object {
        const KEPT: [&str; 7] = [
            "tags",
            "summary",
            "description",
            "externalDocs",
            "operationId",
            "deprecated",
            "security",
        ];
        let mut new = kept(declared, &KEPT);
        let mut plain = Vec::new();
        let mut form = Vec::new();
        let mut body = Vec::new();
        let is_file = |one: &Declared| one.text("in") == "formData" && one.text("type") == "file";
        let has_file = parameters.iter().any(is_file);
        for parameter in parameters {
            match (parameter.text("in"), method) {
                ("body", _) => body.push(parameter),
                // PHP reads forms only for POST: for other methods, form parameters go in the
                // query, where a file is not possible.
                ("formData", "post") => form.push(parameter),
                ("formData", _) if has_file => form.push(parameter),
                _ => plain.push(parameter),
            }
        }
        if declared.contains_key("schemes") {
            servers::write(self.root, declared, &mut new);
        }
        let plain = self.parameters(&plain, &join(at, "parameters"));
        if !plain.is_empty() {
            new.insert("parameters".to_owned(), Value::Array(plain));
        }
        if let Some(body) = self.request_body(declared, body, form, at) {
            new.insert("requestBody".to_owned(), body);
        }
        new.insert("responses".to_owned(), self.responses(declared, at));
        media_types_without_use(declared, &mut new);
        new
    }

    fn parameters(&mut self, declared: &[Declared], at: &str) -> Vec<Value> {
        let all = declared.iter().enumerate();
        let mut parameter = |(index, one): (usize, &Declared)| match one.is_known() {
            true => self.parameter(one, &join(at, &index.to_string())),
            // The rest of an unreadable one.
            false => json!({}),
        };
        all.map(&mut parameter).collect()
    }
}

/// Returns the parameters of an operation, including those of its path.
fn declared(operation: &Object, at: &str) -> Vec<Declared> {
    let list = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
    let all = list.enumerate().filter_map(|(index, parameter)| {
        let value = parameter.as_object()?.clone();
        Some(Declared { value, at: join(at, &index.to_string()) })
    });
    all.collect()
}

/// Keeps the declared media types of an operation that do not concern its body or response.
fn media_types_without_use(declared: &Object, new: &mut Object) {
    let sent = new.get("requestBody").map(content_types).unwrap_or_default();
    let responses = new.get("responses").and_then(Value::as_object);
    let answered: Vec<_> =
        responses.into_iter().flatten().flat_map(|(_, answer)| content_types(answer)).collect();
    for (key, new_key, used) in
        [("consumes", "x-declared-consumes", sent), ("produces", "x-declared-produces", answered)]
    {
        let types = declared.get(key).and_then(Value::as_array);
        let unused = types.into_iter().flatten();
        let unused: Vec<_> =
            unused.filter(|one| !used.iter().any(|used| **one == *used)).cloned().collect();
        if !unused.is_empty() {
            new.insert(new_key.to_owned(), json!(unused));
        }
    }
}

fn content_types(owner: &Value) -> Vec<String> {
    let content = owner.get("content").and_then(Value::as_object);
    content.into_iter().flat_map(Object::keys).cloned().collect()
}
