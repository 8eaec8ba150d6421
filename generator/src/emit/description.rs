//! The static description of an endpoint: the expression that constructs it with the runtime's
//! constructors, in the modules of calls and in the table of the command line.

use std::fmt::Write as _;

use super::doc::one_line;
use crate::{
    ir::{
        Api, Copied, Created, Echoes, Endpoint, EndpointKind, Kind, Location, Model, OpenApiStyle,
        Outcome, PagedBy, Paging, Param, Placed, Response, Shape, Style, StyleName, Type,
    },
    names::{EndpointNames, pascal},
    openapi::join,
};

/// Emits the expression that describes an endpoint; `bindings` is the path of their static.
pub(super) fn endpoint(
    endpoint: &Endpoint,
    names: &EndpointNames,
    api: &Api,
    bindings: &str,
) -> String {
    let method = pascal(&endpoint.method.as_str().to_lowercase());
    let mut text = match endpoint.is_action() {
        true => format!(
            "rt::Endpoint::action(&{bindings}, rt::Method::{method}, {:?}, {:?})",
            endpoint.group,
            endpoint.sent_name()
        ),
        false => format!(
            "rt::Endpoint::operation(&{bindings}, rt::Method::{method}, {:?}, {:?})",
            endpoint.id, endpoint.path
        ),
    };
    if endpoint.is_command {
        let _ = write!(text, ".command({:?})", endpoint.id);
    }
    if !endpoint.rest {
        text += ".session_only()";
    }
    if !endpoint.params.is_empty() {
        let params = endpoint.params.iter().enumerate();
        let params =
            params.map(|(index, one)| param(one, key(endpoint, names, index), endpoint, api));
        let _ = write!(text, ".params(&[{}])", params.collect::<Vec<_>>().join(", "));
    }
    let _ = write!(text, ".returns(rt::ResponseKind::{})", returned(&endpoint.response));
    let unsupported = endpoint.unsupported.as_deref().map(one_line);
    for (method, value) in [
        ("accept", &endpoint.accept),
        ("own_server", &endpoint.own_server),
        ("form_type", &endpoint.content_type),
        ("unsupported", &unsupported),
    ] {
        if let Some(value) = value {
            let _ = write!(text, ".{method}({value:?})");
        }
    }
    if !endpoint.needs.is_empty() {
        let needs = endpoint.needs.iter().map(|needs| {
            let keys = needs.iter().map(|name| {
                let found = endpoint.params.iter().position(|param| param.name == *name);
                found.map_or(&**name, |index| key(endpoint, names, index))
            });
            format!("&{:?}", keys.collect::<Vec<_>>())
        });
        let _ = write!(text, ".needs(&[{}])", needs.collect::<Vec<_>>().join(", "));
    }
    if let Some(paging) = &endpoint.paging {
        text += &self::paging(paging);
    }
    for (method, release) in
        [("since", endpoint.releases.since()), ("until", endpoint.releases.until())]
    {
        if let Some(release) = release {
            let _ = write!(text, ".{method}({release:?})");
        }
    }
    if !endpoint.unread.is_empty() {
        let _ = write!(text, ".unread(&{:?})", endpoint.unread);
    }
    for (is_so, method) in [
        (endpoint.returns_redirect(), ".returns_redirect()"),
        (endpoint.repeatable, ".repeatable()"),
        (endpoint.background, ".in_background()"),
    ] {
        text += if is_so { method } else { "" };
    }
    if let Some(known) = &endpoint.outcome {
        let _ = write!(text, ".outcome(rt::Outcome::{})", outcome(known));
    }
    text
}

/// Emits the expression that describes what the work of a call leaves.
pub(super) fn outcome(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Creates(Created { folder, name, unnamed }) => {
            let unnamed = unnamed.as_ref().map(|name| format!(".unnamed({name:?})"));
            format!("creates({folder:?}, {name:?}){}", unnamed.unwrap_or_default())
        }
        Outcome::CreatesBeside { nodes, name } => format!("creates_beside({nodes:?}, {name:?})"),
        Outcome::Fetches { folder, address } => format!("fetches({folder:?}, {address:?})"),
        Outcome::Unpacks(archive) => format!("unpacks({archive:?})"),
        Outcome::Removes(nodes) => format!("removes({nodes:?})"),
        Outcome::Copies(copied) => format!("copies{}", copies(copied)),
        Outcome::Moves(copied) => format!("moves{}", copies(copied)),
        Outcome::Places(Placed { node, copied, moves_with }) => {
            format!("places({node:?}, {copied:?}, {moves_with:?})")
        }
        Outcome::EmptiesRecycleBin => "empties_recycle_bin()".to_owned(),
    }
}

fn copies(copied: &Copied) -> String {
    let mut text = format!("({:?}, {:?})", copied.nodes, copied.folder);
    for (method, param) in [
        ("named", &copied.name),
        ("into_workspace", &copied.workspace),
        ("moves_with", &copied.moves_with),
    ] {
        if let Some(param) = param {
            let _ = write!(text, ".{method}({param:?})");
        }
    }
    text
}

