//! Explains an action or operation: its declaration, what corrects it and why, and what is called
//! and sent in the end.

mod corrections;
mod example;
mod form;
mod text;
mod wire;

use std::cell::OnceCell;

use serde::Serialize;
use serde_json::Value;

use self::example::Example;
use crate::{
    correct::actions,
    diagnostic::Diagnostic,
    ir::{Api, Endpoint, EndpointKind, Group},
    names::Names,
    openapi::{Anchor, Source},
    pipeline::{Corrected, Input},
    suggest::did_you_mean,
};

/// Everything known about one action or operation.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// Whether it is an action or an operation.
    pub kind: EndpointKind,
    /// The name on the wire of an action, or the id of an operation.
    pub name: String,
    /// The plugin that defines an action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plugin: Option<String>,
    /// The other plugins that have the same definition.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Which releases declare it and its parameters, where not all of them do.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub releases: Vec<String>,
    /// Where it is declared, as file, line and column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The declaration, where it can be read unchanged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declared: Option<Form>,
    /// The corrections, in the order they are applied.
    pub corrections: Vec<Correction>,
    /// The corrected call.
    pub really: Form,
    /// Why it cannot work, and what to use instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead: Option<String>,
    /// The call in Rust, as the documentation of the bindings shows it.
    pub rust: String,
    /// What the example sends over REST, if REST reaches the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rest: Option<Message>,
    /// What the example sends in a session; operations have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Message>,
    /// The example on the command line; operations have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command_line: Option<String>,
}

/// A call as declared, or as corrected.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Form {
    /// The method and the path; `None` where it is not reachable over REST.
    pub address: Option<String>,
    /// Its parameters, those of the path first.
    pub params: Vec<Param>,
    /// What else has to hold for the parameters, and who calls it; nothing is serialised if empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<String>,
    /// What it returns.
    pub answer: String,
    /// Whether the server continues the work after an action has responded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub background: Option<bool>,
    /// Whether sending an action twice is harmless.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub repeatable: Option<bool>,
}

/// A parameter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Param {
    /// Its name on the wire.
    pub name: String,
    /// Where it goes.
    pub place: &'static str,
    /// What it takes.
    #[serde(rename = "type")]
    pub kind: String,
    /// Whether every call needs it.
    pub required: bool,
    /// The declared default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

/// A correction that is applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Correction {
    /// Where it is written, as file, line and column.
    pub place: String,
    /// The model of the call that it corrects, if it is not about the call itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Why.
    pub description: String,
    /// The evidence for it.
    pub evidence: String,
    /// What it changes, where that is known.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub changes: Vec<String>,
}

impl Correction {
    fn new(at: &Anchor, description: Option<&str>, evidence: &str) -> Self {
        Self {
            place: at.place().to_string(),
            model: None,
            description: description.unwrap_or("no description").to_owned(),
            evidence: evidence.to_owned(),
            changes: Vec::new(),
        }
    }
}

/// A request.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Message {
    /// The method.
    pub method: String,
    /// The URL below that of the server, as sent, with its query.
    pub url: String,
    /// Headers that are parameters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<String>,
    /// The fields of a form, as sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// The kind of any other body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// Explains everything called `name`: an action, `plugin/action`, or the id of an operation.
///
/// # Errors
///
/// Returns an error when nothing has that name, and one for each correction that does not fit.
pub fn explain(input: &Input, name: &str) -> Result<Vec<Explanation>, Vec<Diagnostic>> {
    let (plugin, action) = match name.split_once('/') {
        Some((plugin, action)) => (Some(plugin), action),
        None => (None, name),
    };
    let is_meant = |one: &Endpoint| match one.kind {
        EndpointKind::Action => one.id == action && plugin.is_none_or(|id| one.is_in(id)),
        EndpointKind::Operation => one.id == name,
    };
    let Corrected { api, applied, .. } = input.corrected()?;
    let all = explained(input, &api, &applied, is_meant, plugin);
    if all.is_empty() { Err(unknown(&api, name, plugin, action).into()) } else { Ok(all) }
}

/// Explains every action and operation.
///
/// # Errors
///
/// Returns an error for each correction that does not fit.
pub fn explain_all(input: &Input) -> Result<Vec<Explanation>, Vec<Diagnostic>> {
    let Corrected { api, applied, .. } = input.corrected()?;
    Ok(explained(input, &api, &applied, |_| true, None))
}

