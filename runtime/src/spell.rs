//! Spelling a call for REST v1: what goes into the path, the query and the form.
//!
//! Whatever the server would read back as something else is refused here, before it is sent.

mod operation;
mod session;
mod style;

use std::borrow::Cow;

use http::{
    HeaderName, HeaderValue, Method,
    header::{CONTENT_TYPE, IF_RANGE, RANGE},
};
use url::form_urlencoded;

pub(crate) use operation::spell_operation;
pub(crate) use session::{SessionCall, spell_session};

use crate::{
    Body, PathRules, Request, Verb,
    action::Route,
    answer::Span,
    path::{Position, encode_segment},
    request::{Argument, Attached, Files, Value, copies},
};

/// Past this many bytes a query goes into a form body, which every action takes as well.
const LONGEST_QUERY: usize = 4096;

/// PHP reads no more fields than this (`max_input_vars`) and drops the others without a word.
pub(crate) const MOST_FIELDS: usize = 1000;

/// The last byte that a range may begin with. From 2,000,000,000 on the server seeks in steps and
/// adds them wrongly: it answers 206 with the right headers and the bytes of another place.
pub(crate) const LAST_START: u64 = 1_999_999_999;

/// A call as HTTP has it.
///
/// Passwords are among what it holds: only the tests may print one.
#[cfg_attr(test, derive(Debug, PartialEq, Eq))]
pub(crate) struct Spelled {
    pub(crate) method: Method,
    /// Below the server's address, percent-encoded, with its query.
    pub(crate) target: String,
    pub(crate) form: Option<String>,
}

/// A call ready to be sent.
pub(crate) struct Prepared {
    pub(crate) method: Method,
    /// Below the server's address, percent-encoded, with its query.
    pub(crate) target: String,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Body,
    /// What the body is made of, if it can be made once more.
    pub(crate) files: Option<FileForm>,
    /// The bytes that are asked for, when it is not all of them.
    pub(crate) span: Option<Span>,
}

/// A form with files in it.
pub(crate) struct FileForm {
    /// Its fields, as a query has them.
    fields: String,
    files: Files,
}

impl FileForm {
    /// The same once more, unless a file is a stream.
    pub(crate) fn copy(&self) -> Option<Self> {
        Some(Self { fields: self.fields.clone(), files: copies(&self.files)? })
    }
}

impl From<Spelled> for Prepared {
    fn from(Spelled { method, target, form }: Spelled) -> Self {
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        let headers = form.iter().map(|_| (CONTENT_TYPE, kind.clone())).collect();
        let body = form.map_or_else(Body::empty, Body::from);
        Self { method, target, headers, body, files: None, span: None }
    }
}

impl Prepared {
    /// The call with what goes along with it, or why that cannot be sent.
    pub(crate) fn with(spelled: Spelled, attached: Attached) -> Result<Self, String> {
        let Attached { files, span, if_range } = attached;
        let fields = spelled.form.clone().unwrap_or_default();
        let mut prepared = Self::from(spelled).ask_for(span);
        prepared.headers.extend(if_range.map(|validator| (IF_RANGE, validator)));
        if !files.is_empty() {
            prepared.attach(FileForm { fields, files })?;
        }
        Ok(prepared)
    }

    /// Makes the form the body, or says why it cannot be sent.
    pub(crate) fn attach(&mut self, form: FileForm) -> Result<(), String> {
        self.files = form.copy();
        crate::multipart::attach(self, &form.fields, form.files)
    }

    /// Asks for those bytes. Never with an end, which the server reads as one byte less than it is,
    /// and as none at all where it is 0. What comes before the first byte is skipped on arrival.
    fn ask_for(mut self, span: Option<Span>) -> Self {
        self.span = span;
        if let Some(Span { start: start @ 1.., .. }) = span
            && let Ok(value) = HeaderValue::try_from(format!("bytes={}-", start.min(LAST_START)))
        {
            self.headers.push((RANGE, value));
        }
        self
    }
}

/// Splits the arguments into path, query and form, or says why the call cannot be sent.
pub(crate) fn spell(workspace: &str, request: &Request) -> Result<Spelled, String> {
    let action = request.action();
    if let Some(why) = request.why_not_sent() {
        return Err(why);
    }
    let route = action.route().ok_or("the action is not reachable over REST")?;
    let workspace = spell_workspace(workspace)?;
    let name = encode_segment(action.name);
    let arguments = paged(&route, request)?;
    let (path, in_path) = spell_path(&route, action.bindings.paths, &arguments)?;
    let rest = arguments.iter().filter(|argument| !in_path.contains(&&*argument.name));
    let fields = spell_fields(rest)?;
    let mut target = format!("api/{workspace}/{name}/{path}");
    let is_form = request.sent_by() == Verb::Post || !request.attached.files.is_empty();
    if is_form || fields.len() > LONGEST_QUERY {
        return Ok(Spelled { method: Method::POST, target, form: Some(fields) });
    }
    if !fields.is_empty() {
        target.push('?');
        target.push_str(&fields);
    }
    Ok(Spelled { method: Method::GET, target, form: None })
}

