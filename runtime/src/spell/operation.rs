//! Spelling a call of an operation.

use http::{HeaderName, HeaderValue, header::CONTENT_TYPE};
use url::form_urlencoded;

use super::Prepared;
use crate::{
    Body, Method, Operation, OperationRequest, Place, Server,
    operation::{Argument, Content},
    path::{encode_segment, refuse_blanked},
};

/// Puts a call on the wire, or says why it cannot be sent.
pub(crate) fn spell_operation(request: OperationRequest) -> Result<Prepared, String> {
    let operation = request.operation();
    if let Some(note) = operation.retired {
        return Err(format!("the server cannot do this: {note}"));
    }
    if let Some(why) = request.refused {
        return Err(why);
    }
    let arguments = request.arguments;
    let mut target = expand(operation, &arguments)?;
    for Argument { name, value, .. } in arguments.iter().filter(|argument| argument.is_node) {
        refuse_blanked(value).map_err(|why| format!("`{name}` cannot be sent: {why}"))?;
    }
    let form = pairs(of(&arguments, Place::Form));
    let is_in_query = !form.is_empty() && !takes_form(operation, &request.content)?;
    let constants = operation.query.iter().map(|(name, value)| (*name, *value));
    let query = constants.chain(of(&arguments, Place::Query));
    let query = match is_in_query {
        true => pairs(query.chain(of(&arguments, Place::Form))),
        false => pairs(query),
    };
    if !query.is_empty() {
        target.push('?');
        target.push_str(&query);
    }
    let mut headers = Vec::new();
    for (name, value) in of(&arguments, Place::Header) {
        headers.push(header(name, value)?);
    }
    let (kind, body) = match request.content {
        Content::None if form.is_empty() || is_in_query => (None, Body::empty()),
        Content::None => (Some("application/x-www-form-urlencoded"), Body::from(form)),
        // Exactly this: with a charset, Pydio does not read the body.
        Content::Json(json) => (Some("application/json"), Body::from(json.to_string())),
        Content::Raw(body) => (Some("application/octet-stream"), body),
    };
    headers.extend(kind.map(|kind| (CONTENT_TYPE, HeaderValue::from_static(kind))));
    let method = operation.method.http();
    Ok(Prepared { method, target, headers, body, files: None, span: None }.ask_for(request.span))
}

/// Whether the fields of a form go into the body. PHP reads one only of a POST, and takes the
/// query for the same thing.
fn takes_form(operation: &Operation, content: &Content) -> Result<bool, String> {
    let is_free = matches!(content, Content::None);
    match operation.server {
        Server::Pydio => Ok(is_free && operation.method == Method::Post),
        Server::Other if is_free => Ok(true),
        Server::Other => Err("a form and another body do not go together".to_owned()),
    }
}

/// The path with its parameters, from the server's address.
fn expand(operation: &Operation, arguments: &[Argument]) -> Result<String, String> {
    let mut path = String::new();
    let mut rest = operation.path.strip_prefix('/').unwrap_or(operation.path);
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        path.push_str(before);
        let (name, spans) = match name.strip_suffix('+') {
            Some(name) => (name, true),
            None => (name, false),
        };
        let is_it = |argument: &&Argument| argument.place == Place::Path && argument.name == name;
        let argument = arguments.iter().find(is_it);
        let argument = argument.ok_or_else(|| format!("`{name}` is missing"))?;
        path.push_str(&encode(argument, spans, operation.server)?);
        rest = after;
    }
    path.push_str(rest);
    Ok(path)
}

/// Encodes what stands in the path, unless the server would not read it back.
fn encode(argument: &Argument, spans: bool, server: Server) -> Result<String, String> {
    let Argument { name, value, is_node, .. } = argument;
    if value.contains(|c: char| c.is_ascii_control()) {
        return Err(format!("`{name}` holds a control character, which no server routes"));
    }
    if value.split('/').any(|segment| matches!(segment, "." | "..")) {
        return Err(format!("`{name}` holds a segment `.` or `..`, which is lost on the way"));
    }
    // The root of a workspace is what follows the slash after the workspace: nothing.
    let value = if *is_node { value.strip_prefix('/').unwrap_or(value) } else { value };
    if value.is_empty() && !(*is_node && spans) {
        return Err(format!("`{name}` is empty, and stands in the path"));
    }
    if spans {
        return Ok(value.split('/').map(encode_segment).collect::<Vec<_>>().join("/"));
    }
    // A Pydio decodes the path before it looks for the route, and finds another one.
    if value.contains('/') && server == Server::Pydio {
        return Err(format!("`{name}` holds a slash, and is one segment of the path"));
    }
    Ok(encode_segment(value))
}

fn of(arguments: &[Argument], place: Place) -> impl Iterator<Item = (&str, &str)> {
    let there = arguments.iter().filter(move |argument| argument.place == place);
    there.map(|argument| (&*argument.name, &*argument.value))
}

fn pairs<'p>(pairs: impl Iterator<Item = (&'p str, &'p str)>) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), String> {
    let refused = |error: &dyn std::fmt::Display| format!("the header `{name}`: {error}");
    if value.trim() != value {
        return Err(refused(&"spaces at its ends are lost on the way"));
    }
    let value = HeaderValue::try_from(value).map_err(|error| refused(&error))?;
    let name = HeaderName::try_from(name).map_err(|error| refused(&error))?;
    Ok((name, value))
}

impl Server {
    /// Whether a success may hold the report of a failure.
    pub(crate) fn reports_in_success(self) -> bool {
        self == Self::Pydio
    }
}

#[cfg(test)]
mod tests;
