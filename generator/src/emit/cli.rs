//! The table behind the command line `pydio`, and its binary.
//!
//! The table is plain data, written line by line. It does not depend on the modules of the calls,
//! and is compiled only with the feature of the command line.

use std::{collections::BTreeSet, fmt::Write as _};

use super::{
    description,
    doc::one_line,
    facts::{self, Member},
    root,
};
use crate::{
    ir::{Api, Endpoint, EndpointKind, Field, Group, Kind, Param, Shape, Text, Type},
    names::{Names, snake},
};

/// The feature of the command line.
pub(super) const FEATURE: &str = "cli";

/// The module of the table, below the root of the crate.
pub(super) const MODULE: &str = "src/cli.rs";

/// The source of the binary. Cargo does not discover it there: it needs a feature.
pub(super) const BINARY: &str = "bin/pydio.rs";

/// Returns whether a command line is possible: other servers have neither plugins nor workspaces.
pub(super) fn is_for(api: &Api) -> bool {
    !api.is_external() && api.has_plugins()
}

/// Returns whether to emit it, given the declared features.
pub(super) fn is_wanted(api: &Api, declared: &BTreeSet<String>) -> bool {
    is_for(api) && declared.contains(FEATURE)
}

/// Emits the source of the binary.
pub(super) fn binary(api: &Api, crate_name: &str) -> String {
    let header = root::version_header(api);
    let krate = crate_name.replace('-', "_");
    format!(
        "{header}\n//! The command line: see `pydio --help`.\n\n\
         fn main() -> std::process::ExitCode {{\n    {krate}::cli::main()\n}}\n"
    )
}

/// Emits the source of the table.
pub(super) fn table(api: &Api, names: &Names) -> String {
    let title = one_line(&api.title);
    let mut text = root::version_header(api);
    let _ = write!(
        text,
        "\n//! The command line `pydio`: what it can call.\n\n\
         use pydio_cli as c;\nuse pydio_runtime::{{self as rt, Param as P}};\n\n\
         /// Runs the command line with the arguments of this program.\n\
         pub fn main() -> std::process::ExitCode {{\n    c::main(&TABLE)\n}}\n\n\
         /// Everything that can be called.\n\
         pub static TABLE: c::Table = c::Table::new({title:?}, GROUPS, ENTRIES);\n\n"
    );
    list(&mut text, "GROUPS", "Group", api.groups.iter().map(group));
    text.push('\n');
    let entries = api.endpoints.iter().enumerate();
    let entries = entries.map(|(index, one)| entry(one, index, api, names));
    list(&mut text, "ENTRIES", "Entry", entries);
    text
}

fn list(text: &mut String, name: &str, kind: &str, items: impl Iterator<Item = String>) {
    let _ = writeln!(text, "#[rustfmt::skip]\nstatic {name}: &[c::{kind}] = &[");
    text.extend(items);
    text.push_str("];\n");
}

fn group(group: &Group) -> String {
    let (constructor, name, about) = match group.kind {
        EndpointKind::Action => {
            ("plugin", group.id.clone(), one_line(group.doc.as_deref().unwrap_or_default()))
        }
        EndpointKind::Operation => {
            let about = format!("The operations of {}.", one_line(&group.id));
            ("tag", snake(&group.id).replace('_', "-"), about)
        }
    };
    format!("    c::Group::{constructor}({name:?}, {about:?}, &{:?}),\n", group.endpoints)
}

fn entry(endpoint: &Endpoint, index: usize, api: &Api, names: &Names) -> String {
    let (name, kind) = match endpoint.kind {
        // Without spaces, so that it can be typed as one word.
        EndpointKind::Action => (one_line(&endpoint.id).replace(' ', "_"), "action"),
        EndpointKind::Operation => (endpoint.id.clone(), "operation"),
    };
    let plain = format!("Calls the {kind} `{}`.", endpoint.id);
    let about = one_line(endpoint.docs.summary.as_deref().unwrap_or(&plain));
    let details = one_line(endpoint.docs.details.as_deref().unwrap_or_default());
    let mut facts = facts::of(endpoint, None);
    facts.extend(facts::declared_by(endpoint));
    let details = [details, facts.join("\n")].join("\n\n");
    let own = &names.endpoints[index];
    let description = description::endpoint(endpoint, own, api, "super::v1::BINDINGS");
    let docs = endpoint.params.iter().map(|param| self::param(param, endpoint, api));
    format!(
        "    c::Entry::new({name:?},\n        {description},\n        {about:?},\n        {:?},\n        &[\n{}        ]),\n",
        details.trim(),
        docs.collect::<String>()
    )
}

fn param(param: &Param, endpoint: &Endpoint, api: &Api) -> String {
    let doc = match &param.doc {
        Some(text) => {
            let doc = Some(Text { external: false, ..text.clone() });
            facts::param(&Param { doc, ..param.clone() })
        }
        None => facts::param(param),
    };
    let fields = match &param.kind {
        Kind::Value(Type::Model(model)) if param.style.is_json() => fields(model, endpoint, api),
        _ => String::new(),
    };
    let fields = match fields.is_empty() {
        true => fields,
        false => format!(".fields(&[\n{fields}            ])"),
    };
    format!("            c::ParamDoc::new({:?}){fields},\n", one_line(&doc))
}

/// Lists the known fields of a document.
fn fields(model: &str, endpoint: &Endpoint, api: &Api) -> String {
    match api.model(endpoint.kind, model).map(|model| &model.shape) {
        Some(Shape::Struct { fields, .. }) => fields.iter().map(|one| field(one, api)).collect(),
        _ => String::new(),
    }
}

fn field(field: &Field, api: &Api) -> String {
    let simple = match &field.kind {
        Type::Lenient(inner) | Type::Nullable(inner) => simple(inner, api),
        kind => simple(kind, api),
    };
    // Any JSON value is written out, as it may be no text.
    let secret = field.secret && field.kind != Type::Any;
    let kind = match simple {
        Some(kind) => format!("Some(c::Simple::{kind})"),
        None => "None".to_owned(),
    };
    let text = field.doc.as_ref().map(|text| Text { external: false, ..text.clone() });
    let Field { name, default, values, required, .. } = field;
    let default = default.as_deref();
    let doc = Member { name, text: text.as_ref(), default, values, deprecated: false }.docs();
    let required = if *required { ".required()" } else { "" };
    let secret = if secret { ".secret()" } else { "" };
    let doc = one_line(&doc);
    format!("                c::Field::new({name:?}, {kind}, {doc:?}){required}{secret},\n")
}

fn simple(kind: &Type, api: &Api) -> Option<String> {
    match kind {
        Type::Text | Type::Rights => Some("Text".to_owned()),
        Type::Integer | Type::Unsigned | Type::Time => Some("Integer".to_owned()),
        Type::Float => Some("Float".to_owned()),
        Type::Boolean => Some("Boolean".to_owned()),
        Type::Model(model) => {
            description::values(model, api).map(|values| format!("Enum(&{values:?})"))
        }
        _ => None,
    }
}
