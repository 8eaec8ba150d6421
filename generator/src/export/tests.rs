use std::{collections::BTreeSet, path::Path};

use serde_json::Value;

use super::openapi;
use crate::{
    input::Library,
    ir::{Api, Response, StatusResponse, Type},
    pipeline::{self, Request},
};

pub(super) fn bundles() -> Vec<Api> {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).to_owned();
    let versions = Library::above(&from).versions();
    let request =
        |version| Request { version: Some(version), from: from.clone(), ..Request::default() };
    let read = |version| pipeline::read(&request(version)).unwrap().api().unwrap();
    versions.into_iter().map(read).collect()
}

/// Returns every operation of a document, with its path and method.
pub(super) fn operations(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    document["paths"].as_object().unwrap().iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, operation)| (path, method, operation))
    })
}

#[test]
fn everything_that_rest_reaches_is_in_it_once() {
    for api in bundles() {
        let document = openapi(&api);
        let reached = api.endpoints.iter().filter(|one| one.rest).count();
        let ids: Vec<_> = operations(&document).map(|(.., o)| &o["operationId"]).collect();
        assert_eq!(ids.len(), reached, "{}", api.title);
        let distinct: BTreeSet<_> = ids.iter().map(|id| id.as_str().unwrap()).collect();
        assert_eq!(distinct.len(), ids.len(), "{}", api.title);
    }
}

#[test]
fn path_variables_match_path_parameters() {
    for api in bundles() {
        for (path, method, operation) in operations(&openapi(&api)) {
            let parts: BTreeSet<_> =
                path.split('{').skip(1).filter_map(|part| Some(part.split_once('}')?.0)).collect();
            let parameters = operation["parameters"].as_array().unwrap();
            let in_path: Vec<_> = parameters
                .iter()
                .filter(|parameter| parameter["in"] == "path")
                .map(|parameter| parameter["name"].as_str().unwrap())
                .collect();
            assert_eq!(in_path.len(), parts.len(), "{method} {path}");
            assert_eq!(in_path.into_iter().collect::<BTreeSet<_>>(), parts, "{method} {path}");
        }
    }
}

#[test]
fn every_reference_resolves_to_a_schema() {
    for api in bundles() {
        let document = openapi(&api);
        let mut count = 0;
        references(&document, &mut |reference| {
            count += 1;
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        });
        assert_eq!(count > 0, !api.models.is_empty());
    }
}

fn references(value: &Value, found: &mut impl FnMut(&str)) {
    match value {
        Value::Object(fields) => {
            if let Some(reference) = fields.get("$ref").and_then(Value::as_str) {
                found(reference);
            }
            fields.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[test]
fn what_is_in_an_operation() {
    let api = bundles().pop().unwrap();
    let document = openapi(&api);
    let of = |path: &str| serde_json::to_string_pretty(&document["paths"][path]).unwrap();
    insta::assert_snapshot!("mkdir", of("/api/{workspaceId}/mkdir/{file}"));
    insta::assert_snapshot!("download", of("/api/v2/io/{workspaceId}/{path}"));
}

#[test]
fn each_status_has_its_response() {
    let mut api = bundles().pop().unwrap();
    let operation = api.endpoints.iter_mut().find(|one| !one.is_action()).unwrap();
    let path = operation.full_path().replace("+}", "}");
    let method = operation.method.as_str().to_ascii_lowercase();
    let by =
        |status: &str, response| StatusResponse { status: status.to_owned(), response, doc: None };
    let known = by("200", Response::Json(Type::Integer));
    operation.response =
        Response::ByStatus(vec![known, by("201", Response::Text), by("204", Response::Nothing)]);
    let responses = openapi(&api)["paths"][&path][&method]["responses"].clone();
    let content = |status: &str| responses[status]["content"].clone();
    assert_eq!(content("200")["application/json"]["schema"]["type"], "integer");
    assert_eq!(content("201")["text/plain"]["schema"]["type"], "string");
    assert_eq!(responses["204"], serde_json::json!({ "description": "Success." }));
}
