//! Paths, operations, and which of its parameters an operation sends where.

use serde_json::{Value, json};

use super::{Converter, Object, kept, parameter::Declared, servers};
use crate::openapi::{plain::METHODS, pointer::join, shape::is_reference};

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
            if let Some(operation) = item.get(method).and_then(Value::as_object) {
                let at = join(at, method);
                let parameters = self.declared(item, operation, &at);
                let operation = self.operation(method, operation, parameters, &at);
                new.insert(method.to_owned(), Value::Object(operation));
            }
        }
        new
    }

    /// The parameters of an operation, and those of its path that it does not declare itself.
    fn declared(&mut self, path: &Object, operation: &Object, at: &str) -> Vec<Declared> {
        let own = self.list(operation, &join(at, "parameters"));
        let path_at = at.rfind('/').map_or("", |slash| &at[..slash]);
        let mut shared = self.list(path, &join(path_at, "parameters"));
        shared.retain(|shared| !own.iter().any(|own| own.identity() == shared.identity()));
        own.into_iter().chain(shared).collect()
    }

    fn list(&mut self, owner: &Object, at: &str) -> Vec<Declared> {
        let mut all = Vec::new();
        let list = owner.get("parameters").and_then(Value::as_array);
        for (index, parameter) in list.into_iter().flatten().enumerate() {
            let at = join(at, &index.to_string());
            match self.follow(parameter, at) {
                Some((Value::Object(value), at)) => all.push(Declared { value, at }),
                _ => continue,
            }
        }
        all
    }

    /// What a value that may be a reference stands for, and where that is.
    pub(super) fn follow(&mut self, value: &Value, at: String) -> Option<(Value, String)> {
        if !is_reference(value) {
            return Some((value.clone(), at));
        }
        self.copies.of_target(value, &at).map_err(|misfit| self.misfits.push(misfit)).ok()
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
        for parameter in parameters {
            match (parameter.text("in"), method) {
                ("body", _) => body.push(parameter),
                // Of other methods PHP reads no form: what is declared as one goes in the query.
                ("formData", "post") => form.push(parameter),
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
        if let Some(body) = self.request_body(method, declared, body, form, at) {
            new.insert("requestBody".to_owned(), body);
        }
        new.insert("responses".to_owned(), self.responses(declared, at));
        media_types_without_use(declared, &mut new);
        new
    }

    fn parameters(&mut self, declared: &[Declared], at: &str) -> Vec<Value> {
        let all = declared.iter().enumerate();
        all.map(|(index, one)| self.parameter(one, &join(at, &index.to_string()))).collect()
    }
}

/// Keeps the media types that an operation declares and that say nothing of what it sends or
/// answers.
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
