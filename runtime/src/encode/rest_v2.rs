//! Encoding a call of an operation.

use std::borrow::Cow;

use http::{
    HeaderName, HeaderValue,
    header::{CONTENT_TYPE, COOKIE},
};

use super::{
    arguments::{Argument, Arguments, Content, Text, Wire},
    multipart::{self, Part},
    path::encode_segment,
    prepared::{FORM, Prepared},
    style::{self, Encoding},
};
use crate::types::{BYTES, Body, Location, Method, Reach, Request, Server, is_dots};

/// Encodes a call of an operation, or says why it cannot be sent.
pub(crate) fn rest_v2(request: Request) -> Result<Prepared, String> {
    let mut arguments = Arguments::of(request)?;
    let endpoint = arguments.endpoint;
    let Reach::Operation(path) = endpoint.reach else {
        return Err("an action is called on a workspace".to_owned());
    };
    if endpoint.bindings.dialect.hides_bare_logins && path.starts_with(PEOPLE) {
        begin_with_slash(&mut arguments);
    }
    let mut target = expand(path, endpoint.bindings.server, &arguments)?;
    let has_form = arguments.at(Location::Form).next().is_some();
    let is_in_query = has_form && !takes_form(&arguments)?;
    let query = query(&arguments, is_in_query)?;
    if !query.is_empty() {
        target.push('?');
        target.push_str(&query);
    }
    let mut headers = headers(&arguments)?;
    let form = match is_in_query {
        true => String::new(),
        false => joined(pairs(arguments.at(Location::Form), Encoding::Form)?, "&"),
    };
    let (media_type, body) = body(&mut arguments, form)?;
    if let Some(media_type) = media_type {
        let value = HeaderValue::try_from(&*media_type).ok();
        let value = value.filter(|_| multipart::is_media_type(&media_type));
        headers.push((CONTENT_TYPE, value.ok_or("the media type of the body is invalid")?));
    }
    let Arguments { method, span, if_range, .. } = arguments;
    let prepared = Prepared { method: method.http(), target, headers, body, span: None };
    Ok(prepared.ask_for(span, if_range))
}

/// The operations about users and groups, which are named by a path.
const PEOPLE: &str = "/api/v2/admin/people/{";

/// Adds the slash that the path of a user or group begins with.
fn begin_with_slash(arguments: &mut Arguments) {
    for argument in arguments.list.iter_mut().filter(|one| one.location.is_in_path()) {
        if let Wire::Text(Text::Plain(path)) = &mut argument.value
            && !path.starts_with('/')
        {
            path.insert(0, '/');
        }
    }
}

/// The body of a call with its media type.
fn body(
    arguments: &mut Arguments,
    form: String,
) -> Result<(Option<Cow<'static, str>>, Body), String> {
    let is_part = |argument: &mut Argument| argument.location == Location::Part;
    let parts: Vec<_> = arguments.list.extract_if(.., is_part).collect();
    let given = arguments.media_type.take();
    let content = std::mem::replace(&mut arguments.content, Content::None);
    Ok(match content {
        Content::None if !parts.is_empty() => {
            let (media_type, body) = multipart::body(form_data(parts)?)?;
            (Some(media_type.into()), body)
        }
        Content::None if form.is_empty() => (None, Body::empty()),
        Content::None => {
            let declared = arguments.endpoint.form_type.unwrap_or(FORM);
            (Some(given.unwrap_or(declared.into())), Body::from(form))
        }
        _ if !parts.is_empty() => return Err(TWO_BODIES.to_owned()),
        // Exactly this: with a charset, Pydio does not read the body.
        Content::Json(text) => (Some(given.unwrap_or(JSON.into())), Body::from(text)),
        Content::Text(text) => (Some(given.unwrap_or("text/plain".into())), Body::from(text)),
        Content::Bytes(body) => (Some(given.unwrap_or(BYTES.into())), body),
    })
}

const JSON: &str = "application/json";

const TWO_BODIES: &str = "a form cannot be combined with another body";

fn unsendable(name: &str, why: &str) -> String {
    format!("`{name}` cannot be sent: {why}")
}

/// The query of a call, encoded.
fn query(arguments: &Arguments, with_form: bool) -> Result<String, String> {
    // PHP reads a query as it reads a form; for others a space is `%20`, as in the standard.
    let encoding = match arguments.endpoint.bindings.server {
        Server::Pydio => Encoding::Form,
        Server::Other => Encoding::Percent,
    };
    let mut all = pairs(arguments.at(Location::Query), encoding)?;
    if with_form {
        all.extend(pairs(arguments.at(Location::Form), encoding)?);
    }
    Ok(joined(all, "&"))
}

fn headers(arguments: &Arguments) -> Result<Vec<(HeaderName, HeaderValue)>, String> {
    let mut headers = Vec::new();
    for Argument { name, value, .. } in arguments.at(Location::Header) {
        let value = match value {
            Wire::Text(text) => Some(text.as_str().to_owned()),
            Wire::Styled(style, json) => style::in_header(*style, json)
                .map_err(|why| format!("the header `{name}`: {why}"))?,
            Wire::List(_) | Wire::File(_) => {
                return Err(format!("`{name}` is a header, which takes a single value"));
            }
        };
        if let Some(value) = value {
            headers.push(header(name, &value)?);
        }
    }
    let cookies = joined(pairs(arguments.at(Location::Cookie), Encoding::Percent)?, "; ");
    if !cookies.is_empty() {
        let mut value = HeaderValue::try_from(cookies).map_err(|error| error.to_string())?;
        value.set_sensitive(true);
        headers.push((COOKIE, value));
    }
    Ok(headers)
}