/// The arguments, with the number of a page at the end of the folder that is listed.
pub(crate) fn paged<'r>(
    route: &Route,
    request: &'r Request,
) -> Result<Cow<'r, [Argument]>, String> {
    let Some(suffix) = request.page_suffix() else { return Ok(request.arguments().into()) };
    let folder = route.names.last().filter(|_| route.catch_all);
    let mut arguments = request.arguments().to_vec();
    let argument = arguments.iter_mut().find(|argument| Some(&&*argument.name) == folder);
    match argument {
        Some(Argument { value: Value::Text(path), .. }) => {
            path.truncate(path.trim_end_matches('/').len());
            if path.is_empty() {
                path.push('/');
            }
            path.push_str(&suffix);
            Ok(arguments.into())
        }
        _ => Err("there is no folder whose page could be asked for".to_owned()),
    }
}

/// Encodes a slug or id, unless it holds what some version would not read back: how often the
/// workspace is decoded differs.
fn spell_workspace(workspace: &str) -> Result<String, String> {
    let is_odd = |c: char| matches!(c, '/' | '?' | '%' | '+' | '\\') || c.is_control();
    if matches!(workspace, "" | "." | "..") || workspace.contains(is_odd) {
        return Err(format!("{workspace:?} is no slug or id of a workspace"));
    }
    Ok(encode_segment(workspace))
}

/// The path parameters, and the names of those that are in it.
///
/// The server lets a path parameter override the same name elsewhere, even with an empty one, and
/// takes the first and a catch-all for empty when they are left out: those have to be in the
/// path. The others may go with the rest, and do from the first on that the path cannot carry.
fn spell_path(
    route: &Route,
    rules: PathRules,
    arguments: &[Argument],
) -> Result<(String, Vec<&'static str>), String> {
    let (segments, stopped) = spell_segments(route, rules, arguments)?;
    let (used, left_out) = route.names.split_at(segments.len());
    let mut used = used.to_vec();
    for (name, index) in left_out.iter().zip(segments.len()..) {
        let position = route.position(index);
        if index > 0 && position != Position::CatchAll {
            continue;
        }
        // Out of the path, this one is empty for the server, whatever is sent elsewhere.
        let value = path_value(arguments, name)?;
        if !rules.encode(value, position).is_ok_and(|encoded| encoded.is_empty()) {
            return Err(format!("`{}` cannot be sent: {stopped}", left_out[0]));
        }
        used.push(name);
    }
    Ok((segments.join("/"), used))
}

/// As many path parameters as the path can carry, and why it carries no more of them.
fn spell_segments(
    route: &Route,
    rules: PathRules,
    arguments: &[Argument],
) -> Result<(Vec<String>, &'static str), String> {
    let mut segments = Vec::new();
    for (index, name) in route.names.iter().enumerate() {
        match rules.encode(path_value(arguments, name)?, route.position(index)) {
            Ok(encoded) if encoded.is_empty() => break,
            Ok(encoded) => segments.push(encoded),
            Err(why) => return Ok((segments, why)),
        }
    }
    Ok((segments, "it cannot be empty, since a path parameter follows it"))
}

/// The value of a path parameter; empty when it is not given, as the server has it.
fn path_value<'a>(arguments: &'a [Argument], name: &str) -> Result<&'a str, String> {
    match arguments.iter().find(|argument| argument.name == name) {
        Some(Argument { value: Value::Text(value), .. }) => Ok(value),
        Some(_) => Err(format!("`{name}` is a path parameter and takes one value")),
        None => Ok(""),
    }
}

/// `name=value` pairs as both a query and a form take them.
fn spell_fields<'a>(arguments: impl Iterator<Item = &'a Argument>) -> Result<String, String> {
    let mut fields = form_urlencoded::Serializer::new(String::new());
    let mut count = 0;
    for Argument { name, value, .. } in arguments {
        refuse_mangled(name)?;
        match value {
            Value::Text(value) => {
                fields.append_pair(name, value);
                count += 1;
            }
            Value::List(values) if values.is_empty() => {
                return Err(format!("`{name}` selects nothing: the server would take the root"));
            }
            Value::List(values) => {
                let name = format!("{name}[]");
                fields.extend_pairs(values.iter().map(|value| (&name, value)));
                count += values.len();
            }
        }
    }
    if count > MOST_FIELDS {
        return Err(format!("{count} values: the server reads {MOST_FIELDS} and drops the rest"));
    }
    Ok(fields.finish())
}

/// Refuses the name of a field that PHP would turn into another one.
fn refuse_mangled(name: &str) -> Result<(), String> {
    let (base, index) = name.split_at(name.find('[').unwrap_or(name.len()));
    let is_index = index.is_empty() || is_index(index);
    if base.is_empty() || base.contains([' ', '.']) || name.contains('\0') || !is_index {
        return Err(format!("the server does not take {name:?} for the name of a parameter"));
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

impl Route {
    /// Where in the route the path parameter with that index stands.
    fn position(&self, index: usize) -> Position {
        match index + 1 == self.names.len() {
            true if self.catch_all => Position::CatchAll,
            true => Position::Last,
            false => Position::Inner,
        }
    }
}

#[cfg(test)]
mod tests;
