//! Encoding a call of an operation.

use http::{
    HeaderName, HeaderValue,
    header::{CONTENT_TYPE, COOKIE},
};

use super::{
    Prepared,
    style::{self, Encoding},
};
use crate::{
    Body, Method, Operation, OperationRequest, Place, Server,
    multipart::{self, Part},
    operation::{Argument, Content, Value},
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
    let (parts, arguments): (Vec<_>, Vec<_>) =
        request.arguments.into_iter().partition(|argument| argument.place == Place::Part);
    let mut target = expand(operation, &arguments)?;
    for Argument { name, value, .. } in &arguments {
        if let Value::Node(path) = value {
            refuse_blanked(path).map_err(|why| unsendable(name, why))?;
        }
    }
    let has_form = arguments.iter().any(|argument| argument.place == Place::Form);
    let is_in_query = has_form && !takes_form(operation, &request.content)?;
    let query = query(operation, &arguments, is_in_query)?;
    if !query.is_empty() {
        target.push('?');
        target.push_str(&query);
    }
    let mut headers = headers(&arguments)?;
    let form = match is_in_query {
        true => String::new(),
        false => joined(pairs(of(&arguments, Place::Form), Encoding::Form)?, "&"),
    };
    let (media_type, body) = match request.content {
        Content::None if !parts.is_empty() => {
            let parts = form_data(parts, &request.part_types)?;
            let (media_type, body) = multipart::body(parts)?;
            (Some(media_type.into()), body)
        }
        Content::None if form.is_empty() => (None, Body::empty()),
        Content::None => (Some(request.media_type.unwrap_or(FORM.into())), Body::from(form)),
        _ if !parts.is_empty() => return Err(TWO_BODIES.to_owned()),
        // Exactly this: with a charset, Pydio does not read the body.
        Content::Json(json) => {
            let media_type = request.media_type.unwrap_or("application/json".into());
            (Some(media_type), Body::from(json.to_string()))
        }
        Content::Text(text) => {
            (Some(request.media_type.unwrap_or("text/plain".into())), Body::from(text))
        }
        Content::Raw(body) => {
            let media_type = request.media_type.unwrap_or("application/octet-stream".into());
            (Some(media_type), body)
        }
    };
    if let Some(media_type) = media_type {
        let value = HeaderValue::try_from(&*media_type).ok();
        let value = value.filter(|_| multipart::is_media_type(&media_type));
        headers.push((CONTENT_TYPE, value.ok_or("the media type of the body is none")?));
    }
    let method = operation.method.http();
    Ok(Prepared { method, target, headers, body, files: None, span: None }.ask_for(request.span))
}

const FORM: &str = "application/x-www-form-urlencoded";

const TWO_BODIES: &str = "a form and another body do not go together";

fn unsendable(name: &str, why: &str) -> String {
    format!("`{name}` cannot be sent: {why}")
}

/// The query of a call, encoded.
fn query(operation: &Operation, arguments: &[Argument], with_form: bool) -> Result<String, String> {
    // PHP reads a query as it reads a form; for others a space is `%20`, as in the standard.
    let encoding = match operation.server {
        Server::Pydio => Encoding::Form,
        Server::Other => Encoding::Percent,
    };
    let constants = operation.query.iter();
    let mut all: Vec<_> =
        constants.map(|(name, value)| (encoding.text(name), encoding.text(value))).collect();
    all.extend(pairs(of(arguments, Place::Query), encoding)?);
    if with_form {
        all.extend(pairs(of(arguments, Place::Form), encoding)?);
    }
    Ok(joined(all, "&"))
}

fn headers(arguments: &[Argument]) -> Result<Vec<(HeaderName, HeaderValue)>, String> {
    let mut headers = Vec::new();
    for Argument { name, value, .. } in of(arguments, Place::Header) {
        let value = match value {
            Value::Text(text) | Value::Node(text) | Value::Json(text) => Some(text.clone()),
            Value::Styled(style, json) => style::in_header(*style, json)
                .map_err(|why| format!("the header `{name}`: {why}"))?,
            Value::File(_) => None,
        };
        if let Some(value) = value {
            headers.push(header(name, &value)?);
        }
    }
    let cookies = joined(pairs(of(arguments, Place::Cookie), Encoding::Percent)?, "; ");
    if !cookies.is_empty() {
        let mut value = HeaderValue::try_from(cookies).map_err(|error| error.to_string())?;
        value.set_sensitive(true);
        headers.push((COOKIE, value));
    }
    Ok(headers)
}