/// Emits how a list comes in pages.
fn paging(paging: &Paging) -> String {
    let mut text = match &paging.by {
        PagedBy::Whole => "rt::Paging::whole()".to_owned(),
        PagedBy::Page(name) => format!("rt::Paging::page({name:?})"),
        PagedBy::Suffix(name) => format!("rt::Paging::suffix({name:?})"),
        PagedBy::Offset(name) => format!("rt::Paging::offset({name:?})"),
        PagedBy::Sequence(name) => format!("rt::Paging::sequence({name:?})"),
    };
    for (method, value) in [
        ("limit", &paging.limit),
        ("count", &paging.count),
        ("pages", &paging.pages),
        ("current", &paging.current),
        ("merged_by", &paging.merged_by),
    ] {
        if let Some(value) = value {
            let _ = write!(text, ".{method}({value:?})");
        }
    }
    if let Some(size) = paging.size {
        let _ = write!(text, ".size({size})");
    }
    for (method, values) in [("items", &paging.items), ("identity", &paging.identity)] {
        if !values.is_empty() {
            let _ = write!(text, ".{method}(&{values:?})");
        }
    }
    text += if paging.sparse { ".sparse()" } else { "" };
    if let Some(Echoes { field, prefix, alike }) = &paging.echoes {
        let _ = write!(text, ".echoes({field:?}, {prefix:?}, &{alike:?})");
    }
    format!(".paged({text})")
}

/// Returns the name by which requests set a parameter: its name on the wire, unless another one has
/// it.
pub(super) fn key<'e>(endpoint: &'e Endpoint, names: &'e EndpointNames, index: usize) -> &'e str {
    let name = endpoint.params[index].wire_name();
    match endpoint.params[..index].iter().any(|other| other.wire_name() == name) {
        true => &names.params[index],
        false => name,
    }
}

/// Returns the constructor of a parameter, which is named after where it is sent.
pub(super) fn location(param: &Param, endpoint: &Endpoint) -> &'static str {
    match param.location {
        Location::Path => "path",
        Location::RestOfPath => "rest_of_path",
        Location::Query => "query",
        Location::Header => "header",
        Location::Cookie => "cookie",
        Location::Form if endpoint.is_action() && param.kind == Kind::File => "part",
        Location::Form => "form",
        Location::Part => "part",
        Location::Body => "body",
    }
}

fn param(param: &Param, key: &str, endpoint: &Endpoint, api: &Api) -> String {
    let location = location(param, endpoint);
    let name = param.wire_name();
    let mut text = format!("P::{location}({name:?})");
    if key != name {
        let _ = write!(text, ".key({key:?})");
    }
    let kind = kind(param, api);
    text += match (param.location, kind.as_str()) {
        // The default of the rest of a path.
        (Location::RestOfPath, ".node()") => "",
        (Location::RestOfPath, "") => ".text()",
        (_, kind) => kind,
    };
    text += &style(&param.style);
    if let Some(media_type) = param.content_type.as_ref().filter(|one| is_unusual(param, one)) {
        let _ = write!(text, ".content_type({media_type:?})");
    }
    for (is_so, method) in [
        (param.required && !param.is_constant(), ".required()"),
        (param.not_root, ".not_root()"),
        (param.is_secret(), ".secret()"),
    ] {
        text += if is_so { method } else { "" };
    }
    if !param.refused.is_empty() {
        let _ = write!(text, ".refused(&{:?})", param.refused);
    }
    text + &document(param, endpoint, api)
}

/// Returns what a document must and must not have.
fn document(param: &Param, endpoint: &Endpoint, api: &Api) -> String {
    let (Kind::Value(Type::Model(model)), Style::Json) = (&param.kind, &param.style) else {
        return String::new();
    };
    let Some(model) = api.model(endpoint.kind, model) else { return String::new() };
    let mut text = String::new();
    let mut pointers = Vec::new();
    // The server reports what a body of an operation lacks.
    if endpoint.is_action() {
        required(model, endpoint.kind, api, "", &mut pointers);
    }
    if !pointers.is_empty() {
        let _ = write!(text, ".requires(&{pointers:?})");
    }
    let refused = model.refused.iter().map(|one| match &one.value {
        Some(value) => format!("rt::RefusedIn::text({:?}, {value:?}, {:?})", one.at, one.why),
        None => format!("rt::RefusedIn::any({:?}, {:?})", one.at, one.why),
    });
    let refused = refused.collect::<Vec<_>>();
    if !refused.is_empty() {
        let _ = write!(text, ".refused_in(&[{}])", refused.join(", "));
    }
    text
}

