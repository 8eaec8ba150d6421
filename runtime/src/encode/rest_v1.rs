//! Encoding a call for REST v1: what goes into the path, the query and the form.

use super::{
    arguments::{Argument, Arguments, Wire},
    attached::Attached,
    path::{Position, encode_segment},
    prepared::{Encoded, Prepared},
    style::{self, Encoding},
};
use crate::types::{Endpoint, Location, Method, Param, PathRules, Request};

/// PHP reads no more fields than this (`max_input_vars`) and drops the others silently.
pub(crate) const MOST_FIELDS: usize = 1000;

/// Encodes a call on a workspace, or says why it cannot be sent.
pub(crate) fn rest_v1(workspace: &str, request: Request) -> Result<Prepared, String> {
    let mut arguments = Arguments::of(request)?;
    let attached = Attached::take(&mut arguments);
    let encoded = encode(workspace, &arguments, !attached.files.is_empty())?;
    Prepared::new(encoded, attached)
}

/// Splits the arguments into path, query and form.
fn encode(workspace: &str, arguments: &Arguments, has_files: bool) -> Result<Encoded, String> {
    let Arguments { endpoint, method, list, .. } = arguments;
    if endpoint.is_operation() || !endpoint.is_rest() {
        return Err("the action is not reachable over REST".to_owned());
    }
    let workspace = encode_workspace(workspace)?;
    let name = encode_segment(endpoint.id);
    let (path, in_path) = encode_path(endpoint, list)?;
    let rest = list.iter().filter(|argument| !in_path.contains(&&*argument.name));
    let (query, rest): (Vec<_>, Vec<_>) = rest.partition(|one| one.location == Location::Query);
    let fields = encode_fields(rest.into_iter(), query.len())?;
    let query = encode_fields(query.into_iter(), 0)?;
    let target = format!("api/{workspace}/{name}/{path}");
    Ok(Encoded::new(target, &query, fields, is_form(*method)? || has_files))
}

/// Whether the fields go into a form, by the method of a call of an action.
pub(super) fn is_form(method: Method) -> Result<bool, String> {
    match method {
        Method::Get => Ok(false),
        Method::Post => Ok(true),
        other => Err(format!("an action is called with GET or POST, not with {}", other.http())),
    }
}

/// Encodes a slug or id, unless it holds what some version would not read back: how often the
/// workspace is decoded differs.
fn encode_workspace(workspace: &str) -> Result<String, String> {
    let is_odd = |c: char| matches!(c, '/' | '?' | '%' | '+' | '\\') || c.is_control();
    if matches!(workspace, "" | "." | "..") || workspace.contains(is_odd) {
        return Err(format!("{workspace:?} is not a slug or id of a workspace"));
    }
    Ok(encode_segment(workspace))
}

/// The path parameters, and the names of those that are in it.
///
/// The server lets a path parameter override the same name elsewhere, even with an empty one, and
/// takes the first and a catch-all for empty when they are left out: those have to be in the
/// path. The others may go with the rest, and do from the first on that the path cannot carry.
fn encode_path(
    endpoint: &Endpoint,
    arguments: &[Argument],
) -> Result<(String, Vec<&'static str>), String> {
    let route: Vec<&Param> = endpoint.in_path().collect();
    let rules = endpoint.bindings.dialect.paths;
    let (segments, stopped) = encode_segments(&route, rules, arguments)?;
    let (used, left_out) = route.split_at(segments.len());
    let mut used: Vec<_> = used.iter().map(|param| param.name).collect();
    for (param, index) in left_out.iter().zip(segments.len()..) {
        let position = position(&route, index);
        if index > 0 && position != Position::CatchAll {
            continue;
        }
        // Out of the path, this one is empty for the server, whatever is sent elsewhere.
        let value = path_value(arguments, param.name)?;
        if !rules.encode(value, position).is_ok_and(|encoded| encoded.is_empty()) {
            return Err(format!("`{}` cannot be sent: {stopped}", left_out[0].name));
        }
        used.push(param.name);
    }
    Ok((segments.join("/"), used))
}

/// As many path parameters as the path can carry, and why it carries no more of them.
fn encode_segments(
    route: &[&Param],
    rules: PathRules,
    arguments: &[Argument],
) -> Result<(Vec<String>, &'static str), String> {
    let mut segments = Vec::new();
    for (index, param) in route.iter().enumerate() {
        match rules.encode(path_value(arguments, param.name)?, position(route, index)) {
            Ok(encoded) if encoded.is_empty() => break,
            Ok(encoded) => segments.push(encoded),
            Err(why) => return Ok((segments, why)),
        }
    }
    Ok((segments, "it cannot be empty, because a path parameter follows it"))
}

/// Where in the path the parameter with that index stands.
fn position(route: &[&Param], index: usize) -> Position {
    match route[index].location {
        Location::RestOfPath => Position::CatchAll,
        _ if index + 1 == route.len() => Position::Last,
        _ => Position::Inner,
    }
}

/// The value of a path parameter; empty when it is not given, as the server has it.
fn path_value<'a>(arguments: &'a [Argument], name: &str) -> Result<&'a str, String> {
    match arguments.iter().find(|argument| argument.name == name).map(|found| &found.value) {
        Some(Wire::Text(text)) => Ok(text.as_str()),
        Some(_) => Err(format!("`{name}` is a path parameter, which takes a single value")),
        None => Ok(""),
    }
}

/// `name=value` pairs as both a query and a form take them, which are sent with `more` others.
pub(super) fn encode_fields<'a>(
    arguments: impl Iterator<Item = &'a Argument>,
    more: usize,
) -> Result<String, String> {
    let mut fields = form_urlencoded::Serializer::new(String::new());
    let mut count = more;
    for Argument { name, value, .. } in arguments {
        refuse_mangled(name)?;
        match value {
            Wire::Text(text) => {
                fields.append_pair(name, text.as_str());
                count += 1;
            }
            Wire::List(values) => {
                let name = format!("{name}[]");
                fields.extend_pairs(values.iter().map(|value| (&name, value)));
                count += values.len();
            }
            Wire::Styled(style, json) => {
                let pairs = style::pairs(name, *style, json, Encoding::Raw)?;
                count += pairs.len();
                fields.extend_pairs(pairs);
            }
            Wire::File(_) => {
                return Err(format!(
                    "`{name}` is a file, which has to be a part of a \
                                                 form"
                ));
            }
        }
    }
    match count > MOST_FIELDS {
        true => Err(format!(
            "{count} values, but the server reads only {MOST_FIELDS} and drops \
                             the rest"
        )),
        false => Ok(fields.finish()),
    }
}

/// Refuses the name of a field that PHP would turn into another one.
fn refuse_mangled(name: &str) -> Result<(), String> {
    let (base, index) = name.split_at(name.find('[').unwrap_or(name.len()));
    let is_index = index.is_empty() || is_index(index);
    if base.is_empty() || base.contains([' ', '.']) || name.contains('\0') || !is_index {
        return Err(format!("the server does not accept {name:?} as the name of a parameter"));
    }
    Ok(())
}

/// Whether it is `[…][…]` without a bracket inside of one.
fn is_index(mut text: &str) -> bool {
    while let Some((key, rest)) = text.strip_prefix('[').and_then(|text| text.split_once(']')) {
        if key.contains('[') {
            return false;
        }
        text = rest;
    }
    text.is_empty()
}

#[cfg(test)]
mod tests;
