//! The table that the command line `pydio` is made of, and its binary.
//!
//! It is plain data, written line by line: nothing in it depends on the modules of the calls, and
//! nobody compiles it who does not want the command line.

use std::{collections::BTreeSet, fmt::Write as _};

use super::{
    action,
    doc::{self, one_line},
    operation, root,
};
use crate::{
    ir::{
        Api, DeclaredValue, Dialect, Docs, Endpoint, EndpointKind, Field, Group, Kind, Location,
        OpenApiStyle, Param, Response, Shape, Style, Text, Type,
    },
    names,
};

/// The feature of the command line.
pub(super) const FEATURE: &str = "cli";

/// The module of the table, below the root of the crate.
pub(super) const MODULE: &str = "src/cli.rs";

/// The source of the binary, where cargo does not find it by itself: it needs a feature.
pub(super) const BINARY: &str = "bin/pydio.rs";

/// Whether there is a command line for it: other servers have neither plugins nor workspaces.
pub(super) fn is_for(api: &Api) -> bool {
    !api.is_external() && api.has_plugins()
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
         use pydio_runtime::{\n    self as rt,\n    cli::{self as c, At, Kind as K},\n};\n\n\
         /// Runs the command line with the arguments of this program.\n\
         pub fn main() -> std::process::ExitCode {\n    c::main(&TABLE)\n}\n\n\
         /// Everything that can be called.\n\
         pub static TABLE: c::Table = c::Table {\n",
    );
    let plain = one_line(&api.title);
    let _ = writeln!(text, "    title: {plain:?},");
    text.push_str("    plugins: PLUGINS,\n    actions: ACTIONS,\n    tags: TAGS,\n};\n\n");
    list(&mut text, "PLUGINS", "Plugin", api.plugins().map(|one| plugin(one, api)));
    text.push('\n');
    list(&mut text, "ACTIONS", "ActionEntry", api.actions().map(action_entry));
    text.push('\n');
    list(&mut text, "TAGS", "Tag", tags(api).into_iter());
    text
}

fn list(text: &mut String, name: &str, kind: &str, items: impl Iterator<Item = String>) {
    let _ = writeln!(text, "#[rustfmt::skip]\nstatic {name}: &[c::{kind}] = &[");
    text.extend(items);
    text.push_str("];\n");
}

fn plugin(plugin: &Group, _: &Api) -> String {
    let actions = &plugin.endpoints;
    let about = one_line(plugin.doc.as_deref().unwrap_or_default());
    format!(
        "    c::Plugin {{ id: {:?}, actions: &{actions:?},\n      about: {about:?} }},\n",
        plugin.id
    )
}

fn action_entry(entry: &Endpoint) -> String {
    let verb = names::pascal(&entry.method.as_str().to_lowercase());
    let rest = entry.rest_params();
    let (about, details) = words(&entry.docs, &format!("Calls the action `{}`.", entry.id));
    let details = [details, action::facts(entry).join("\n")].join("\n\n");
    let mut text = format!(
        "    c::ActionEntry {{ name: {:?}, answer: c::Answered::{}, retired: {:?},\n      \
         call: rt::Action {{ bindings: &super::v1::BINDINGS, plugin: {:?}, name: {:?}, \
         verb: rt::Verb::{verb}, rest_params: {rest:?} }},\n      about: {about:?},\n      \
         details: {:?},\n      params: &[\n",
        // As a word that can be typed.
        one_line(&entry.id).replace(' ', "_"),
        returned(&entry.response),
        entry.unsupported.as_deref().map(one_line),
        entry.group,
        entry.sent_name(),
        details.trim(),
    );
    text.extend(entry.params.iter().map(param));
    text.push_str("      ] },\n");
    text
}

/// What is said in one line, and what in several.
fn words(docs: &Docs, plain: &str) -> (String, String) {
    let about = one_line(docs.summary.as_deref().unwrap_or(plain));
    (about, one_line(docs.details.as_deref().unwrap_or_default()))
}

