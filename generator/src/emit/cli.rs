//! The table that the command line `pydio` is made of, and its binary.
//!
//! It is plain data, written line by line: nothing in it depends on the modules of the calls, and
//! nobody compiles it who does not want the command line.

use std::{collections::BTreeSet, fmt::Write as _};

use super::{
    action,
    doc::{self, one_line},
    endpoint, operation, root,
};
use crate::{
    model::{
        Action, Api, Body, DeclaredValue, Docs, Field, MediaType, Operation, OperationParam,
        Plugin, Shape, Spelling, Type,
    },
    name,
};

/// The feature of the command line.
pub(super) const FEATURE: &str = "cli";

/// The module of the table, below the root of the crate.
pub(super) const MODULE: &str = "src/cli.rs";

/// The source of the binary, where cargo does not find it by itself: it needs a feature.
pub(super) const BINARY: &str = "bin/pydio.rs";

/// Whether there is a command line for it: other servers have neither plugins nor workspaces.
pub(super) fn is_for(api: &Api) -> bool {
    !api.spec.is_foreign() && !api.plugins.is_empty()
}

/// Whether it is emitted, with these features declared.
pub(super) fn is_wanted(api: &Api, declared: &BTreeSet<String>) -> bool {
    is_for(api) && declared.contains(FEATURE)
}

/// The source of the binary.
pub(super) fn binary(api: &Api, crate_name: &str) -> String {
    let header = root::version_header(api);
    let krate = crate_name.replace('-', "_");
    format!(
        "{header}\n//! The command line: `pydio --help` tells.\n\n\
         fn main() -> std::process::ExitCode {{\n    {krate}::cli::main()\n}}\n"
    )
}

/// The source of the table.
pub(super) fn table(api: &Api) -> String {
    let mut text = root::version_header(api);
    text.push_str(
        "\n//! What the command line `pydio` is made of.\n\n\
         use pydio_cli as c;\nuse pydio_runtime::{self as rt, Param as P};\n\n\
         /// Runs the command line with the arguments of this program.\n\
         pub fn main() -> std::process::ExitCode {\n    c::main(&TABLE)\n}\n\n\
         /// Everything that can be called.\n",
    );
    let plain = one_line(&api.title);
    let _ =
        writeln!(text, "pub static TABLE: c::Table = c::Table::new({plain:?}, GROUPS, ENTRIES);\n");
    let plugins = api.plugins.iter().map(|one| plugin(one, api));
    list(&mut text, "GROUPS", "Group", plugins.chain(tags(api)));
    text.push('\n');
    let actions = api.actions.iter().map(action_entry);
    let operations = api.spec.operations.iter().map(|one| operation_entry(one, api));
    list(&mut text, "ENTRIES", "Entry", actions.chain(operations));
    text
}

fn list(text: &mut String, name: &str, kind: &str, items: impl Iterator<Item = String>) {
    let _ = writeln!(text, "#[rustfmt::skip]\nstatic {name}: &[c::{kind}] = &[");
    text.extend(items);
    text.push_str("];\n");
}

fn plugin(plugin: &Plugin, api: &Api) -> String {
    let mut actions = plugin.actions.clone();
    actions.sort_by(|&a, &b| api.actions[a].name.cmp(&api.actions[b].name));
    let about = one_line(plugin.doc.as_deref().unwrap_or_default());
    format!("    c::Group::plugin({:?}, {about:?},\n      &{actions:?}),\n", plugin.id)
}

/// The tags, whose operations follow the actions in the list of entries.
fn tags(api: &Api) -> Vec<String> {
    let operations = &api.spec.operations;
    let mut tags: Vec<&str> = operations.iter().map(|one| &*one.tag).collect();
    tags.dedup();
    let group = |tag: &str| {
        let name = name::snake(tag).replace('_', "-");
        let about = format!("The operations of {}.", one_line(tag));
        let places = operations.iter().zip(api.actions.len()..);
        let places: Vec<_> =
            places.filter(|(one, _)| one.tag == tag).map(|(_, place)| place).collect();
        format!("    c::Group::tag({name:?}, {about:?}, &{places:?}),\n")
    };
    tags.into_iter().map(group).collect()
}

/// An entry: the name of its command, its endpoint and its documentation.
fn entry(name: &str, endpoint: &str, (about, details): (String, String), docs: &str) -> String {
    format!(
        "    c::Entry::new({name:?},\n      {endpoint},\n      {about:?},\n      {:?},\n      \
         &[{docs}]),\n",
        details.trim()
    )
}

fn action_entry(action: &Action) -> String {
    let (about, details) = words(&action.docs, &format!("Calls the action `{}`.", action.name));
    let details = [details, action::facts(action).join("\n")].join("\n\n");
    let docs = action.params.iter().map(|param| {
        let doc = meaning(&param.name, param.doc.as_deref(), param.default.as_deref(), &[]);
        param_doc(&doc, "")
    });
    let endpoint = endpoint::action(action, "super::v1::BINDINGS");
    // As a word that can be typed.
    let name = one_line(&action.name).replace(' ', "_");
    entry(&name, &endpoint, (about, details), &docs.collect::<String>())
}

