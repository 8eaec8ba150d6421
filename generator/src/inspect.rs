//! The model as `inspect --format json` prints it. The format is separate from the intermediate
//! representation, which may change without breaking readers of the format.
//!
//! Format 1. `plugins[].actions[]` are the effective actions with a server callback, sorted.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::{
    ir::{Api, Endpoint, EndpointKind, Group, Kind, Location, Param, Response, Style, Type},
    surface,
};

/// Formats the model as JSON. With `raw`, only parameters that manifests declare are included, in
/// their order: path parameters without an `input_param` are left to `rest_params`.
///
/// # Errors
///
/// Returns an error when the model cannot be written as JSON, which no model is known to cause.
pub fn inspect(api: &Api, raw: bool) -> Result<String, serde_json::Error> {
    let plugin = |plugin: &Group| {
        let actions: Vec<_> = api.members(plugin).map(|one| action(one, raw)).collect();
        json!({ "id": plugin.id, "actions": actions, "client_only": plugin.client_only })
    };
    serde_json::to_string_pretty(&json!({
        "format": 1,
        "version": api.version,
        "summary": summary(api),
        "plugins": api.plugins().map(plugin).collect::<Vec<_>>(),
        "operations": api.operations().map(operation).collect::<Vec<_>>(),
    }))
}

/// Returns figures for the whole input.
fn summary(api: &Api) -> Value {
    let all = || api.plugins().flat_map(|plugin| api.members(plugin));
    let mut names: BTreeSet<&str> = all().map(|action| &*action.id).collect();
    names.extend(api.plugins().flat_map(|plugin| &plugin.client_only).map(String::as_str));
    json!({
        "plugins": api.plugins().count(),
        "actions": all().count(),
        "rest_actions": all().filter(|action| action.rest).count(),
        "distinct_names": names.len(),
        "distinct_definitions": api.actions().count(),
        "operations": api.operations().count(),
        "models": api.models_of(EndpointKind::Operation).count(),
    })
}

fn action(action: &Endpoint, raw: bool) -> Value {
    let mut params: Vec<_> = action.params.iter().collect();
    if raw {
        params.retain(|param| param.position.is_some());
        params.sort_by_key(|param| param.position);
    }
    let params = params.into_iter().map(|param| {
        json!({
            "name": param.name,
            "type": param.declared,
            "required": param.required,
            "default": param.default,
            "place": location(param, true),
            "kind": kind(param),
        })
    });
    let declared = &action.declared;
    json!({
        "name": action.id,
        "rest_params": declared.rest_params,
        "callback": declared.callback,
        "rights": action.rights,
        "params": params.collect::<Vec<_>>(),
        "output": declared.output,
        "check_params": declared.check_params,
        "owner": action.group,
        "returns": response(&action.response, true),
    })
}

fn operation(operation: &Endpoint) -> Value {
    let is_given = |param: &&Param| param.location != Location::Body && !param.is_constant();
    let params = operation.params.iter().filter(is_given).map(|param| {
        json!({
            "name": param.name,
            "place": location(param, false),
            "type": match &param.kind {
                Kind::Value(kind) => kind,
                Kind::Flag => &Type::Boolean,
                _ => &Type::Text,
            },
            "required": param.required,
            "default": param.default,
        })
    });
    json!({
        "id": operation.id,
        "tag": operation.group,
        "action": operation.action,
        "method": operation.method,
        "path": operation.full_path(),
        "params": params.collect::<Vec<_>>(),
        "body": operation.params.iter().find(|param| param.is_body()).map(|one| body(one, operation)),
        "answer": response(&operation.response, false),
        "retired": operation.unsupported,
    })
}

fn location(param: &Param, is_action: bool) -> &'static str {
    match param.location {
        Location::RestOfPath if is_action => "catch_all",
        Location::Part => "part",
        _ => surface::location(param, is_action),
    }
}

/// Returns what a parameter of an action takes.
fn kind(param: &Param) -> Value {
    match (&param.kind, &param.style) {
        (Kind::Choice(values), _) => json!({ "choice": values }),
        (Kind::Constant(value), _) => json!({ "constant": value }),
        (_, Style::Indexed(prefix)) => json!({ "numbered": prefix }),
        _ => json!(surface::action_kind(param)),
    }
}

fn body(body: &Param, operation: &Endpoint) -> Value {
    let content = match (&body.kind, &body.style) {
        (Kind::Value(kind), Style::Json) => json!({ "json": kind }),
        (Kind::Bytes, _) => json!("raw"),
        _ => json!("text"),
    };
    let chosen = operation.params.iter().find_map(|param| match &param.kind {
        Kind::MediaType { default, choice } => Some((default, choice)),
        _ => None,
    });
    let media_type = match chosen {
        None => json!({ "fixed": body.content_type }),
        Some((Some(default), choice)) => {
            json!({ "default": { "media_type": default, "choice": choice } })
        }
        Some((None, Some(choice))) => json!({ "chosen": choice }),
        Some((None, None)) => json!("any"),
    };
    let doc = body.doc.as_ref();
    json!({
        "content": content,
        "media_type": media_type,
        "required": body.required,
        "name": body.name,
        "doc": doc.map(|doc| json!({ "text": doc.text, "external": doc.external })),
    })
}

fn response(response: &Response, is_action: bool) -> Value {
    match response {
        Response::Json(Type::Any) if is_action => json!("json"),
        Response::Json(kind) if is_action => json!({ "typed": kind }),
        Response::Json(kind) => json!({ "json": kind }),
        Response::OneOrMany(kind) => json!({ "one_or_many": kind }),
        Response::Listing => json!("listing"),
        Response::Xml => json!("xml"),
        Response::Text => json!("text"),
        Response::Bytes => json!("stream"),
        Response::Envelope => json!("envelope"),
        Response::EnvelopeOrNothing => json!("report"),
        Response::Nothing => json!("nothing"),
        Response::Head => json!("head"),
        Response::Undeclared => json!("any"),
        Response::ByStatus(all) => {
            let all = all.iter().map(|one| {
                let reply = self::response(&one.response, is_action);
                json!({ "status": one.status, "reply": reply, "doc": one.doc })
            });
            json!({ "by_status": all.collect::<Vec<_>>() })
        }
    }
}