/// Adds the pointers to what a document of `model` must have.
fn required(model: &Model, kind: EndpointKind, api: &Api, at: &str, pointers: &mut Vec<String>) {
    let Shape::Struct { fields, .. } = &model.shape else { return };
    for field in fields.iter().filter(|field| field.required) {
        let pointer = join(at, &field.name);
        let inner = match &field.kind {
            // A model may contain itself.
            Type::Model(inner) if pointer.matches('/').count() < 4 => api.model(kind, inner),
            _ => None,
        };
        pointers.push(pointer.clone());
        if let Some(inner) = inner {
            required(inner, kind, api, &pointer, pointers);
        }
    }
}

fn kind(param: &Param, api: &Api) -> String {
    let name = match &param.kind {
        Kind::Choice(values) => return format!(".choice(&{values:?})"),
        Kind::Constant(value) => return format!(".constant({value:?})"),
        Kind::MediaType { choice, .. } => {
            let values = choice.as_deref().and_then(|model| values(model, api));
            return format!(".media_type(&{:?})", values.unwrap_or_default());
        }
        Kind::Value(_) if param.style.is_json() => "json",
        Kind::Value(Type::List(_)) if matches!(param.style, Style::Nested(..)) => {
            return String::new();
        }
        Kind::Value(Type::List(_)) => "texts",
        Kind::Value(Type::Integer | Type::IntegerText | Type::Time) => "integer",
        Kind::Value(Type::Unsigned | Type::UnsignedText) => "unsigned",
        Kind::Value(Type::Float) => "float",
        Kind::Value(Type::Boolean) => "boolean",
        Kind::Value(Type::Model(model)) => match values(model, api) {
            Some(values) => return format!(".choice(&{values:?})"),
            None => return String::new(),
        },
        Kind::Value(_) => return String::new(),
        Kind::Flag => "flag",
        Kind::On => "on",
        Kind::Node => "node",
        Kind::Nodes => "nodes",
        Kind::Page => "page",
        Kind::File => "file",
        Kind::Files => "files",
        Kind::Bytes => "bytes",
        Kind::Fields => "fields",
        Kind::FileFields => "file_fields",
    };
    format!(".{name}()")
}

/// Returns the values of a model that is an enumeration.
pub(super) fn values<'a>(model: &str, api: &'a Api) -> Option<&'a [String]> {
    match &api.model(EndpointKind::Operation, model)?.shape {
        Shape::Choice(values) => Some(values),
        Shape::Struct { .. } | Shape::Codes(_) | Shape::Alias(_) => None,
    }
}

fn style(style: &Style) -> String {
    match style {
        Style::Plain | Style::Json => String::new(),
        Style::EncodedTwice => ".encoded_twice()".to_owned(),
        Style::Repeated => ".repeated()".to_owned(),
        Style::Brackets => ".brackets()".to_owned(),
        Style::Numbered => ".numbered()".to_owned(),
        Style::Indexed(_) => ".indexed()".to_owned(),
        Style::Series => ".series()".to_owned(),
        Style::Sum => ".sum()".to_owned(),
        Style::Joined(separator) => format!(".joined({separator:?})"),
        Style::Styled(style) | Style::Flattened(style) => format!(".style({})", open_api(*style)),
        Style::Nested(style, separator) => format!(".nested({}, {separator:?})", open_api(*style)),
    }
}

fn open_api(style: OpenApiStyle) -> String {
    let name = match style.name {
        StyleName::Simple => "simple",
        StyleName::Label => "label",
        StyleName::Matrix => "matrix",
        StyleName::Form => "form",
        StyleName::SpaceDelimited => "space_delimited",
        StyleName::PipeDelimited => "pipe_delimited",
        StyleName::TabDelimited => "tab_delimited",
        StyleName::DeepObject => "deep_object",
    };
    let mut text = format!("rt::Style::{name}()");
    for (is_so, method) in [
        (style.explode, ".exploded()"),
        (style.reserved, ".reserved()"),
        (style.empty, ".with_empty()"),
    ] {
        text += if is_so { method } else { "" };
    }
    text
}

/// Returns whether a media type differs from the one that the runtime sends by default.
pub(super) fn is_unusual(param: &Param, media_type: &str) -> bool {
    let usual = match (&param.kind, &param.style) {
        _ if !param.is_body() => return true,
        (_, Style::Json) => "application/json",
        (Kind::Bytes, _) => "application/octet-stream",
        _ => "text/plain",
    };
    media_type != usual
}

fn returned(response: &Response) -> &'static str {
    match response {
        Response::Listing => "Listing",
        Response::Json(Type::Nullable(_)) => "OptionalJson",
        Response::Json(_) => "Json",
        Response::OneOrMany(_) => "OneOrMany",
        Response::Xml => "Xml",
        Response::Text => "Text",
        Response::Bytes => "Bytes",
        Response::Envelope => "Envelope",
        Response::EnvelopeOrNothing => "OptionalEnvelope",
        Response::Nothing => "Nothing",
        Response::Head => "Head",
        Response::ByStatus(_) => "ByStatus",
        Response::Undeclared => "Any",
    }
}
