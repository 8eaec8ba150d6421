//! What an entry is about, and the message where that does not exist.

use super::Entry;
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
    action.id == entry.action && entry.plugin.as_ref().is_none_or(|plugin| *plugin == action.group)
}

/// Returns why an entry is about nothing.
pub(super) fn missing(entry: &Entry, api: &Api) -> Violation {
    let name = &entry.action;
    let owners = || api.actions().filter(|a| a.id == *name).map(|a| &*a.group);
    let Some(plugin) = entry.plugin.as_ref().filter(|_| owners().next().is_some()) else {
        let message = format!("no plugin of {} has the action `{name}`", api.title);
        let names = api.actions().map(|action| &*action.id);
        return with_help(violation(message, "/action"), did_you_mean(name, names));
    };
    let message = format!("the plugin `{plugin}` of {} defines no action `{name}`", api.title);
    let has = |a: &&Endpoint| a.id == *name && a.shared_with.contains(plugin);
    let help = match api.actions().find(has) {
        Some(action) => format!(
            "it has that of `{0}`: write `plugin: {0}`, and the correction is of all that share it",
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
    let Endpoint { id, group, params, .. } = action;
    let message = format!("`{id}` of `{group}` has no parameter `{name}` to {how}");
    let pointer = join(&format!("/params/{how}"), key);
    let names: Vec<_> = params.iter().map(|param| &*param.name).collect();
    let help = did_you_mean(name, names.iter().copied()).or_else(|| {
        Some(match names.is_empty() {
            true => "it has none at all: `add` gives it some".to_owned(),
            false => format!("it has `{}`", names.join("`, `")),
        })
    });
    with_help(violation(message, pointer), help)
}

/// Returns why a model cannot be the response.
pub(super) fn no_model(name: &str, api: &Api) -> Violation {
    let models = api.models_of(EndpointKind::Action);
    let help = did_you_mean(name, models.map(|model| &*model.name));
    let help = help.unwrap_or_else(|| {
        "models are the schemas of a file that begins with `openapi`: pass it with `--corrections` \
         as well"
            .to_owned()
    });
    violation(format!("no model `{name}`"), "/change/answer").help(help)
}

fn with_help(violation: Violation, help: Option<String>) -> Violation {
    match help {
        Some(help) => violation.help(help),
        None => violation,
    }
}
