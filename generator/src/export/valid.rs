//! Validates OpenAPI 3.1 documents: which keys objects have, and what each must hold.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::tests::{bundles, operations};
use crate::{export::openapi, openapi::METHODS};

/// The required keys of an object, and the allowed keys besides `x-…`.
type Keys = (&'static [&'static str], &'static [&'static str]);

const DOCUMENT: Keys =
    (&["openapi", "info", "paths"], &["components", "security", "servers", "tags"]);
const INFO: Keys = (&["title", "version"], &["description", "license", "summary"]);
const OPERATION: Keys = (
    &["responses"],
    &["deprecated", "description", "operationId", "parameters", "requestBody", "summary", "tags"],
);
const PARAMETER: Keys =
    (&["name", "in", "schema"], &["deprecated", "description", "explode", "required", "style"]);
const BODY: Keys = (&["content"], &["description", "required"]);
const MEDIA: Keys = (&[], &["encoding", "schema"]);
const RESPONSE: Keys = (&["description"], &["content", "headers"]);

/// Collects the errors.
#[derive(Default)]
struct Check {
    faults: Vec<String>,
    schemas: usize,
}

impl Check {
    fn that(&mut self, is_so: bool, fault: impl FnOnce() -> String) {
        if !is_so {
            self.faults.push(fault());
        }
    }

    /// Returns the object at a location, after checking its keys.
    fn object<'v>(
        &mut self,
        at: &str,
        value: &'v Value,
        (must, may): Keys,
    ) -> &'v Map<String, Value> {
        static NONE: std::sync::LazyLock<Map<String, Value>> = std::sync::LazyLock::new(Map::new);
        let Some(object) = value.as_object() else {
            self.faults.push(format!("{at} is not an object"));
            return &NONE;
        };
        for key in must {
            self.that(object.contains_key(*key), || format!("{at} has no `{key}`"));
        }
        for key in object.keys().map(String::as_str) {
            let is_known = key.starts_with("x-") || must.contains(&key) || may.contains(&key);
            self.that(is_known, || format!("{at} has `{key}`"));
        }
        for (key, is_right) in [
            ("description", Value::is_string as fn(&Value) -> bool),
            ("summary", Value::is_string),
            ("required", Value::is_boolean),
            ("deprecated", Value::is_boolean),
        ] {
            self.that(object.get(key).is_none_or(is_right), || format!("{at}: `{key}`"));
        }
        object
    }

    fn schema(&mut self, at: &str, schema: &Value) {
        self.schemas += 1;
        if let Err(error) = jsonschema::meta::validate(schema) {
            self.faults.push(format!("{at}: {error}"));
        }
    }

    fn content(&mut self, at: &str, content: &Value) {
        let content = content.as_object().cloned().unwrap_or_default();
        self.that(!content.is_empty(), || format!("{at}: no content"));
        for (kind, media) in &content {
            let at = format!("{at} {kind}");
            self.that(kind.split('/').count() == 2, || format!("{at} is not a media type"));
            if let Some(schema) = self.object(&at, media, MEDIA).get("schema") {
                self.schema(&at, schema);
            }
        }
    }

    fn operation(&mut self, at: &str, method: &str, operation: &Value) {
        let operation = self.object(at, operation, OPERATION);
        let parameters = operation.get("parameters").and_then(Value::as_array);
        let mut names = BTreeSet::new();
        for parameter in parameters.into_iter().flatten() {
            let fields = self.object(at, parameter, PARAMETER);
            let (name, place) = (parameter["name"].as_str(), parameter["in"].as_str());
            let at = format!("{at} {name:?}");
            self.that(names.insert((name, place)), || format!("{at} is there twice"));
            let is_known = ["path", "query", "header", "cookie"].map(Some).contains(&place);
            self.that(is_known, || format!("{at} is in {place:?}"));
            let is_required = fields.get("required") == Some(&Value::Bool(true));
            self.that(place != Some("path") || is_required, || format!("{at} may be missing"));
            self.schema(&at, &parameter["schema"]);
        }
        if let Some(body) = operation.get("requestBody") {
            self.that(!["get", "head", "trace"].contains(&method), || format!("{at} has a body"));
            self.object(at, body, BODY);
            self.content(at, &body["content"]);
        }
        let responses = operation.get("responses").and_then(Value::as_object);
        self.that(responses.is_some_and(|all| !all.is_empty()), || format!("{at}: no responses"));
        for (status, response) in responses.into_iter().flatten() {
            let is_status = status.parse::<u16>().is_ok_and(|status| (100..600).contains(&status));
            self.that(is_status || status == "default", || format!("{at}: status {status}"));
            match response.get("$ref") {
                Some(reference) => self.that(response.as_object().map(Map::len) == Some(1), || {
                    format!("{at} {status}: keys beside {reference}")
                }),
                None => self.response(at, response),
            }
        }
    }

    fn response(&mut self, at: &str, response: &Value) {
        if let Some(content) = self.object(at, response, RESPONSE).get("content") {
            self.content(at, content);
        }
    }

    fn document(&mut self, document: &Value) {
        self.object("the document", document, DOCUMENT);
        self.object("info", &document["info"], INFO);
        self.that(document["openapi"] == "3.1.0", || "another OpenAPI".to_owned());
        let tags = document["tags"].as_array().cloned().unwrap_or_default();
        let named: BTreeSet<_> = tags.iter().filter_map(|tag| tag["name"].as_str()).collect();
        self.that(named.len() == tags.len(), || "a tag is there twice".to_owned());
        let mut shapes = BTreeSet::new();
        for path in document["paths"].as_object().into_iter().flatten().map(|(path, _)| path) {
            self.that(path.starts_with('/'), || format!("{path} begins with no `/`"));
            let parts =
                path.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
            let shape = parts.collect::<Vec<_>>().join("{}");
            self.that(shapes.insert(shape), || format!("{path} is another path as well"));
        }
        for (path, method, operation) in operations(document) {
            let at = format!("{method} {path}");
            self.that(METHODS.contains(&&**method), || format!("{at}: no method"));
            self.operation(&at, method, operation);
            for tag in operation["tags"].as_array().into_iter().flatten() {
                let is_named = tag.as_str().is_some_and(|tag| named.contains(tag));
                self.that(is_named, || format!("{at}: tag {tag}"));
            }
        }
        let responses = document["components"]["responses"].as_object();
        for (name, response) in responses.into_iter().flatten() {
            self.response(name, response);
        }
        for (name, schema) in document["components"]["schemas"].as_object().into_iter().flatten() {
            let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
            self.that(name.chars().all(is_plain), || format!("the schema {name}"));
            self.schema(name, schema);
        }
    }
}

