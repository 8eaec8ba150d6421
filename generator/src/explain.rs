//! Explain: what is declared of an action or operation, what corrects it and why, and what is
//! called and sent in the end.

mod action;
mod operation;
mod sample;
mod text;

use serde::Serialize;

use crate::{
    correct::{actions, overlay},
    diagnostic::{Diagnostic, Place},
    model::{Action, Api, Plugin},
    name::Names,
    openapi::Anchor,
    source::{Corrected, Input},
    suggest::did_you_mean,
};

/// What there is to be told of one action or operation.
#[derive(Clone, Debug, Serialize)]
pub struct Explanation {
    /// Whether it is an action or an operation.
    pub kind: Kind,
    /// Its name on the wire, or the id of the operation.
    pub name: String,
    /// The plugin that defines an action.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plugin: Option<String>,
    /// The other plugins that have the very same definition.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<String>,
    /// What it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub summary: Option<String>,
    /// Where it is declared, as file, line and column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// What is declared, where that can be read as it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub declared: Option<Form>,
    /// What corrects it, in the order it is applied.
    pub corrections: Vec<Correction>,
    /// What it comes to.
    pub really: Form,
    /// Why it cannot work, and what to use instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dead: Option<String>,
    /// The call in Rust.
    pub rust: String,
    /// What the example sends over REST, where the call is reachable there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rest: Option<Message>,
    /// What the example sends on a session, which operations do not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Message>,
    /// What the example is on the command line, which operations do not know.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command_line: Option<String>,
}

/// The two kinds of calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// An action of a plugin.
    Action,
    /// An operation of the spec.
    Operation,
}

/// A call as it is declared, or as it really is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Form {
    /// The method and the path; `None` where it is not reachable over REST.
    pub address: Option<String>,
    /// Its parameters, those of the path first.
    pub params: Vec<Param>,
    /// What comes back.
    pub answer: String,
    /// Whether the server goes on with the work after an action has answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub background: Option<bool>,
    /// Whether sending an action twice does no harm.
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
    /// Whether a call without it makes no sense.
    pub required: bool,
    /// The declared default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}

/// A correction that is applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Correction {
    /// Where it stands, as file, line and column.
    pub place: String,
    /// What it corrects besides the call itself: a model that it exchanges.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Why.
    pub description: String,
    /// How that is known.
    pub evidence: String,
    /// What is otherwise because of it, where that is known.
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

/// What is sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Message {
    /// The method.
    pub method: String,
    /// The address below that of the server, as it is sent, with its query.
    pub url: String,
    /// Headers that are parameters.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<String>,
    /// The fields of a form, as they are sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub form: Option<String>,
    /// The kind of any other body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
}

/// Everything that is called `name`: an action, `plugin/action`, or the id of an operation.
///
/// # Errors
///
/// When there is no such thing, and every correction that does not fit.
pub fn explain(input: &Input, name: &str) -> Result<Vec<Explanation>, Vec<Diagnostic>> {
    let Corrected { api, applied, .. } = input.corrected()?;
    let declared = input.declared();
    let names = Names::assign(&api);
    let scene = Scene { input, api: &api, declared: &declared, names: &names, applied: &applied };
    let (plugin, action) = match name.split_once('/') {
        Some((plugin, action)) => (Some(plugin), action),
        None => (None, name),
    };
    let is_meant = |a: &Action| a.name == action && plugin.is_none_or(|id| a.is_in(id));
    let indices = (0..api.actions.len()).filter(|&index| is_meant(&api.actions[index]));
    let mut all: Vec<_> = indices.map(|index| action::explain(&scene, index, plugin)).collect();
    let operations = (0..api.spec.operations.len()).filter(|&i| api.spec.operations[i].id == name);
    all.extend(operations.map(|index| operation::explain(&scene, index)));
    if all.is_empty() { Err(unknown(&api, name, plugin, action).into()) } else { Ok(all) }
}

/// Every action and operation there is.
///
/// # Errors
///
/// Every correction that does not fit.
pub fn explain_all(input: &Input) -> Result<Vec<Explanation>, Vec<Diagnostic>> {
    let Corrected { api, applied, .. } = input.corrected()?;
    let declared = input.declared();
    let names = Names::assign(&api);
    let scene = Scene { input, api: &api, declared: &declared, names: &names, applied: &applied };
    let actions = (0..api.actions.len()).map(|index| action::explain(&scene, index, None));
    let operations = 0..api.spec.operations.len();
    Ok(actions.chain(operations.map(|index| operation::explain(&scene, index))).collect())
}

/// The explanations for a person.
pub fn human(explanations: &[Explanation]) -> String {
    explanations.iter().map(text::human).collect::<Vec<_>>().join("\n\n")
}

/// What everything is explained by.
struct Scene<'s> {
    input: &'s Input,
    api: &'s Api,
    declared: &'s Api,
    names: &'s Names,
    applied: &'s [actions::Applied],
}

impl Scene<'_> {
    fn overlaid(&self) -> &[overlay::Applied] {
        &self.input.overlaid
    }
}

fn shown(place: &Place) -> String {
    place.to_string()
}

fn unknown(api: &Api, wanted: &str, plugin: Option<&str>, action: &str) -> Diagnostic {
    let title = &api.title;
    let is_client_only = |p: &&Plugin| {
        plugin.is_none_or(|id| p.id == id) && p.client_only.iter().any(|name| name == action)
    };
    if let Some(plugin) = api.plugins.iter().find(is_client_only) {
        let message = format!("`{action}` of `{}` cannot be called", plugin.id);
        return Diagnostic::error("unknown-call", message)
            .help("it is an action of the web interface alone: no method of the server runs it");
    }
    let calls = api.calls().actions;
    let calls = || calls.iter().map(String::as_str);
    let (message, meant) = match plugin {
        Some(plugin) if api.plugins.iter().any(|known| known.id == plugin) => {
            let own = calls().filter_map(|call| call.strip_prefix(plugin)?.strip_prefix('/'));
            (format!("no action `{action}` in {plugin}"), did_you_mean(action, own))
        }
        Some(plugin) => (format!("no plugin `{plugin}` in {title}"), did_you_mean(wanted, calls())),
        None => {
            let actions = api.actions.iter().map(|action| &*action.name);
            let known = actions.chain(api.spec.operations.iter().map(|one| &*one.id));
            let message = format!("no action and no operation `{wanted}` in {title}");
            (message, did_you_mean(action, known))
        }
    };
    let elsewhere: Vec<_> = calls()
        .filter(|call| call.rsplit_once('/').is_some_and(|(_, name)| name == action))
        .collect();
    let help = meant.unwrap_or_else(|| match &elsewhere[..] {
        [] => "`inspect` lists them all".to_owned(),
        [one] => format!("there is `{one}`"),
        [one, ..] => format!("{} other plugins have it: `{one}`, for one", elsewhere.len()),
    });
    Diagnostic::error("unknown-call", message).help(help)
}