fn operation_entry(operation: &Operation, api: &Api) -> String {
    let plain = format!("Calls the operation `{}`.", operation.id);
    let (about, details) = words(&operation.docs, &plain);
    let details = [details, operation::facts(operation).join("\n")].join("\n\n");
    let mut docs: String = operation.params.iter().map(|param| operation_doc(param, api)).collect();
    docs.extend(operation.query.iter().map(|_| param_doc("", "")));
    docs.extend(operation.body.iter().map(|one| body_docs(one, api)));
    let endpoint = endpoint::operation(operation, &api.spec.models, "super::v2::BINDINGS");
    entry(&operation.id, &endpoint, (about, details), &docs)
}

/// What is said in one line, and what in several.
fn words(docs: &Docs, plain: &str) -> (String, String) {
    let about = one_line(docs.summary.as_deref().unwrap_or(plain));
    (about, one_line(docs.details.as_deref().unwrap_or_default()))
}

fn param_doc(doc: &str, fields: &str) -> String {
    let fields = match fields {
        "" => String::new(),
        fields => format!(".fields(&[{fields}])"),
    };
    format!("\n        c::ParamDoc::new({doc:?}){fields},")
}

/// What a parameter means, on one line.
fn meaning(
    name: &str,
    text: Option<&str>,
    default: Option<&str>,
    values: &[DeclaredValue],
) -> String {
    let member = doc::Member { name, text, foreign: false, default, values, deprecated: false };
    one_line(&member.docs())
}

fn operation_doc(param: &OperationParam, api: &Api) -> String {
    let text = param.doc.as_ref().map(|words| &*words.text);
    let doc = meaning(&param.name, text, param.default.as_deref(), &param.values);
    let fields = match param.spelling {
        Spelling::Json | Spelling::Flattened(_) => fields(&param.kind, api),
        _ => String::new(),
    };
    param_doc(&doc, &fields)
}

fn body_docs(body: &Body, api: &Api) -> String {
    let doc = meaning(&body.name, body.doc.as_ref().map(|words| &*words.text), None, &[]);
    let fields = body.content.json().map_or(String::new(), |kind| fields(kind, api));
    let mut text = param_doc(&doc, &fields);
    if !matches!(body.media_type, MediaType::Fixed(_)) {
        text.push_str(&param_doc("The media type of the body.", ""));
    }
    text
}

fn shape<'a>(model: &str, api: &'a Api) -> Option<&'a Shape> {
    api.spec.models.iter().find(|one| one.name == *model).map(|one| &one.shape)
}

/// The fields that are known of a document.
fn fields(kind: &Type, api: &Api) -> String {
    let fields = match kind {
        Type::Model(model) => match shape(model, api) {
            Some(Shape::Struct { fields, .. }) => &**fields,
            _ => &[],
        },
        _ => &[],
    };
    fields.iter().map(|one| field(one, api)).collect()
}

fn field(field: &Field, api: &Api) -> String {
    let kind = match &field.kind {
        Type::Lenient(inner) | Type::Nullable(inner) => simple(inner, api),
        kind => simple(kind, api),
    };
    let is_secret = kind.as_deref() == Some("Text") && endpoint::is_secret(&field.name);
    let kind = match kind {
        Some(kind) => format!("Some(c::Simple::{kind})"),
        None => "None".to_owned(),
    };
    let text = field.doc.as_ref().map(|words| &*words.text);
    let doc = meaning(&field.name, text, field.default.as_deref(), &field.values);
    let required = if field.required { ".required()" } else { "" };
    let secret = if is_secret { ".secret()" } else { "" };
    format!("\n          c::Field::new({:?}, {kind}, {doc:?}){required}{secret},", field.name)
}

fn simple(kind: &Type, api: &Api) -> Option<String> {
    match kind {
        Type::Text => Some("Text".to_owned()),
        Type::Integer | Type::Unsigned => Some("Integer".to_owned()),
        Type::Float => Some("Float".to_owned()),
        Type::Boolean => Some("Boolean".to_owned()),
        Type::Model(model) => match shape(model, api) {
            Some(Shape::Choice(values)) => Some(format!("Enum(&{values:?})")),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{endpoint::is_secret, table};
    use crate::{
        diagnostic::SourceFile,
        docs::SpecDocs,
        model::{Api, Dialect, build_spec},
        openapi,
    };

    #[test]
    fn what_depends_on_the_status_is_not_silence() {
        let text = "
            swagger: '2.0'
            info: {title: t, version: '1'}
            produces: [application/json]
            paths:
              /a:
                get:
                  operationId: a
                  responses:
                    '200': {description: '', schema: {type: integer}}
                    '201': {description: '', schema: {type: string}}
        ";
        let file = SourceFile::new("spec.yaml", text);
        let spec = openapi::to_openapi(&openapi::parse(&file).unwrap()).unwrap();
        let (model, findings) = build_spec(&spec, Dialect::Php, &SpecDocs::default());
        assert!(findings.is_empty(), "{}", findings[0].render(false));
        let table = table(&Api::of_spec("t".to_owned(), "1".to_owned(), model));
        assert!(table.contains("rt::ResponseKind::ByStatus"), "{table}");
    }

    #[test]
    fn a_password_is_known_by_its_name() {
        for name in ["password", "new_user_pwd", "old_pass", "userPass", "guest_user_pass"] {
            assert!(is_secret(name), "{name}");
        }
        for name in ["pass_seed", "bypass_cache", "path", "file"] {
            assert!(!is_secret(name), "{name}");
        }
    }
}