#[test]
fn documents_are_valid() {
    for api in bundles() {
        let mut check = Check::default();
        check.document(&openapi(&api));
        assert!(check.schemas > 300, "{}", check.schemas);
        assert!(check.faults.is_empty(), "{}:\n{}", api.title, check.faults.join("\n"));
    }
}

#[test]
fn invalid_documents_are_found() {
    let api = bundles().pop().unwrap();
    let document = openapi(&api);
    let path = "/paths/~1api~1{workspaceId}~1mkdir~1{file}/post";
    for (pointer, wrong) in [
        ("/info", serde_json::json!({"version": "1"})),
        (&*format!("{path}/responses/200"), serde_json::json!({})),
        (&*format!("{path}/parameters/0/required"), false.into()),
        (&*format!("{path}/parameters/0/schema"), serde_json::json!({"type": "text"})),
        (&*format!("{path}/tags/0"), "unknown".into()),
        (path, serde_json::json!({"consumes": [], "responses": {"200": {"description": ""}}})),
    ] {
        let mut document = document.clone();
        let place = document.pointer_mut(pointer).unwrap_or_else(|| panic!("no {pointer}"));
        *place = wrong;
        let mut check = Check::default();
        check.document(&document);
        assert_eq!(check.faults.len(), 1, "{pointer}: {:?}", check.faults);
    }
}
