//! The model as one OpenAPI 3.1 document: the actions that REST v1 reaches, as corrected, and the
//! operations of v2, for other languages, for mocks and for browsing.
//!
//! `tests/referees` validates the documents of all bundled releases with `openapi-spec-validator`, and
//! compares three of them with the responses of the test server, with `schemathesis`.
//!
//! Extensions hold what OpenAPI cannot express: `x-pydio` on each operation (plugin, action,
//! rights), `x-catch-all` on a path parameter that spans slashes, `x-percent-encoded` on text that
//! is encoded once more than other text, `x-numbered` on a form for its families of fields, each
//! named after its first.

mod endpoint;
mod params;
mod response;
mod schema;

use serde_json::{Map, Value, json};

use crate::ir::{Api, EndpointKind, Group};

/// Returns the document.
///
/// Actions without `restParams` are omitted, because they have no URL. The description gives their
/// number.
pub fn openapi(api: &Api) -> Value {
    let mut paths = Paths::default();
    for endpoint in api.endpoints.iter().filter(|endpoint| endpoint.rest) {
        endpoint::add(endpoint, api, &mut paths);
    }
    let schemas = api.models.iter();
    let schemas = schemas.map(|one| (schema::name(one.kind, &one.name), schema::model(one)));
    let schemas: Map<String, Value> = schemas.chain([response::failure()]).collect();
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": api.title,
            "version": api.version,
            "description": description(api),
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{
            "url": "{address}",
            "description": "The URL of the server's web interface.",
            "variables": { "address": { "default": "https://files.example.org" } },
        }],
        "security": [{ "login": [] }],
        "tags": tags(api),
        "paths": paths.0,
        "components": {
            "securitySchemes": {
                "login": {
                    "type": "http",
                    "scheme": "basic",
                    "description": "Login and password. After three failures from one IP \
                                    address, even the right password is refused.",
                },
            },
            "responses": response::components(),
            "schemas": schemas,
        },
    })
}

fn description(api: &Api) -> String {
    let unreached = api.actions().filter(|action| !action.rest).count();
    format!(
        "Actions over REST v1 and operations of v2, as servers were seen to take and answer them. \
         {unreached} actions are not in here, since only a session or the command line reaches \
         them. An answer with status 200 may report a failure: look for a message of the type \
         `ERROR`. The server answers JSON instead of XML if the header `Accept` is exactly \
         `application/json`."
    )
}

fn tags(api: &Api) -> Vec<Value> {
    let is_home = |group: &&Group| {
        api.members(group).any(|endpoint| endpoint.group == group.id && endpoint.rest)
    };
    let tag = |group: &Group| match (group.kind, &group.doc) {
        (EndpointKind::Action, Some(doc)) => json!({ "name": group.id, "description": doc }),
        _ => json!({ "name": endpoint::tag(group.kind, &group.id) }),
    };
    api.groups.iter().filter(is_home).map(tag).collect()
}

/// Operations by path and method.
#[derive(Default)]
struct Paths(Map<String, Value>);

impl Paths {
    /// Adds an operation. Where plugins disagree about the same path, or about the names of its
    /// parameters, or where an action has several commands, all but the first are put behind a `#`,
    /// which is never sent.
    fn add(&mut self, path: &str, method: &str, plugin: &str, operation: Value) {
        let same = self.0.iter().find(|(known, _)| shape(known).eq(shape(path)));
        let is_free = same.is_none_or(|(known, item)| known == path && item.get(method).is_none());
        let path = if is_free { path.to_owned() } else { format!("{path}#{plugin}") };
        self.0.entry(path).or_insert_with(|| json!({}))[method] = operation;
    }
}

/// Returns a path without its parameter names: OpenAPI treats two paths of one shape as the same.
fn shape(path: &str) -> impl Iterator<Item = &str> {
    path.split('{').map(|part| part.split_once('}').map_or(part, |(_, rest)| rest))
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod valid;
