//! What an entry is about, and the message where that does not exist.

use super::written::Entry;
use crate::{
    ir::{Api, Endpoint, EndpointKind},
    openapi::{Violation, join},
    suggest::did_you_mean,
};

/// Creates a violation at `pointer` below its entry.
pub(super) fn violation(message: impl Into<String>, pointer: impl AsRef<str>) -> Violation {
    Violation::new("correction", message, pointer.as_ref())
}

/// Returns whether an entry is about a definition.
pub(super) fn is_meant(entry: &Entry, action: &Endpoint) -> bool {
    let name = entry.command_of.as_ref().unwrap_or(&entry.action);
    action.id == *name && entry.plugin.as_ref().is_none_or(|plugin| *plugin == action.group)
}

/// Returns why an entry is about nothing.
pub(super) fn missing(entry: &Entry, api: &Api) -> Violation {
    let (name, key) = match &entry.command_of {
        Some(name) => (name, "/command_of"),
        None => (&entry.action, "/action"),
    };
    let owners = || api.actions().filter(|a| a.id == *name).map(|a| &*a.group);
    let Some(plugin) = entry.plugin.as_ref().filter(|_| owners().next().is_some()) else {
        let message = format!("no plugin of {} has the action `{name}`", api.title);
        let names = api.actions().map(|action| &*action.id);
        return with_help(violation(message, key), did_you_mean(name, names));
    };
    let message = format!("the plugin `{plugin}` of {} defines no action `{name}`", api.title);
    let has = |a: &&Endpoint| a.id == *name && a.shared_with.contains(plugin);
    let help = match api.actions().find(has) {
        Some(action) => format!(
            "it shares the definition of `{0}`; write `plugin: {0}` to correct it for all \
             plugins that share it",
            action.group
        ),
        None => did_you_mean(plugin, owners()).unwrap_or_else(|| {
            format!("`{name}` is defined by `{}`", owners().collect::<Vec<_>>().join("`, `"))
        }),
    };
    violation(message, "/plugin").help(help)
}

/// Returns why a parameter cannot be removed or changed, as `key` of the changes requests with
/// `how`.
pub(super) fn no_param(action: &Endpoint, name: &str, how: &str, key: &str) -> Violation {
    let Endpoint { id, group, .. } = action;
    let message = format!("`{id}` of `{group}` has no parameter `{name}` to {how}");
    lacking(action, name, message, join(&format!("/params/{how}"), key))
}

/// Returns why a parameter that others belong to is unknown.
pub(super) fn unknown_param(action: &Endpoint, name: &str, pointer: String) -> Violation {
    let Endpoint { id, group, .. } = action;
    let message = format!("`{id}` of `{group}` has no parameter `{name}`");
    lacking(action, name, message, pointer)
}

fn lacking(action: &Endpoint, name: &str, message: String, pointer: String) -> Violation {
    let params = &action.params;
    let names: Vec<_> = params.iter().map(|param| &*param.name).collect();
    let help = did_you_mean(name, names.iter().copied()).or_else(|| {
        Some(match names.is_empty() {
            true => "it has no parameters; use `add` to add some".to_owned(),
            false => format!("it has `{}`", names.join("`, `")),
        })
    });
    with_help(violation(message, pointer), help)
}

/// Returns why a name at `pointer` of the entry is not a type.
pub(super) fn no_model(name: &str, pointer: &str, api: &Api) -> Violation {
    let models = api.models_of(EndpointKind::Action);
    let help = did_you_mean(name, models.map(|model| &*model.name));
    let help = help.unwrap_or_else(|| {
        "models are the schemas of a file that begins with `openapi`; also pass that file with \
         `--corrections`"
            .to_owned()
    });
    violation(format!("no model `{name}`"), pointer).help(help)
}

fn with_help(violation: Violation, help: Option<String>) -> Violation {
    match help {
        Some(help) => violation.help(help),
        None => violation,
    }
}
