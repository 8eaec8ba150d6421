//! Describes an endpoint as text: its parameters and its response.

use super::{Form, Param};
use crate::{
    ir::{self, Endpoint, Kind, Response, Style, Type},
    surface::location,
};

/// Describes an endpoint.
pub(super) fn of(endpoint: &Endpoint) -> Form {
    let is_action = endpoint.is_action();
    let is_shown = |param: &&ir::Param| match &param.kind {
        Kind::Constant(_) => is_action,
        kind => !matches!(kind, Kind::MediaType { .. }),
    };
    let params = endpoint.params.iter().filter(is_shown).map(|param| Param {
        name: param.name.clone(),
        place: location(param, is_action),
        kind: kind(endpoint, param),
        required: param.required,
        default: param.default.clone().filter(|default| !default.is_empty()),
    });
    Form {
        address: endpoint.address(),
        params: params.collect(),
        notes: notes(endpoint),
        answer: response(&endpoint.response),
        background: is_action.then_some(endpoint.background),
        repeatable: is_action.then_some(endpoint.repeatable),
    }
}

/// Returns which parameters it needs one of, which values are refused, and who calls it.
fn notes(endpoint: &Endpoint) -> Vec<String> {
    let needs = endpoint.needs_texts();
    let refused = endpoint.params.iter().flat_map(|param| {
        let refused = param.refused.iter();
        refused.map(|(value, why)| format!("`{}` cannot be `{value}`: {why}", param.name))
    });
    let complete = endpoint.complete.then(|| "The server reads no other parameters.".to_owned());
    let interface = endpoint.interface.then(|| {
        "Only the web interface, the installer or the server itself calls this.".to_owned()
    });
    let outcome = endpoint.outcome.as_ref();
    let outcome = outcome.map(|one| {
        format!("To verify that the work is done, the client checks for {}.", one.text())
    });
    let paging = endpoint.paging.iter().map(ir::Paging::text);
    let notes = needs.chain(refused).chain(outcome).chain(paging);
    notes.chain(complete).chain(interface).collect()
}

fn kind(endpoint: &Endpoint, param: &ir::Param) -> String {
    if param.is_body() {
        return body(endpoint, param);
    }
    match (&param.kind, &param.style) {
        (_, Style::Indexed(prefix)) => format!("`{prefix}0`, `{prefix}1` …"),
        (_, Style::Series) => format!("texts: `{0}`, `{0}_1` …", param.name),
        (Kind::Choice(_), Style::Sum) => format!("the sum of any of {}", named(param)),
        (Kind::Choice(_), _) if !param.values.is_empty() => format!("one of {}", named(param)),
        (Kind::Value(Type::Text), _) if param.secret => "text that is never shown".to_owned(),
        (_, Style::EncodedTwice) => "text, percent-encoded twice".to_owned(),
        (Kind::Value(Type::Any), Style::Json) => "JSON, as text".to_owned(),
        (Kind::Value(kind), Style::Json) => format!("JSON, as text: {}", typed(kind)),
        (Kind::Value(kind), style) => match style.open_api() {
            Some(style) => {
                let exploded = if style.explode { ", exploded" } else { "" };
                format!("{}, in the style {}{exploded}", typed(kind), style.name.text())
            }
            None => typed(kind),
        },
        (Kind::Choice(values), _) => format!("one of `{}`", values.join("`, `")),
        (Kind::Constant(value), _) => format!("always `{value}`"),
        (Kind::Flag, _) => "`true`, or not sent".to_owned(),
        (Kind::On, _) => "`on`, or not sent".to_owned(),
        (Kind::Node, _) if param.not_root => "the path of a node, not the root".to_owned(),
        (Kind::Node, _) => "the path of a node".to_owned(),
        (Kind::Nodes, Style::Numbered) => "the paths of nodes, numbered".to_owned(),
        (Kind::Nodes, _) => "the paths of nodes, as a list".to_owned(),
        (Kind::Page, _) => "the number of a page".to_owned(),
        (Kind::File, _) => "a file, as a part of the form".to_owned(),
        (Kind::Files, _) => "any number of files".to_owned(),
        (Kind::Bytes, _) => "bytes".to_owned(),
        (Kind::Fields, _) => "fields of any names".to_owned(),
        (Kind::FileFields, _) => "files of any names".to_owned(),
        (Kind::MediaType { .. }, _) => "a media type".to_owned(),
    }
}

/// Lists the values of an enumeration with their names.
fn named(param: &ir::Param) -> String {
    let one = |one: &ir::DeclaredValue| match &one.name {
        Some(name) => format!("`{}` ({name})", one.value),
        None => format!("`{}`", one.value),
    };
    param.values.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// Describes a body, with its media type where it is not the usual one.
pub(super) fn body(endpoint: &Endpoint, body: &ir::Param) -> String {
    let (content, usual) = match (&body.kind, &body.style) {
        (Kind::Value(kind), Style::Json) => (format!("JSON: {}", typed(kind)), "application/json"),
        (Kind::Bytes, _) => ("bytes".to_owned(), "application/octet-stream"),
        _ => ("text".to_owned(), "text/plain"),
    };
    let is_chosen = endpoint.params.iter().any(|p| matches!(p.kind, Kind::MediaType { .. }));
    match (&body.content_type, is_chosen) {
        (Some(one), false) if one == usual => content,
        (Some(one), false) => format!("{content}, as {one}"),
        (Some(one), true) => format!("{content}, as {one} unless another type is chosen"),
        (None, _) => format!("{content}, of a type to be chosen"),
    }
}

fn response(response: &Response) -> String {
    match response {
        Response::Listing => "a list of nodes".to_owned(),
        Response::Json(Type::Any) => "JSON of undeclared shape".to_owned(),
        Response::Json(kind) => format!("JSON: {}", typed(kind)),
        Response::OneOrMany(kind) => {
            format!("JSON: {0} for one node, a map of {0} for several", typed(kind))
        }
        Response::Xml => "XML".to_owned(),
        Response::Text => "text".to_owned(),
        Response::Bytes => "bytes".to_owned(),
        Response::Envelope => "the XML envelope".to_owned(),
        Response::EnvelopeOrNothing => "the XML envelope, or nothing".to_owned(),
        Response::Nothing => "nothing".to_owned(),
        Response::Head => "headers".to_owned(),
        Response::ByStatus(_) => "a response that depends on the status".to_owned(),
        Response::Undeclared => "not declared; detected from the response".to_owned(),
    }
}

/// Describes a type.
fn typed(kind: &Type) -> String {
    match kind {
        Type::Text => "text".to_owned(),
        Type::Integer | Type::Unsigned => "a whole number".to_owned(),
        Type::IntegerText | Type::UnsignedText => "a whole number, as text".to_owned(),
        Type::Time => "a Unix time in seconds".to_owned(),
        Type::Rights => "rights as letters, `r` to read and `w` to write".to_owned(),
        Type::Float => "a number".to_owned(),
        Type::Boolean => "true or false".to_owned(),
        Type::Any => "any JSON".to_owned(),
        Type::Object => "any object".to_owned(),
        Type::List(items) => format!("a list of {}", typed(items)),
        Type::Map(values) => format!("a map of {}", typed(values)),
        Type::Nullable(kind) => format!("{}, or null", typed(kind)),
        Type::Lenient(kind) => typed(kind),
        Type::Model(name) => format!("`{name}`"),
    }
}
