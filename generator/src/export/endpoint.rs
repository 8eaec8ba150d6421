//! Endpoints as OpenAPI operations.

use serde_json::{Value, json};

use super::{Paths, params, response};
use crate::ir::{Api, Endpoint, EndpointKind, Kind, Location, Method, Param, Rights};

/// The plugin whose actions belong to one workspace, the administration.
const SETTINGS: &str = "access.ajxp_conf";

/// Returns the tag name of a group.
pub(super) fn tag(kind: EndpointKind, id: &str) -> String {
    match kind {
        EndpointKind::Action => id.to_owned(),
        EndpointKind::Operation => format!("v2 {id}"),
    }
}

/// Adds an endpoint that REST reaches.
pub(super) fn add(endpoint: &Endpoint, api: &Api, paths: &mut Paths) {
    // A GET of REST v1 carries its fields in the query, unless there is a file.
    let is_action = endpoint.is_action();
    let is_query = is_action && endpoint.method == Method::Get && !endpoint.has_file();
    let method = if is_query || !is_action { endpoint.method } else { Method::Post };
    let path = match is_action {
        true => action_path(endpoint),
        false => endpoint.full_path().replace("+}", "}"),
    };
    let owner = if is_action && !endpoint.is_command { &endpoint.group } else { &endpoint.id };
    let method = method.as_str().to_ascii_lowercase();
    paths.add(&path, &method, owner, operation(endpoint, api, is_query));
}

/// Returns whether an action belongs to the administration, whatever workspace is named.
fn is_settings(action: &Endpoint) -> bool {
    action.group == SETTINGS && action.shared_with.is_empty()
}

fn action_path(action: &Endpoint) -> String {
    let workspace = if is_settings(action) { "settings" } else { "{workspaceId}" };
    let part = |param: &Param| match &param.kind {
        Kind::Constant(value) => format!("/{value}"),
        _ => format!("/{{{}}}", param.name),
    };
    let parts: String = action.path_params().map(part).collect();
    format!("/api/{workspace}/{}{parts}", action.sent_name())
}

fn operation(endpoint: &Endpoint, api: &Api, is_query: bool) -> Value {
    let is_action = endpoint.is_action();
    let is_field = |param: &&Param| param.location.is_form();
    let is_sent = |param: &&Param| match param.location {
        Location::Path | Location::RestOfPath => !param.is_constant(),
        Location::Form | Location::Part => is_query,
        Location::Body => false,
        Location::Query | Location::Header | Location::Cookie => true,
    };
    let sent = endpoint.params.iter().filter(is_sent);
    let workspace = (is_action && !is_settings(endpoint)).then(workspace);
    let parameters = workspace.into_iter().chain(sent.filter_map(params::parameter));
    let mut operation = json!({
        "operationId": match is_action {
            true => format!("{}_{}", endpoint.group.replace('.', "_"), endpoint.id),
            false => endpoint.id.clone(),
        },
        "tags": [tag(endpoint.kind, &endpoint.group)],
        "parameters": parameters.collect::<Vec<_>>(),
        "responses": response::all(endpoint),
        "x-pydio": match is_action {
            true => json!({
                "plugins": endpoint.groups().collect::<Vec<_>>(),
                "action": endpoint.id,
                "rights": endpoint.rights.as_ref().map(|Rights(rights)| rights),
                "background": endpoint.background,
                "outcome": endpoint.outcome,
            }),
            false => json!({ "action": endpoint.action }),
        },
    });
    if let Some(paging) = &endpoint.paging {
        operation["x-pydio-paging"] = json!(paging);
    }
    let fields: Vec<_> = endpoint.params.iter().filter(is_field).collect();
    if let Some(body) = endpoint.params.iter().find(|param| param.is_body()) {
        operation["requestBody"] = params::body(body, endpoint, api);
    } else if !is_query && !fields.is_empty() {
        operation["requestBody"] = params::form(endpoint, &fields);
    }
    describe(&mut operation, endpoint);
    operation
}

fn workspace() -> Value {
    json!({
        "name": "workspaceId", "in": "path", "required": true, "schema": { "type": "string" },
        "description": "The workspace, by id or slug; case-sensitive.",
    })
}

/// Describes what an operation does, or that it is unsupported.
fn describe(operation: &mut Value, endpoint: &Endpoint) {
    let unsupported = endpoint.unsupported.as_ref();
    if let Some(summary) = &endpoint.docs.summary {
        operation["summary"] = json!(summary);
    }
    let note = unsupported.map(|note| format!("The server cannot do this. {note}"));
    let parts: Vec<_> = note.iter().chain(&endpoint.docs.details).map(String::as_str).collect();
    if !parts.is_empty() {
        operation["description"] = json!(parts.join(" "));
    }
    if unsupported.is_some() || endpoint.deprecated {
        operation["deprecated"] = json!(true);
    }
}