fn returned(returns: &Response) -> &'static str {
    match returns {
        Response::Listing => "Listing",
        Response::Json(_) => "Json",
        Response::Xml => "Xml",
        Response::Text => "Text",
        Response::Bytes => "Bytes",
        Response::Envelope => "Envelope",
        Response::EnvelopeOrNothing => "Report",
        Response::Nothing => "Nothing",
        Response::OneOrMany(_) => "OneOrMany",
        _ => "Any",
    }
}

/// One parameter as a line of the table.
struct Line<'t> {
    name: &'t str,
    at: &'static str,
    kind: String,
    required: bool,
    not_root: bool,
    doc: String,
}

impl Line<'_> {
    fn text(&self) -> String {
        let Self { name, at, kind, required, not_root, doc } = self;
        let secret = matches!(&**kind, "Text" | "Encoded") && is_secret(name);
        format!(
            "        c::Param {{ name: {name:?}, at: At::{at}, kind: K::{kind}, \
             required: {required}, secret: {secret}, not_root: {not_root},\n          \
             doc: {doc:?} }},\n"
        )
    }
}

/// Whether a parameter or field is a password, going by its name.
fn is_secret(name: &str) -> bool {
    let name = name.to_lowercase();
    name.contains("password") || name.ends_with("pass") || name.ends_with("pwd")
}

fn param(param: &Param) -> String {
    let kind = match (&param.kind, &param.style) {
        (_, Style::Indexed(prefix)) => format!("Numbered({prefix:?})"),
        (_, Style::EncodedTwice) => "Encoded".to_owned(),
        (_, Style::Json) => "Json".to_owned(),
        (Kind::Value(Type::Integer), _) => "Integer".to_owned(),
        (Kind::Value(Type::Boolean), _) => "Boolean".to_owned(),
        (Kind::Value(Type::List(_)), _) => "Texts".to_owned(),
        (Kind::Flag, _) => "Flag".to_owned(),
        (Kind::Node, _) => "Node".to_owned(),
        (Kind::Nodes, Style::Numbered) => "Selection".to_owned(),
        (Kind::Nodes, _) => "Nodes".to_owned(),
        (Kind::On, _) => "On".to_owned(),
        (Kind::Page, _) => "Page".to_owned(),
        (Kind::Choice(words), _) => choice(words),
        (Kind::Fields, _) => "Fields".to_owned(),
        (Kind::File, _) => "File".to_owned(),
        (Kind::Constant(value), _) => format!("Constant({value:?})"),
        _ => "Text".to_owned(),
    };
    let at = match param.location {
        Location::Path => "Path",
        Location::RestOfPath => "CatchAll",
        _ => "Field",
    };
    let doc = meaning(&param.name, param.doc.as_ref(), param.default.as_deref(), &[]);
    let (required, not_root) = (param.required, false);
    Line { name: &param.name, at, kind, required, not_root, doc }.text()
}

fn choice(words: &[String]) -> String {
    format!("Choice(&{words:?})")
}

/// What a parameter means, on one line.
fn meaning(
    name: &str,
    text: Option<&Text>,
    default: Option<&str>,
    values: &[DeclaredValue],
) -> String {
    let text = text.map(|text| Text { external: false, ..text.clone() });
    let member = doc::Member { name, text: text.as_ref(), default, values, deprecated: false };
    one_line(&member.docs())
}

fn tags(api: &Api) -> Vec<String> {
    let entry = |group: &Group| {
        let tag = &group.id;
        let name = names::snake(tag).replace('_', "-");
        let about = format!("The operations of {}.", one_line(tag));
        let mut text = format!("    c::Tag {{ name: {name:?}, about: {about:?}, operations: &[\n");
        let operations = api.members(group);
        text.extend(operations.map(|operation| operation_entry(operation, api)));
        text.push_str("    ] },\n");
        text
    };
    api.groups_of(EndpointKind::Operation).map(entry).collect()
}