fn explained(
    input: &Input,
    api: &Api,
    applied: &[actions::Applied],
    is_meant: impl Fn(&Endpoint) -> bool,
    plugin: Option<&str>,
) -> Vec<Explanation> {
    let (declared, names) = (input.declared(), Names::assign(api));
    let spec = OnceCell::new();
    let scene = Scene { input, api, declared: &declared, names: &names, applied, spec };
    let indices = (0..api.endpoints.len()).filter(|&index| is_meant(&api.endpoints[index]));
    indices.map(|index| scene.explain(index, plugin)).collect()
}

/// Formats the explanations as text.
pub fn human(explanations: &[Explanation]) -> String {
    explanations.iter().map(text::human).collect::<Vec<_>>().join("\n\n")
}

/// The data that explanations are made from.
struct Scene<'s> {
    input: &'s Input,
    api: &'s Api,
    declared: &'s Api,
    names: &'s Names,
    applied: &'s [actions::Applied],
    /// The spec as published and as corrected, read for the first operation.
    spec: OnceCell<Option<(Source, Value)>>,
}

impl Scene<'_> {
    /// Explains an endpoint, as defined by `plugin` if one is requested.
    fn explain(&self, index: usize, plugin: Option<&str>) -> Explanation {
        let endpoint = &self.api.endpoints[index];
        let is_action = endpoint.is_action();
        let origin = self.origin(endpoint);
        let is_it = |other: &&Endpoint| {
            (other.kind, &other.id) == (endpoint.kind, &origin.id)
                && (!is_action || other.group == endpoint.group)
        };
        let example = Example::new(self, index, plugin);
        Explanation {
            kind: endpoint.kind,
            name: endpoint.id.clone(),
            plugin: is_action.then(|| endpoint.group.clone()),
            also: endpoint.shared_with.clone(),
            summary: endpoint.docs.summary.clone(),
            releases: releases(endpoint),
            place: origin.place.as_ref().map(ToString::to_string),
            declared: self.declared.endpoints.iter().find(is_it).map(form::of),
            corrections: self.corrections(endpoint, &origin),
            really: form::of(endpoint),
            dead: endpoint.unsupported.clone(),
            rust: example.rust(),
            rest: example.rest(),
            session: is_action.then(|| example.session()),
            command_line: is_action.then(|| example.command_line()),
        }
    }
}

/// Describes which releases declare a call and its parameters.
fn releases(endpoint: &Endpoint) -> Vec<String> {
    let params = endpoint.params.iter().filter_map(|param| {
        param.releases.words().map(|words| format!("`{}`: declared {words}", param.name))
    });
    endpoint.releases.words().into_iter().chain(params).collect()
}

fn unknown(api: &Api, wanted: &str, plugin: Option<&str>, action: &str) -> Diagnostic {
    let title = &api.title;
    let is_client_only = |p: &&Group| {
        plugin.is_none_or(|id| p.id == id) && p.client_only.iter().any(|name| name == action)
    };
    if let Some(plugin) = api.plugins().find(is_client_only) {
        let message = format!("`{action}` of `{}` cannot be called", plugin.id);
        return Diagnostic::error("unknown-call", message)
            .help("it is an action of the web interface only: no method of the server runs it");
    }
    let calls = api.calls().actions;
    let calls = || calls.iter().map(String::as_str);
    let (message, meant) = match plugin {
        Some(plugin) if api.plugins().any(|known| known.id == plugin) => {
            let own = calls().filter_map(|call| call.strip_prefix(plugin)?.strip_prefix('/'));
            (format!("no action `{action}` in {plugin}"), did_you_mean(action, own))
        }
        Some(plugin) => (format!("no plugin `{plugin}` in {title}"), did_you_mean(wanted, calls())),
        None => {
            let known = api.endpoints.iter().map(|one| &*one.id);
            let message = format!("no action or operation `{wanted}` in {title}");
            (message, did_you_mean(action, known))
        }
    };
    let elsewhere: Vec<_> = calls()
        .filter(|call| call.rsplit_once('/').is_some_and(|(_, name)| name == action))
        .collect();
    let help = meant.unwrap_or_else(|| match &elsewhere[..] {
        [] => "run `inspect` to list all calls".to_owned(),
        [one] => format!("did you mean `{one}`?"),
        [one, ..] => {
            format!("{} other plugins have this action, for example `{one}`", elsewhere.len())
        }
    });
    Diagnostic::error("unknown-call", message).help(help)
}
