//! The model as `inspect --format json` prints it: a format of its own, so that the model may
//! change without breaking whoever reads the output.
//!
//! Format 1. `plugins[].actions[]` are the effective actions with a server callback, sorted.

use serde::Serialize;
use std::collections::BTreeSet;

use super::{Action, Api, Param, Rights};

#[derive(Serialize)]
struct Inspection<'a> {
    format: u32,
    version: &'a str,
    summary: Summary,
    plugins: Vec<PluginView<'a>>,
    operations: Vec<OperationView<'a>>,
}

/// Figures over the whole input.
#[derive(Serialize)]
struct Summary {
    plugins: usize,
    actions: usize,
    rest_actions: usize,
    distinct_names: usize,
    distinct_definitions: usize,
    operations: usize,
    models: usize,
}

#[derive(Serialize)]
struct PluginView<'a> {
    id: &'a str,
    actions: Vec<ActionView<'a>>,
    client_only: &'a [String],
}

#[derive(Serialize)]
struct ActionView<'a> {
    name: &'a str,
    rest_params: Option<&'a str>,
    callback: &'a str,
    rights: Option<&'a Rights>,
    params: Vec<ParamView<'a>>,
    output: Option<&'a str>,
    check_params: bool,
    owner: &'a str,
    returns: &'a super::ReturnKind,
}

#[derive(Serialize)]
struct ParamView<'a> {
    name: &'a str,
    #[serde(rename = "type")]
    declared: Option<&'a str>,
    required: bool,
    default: Option<&'a str>,
    place: super::ParamPlace,
    kind: &'a super::Kind,
}

#[derive(Serialize)]
struct OperationView<'a> {
    id: &'a str,
    tag: &'a str,
    action: Option<&'a str>,
    method: &'a str,
    path: String,
    params: Vec<OperationParamView<'a>>,
    body: Option<&'a super::Body>,
    answer: &'a super::Reply,
    retired: Option<&'a str>,
}

#[derive(Serialize)]
struct OperationParamView<'a> {
    name: &'a str,
    place: super::OperationPlace,
    #[serde(rename = "type")]
    kind: &'a super::Type,
    required: bool,
    default: Option<&'a str>,
}

fn operation_view(operation: &super::Operation) -> OperationView<'_> {
    let params = operation.params.iter().map(|param| OperationParamView {
        name: &param.name,
        place: param.place,
        kind: &param.kind,
        required: param.required,
        default: param.default.as_deref(),
    });
    OperationView {
        id: &operation.id,
        tag: &operation.tag,
        action: operation.action.as_deref(),
        method: operation.method,
        path: operation.full_path(),
        params: params.collect(),
        body: operation.body.as_ref(),
        answer: &operation.answer,
        retired: operation.retired.as_deref(),
    }
}

/// The model as JSON. With `raw`, parameters are only those that manifests declare, in their
/// order: path parameters that no `input_param` names are left to `rest_params`.
///
/// # Errors
///
/// When the model cannot be written as JSON, which no model is known to cause.
pub fn inspect(api: &Api, raw: bool) -> Result<String, serde_json::Error> {
    let plugins: Vec<_> = api
        .plugins
        .iter()
        .map(|plugin| PluginView {
            id: &plugin.id,
            actions: plugin.actions.iter().map(|&i| view(&api.actions[i], raw)).collect(),
            client_only: &plugin.client_only,
        })
        .collect();
    let summary = summary(api);
    let operations = api.spec.operations.iter().map(operation_view).collect();
    let inspection = Inspection { format: 1, version: &api.version, summary, plugins, operations };
    serde_json::to_string_pretty(&inspection)
}

fn summary(api: &Api) -> Summary {
    let all = || api.plugins.iter().flat_map(|plugin| &plugin.actions).map(|&i| &api.actions[i]);
    let mut names: BTreeSet<&str> = all().map(|action| &*action.name).collect();
    names.extend(api.plugins.iter().flat_map(|plugin| &plugin.client_only).map(String::as_str));
    Summary {
        plugins: api.plugins.len(),
        actions: all().count(),
        rest_actions: all().filter(|action| action.route.is_some()).count(),
        distinct_names: names.len(),
        distinct_definitions: api.actions.len(),
        operations: api.spec.operations.len(),
        models: api.spec.models.len(),
    }
}

fn view(action: &Action, raw: bool) -> ActionView<'_> {
    let mut params: Vec<_> = action.params.iter().collect();
    if raw {
        params.retain(|param| param.position.is_some());
        params.sort_by_key(|param| param.position);
    }
    ActionView {
        name: &action.name,
        rest_params: action.rest_params.as_deref(),
        callback: &action.callback,
        rights: action.rights.as_ref(),
        params: params.into_iter().map(param_view).collect(),
        output: action.output.as_deref(),
        check_params: action.check_params,
        owner: &action.owner,
        returns: &action.returns,
    }
}

fn param_view(param: &Param) -> ParamView<'_> {
    ParamView {
        name: &param.name,
        declared: param.declared.as_deref(),
        required: param.required,
        default: param.default.as_deref(),
        place: param.place,
        kind: &param.kind,
    }
}