/// The arguments as the parts of a form.
fn form_data(arguments: Vec<Argument>) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    for Argument { name, value, content_type: declared, .. } in arguments {
        match value {
            Wire::Text(Text::Json(text)) => {
                parts.push(Part::text(&name, text, declared.or(Some(JSON))));
            }
            Wire::Text(text) => parts.push(Part::text(&name, text.as_str().to_owned(), declared)),
            Wire::List(texts) => {
                let name = format!("{name}[]");
                parts.extend(texts.into_iter().map(|text| Part::text(&name, text, declared)));
            }
            Wire::File(file) => parts.push(Part::file(&name, file, declared)),
            Wire::Styled(style, json) => {
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
fn takes_form(arguments: &Arguments) -> Result<bool, String> {
    let is_free = matches!(arguments.content, Content::None);
    match arguments.endpoint.bindings.server {
        Server::Pydio => Ok(is_free && arguments.method == Method::Post),
        Server::Other if is_free => Ok(true),
        Server::Other => Err(TWO_BODIES.to_owned()),
    }
}

/// The path with its parameters, from the server's address.
fn expand(path: &str, server: Server, arguments: &Arguments) -> Result<String, String> {
    let mut expanded = String::new();
    let mut rest = path.strip_prefix('/').unwrap_or(path);
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        expanded.push_str(before);
        let (name, spans) = match name.strip_suffix('+') {
            Some(name) => (name, true),
            None => (name, false),
        };
        let mut in_path = arguments.list.iter().filter(|argument| argument.location.is_in_path());
        let argument = in_path.find(|argument| argument.name == name);
        let argument = argument.ok_or_else(|| format!("`{name}` is missing"))?;
        expanded.push_str(&encode(argument, spans, server)?);
        rest = after;
    }
    expanded.push_str(rest);
    if server == Server::Other && expanded.split('/').any(is_dots) {
        return Err("the path contains a segment `.` or `..`, which would get lost".to_owned());
    }
    Ok(expanded)
}

/// Encodes what stands in the path, unless the server would not read it back.
fn encode(argument: &Argument, spans: bool, server: Server) -> Result<String, String> {
    let name = &argument.name;
    let (value, is_node) = match &argument.value {
        Wire::Text(text) => (text.as_str(), matches!(text, Text::Node(_))),
        Wire::Styled(style, json) => {
            let encoded = style::in_path(name, *style, json);
            let encoded = encoded.map_err(|why| unsendable(name, &why))?;
            if encoded.is_empty() || is_dots(&encoded) {
                return Err(format!("`{name}` is a path parameter, which cannot be empty"));
            }
            return Ok(encoded);
        }
        Wire::List(_) => {
            return Err(format!(
                "`{name}` is a path parameter, which cannot be a \
                                             list"
            ));
        }
        Wire::File(_) => {
            return Err(format!(
                "`{name}` is a path parameter, which cannot be a \
                                             file"
            ));
        }
    };
    if value.contains(|c: char| c.is_ascii_control()) {
        return Err(format!("`{name}` contains a control character, which servers do not route"));
    }
    if value.split('/').any(is_dots) {
        return Err(format!("`{name}` contains a segment `.` or `..`, which would get lost"));
    }
    // The root of a workspace is what follows the slash after the workspace: nothing.
    let value = if is_node { value.strip_prefix('/').unwrap_or(value) } else { value };
    if value.is_empty() && !(is_node && spans) {
        return Err(format!("`{name}` is a path parameter, which cannot be empty"));
    }
    if spans {
        return Ok(value.split('/').map(encode_segment).collect::<Vec<_>>().join("/"));
    }
    // A Pydio decodes the path before it looks for the route, and finds another one.
    if value.contains('/') && server == Server::Pydio {
        return Err(format!("`{name}` contains a slash, but is a single segment of the path"));
    }
    Ok(encode_segment(value))
}

/// The arguments as encoded `name=value` pairs.
fn pairs<'a>(
    arguments: impl Iterator<Item = &'a Argument>,
    encoding: Encoding,
) -> Result<Vec<(String, String)>, String> {
    let mut pairs = Vec::new();
    for Argument { name, value, .. } in arguments {
        match value {
            Wire::Text(text) => pairs.push((encoding.text(name), encoding.text(text.as_str()))),
            Wire::List(texts) => {
                let name = encoding.text(&format!("{name}[]"));
                pairs.extend(texts.iter().map(|text| (name.clone(), encoding.text(text))));
            }
            Wire::Styled(style, json) => {
                let styled = style::pairs(name, *style, json, encoding);
                pairs.extend(styled.map_err(|why| unsendable(name, &why))?);
            }
            Wire::File(_) => return Err(unsendable(name, "a file has to be a part of a form")),
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
        return Err(refused(&"leading and trailing spaces would get lost"));
    }
    let value = HeaderValue::try_from(value).map_err(|error| refused(&error))?;
    let name = HeaderName::try_from(name).map_err(|error| refused(&error))?;
    Ok((name, value))
}

#[cfg(test)]
mod tests;
