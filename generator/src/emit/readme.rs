//! The README of an emitted crate: what it is, and how to make it again.

use std::{collections::BTreeSet, fmt::Write as _};

use super::{MARK, Package, doc::escape, doc::one_line, example::Example, feature, front};
use crate::{ir::Api, names::Names};

/// What the file is called.
pub const FILE: &str = "README.md";

/// What the crate is, in a line.
pub(super) fn summary(api: &Api) -> String {
    let title = one_line(&api.title);
    match (api.is_external(), !api.has_plugins()) {
        (true, _) => format!("Typed client for the operations of {title}"),
        (false, true) => format!("Typed client for the v2 API of a {title} server"),
        (false, false) => format!("Typed client for the actions of a {title} server"),
    }
}

/// The README of a crate with these features.
pub(super) fn text(
    api: &Api,
    names: &Names,
    package: &Package,
    declared: &BTreeSet<String>,
) -> String {
    let name = &package.crate_name;
    let title = one_line(&api.title);
    let mut text = format!("<!-- {MARK} from the declarations of {}. -->\n", comment(&title));
    let _ = write!(text, "\n# {name}\n\n{}:\n{}.\n", escape(&summary(api)), figures(api));
    if let Some(example) = Example::of(api, names) {
        let program = example.as_program(name);
        let _ = write!(
            text,
            "\n```sh\ncargo add {name}\ncargo add tokio --features macros,rt\n```\n\n\
             ```rust,no_run\n{program}```\n"
        );
    }
    text.push_str(&front::readme(api, name));
    text.push_str(&features(api, name, declared));
    let _ = write!(
        text,
        "\n## How it was made\n\npydio-codegen {} made it of {}, with this command in its own \
         directory:\n\n```sh\n{}\n```\n\n\
         The same command makes it again, and changes nothing when nothing has changed; with \
         `--check` it\nsays whether that is so. `pydio-codegen diff` tells what a new release \
         changes for programs, and\n`--changelog` notes it in `CHANGELOG.md`. Files that begin with \
         `{MARK}` are\nwritten anew each time; all others, `Cargo.toml` among them, are yours.\n",
        env!("CARGO_PKG_VERSION"),
        escape(&title),
        package.command,
    );
    text
}

/// The text inside of a comment, which it cannot end.
fn comment(text: &str) -> String {
    text.replace("--", "- -")
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

fn features(api: &Api, name: &str, declared: &BTreeSet<String>) -> String {
    let mut texts = feature::texts(api);
    texts.retain(|(feature, _)| declared.contains(feature));
    let Some((first, _)) = texts.first() else { return String::new() };
    let mut text = format!(
        "\n## Features\n\nAll of them are on unless they are left out, as by\n\
         `cargo add {name} --no-default-features --features {first}`:\n\n| feature | what is behind it |\n|---|---|\n"
    );
    for (feature, about) in &texts {
        let _ = writeln!(text, "| `{feature}` | {} |", about.replace('|', "\\|"));
    }
    text
}