/// The arguments as the parts of a form.
fn form_data(
    arguments: Vec<Argument>,
    types: &[(&'static str, &'static str)],
) -> Result<Vec<Part>, String> {
    const JSON: &str = "application/json";
    let mut parts = Vec::new();
    for Argument { name, value, .. } in arguments {
        let declared = types.iter().rev().find(|(one, _)| *one == name);
        let declared = declared.map(|(_, media_type)| *media_type);
        match value {
            Value::Text(text) | Value::Node(text) => {
                parts.push(Part::text(&name, text, declared));
            }
            Value::Json(text) => parts.push(Part::text(&name, text, declared.or(Some(JSON)))),
            Value::File(file) => parts.push(Part::file(&name, file, declared)),
            Value::Styled(style, json) => {
                let items = style::in_parts(&name, style, &json);
                for (name, item) in items.map_err(|why| unsendable(&name, &why))? {
                    let json = item.is_json.then_some(JSON);
                    parts.push(Part::text(&name, item.text, declared.or(json)));
                }
            }
        }
    }
    Ok(parts)
}

/// Whether the fields of a form go into the body. PHP reads one only of a POST, and takes the
/// query for the same thing.
fn takes_form(operation: &Operation, content: &Content) -> Result<bool, String> {
    let is_free = matches!(content, Content::None);
    match operation.server {
        Server::Pydio => Ok(is_free && operation.method == Method::Post),
        Server::Other if is_free => Ok(true),
        Server::Other => Err(TWO_BODIES.to_owned()),
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
    if operation.server == Server::Other && path.split('/').any(is_dots) {
        return Err("the path holds a segment `.` or `..`, which is lost on the way".to_owned());
    }
    Ok(path)
}

fn is_dots(segment: &str) -> bool {
    matches!(segment, "." | "..")
}

/// Encodes what stands in the path, unless the server would not read it back.
fn encode(argument: &Argument, spans: bool, server: Server) -> Result<String, String> {
    let name = &argument.name;
    let (value, is_node) = match &argument.value {
        Value::Text(text) | Value::Json(text) => (text, false),
        Value::Node(path) => (path, true),
        Value::Styled(style, json) => {
            let encoded = style::in_path(name, *style, json);
            let encoded = encoded.map_err(|why| unsendable(name, &why))?;
            if encoded.is_empty() || is_dots(&encoded) {
                return Err(format!("`{name}` is empty, and stands in the path"));
            }
            return Ok(encoded);
        }
        Value::File(_) => return Err(format!("`{name}` is a file, and stands in the path")),
    };
    if value.contains(|c: char| c.is_ascii_control()) {
        return Err(format!("`{name}` holds a control character, which no server routes"));
    }
    if value.split('/').any(is_dots) {
        return Err(format!("`{name}` holds a segment `.` or `..`, which is lost on the way"));
    }
    // The root of a workspace is what follows the slash after the workspace: nothing.
    let value = if is_node { value.strip_prefix('/').unwrap_or(value) } else { value };
    if value.is_empty() && !(is_node && spans) {
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

fn of(arguments: &[Argument], place: Place) -> impl Iterator<Item = &Argument> {
    arguments.iter().filter(move |argument| argument.place == place)
}

/// The arguments as encoded `name=value` pairs.
fn pairs<'a>(
    arguments: impl Iterator<Item = &'a Argument>,
    encoding: Encoding,
) -> Result<Vec<(String, String)>, String> {
    let mut pairs = Vec::new();
    for Argument { name, value, .. } in arguments {
        match value {
            Value::Text(text) | Value::Node(text) | Value::Json(text) => {
                pairs.push((encoding.text(name), encoding.text(text)));
            }
            Value::Styled(style, json) => {
                let styled = style::pairs(name, *style, json, encoding);
                pairs.extend(styled.map_err(|why| unsendable(name, &why))?);
            }
            Value::File(_) => return Err(unsendable(name, "a file is a part of a form")),
        }
    }
    Ok(pairs)
}

fn joined(pairs: Vec<(String, String)>, delimiter: &str) -> String {
    let pairs = pairs.into_iter().map(|(name, value)| format!("{name}={value}"));
    pairs.collect::<Vec<_>>().join(delimiter)
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