fn operation_entry(entry: &Endpoint, api: &Api) -> String {
    let (about, details) = words(&entry.docs, &format!("Calls the operation `{}`.", entry.id));
    let details = [details, operation::facts(entry).join("\n")].join("\n\n");
    let query: Vec<_> = entry
        .params
        .iter()
        .filter_map(|param| match &param.kind {
            Kind::Constant(value) => Some((&param.name, value)),
            _ => None,
        })
        .collect();
    let method = names::pascal(&entry.method.as_str().to_lowercase());
    let server = match api.dialect {
        Dialect::Pydio => "Pydio",
        Dialect::Other => "Other",
    };
    let answer = match &entry.response {
        Response::Json(Type::Nullable(_)) => "MaybeJson",
        Response::Json(_) => "Json",
        Response::Envelope => "Envelope",
        Response::Bytes => "Bytes",
        Response::Text => "Text",
        Response::ByStatus(_) => "ByStatus",
        _ => "Silence",
    };
    let accept = match &entry.accept {
        Some(accept) => format!("accept: Some({accept:?}), "),
        _ => String::new(),
    };
    let mut text = format!(
        "      c::OperationEntry {{ answer: c::Answered::{answer},\n        \
         call: rt::Operation {{ id: {:?}, server: rt::Server::{server}, \
         method: rt::Method::{method}, path: {:?}, query: &{:?}, {accept}retired: {:?}, ..rt::Operation::UNSET }},\n        \
         about: {about:?},\n        details: {:?},\n        params: &[\n",
        entry.id,
        entry.path,
        query,
        entry.unsupported.as_deref().map(one_line),
        details.trim(),
    );
    let is_given = |param: &&Param| !param.is_constant() && param.location != Location::Body;
    text.extend(entry.params.iter().filter(is_given).map(|param| operation_param(param, api)));
    text.extend(
        entry.params.iter().filter(|param| param.is_body()).map(|one| body(one, entry, api)),
    );
    text.push_str("        ] },\n");
    text
}

fn operation_param(param: &Param, api: &Api) -> String {
    let at = match param.location {
        Location::Path | Location::RestOfPath => "Path",
        Location::Query => "Query",
        Location::Header => "Header",
        Location::Cookie => "Cookie",
        Location::Form => "Form",
        Location::Part | Location::Body => "Part",
    };
    let style = |style: &OpenApiStyle| operation::text_of_style(*style);
    let kind = match (&param.kind, &param.style) {
        (Kind::Flag, _) => "Flag".to_owned(),
        (Kind::Node, _) => "Node".to_owned(),
        (_, Style::Json) => format!("Document({})", fields(of_value(param), api)),
        (_, Style::Flattened(one)) => {
            format!("Styled({}, {})", style(one), fields(of_value(param), api))
        }
        (_, Style::Repeated) => format!("Repeated({:?})", param.name),
        (_, Style::Brackets) => format!("Repeated({:?})", format!("{}[]", param.name)),
        (_, Style::Joined(separator)) => format!("Joined({:?})", separator.to_string()),
        // Each list is one text, as the server takes it apart.
        (_, Style::Nested(one, _)) => format!("Items({})", style(one)),
        (Kind::Value(Type::List(_)), Style::Styled(one)) => {
            format!("Items({})", style(one))
        }
        (_, Style::Styled(one)) => format!("Word({})", style(one)),
        (Kind::File, _) => match &param.content_type {
            Some(media_type) => format!("FileOf({media_type:?})"),
            None => "File".to_owned(),
        },
        (Kind::Files, _) => "Files".to_owned(),
        (Kind::Fields, _) => "Fields".to_owned(),
        // By the name of a field, of which the command line has no files.
        (Kind::FileFields, _) => return String::new(),
        _ => plain(of_value(param), api),
    };
    let text = param.doc.as_ref();
    Line {
        name: &param.name,
        at,
        kind,
        required: param.required || param.location.is_path(),
        not_root: param.not_root,
        doc: meaning(&param.name, text, param.default.as_deref(), &param.values),
    }
    .text()
}

