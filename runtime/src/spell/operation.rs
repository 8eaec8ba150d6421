//! Spelling a call of an operation.

use http::{HeaderName, HeaderValue, header::CONTENT_TYPE};
use url::form_urlencoded;

use super::Prepared;
use crate::{
    Body, OperationRequest, Place, Server,
    operation::{Argument, Content},
    path::encode_segment,
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
    let mut target = expand(operation.path, &request.arguments)?;
    let constants = operation.query.iter().map(|(name, value)| (*name, *value));
    let query = pairs(constants.chain(of(&request.arguments, Place::Query)));
    if !query.is_empty() {
        target.push('?');
        target.push_str(&query);
    }
    let mut headers = Vec::new();
    for (name, value) in of(&request.arguments, Place::Header) {
        headers.push(header(name, value)?);
    }
    let form = pairs(of(&request.arguments, Place::Form));
    let body = match request.content {
        Content::None if form.is_empty() => Body::empty(),
        Content::None => {
            let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
            headers.push((CONTENT_TYPE, kind));
            Body::from(form)
        }
        Content::Json(json) => {
            // Exactly this: with a charset, Pydio does not read the body.
            headers.push((CONTENT_TYPE, HeaderValue::from_static("application/json")));
            Body::from(json.to_string())
        }
        Content::Raw(body) => {
            headers.push((CONTENT_TYPE, HeaderValue::from_static("application/octet-stream")));
            body
        }
    };
    Ok(Prepared { method: operation.method.http(), target, headers, body })
}

/// The path with its parameters, from the server's address.
fn expand(template: &str, arguments: &[Argument]) -> Result<String, String> {
    let mut path = String::new();
    let mut rest = template.trim_start_matches('/');
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        path.push_str(before);
        let (name, spans) = match name.strip_suffix('+') {
            Some(name) => (name, true),
            None => (name, false),
        };
        let value = of(arguments, Place::Path).find(|(given, _)| *given == name);
        let value = value.map(|(_, value)| value).unwrap_or_default();
        path.push_str(&encode(name, value, spans)?);
        rest = after;
    }
    path.push_str(rest);
    Ok(path)
}

fn encode(name: &str, value: &str, spans: bool) -> Result<String, String> {
    if value.contains(|c: char| c.is_ascii_control()) {
        return Err(format!("`{name}` holds a control character, which no server routes"));
    }
    if value.split('/').any(|segment| matches!(segment, "." | "..")) {
        return Err(format!("`{name}` holds a segment `.` or `..`, which is lost on the way"));
    }
    if !spans {
        return match value {
            "" => Err(format!("`{name}` is empty, and stands in the path")),
            _ => Ok(encode_segment(value)),
        };
    }
    Ok(value.split('/').map(encode_segment).collect::<Vec<_>>().join("/"))
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
