//! The crate docs of an emitted crate: the values of `templates/crate.md.j2`.

use std::collections::BTreeSet;

use minijinja::{Value, context};
use semver::Version;

use super::{
    EmitError, access, cli, doc,
    example::{self, Example},
    feature, tasks, template,
};
use crate::{
    ir::{ActionRef, Api, Endpoint, EndpointKind},
    names::Names,
    version,
};

/// The feature of calls through the server's console.
pub(super) const CMD: &str = "cmd";

/// The feature of calls without `async`.
pub(super) const BLOCKING: &str = "blocking";

/// The feature of spans for each request.
pub(super) const TRACING: &str = "tracing";

/// The feature of saving models and responses with serde.
pub(super) const SERDE: &str = "serde";

/// The features of conversions of times, named after the crates that they are for.
pub(super) const TIMES: [&str; 2] = ["jiff", "time"];

/// Common tasks, each with the methods (`Trait::name`), actions (`plugin/name`) and operations for it.
/// What a server lacks is omitted, and so is a task without any of them.
const TASKS: &str = include_str!("templates/tasks.txt");

/// The opening line of a code block that compiles only with the feature [`CMD`].
const CMD_FENCE: &str = "```no_run feature=cmd\n";

/// Returns the access methods that a server has.
pub(super) fn has(api: &Api) -> Value {
    let has_actions = api.actions().next().is_some();
    context! {
        v1 => api.actions().any(|action| action.rest),
        v2 => api.has_operations(),
        session => has_actions,
        cmd => has_actions,
        // The console of 6.0 to 6.4 calls as the user who logs in only.
        everybody => has_actions && version::lenient(&api.version) >= Version::new(6, 5, 0),
    }
}

/// Returns the declared features and what each gates.
pub(super) fn features(api: &Api, declared: &BTreeSet<String>) -> Vec<Value> {
    let texts = feature::texts(api).into_iter().filter(|(name, _)| declared.contains(name));
    texts.map(|(name, about)| context! { name, about }).collect()
}

/// Returns the declared features that choose how a server is reached: the default first, then those
/// that leave out more and more.
pub(super) fn connection(declared: &BTreeSet<String>) -> Vec<Value> {
    let mut all: Vec<_> = feature::CONNECTION.iter().rev().collect();
    all.sort_by_key(|one| one.name != feature::RUSTLS);
    let declared = all.into_iter().filter(|one| declared.contains(one.name));
    declared.map(|one| context! { name => one.name, about => one.about }).collect()
}

/// Returns the crate docs, split before and after the fence of a code block that compiles only with
/// the feature [`CMD`].
pub(super) fn page(
    api: &Api,
    names: &Names,
    crate_name: &str,
    declared: &BTreeSet<String>,
) -> Result<(String, Option<String>), EmitError> {
    let example = Example::of(api, names);
    let values = context! {
        krate => crate_name.replace('-', "_"),
        external => api.is_external(),
        example => example.map(|example| example.in_docs(crate_name).join("\n")),
        has => has(api),
        features => features(api, declared),
        connection => connection(declared),
        has_transfer => api.transfer.is_some(),
        oldest => api.known_releases.first(),
        newest => api.known_releases.last(),
        with_cmd => declared.contains(CMD),
        with_cli => declared.contains(cli::FEATURE),
        with_blocking => declared.contains(BLOCKING),
        with_tracing => declared.contains(TRACING),
        with_serde => declared.contains(SERDE),
        with_times => TIMES.iter().all(|name| declared.contains(*name)),
        ..if api.is_external() { of_spec(api, names) } else { of_pydio(api, names) }
    };
    let text = template::fill("crate.md", values);
    let text = text.map_err(|error| EmitError::new("crate docs", error))?;
    Ok(match text.trim_end().split_once(CMD_FENCE) {
        Some((before, after)) => (before.to_owned(), Some(after.to_owned())),
        None => (text.trim_end().to_owned(), None),
    })
}

