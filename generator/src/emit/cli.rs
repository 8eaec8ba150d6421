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
    model::{
        Action, Api, Body, Content, DeclaredValue, Dialect, Docs, Field, Kind, MediaType,
        Operation, OperationParam, OperationPlace, Param, ParamPlace, Plugin, Reply, ReturnKind,
        Route, Shape, Spelling, Style, Type, Verb,
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
         use pydio_cli::{self as c, At, Kind as K};\nuse pydio_runtime as rt;\n\n\
         /// Runs the command line with the arguments of this program.\n\
         pub fn main() -> std::process::ExitCode {\n    c::main(&TABLE)\n}\n\n\
         /// Everything that can be called.\n\
         pub static TABLE: c::Table = c::Table {\n",
    );
    let plain = one_line(&api.title);
    let _ = writeln!(text, "    title: {plain:?},");
    text.push_str("    plugins: PLUGINS,\n    actions: ACTIONS,\n    tags: TAGS,\n};\n\n");
    list(&mut text, "PLUGINS", "Plugin", api.plugins.iter().map(|one| plugin(one, api)));
    text.push('\n');
    list(&mut text, "ACTIONS", "ActionEntry", api.actions.iter().map(action_entry));
    text.push('\n');
    list(&mut text, "TAGS", "Tag", tags(api).into_iter());
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
    format!(
        "    c::Plugin {{ id: {:?}, actions: &{actions:?},\n      about: {about:?} }},\n",
        plugin.id
    )
}

