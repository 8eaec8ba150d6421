//! Actions of REST v1 as operations.

use serde_json::{Map, Value, json};

use super::{Paths, responses, schema};
use crate::model::{Action, Docs, Kind, Param, ParamPlace, ReturnKind, Rights, Route, Verb};

/// The plugin whose actions are those of one workspace, the administration.
const SETTINGS: &str = "access.ajxp_conf";

pub(super) fn add(action: &Action, paths: &mut Paths) {
    let Some(route) = &action.route else { return };
    let is_settings = action.owner == SETTINGS && action.also.is_empty();
    let workspace = if is_settings { "settings" } else { "{workspaceId}" };
    let parts = route.path.iter().map(|name| part(action, name)).collect::<String>();
    let path = format!("/api/{workspace}/{}{parts}", action.sent_name());
    let has_file = action.params.iter().any(|param| param.kind == Kind::File);
    let (method, places) = match route.verb {
        Verb::Get if !has_file => ("get", Places::Query),
        Verb::Get | Verb::Post => ("post", Places::Form),
    };
    paths.add(&path, method, &action.owner, operation(action, route, places, is_settings));
}

/// A part of the path: a parameter, or the text it always is.
fn part(action: &Action, name: &str) -> String {
    let param = action.params.iter().find(|param| param.name == name);
    match param.map(|param| &param.kind) {
        Some(Kind::Constant(value)) => format!("/{value}"),
        _ => format!("/{{{name}}}"),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Places {
    Query,
    Form,
}

fn operation(action: &Action, route: &Route, places: Places, is_settings: bool) -> Value {
    let workspace = json!({
        "name": "workspaceId", "in": "path", "required": true, "schema": { "type": "string" },
        "description": "The workspace, by id or slug; capitals matter.",
    });
    let mut parameters = if is_settings { Vec::new() } else { vec![workspace] };
    let in_path = |param: &&Param| param.place != ParamPlace::Field;
    let is_open = |param: &&Param| !matches!(param.kind, Kind::Constant(_));
    let open = action.params.iter().filter(in_path).filter(is_open);
    parameters.extend(open.map(|param| path(param, route)));
    let fields: Vec<_> = action.params.iter().filter(|param| !in_path(param)).collect();
    let mut operation = json!({
        "operationId": format!("{}_{}", action.owner.replace('.', "_"), action.name),
        "tags": [action.owner],
        "responses": responses(answer(&action.returns, &action.docs)),
        "x-pydio": {
            "plugins": std::iter::once(&action.owner).chain(&action.also).collect::<Vec<_>>(),
            "action": action.name,
            "rights": action.rights.as_ref().map(|Rights(rights)| rights),
            "background": action.background,
        },
    });
    if places == Places::Query {
        parameters.extend(fields.iter().filter_map(|param| query(param)));
    } else if !fields.is_empty() {
        operation["requestBody"] = form(&fields);
    }
    operation["parameters"] = json!(parameters);
    describe(&mut operation, &action.docs, action.retired.as_deref());
    operation
}

/// Says what an operation does, and that it does not when it is retired.
pub(super) fn describe(operation: &mut Value, docs: &Docs, retired: Option<&str>) {
    if let Some(summary) = &docs.summary {
        operation["summary"] = json!(summary);
    }
    let note = retired.map(|note| format!("The server cannot do this. {note}"));
    let parts: Vec<_> = note.iter().chain(&docs.details).map(String::as_str).collect();
    if !parts.is_empty() {
        operation["description"] = json!(parts.join(" "));
    }
    if retired.is_some() {
        operation["deprecated"] = json!(true);
    }
}

fn path(param: &Param, route: &Route) -> Value {
    let mut value = json!({
        "name": param.name, "in": "path", "required": true, "schema": plain(param),
    });
    if let Some(doc) = &param.doc {
        value["description"] = json!(doc);
    }
    if param.place == ParamPlace::CatchAll && route.catch_all {
        value["x-catch-all"] = json!(true);
    }
    value
}

fn query(param: &Param) -> Option<Value> {
    let (name, schema) = spelt(param)?;
    let mut value = json!({
        "name": name, "in": "query", "required": param.required, "schema": schema,
    });
    if let Some(doc) = &param.doc {
        value["description"] = json!(doc);
    }
    Some(value)
}

fn form(fields: &[&Param]) -> Value {
    let mut properties = Map::new();
    let mut numbered = Map::new();
    let mut required = Vec::new();
    let mut is_open = false;
    for param in fields {
        match &param.kind {
            Kind::Fields => is_open = true,
            Kind::Numbered(prefix) => {
                numbered.insert(format!("{prefix}0"), described(param, json!({})));
            }
            Kind::Selection => {
                numbered.insert(format!("{}_0", param.name), described(param, plain(param)));
            }
            _ => {}
        }
        let Some((name, schema)) = spelt(param) else { continue };
        // One node of a selection stands under the name itself, several under numbered ones.
        if param.required && param.kind != Kind::Selection {
            required.push(name.clone());
        }
        properties.insert(name, described(param, schema));
    }
    let mut schema = json!({ "type": "object", "properties": properties });
    if !numbered.is_empty() {
        is_open = true;
        schema["x-numbered"] = json!(numbered);
    }
    if !required.is_empty() {
        schema["required"] = json!(required);
    }
    schema["additionalProperties"] = match is_open {
        true => json!({ "type": "string" }),
        false => json!(false),
    };
    let kind = match fields.iter().any(|param| param.kind == Kind::File) {
        true => "multipart/form-data",
        false => "application/x-www-form-urlencoded",
    };
    json!({
        "required": fields.iter().any(|param| param.required),
        "content": { kind: { "schema": schema } },
    })
}

fn described(param: &Param, mut schema: Value) -> Value {
    if let Some(doc) = &param.doc {
        schema["description"] = json!(doc);
    }
    schema
}

/// The name of a field and its schema; `None` where it has no name of its own.
fn spelt(param: &Param) -> Option<(String, Value)> {
    let name = match &param.kind {
        Kind::Fields | Kind::Numbered(_) | Kind::Page => return None,
        Kind::Nodes | Kind::Texts => format!("{}[]", param.name),
        _ => param.name.clone(),
    };
    Some((name, plain(param)))
}

fn plain(param: &Param) -> Value {
    let mut schema = match &param.kind {
        Kind::Integer => json!({ "type": "integer" }),
        Kind::Flag => json!({ "type": "string", "enum": ["true"] }),
        Kind::Switch => json!({ "type": "boolean" }),
        Kind::On => json!({ "type": "string", "enum": ["on"] }),
        Kind::Nodes | Kind::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Kind::Constant(value) => json!({ "type": "string", "enum": [value] }),
        Kind::File => schema::bytes(),
        Kind::Encoded => json!({ "type": "string", "x-percent-encoded": true }),
        Kind::Json => json!({ "type": "string", "contentMediaType": "application/json" }),
        Kind::Choice(words) => schema::open_choice(words),
        _ => json!({ "type": "string" }),
    };
    if let (Some(default), Kind::Text) = (&param.default, &param.kind) {
        schema["default"] = json!(default);
    }
    schema
}

fn answer(returns: &ReturnKind, docs: &Docs) -> Value {
    let xml = "text/xml";
    let (media, schema) = match returns {
        ReturnKind::Listing | ReturnKind::Xml | ReturnKind::Envelope | ReturnKind::Report => {
            (Some(xml), json!({}))
        }
        ReturnKind::Json => (Some("application/json"), json!({})),
        ReturnKind::Typed(kind) => (Some("application/json"), schema::of(kind, true)),
        ReturnKind::OneOrMany(kind) => {
            let one = schema::of(kind, true);
            let many = json!({ "type": "object", "additionalProperties": one });
            (Some("application/json"), json!({ "anyOf": [one, many] }))
        }
        ReturnKind::Text => (Some("text/plain"), json!({ "type": "string" })),
        ReturnKind::Stream => (Some("application/octet-stream"), schema::bytes()),
        ReturnKind::Any => (Some("*/*"), json!({})),
        ReturnKind::Nothing => (None, json!({})),
    };
    let description = docs.answer.clone().unwrap_or_else(|| "Success.".to_owned());
    match media {
        Some(media) => {
            json!({ "description": description, "content": { media: { "schema": schema } } })
        }
        None => json!({ "description": description }),
    }
}