/// Returns the template values of bindings for a Pydio.
fn of_pydio(api: &Api, names: &Names) -> Value {
    let (what, module) = match !api.has_plugins() {
        true => ("operation of the v2 API", "tag"),
        false => ("action", "plugin"),
    };
    let mut operations: Vec<_> = example::plain(api, names).collect();
    operations.sort_by_key(|(operation, _)| operation.id != "userWorkspaces");
    let operation = operations.first().map(|(operation, own)| {
        let module = names.module(operation.kind, &operation.group);
        context! { module, call => format!("{}()", own.function) }
    });
    let rows: Vec<_> = TASKS.lines().filter_map(|task| row(api, names, task)).collect();
    let any = sample(api, names, |_| true);
    context! {
        title => &*api.title,
        what,
        module,
        action => sample(api, names, |action| action.rest),
        operation,
        in_session => sample(api, names, |action| !action.rest).or_else(|| any.clone()),
        in_console => any,
        needs_administrator => rows.iter().any(|task| task.to_string().contains('¹')),
        has_tasks => tasks::has(api, names, "list"),
        tasks => rows,
    }
}

/// Returns the template values of bindings for an external spec.
fn of_spec(api: &Api, names: &Names) -> Value {
    let auth = names.auth.as_deref().unwrap_or_default();
    let has_schemes = !auth.is_empty() || !api.certificates.is_empty();
    let credentials =
        has_schemes.then(|| access::wanted(&api.security, api, names, &format!("{auth}::")));
    let mut about = doc::Doc::default();
    if let Some(text) = &api.about {
        about.external(text);
    }
    let base = &*api.site.base;
    context! {
        title => doc::code(&api.title),
        about => about.text(),
        auth => names.auth.as_deref(),
        credentials,
        servers => !api.site.servers.is_empty(),
        has_address => access::has_address(api),
        base => (!base.is_empty()).then(|| doc::code(base)),
    }
}

/// Converts a line of [`TASKS`] to the row of a table.
fn row(api: &Api, names: &Names, task: &str) -> Option<Value> {
    let (to, calls) = task.split_once(": ")?;
    let calls: Vec<_> = calls.split(", ").filter_map(|call| link(api, names, call)).collect();
    let calls = calls.join(", ");
    (!calls.is_empty()).then(|| context! { to, calls })
}

/// Returns a link to the method of a task, or to the function of an action or an operation, if it is
/// supported.
fn link(api: &Api, names: &Names, call: &str) -> Option<String> {
    if let Some((_, method)) = call.split_once("::") {
        return tasks::has(api, names, method).then(|| format!("[`{call}`]"));
    }
    let (version, index) = match call.split_once('/') {
        Some((plugin, name)) => {
            let wanted = ActionRef { plugin: plugin.to_owned(), action: name.to_owned() };
            ("v1", api.index_of(&wanted)?)
        }
        None => ("v2", api.operation(call)?.0),
    };
    let endpoint = &api.endpoints[index];
    let module = names.module(endpoint.kind, &endpoint.group);
    let module = module.filter(|_| endpoint.unsupported.is_none())?;
    let function = &names.endpoints[index].function;
    Some(format!("[`{version}::{module}::{function}`]"))
}

/// Returns the listing that the first example begins with, or an action that is called without an
/// argument.
fn sample(api: &Api, names: &Names, fits: fn(&Endpoint) -> bool) -> Option<Value> {
    if example::has_listing(api, fits) {
        return Some(context! { module => "access_fs", call => "ls(\"/\")" });
    }
    let is_plain = |action: &Endpoint| {
        let has_arguments = action.params.iter().any(|param| param.is_argument());
        action.unsupported.is_none() && !has_arguments && fits(action)
    };
    let plain = api.of_kind(EndpointKind::Action).filter(|(_, action)| is_plain(action));
    // One that everybody may call, or else one that only reads, ordered by name.
    let (index, action) = plain.min_by_key(|(_, action)| {
        (action.id != "get_xml_registry", !action.id.starts_with("get_"))
    })?;
    let module = names.module(action.kind, &action.group)?;
    let call = format!("{}()", names.endpoints[index].function);
    Some(context! { module, call })
}