fn plain(kind: &Type, api: &Api) -> String {
    match kind {
        Type::Integer | Type::IntegerText => "Integer".to_owned(),
        Type::Unsigned | Type::UnsignedText => "Unsigned".to_owned(),
        Type::Float => "Float".to_owned(),
        Type::Boolean => "Boolean".to_owned(),
        Type::Model(model) => match shape(model, api) {
            Some(Shape::Choice(words)) => choice(words),
            _ => "Text".to_owned(),
        },
        _ => "Text".to_owned(),
    }
}

/// The type of the value.
fn of_value(param: &Param) -> &Type {
    param.value_type().unwrap_or(&Type::Text)
}

fn body(body: &Param, entry: &Endpoint, api: &Api) -> String {
    let (kind, usual) = match (&body.kind, &body.style) {
        (_, Style::Json) => {
            (format!("Document({})", fields(of_value(body), api)), "application/json")
        }
        (Kind::Bytes, _) => ("Bytes".to_owned(), "application/octet-stream"),
        _ => ("Text".to_owned(), "text/plain"),
    };
    let doc = meaning(&body.name, body.doc.as_ref(), None, &[]);
    let line = |name, kind, required, doc| {
        Line { name, at: "Body", kind, required, not_root: false, doc }.text()
    };
    let mut text = line(&*body.name, kind, body.required, doc);
    let doc = "The media type of the body.".to_owned();
    for param in &entry.params {
        if let Kind::MediaType { choice, .. } = &param.kind {
            let types = choice.as_ref().and_then(|choice| shape(choice, api));
            let types = match types {
                Some(Shape::Choice(types)) => format!("MediaType(&{types:?})"),
                _ => "MediaType(&[])".to_owned(),
            };
            return text + &line("content_type", types, param.required, doc);
        }
    }
    if let Some(one) = body.content_type.as_ref().filter(|one| *one != usual) {
        text.push_str(&line("content_type", format!("Constant({one:?})"), false, doc));
    }
    text
}

fn shape<'a>(model: &str, api: &'a Api) -> Option<&'a Shape> {
    api.model(EndpointKind::Operation, model).map(|one| &one.shape)
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
    let fields: String = fields.iter().map(|one| field(one, api)).collect();
    format!("&[\n{fields}          ]")
}

fn field(field: &Field, api: &Api) -> String {
    let kind = match &field.kind {
        Type::Lenient(inner) | Type::Nullable(inner) => simple(inner, api),
        kind => simple(kind, api),
    };
    let secret = kind.as_deref() == Some("Text") && is_secret(&field.name);
    let kind = match kind {
        Some(kind) => format!("Some(c::Simple::{kind})"),
        None => "None".to_owned(),
    };
    let text = field.doc.as_ref();
    let doc = meaning(&field.name, text, field.default.as_deref(), &field.values);
    format!(
        "            c::Field {{ name: {:?}, kind: {kind}, required: {}, secret: {secret},\n              \
         doc: {doc:?} }},\n",
        field.name, field.required,
    )
}

fn simple(kind: &Type, api: &Api) -> Option<String> {
    match kind {
        Type::Text => Some("Text".to_owned()),
        Type::Integer | Type::Unsigned => Some("Integer".to_owned()),
        Type::Float => Some("Float".to_owned()),
        Type::Boolean => Some("Boolean".to_owned()),
        Type::Model(model) => match shape(model, api) {
            Some(Shape::Choice(words)) => Some(choice(words)),
            _ => None,
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{is_secret, table};
    use crate::{
        diagnostic::SourceFile,
        ir::{Api, Dialect},
        lower, openapi,
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
        let (model, findings) = lower::spec(&spec, Dialect::Pydio);
        assert!(findings.is_empty(), "{}", findings[0].render(false));
        let table = table(&Api { title: "t".to_owned(), ..model });
        assert!(table.contains("answer: c::Answered::ByStatus"), "{table}");
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
