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
    assert_eq!(responses["404"]["$ref"], "#/components/responses/NotFound");
}

/// Returns the schemas of a response by media type.
fn content<'d>(
    document: &'d Value,
    operation: &'d Value,
    status: &str,
) -> Vec<(&'d String, &'d Value)> {
    let response = &operation["responses"][status];
    let response = match response["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => response,
    };
    let content = response["content"].as_object().into_iter().flatten();
    content.map(|(media, one)| (media, &one["schema"])).collect()
}

#[test]
fn every_call_may_fail_or_return_nothing() {
    for api in bundles() {
        let document = openapi(&api);
        for (path, method, operation) in operations(&document) {
            for (status, wanted) in [
                ("401", "text/html"),
                ("404", "text/html"),
                ("411", "text/xml"),
                ("500", "text/html"),
            ] {
                let content = content(&document, operation, status);
                let has = content.iter().any(|(media, _)| *media == wanted);
                assert!(has, "{method} {path} {status}: {content:?}");
            }
            let content = content(&document, operation, "200");
            let media: BTreeSet<_> = content.iter().map(|(media, _)| media.as_str()).collect();
            let is_open = media.contains("*/*");
            let has = |wanted| media.contains(wanted) || is_open;
            assert!(has("text/xml") && has("application/json"), "{method} {path}: {media:?}");
            assert!(has("text/html"), "{method} {path}: {media:?}");
        }
    }
}

#[test]
fn failures_of_uploads_are_text_and_downloads_may_be_partial() {
    let document = openapi(&bundles().pop().unwrap());
    let operation =
        |id: &str| operations(&document).find(|(.., one)| one["operationId"] == id).unwrap().2;
    for upload in ["access_fs_upload", "uploadStream"] {
        let content = content(&document, operation(upload), "200");
        assert!(content.iter().any(|(media, _)| *media == "text/plain"), "{upload}: {content:?}");
        assert!(operation(upload)["responses"]["413"].is_object(), "{upload}");
    }
    for download in ["access_fs_download", "download"] {
        let content = content(&document, operation(download), "206");
        assert_eq!(content.len(), 1, "{download}: {content:?}");
    }
    let headers = &document["components"]["responses"]["PartialContent"]["headers"];
    assert_eq!(headers["Content-Range"]["required"], true);
    let mkdir = &operation("access_fs_mkdir")["responses"];
    assert!(mkdir["206"].is_null() && mkdir["413"].is_null(), "{mkdir}");
}

#[test]
fn constants_are_required() {
    let document = openapi(&bundles().pop().unwrap());
    let mut count = 0;
    for (path, method, operation) in operations(&document) {
        let is_constant = |schema: &Value| {
            let values = schema["enum"].as_array();
            values
                .is_some_and(|values| values.len() == 1 && values[0] != "true" && values[0] != "on")
        };
        for parameter in operation["parameters"].as_array().unwrap() {
            if is_constant(&parameter["schema"]) {
                count += 1;
                assert_eq!(parameter["required"], true, "{method} {path} {}", parameter["name"]);
            }
        }
        let forms = operation["requestBody"]["content"].as_object().into_iter().flatten();
        for (_, form) in forms {
            let required = form["schema"]["required"].as_array().into_iter().flatten();
            let required: Vec<_> = required.filter_map(Value::as_str).collect();
            let fields = form["schema"]["properties"].as_object().into_iter().flatten();
            for (name, _) in fields.filter(|(_, schema)| is_constant(schema)) {
                count += 1;
                assert!(required.contains(&name.as_str()), "{method} {path} {name}");
                assert_eq!(operation["requestBody"]["required"], true, "{method} {path}");
            }
        }
    }
    assert!(count > 10, "{count}");
}

#[test]
fn schemas_include_what_php_writes_instead() {
    let document = openapi(&bundles().pop().unwrap());
    let schema = |name: &str| {
        let schema = document["components"]["schemas"][name].clone();
        jsonschema::validator_for(&serde_json::json!({
            "$ref": format!("#/components/schemas/{name}"), "components": document["components"],
        }))
        .unwrap_or_else(|error| panic!("{name}: {error}: {schema}"))
    };
    // Source: recorded exchanges v1/admin/post_json_role, v1/admin/edit_edit_role_json, v2/fs/get_recursive_query,
    // and an 8.2.5 without events.
    for (name, value) in [
        (
            "v1.Role",
            serde_json::json!({"ACL": ["r"], "ACTIONS": [], "APPLIES": [], "PARAMETERS": []}),
        ),
        (
            "v1.Role",
            serde_json::json!({"ACL": {"1": "r"}, "ACTIONS": [], "APPLIES": [], "PARAMETERS": []}),
        ),
        ("RoleWorkspace", serde_json::json!({"label": "Common", "scope": false})),
        ("RemoteSort", serde_json::json!({"remote_order": "true", "currentOrderCol": null})),
        ("WorkspaceInfo", serde_json::json!({"core.notifications": null})),
        (
            "v1.WorkspaceInfo",
            serde_json::json!({"core.users": {"users": 3, "groups": 0}, "core.notifications": null}),
        ),
    ] {
        let error = schema(name).iter_errors(&value).next().map(|error| error.to_string());
        assert_eq!(error, None, "{name}: {value}");
    }
    let wrong =
        serde_json::json!({"ACL": {"1": 3}, "ACTIONS": [], "APPLIES": [], "PARAMETERS": []});
    assert!(!schema("v1.Role").is_valid(&wrong));
    let wrong = serde_json::json!({"label": "Common", "scope": true});
    assert!(!schema("RoleWorkspace").is_valid(&wrong));
}

/// What 8.2.5 and 7.0.4 send when nothing is shared.
#[test]
fn an_action_may_find_no_object_to_return() {
    let document = openapi(&bundles().pop().unwrap());
    let id = |operation: &Value| operation["operationId"].as_str().unwrap().to_owned();
    let (.., share) = operations(&document).find(|(.., o)| id(o).ends_with("share_node")).unwrap();
    let (_, schema) = content(&document, share, "200")
        .into_iter()
        .find(|(media, _)| *media == "application/json")
        .unwrap();
    let mut schema = schema.clone();
    schema["components"] = document["components"].clone();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let valid = ["[]", "null", "[1]"].map(|text| schema.is_valid(&text.parse().unwrap()));
    assert_eq!(valid, [true, true, false]);
}
