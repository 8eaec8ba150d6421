//! The specs that Pydio publishes: all of them is there afterwards.

use std::collections::BTreeMap;

use openapiv3::{OpenAPI, Parameter, ReferenceOr, Schema, SchemaKind, Type};
use serde_json::Value;

use super::{
    converted,
    shared::{CELLS, PYDIO_7, PYDIO_8, upstream},
};
use crate::openapi::{Source, reduce};

/// How many things there are of a kind, by where they are sent.
type Counts = BTreeMap<&'static str, usize>;

fn api(source: &Source) -> OpenAPI {
    converted(source).unwrap_or_else(|found| panic!("{found}")).api
}

/// The parameters as they are declared, by where they will be sent.
fn declared(spec: &Value) -> Counts {
    let mut counts = Counts::new();
    for item in spec["paths"].as_object().unwrap().values() {
        for (method, operation) in item.as_object().unwrap() {
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                let shared = parameter["$ref"].as_str().map(|r| spec.pointer(&r[1..]).unwrap());
                let place = shared.unwrap_or(parameter)["in"].as_str().unwrap();
                let place = match (place, &**method) {
                    ("formData", "post") => "form",
                    ("formData" | "query", _) => "query",
                    ("path", _) => "path",
                    ("header", _) => "header",
                    _ => "body",
                };
                *counts.entry(place).or_default() += 1;
            }
        }
    }
    counts
}

/// The parameters as they are afterwards.
fn kept(api: &OpenAPI) -> Counts {
    let mut counts = Counts::new();
    for (_, _, operation) in api.operations() {
        for parameter in &operation.parameters {
            let place = match parameter.as_item().expect("no reference is left") {
                Parameter::Query { .. } => "query",
                Parameter::Header { .. } => "header",
                Parameter::Path { .. } => "path",
                Parameter::Cookie { .. } => "cookie",
            };
            *counts.entry(place).or_default() += 1;
        }
        let Some(body) = &operation.request_body else { continue };
        let body = body.as_item().expect("no reference is left");
        let (media_type, content) = body.content.first().expect("a body has content");
        let form = content.schema.as_ref().and_then(ReferenceOr::as_item).and_then(properties);
        match form.filter(|_| media_type.contains("form")) {
            Some(properties) => *counts.entry("form").or_default() += properties,
            None => *counts.entry("body").or_default() += 1,
        }
    }
    counts
}

fn properties(schema: &Schema) -> Option<usize> {
    match &schema.schema_kind {
        SchemaKind::Type(Type::Object(object)) => Some(object.properties.len()),
        _ => None,
    }
}

#[test]
fn nothing_is_lost() {
    for (path, operations, definitions) in [(PYDIO_7, 34, 12), (PYDIO_8, 36, 21), (CELLS, 108, 244)]
    {
        let Some(source) = upstream(path) else { return };
        let api = api(&source);
        assert_eq!(api.operations().count(), operations, "{path}");
        assert_eq!(api.components.as_ref().map(|all| all.schemas.len()), Some(definitions));
        assert_eq!(kept(&api), declared(&source.value), "{path}");
    }
}

/// Every schema node of the definitions is there, by its type and format.
#[test]
fn no_type_is_lost() {
    fn count(value: &Value, counts: &mut BTreeMap<String, usize>) {
        if let Some(kind) = value.get("type").and_then(Value::as_str) {
            let format = value.get("format").and_then(Value::as_str).unwrap_or_default();
            *counts.entry(format!("{kind} {format}")).or_default() += 1;
        }
        if value.get("$ref").is_some_and(Value::is_string) {
            *counts.entry("reference".to_owned()).or_default() += 1;
        }
        match value {
            Value::Object(map) => map.values().for_each(|value| count(value, counts)),
            Value::Array(list) => list.iter().for_each(|value| count(value, counts)),
            _ => {}
        }
    }
    let Some(source) = upstream(CELLS) else { return };
    let converted = serde_json::to_value(api(&source)).unwrap();
    let (mut before, mut after) = (BTreeMap::new(), BTreeMap::new());
    count(&source.value["definitions"], &mut before);
    count(&converted["components"]["schemas"], &mut after);
    assert_eq!(before, after);
}

#[test]
fn facts_are_enough() {
    for path in [PYDIO_7, PYDIO_8, CELLS] {
        let Some(source) = upstream(path) else { return };
        let facts = reduce(&source.value);
        assert!(facts.to_string().len() < source.value.to_string().len());
        assert_eq!(reduce(&facts), facts, "reduced once and for all");
        let reduced = source.with(facts);
        assert_eq!(kept(&api(&reduced)), declared(&source.value), "{path}");
    }
}