fn action_entry(entry: &Action) -> String {
    let verb = match entry.route {
        Some(Route { verb: Verb::Get, .. }) => "Get",
        _ => "Post",
    };
    let rest = entry.route.as_ref().map(Route::declared);
    let (about, details) = words(&entry.docs, &format!("Calls the action `{}`.", entry.name));
    let details = [details, action::facts(entry).join("\n")].join("\n\n");
    let mut text = format!(
        "    c::ActionEntry {{ name: {:?}, answer: c::Answered::{}, retired: {:?},\n      \
         call: rt::Action {{ bindings: &super::v1::BINDINGS, plugin: {:?}, name: {:?}, \
         verb: rt::Verb::{verb}, rest_params: {rest:?} }},\n      about: {about:?},\n      \
         details: {:?},\n      params: &[\n",
        // As a word that can be typed.
        one_line(&entry.name).replace(' ', "_"),
        returned(&entry.returns),
        entry.retired.as_deref().map(one_line),
        entry.owner,
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

fn returned(returns: &ReturnKind) -> &'static str {
    match returns {
        ReturnKind::Listing => "Listing",
        ReturnKind::Json | ReturnKind::Typed(_) => "Json",
        ReturnKind::Xml => "Xml",
        ReturnKind::Text => "Text",
        ReturnKind::Stream => "Bytes",
        ReturnKind::Envelope => "Envelope",
        ReturnKind::Report => "Report",
        ReturnKind::Nothing => "Nothing",
        ReturnKind::OneOrMany(_) => "OneOrMany",
        ReturnKind::Any => "Any",
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
    let kind = match &param.kind {
        Kind::Text => "Text".to_owned(),
        Kind::Integer => "Integer".to_owned(),
        Kind::Flag => "Flag".to_owned(),
        Kind::Switch => "Boolean".to_owned(),
        Kind::Node => "Node".to_owned(),
        Kind::Nodes => "Nodes".to_owned(),
        Kind::Selection => "Selection".to_owned(),
        Kind::Texts => "Texts".to_owned(),
        Kind::On => "On".to_owned(),
        Kind::Page => "Page".to_owned(),
        Kind::Json => "Json".to_owned(),
        Kind::Choice(words) => choice(words),
        Kind::Fields => "Fields".to_owned(),
        Kind::Encoded => "Encoded".to_owned(),
        Kind::File => "File".to_owned(),
        Kind::Numbered(prefix) => format!("Numbered({prefix:?})"),
        Kind::Constant(value) => format!("Constant({value:?})"),
    };
    let at = match param.place {
        ParamPlace::Path => "Path",
        ParamPlace::CatchAll => "CatchAll",
        ParamPlace::Field => "Field",
    };
    let doc = meaning(&param.name, param.doc.as_deref(), param.default.as_deref(), &[]);
    let (required, not_root) = (param.required, false);
    Line { name: &param.name, at, kind, required, not_root, doc }.text()
}

fn choice(words: &[String]) -> String {
    format!("Choice(&{words:?})")
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

fn tags(api: &Api) -> Vec<String> {
    let mut tags: Vec<&str> = api.spec.operations.iter().map(|one| &*one.tag).collect();
    tags.dedup();
    let entry = |tag: &str| {
        let name = name::snake(tag).replace('_', "-");
        let about = format!("The operations of {}.", one_line(tag));
        let mut text = format!("    c::Tag {{ name: {name:?}, about: {about:?}, operations: &[\n");
        let operations = api.spec.operations.iter().filter(|one| one.tag == tag);
        text.extend(operations.map(|operation| operation_entry(operation, api)));
        text.push_str("    ] },\n");
        text
    };
    tags.into_iter().map(entry).collect()
}

fn operation_entry(entry: &Operation, api: &Api) -> String {
    let (about, details) = words(&entry.docs, &format!("Calls the operation `{}`.", entry.id));
    let details = [details, operation::facts(entry).join("\n")].join("\n\n");
    let method = name::pascal(&entry.method.to_lowercase());
    let server = match api.spec.dialect {
        Dialect::Php => "Pydio",
        Dialect::Plain => "Other",
    };
    let answer = match &entry.answer {
        Reply::Json(Type::Nullable(_)) => "MaybeJson",
        Reply::Json(_) => "Json",
        Reply::Envelope => "Envelope",
        Reply::Stream => "Bytes",
        Reply::Text => "Text",
        Reply::ByStatus(_) => "ByStatus",
        Reply::Nothing | Reply::Head => "Silence",
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
        entry.query,
        entry.retired.as_deref().map(one_line),
        details.trim(),
    );
    text.extend(entry.params.iter().map(|param| operation_param(param, api)));
    text.extend(entry.body.iter().map(|one| body(one, api)));
    text.push_str("        ] },\n");
    text
}

fn operation_param(param: &OperationParam, api: &Api) -> String {
    let at = match param.place {
        OperationPlace::Path => "Path",
        OperationPlace::Query => "Query",
        OperationPlace::Header => "Header",
        OperationPlace::Cookie => "Cookie",
        OperationPlace::Form => "Form",
        OperationPlace::Part => "Part",
    };
    let style = |style: &Style| operation::text_of_style(*style);
    let kind = match &param.spelling {
        Spelling::Flag => "Flag".to_owned(),
        Spelling::Node => "Node".to_owned(),
        Spelling::Json => format!("Document({})", fields(&param.kind, api)),
        Spelling::Flattened(one) => format!("Styled({}, {})", style(one), fields(&param.kind, api)),
        Spelling::Repeated => format!("Repeated({:?})", param.name),
        Spelling::Brackets => format!("Repeated({:?})", format!("{}[]", param.name)),
        Spelling::Joined(separator) => format!("Joined({:?})", separator.to_string()),
        // Each list is one text, as the server takes it apart.
        Spelling::Nested(one, _) => format!("Items({})", style(one)),
        Spelling::Styled(one) if matches!(param.kind, Type::List(_)) => {
            format!("Items({})", style(one))
        }
        Spelling::Styled(one) => format!("Word({})", style(one)),
        Spelling::File => match &param.part_type {
            Some(media_type) => format!("FileOf({media_type:?})"),
            None => "File".to_owned(),
        },
        Spelling::Files => "Files".to_owned(),
        Spelling::Fields => "Fields".to_owned(),
        // By the name of a field, of which the command line has no files.
        Spelling::FileFields => return String::new(),
        Spelling::Plain => plain(&param.kind, api),
    };
    let text = param.doc.as_ref().map(|words| &*words.text);
    Line {
        name: &param.name,
        at,
        kind,
        required: param.required || param.place == OperationPlace::Path,
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

fn body(body: &Body, api: &Api) -> String {
    let kind = match &body.content {
        Content::Json(kind) => format!("Document({})", fields(kind, api)),
        Content::Text => "Text".to_owned(),
        Content::Raw => "Bytes".to_owned(),
    };
    let doc = meaning(&body.name, body.doc.as_ref().map(|words| &*words.text), None, &[]);
    let line = |name, kind, required, doc| {
        Line { name, at: "Body", kind, required, not_root: false, doc }.text()
    };
    let mut text = line(&*body.name, kind, body.required, doc);
    if let Some((kind, required)) = media_type(body, api) {
        let doc = "The media type of the body.".to_owned();
        text.push_str(&line("content_type", kind, required, doc));
    }
    text
}

/// What says the media type of a body, where it is not what it usually is.
fn media_type(body: &Body, api: &Api) -> Option<(String, bool)> {
    let types = |choice: &str| match shape(choice, api) {
        Some(Shape::Choice(types)) => format!("MediaType(&{types:?})"),
        _ => "MediaType(&[])".to_owned(),
    };
    match &body.media_type {
        MediaType::Fixed(one) if one == body.content.usual() => None,
        MediaType::Fixed(one) => Some((format!("Constant({one:?})"), false)),
        MediaType::Default { choice, .. } => Some((types(choice), false)),
        MediaType::Chosen(choice) => Some((types(choice), body.required)),
        MediaType::Any => Some(("MediaType(&[])".to_owned(), body.required)),
    }
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
    let text = field.doc.as_ref().map(|words| &*words.text);
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
