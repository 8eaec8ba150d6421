//! The README of an emitted crate: the values of `templates/README.md.j2`.

use std::collections::BTreeSet;

use minijinja::context;

use super::{
    EmitError, MARK, Package, doc::escape, doc::one_line, example::Example, front, template,
};
use crate::{ir::Api, names::Names};

/// The name of the file.
pub const FILE: &str = "README.md";

/// Describes the crate in one line.
pub(super) fn summary(api: &Api) -> String {
    let title = one_line(&api.title);
    match (api.is_external(), !api.has_plugins()) {
        (true, _) => format!("Typed client for the operations of {title}"),
        (false, true) => format!("Typed client for the v2 API of a {title} server"),
        (false, false) => format!("Typed client for the actions of a {title} server"),
    }
}

/// Returns the README of a crate with these features.
pub(super) fn text(
    api: &Api,
    names: &Names,
    package: &Package,
    declared: &BTreeSet<String>,
) -> Result<String, EmitError> {
    let title = one_line(&api.title);
    let program = Example::of(api, names).map(|one| one.as_program(&package.crate_name));
    let values = context! {
        mark => MARK,
        // Inside a comment, which the text must not end.
        commented_title => title.replace("--", "- -"),
        title => escape(&title),
        name => &*package.crate_name,
        summary => escape(&summary(api)),
        figures => figures(api),
        program => program.map(|program| program.trim_end().to_owned()),
        external => api.is_external(),
        has => front::has(api),
        features => front::features(api, declared),
        connection => front::connection(declared),
        generator => env!("CARGO_PKG_VERSION"),
        command => &*package.command,
    };
    template::fill(FILE, values).map_err(|error| EmitError::new(FILE, error))
}

fn figures(api: &Api) -> String {
    let count = |count: usize, what: &str| match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    };
    let plugins: Vec<_> = api.plugins().filter(|one| !one.endpoints.is_empty()).collect();
    let actions: usize = plugins.iter().map(|plugin| plugin.endpoints.len()).sum();
    let mut parts = Vec::new();
    if actions > 0 {
        let (actions, plugins) = (count(actions, "action"), count(plugins.len(), "plugin"));
        parts.push(format!("{actions} of {plugins}"));
    }
    let operations = api.operations().count();
    if operations > 0 {
        let of = if api.is_external() { "" } else { " of the v2 API" };
        parts.push(format!("{}{of}", count(operations, "operation")));
    }
    match parts.is_empty() {
        true => "nothing to call".to_owned(),
        false => parts.join(" and "),
    }
}
