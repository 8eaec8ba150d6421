//! The request that a call has to send: what its parameters come to, by the declaration alone.

use std::fmt::Write as _;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use semver::Version;
use serde_json::Value as Json;

use super::style;
use crate::{
    example::{CONTENT, FILE, Sent},
    ir::{Api, Endpoint, Kind, Location, Method, Param, Style},
    version,
};

/// Everything except the unreserved characters of RFC 3986.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// The characters that the harness takes for delimiters unless they are encoded.
const DELIMITERS: [char; 5] = ['%', ',', ';', '=', '&'];

/// Where users and groups are. Before this release, the server loses those that are named without a
/// slash at the beginning, so that the client adds it.
const PEOPLE: &str = "/api/v2/admin/people/{";
const ADDS_SLASH: Version = Version::new(8, 0, 2);

/// The media type of bytes.
const BYTES: &str = "application/octet-stream";

/// A request, with names and values as the harness of the tests takes them.
#[derive(Debug, Default)]
pub(super) struct Request {
    /// The encoded values of path parameters, by name.
    segments: Vec<(String, String)>,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    cookies: Vec<(String, String)>,
    /// The fields of a form, with the media type of each and with the file that it is.
    form: Vec<FormField>,
    body: Option<(String, Body)>,
    media_type: Option<String>,
}

#[derive(Debug)]
struct FormField {
    name: String,
    value: String,
    file: Option<&'static str>,
    media_type: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Body {
    Json,
    Text,
}

/// Where a call of an action is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transport {
    /// Over REST, with the workspace in the path.
    Rest(&'static str),
    /// On a session, with the workspace in a field.
    Session(&'static str),
}

/// Encodes everything but unreserved characters.
fn percent(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Encodes what the harness would take for a delimiter.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.chars() {
        match DELIMITERS.contains(&c) {
            true => write!(escaped, "%{:02X}", u32::from(c)).unwrap_or_default(),
            false => escaped.push(c),
        }
    }
    escaped
}

fn plain(text: &str) -> String {
    text.to_owned()
}

impl Request {
    /// Adds what is sent for a parameter.
    /// The number of a page follows the folder that is listed.
    pub(super) fn add(&mut self, param: &Param, sent: &Sent, has_page: bool) {
        match sent {
            Sent::Value(value) if has_page && param.location == Location::RestOfPath => {
                self.segment(param, &Json::from(format!("{}%232", text(value))));
            }
            Sent::Nothing => {}
            Sent::MediaType(media_type) => self.media_type = Some(media_type.clone()),
            Sent::Fields(fields) => {
                fields.iter().for_each(|(name, value)| self.field(param, name, value));
            }
            Sent::Files(names) => {
                let media_type = param.content_type.clone().unwrap_or_else(|| BYTES.to_owned());
                for name in names {
                    self.form.push(FormField {
                        name: name.clone(),
                        value: CONTENT.to_owned(),
                        file: Some(FILE),
                        media_type: Some(media_type.clone()),
                    });
                }
            }
            Sent::Value(value) if param.location == Location::Body => self.set_body(param, value),
            Sent::Value(value) => match param.location {
                Location::Path | Location::RestOfPath => self.segment(param, value),
                Location::Header => {
                    let text = match param.style.open_api() {
                        Some(one) => style::inline(&param.name, one, value, plain),
                        None => text(value),
                    };
                    self.headers.push((param.name.clone(), text));
                }
                Location::Cookie => {
                    let fields = self.fields(param, value, escaped);
                    self.cookies.extend(fields);
                }
                Location::Query => {
                    let fields = self.fields(param, value, escaped);
                    self.query.extend(fields);
                }
                Location::Form => {
                    let fields = self.fields(param, value, escaped);
                    fields.into_iter().for_each(|(name, value)| self.push(param, name, value));
                }
                Location::Part => {
                    let fields = self.fields(param, value, plain);
                    fields.into_iter().for_each(|(name, value)| self.push(param, name, value));
                }
                Location::Body => {}
            },
        }
    }

    /// Adds a field with a name of its own.
    fn field(&mut self, param: &Param, name: &str, value: &str) {
        match param.location {
            Location::Query => self.query.push((escaped(name), escaped(value))),
            Location::Part => self.push(param, name.to_owned(), value.to_owned()),
            _ => self.push(param, escaped(name), escaped(value)),
        }
    }

    fn push(&mut self, param: &Param, name: String, value: String) {
        let media_type = param.content_type.clone();
        self.form.push(FormField { name, value, file: None, media_type });
    }

    fn fields(
        &self,
        param: &Param,
        value: &Json,
        encode: impl Fn(&str) -> String + Copy,
    ) -> Vec<(String, String)> {
        let name = param.wire_name();
        let items = |value: &Json| match value {
            Json::Array(items) => items.iter().map(text).collect::<Vec<_>>(),
            one => vec![text(one)],
        };
        let named = |name: String, items: Vec<String>| {
            items.iter().map(|item| (encode(&name), encode(item))).collect()
        };
        match &param.style {
            Style::Styled(one) | Style::Flattened(one) => style::fields(name, *one, value, encode),
            Style::Nested(one, separator) => {
                let lists = value.as_array().into_iter().flatten();
                let joined = lists.map(|list| items(list).join(&separator.to_string()));
                style::fields(name, *one, &joined.collect(), encode)
            }
            Style::Brackets => named(format!("{name}[]"), items(value)),
            Style::Repeated | Style::Plain | Style::Numbered if value.is_array() => {
                named(name.to_owned(), items(value))
            }
            Style::Series => {
                let names = |index| match index {
                    0 => name.to_owned(),
                    _ => format!("{name}_{index}"),
                };
                let items = items(value).into_iter().enumerate();
                items.map(|(index, item)| (encode(&names(index)), encode(&item))).collect()
            }
            Style::Joined(separator) => {
                let joined = items(value).join(&separator.to_string());
                vec![(encode(name), encode(&joined))]
            }
            Style::EncodedTwice => vec![(encode(name), encode(&percent(&text(value))))],
            Style::Json if matches!(param.kind, Kind::Value(_)) => {
                vec![(encode(name), encode(&value.to_string()))]
            }
            _ => vec![(encode(name), encode(&text(value)))],
        }
    }

    fn segment(&mut self, param: &Param, value: &Json) {
        let encoded = match (&param.style, param.location) {
            (Style::Styled(one) | Style::Flattened(one), _) => {
                style::inline(&param.name, *one, value, percent)
            }
            (Style::EncodedTwice, _) => percent(&percent(&text(value))),
            (_, Location::RestOfPath) => {
                let text = text(value);
                let parts = text.trim_matches('/').split('/').map(percent);
                parts.collect::<Vec<_>>().join("/")
            }
            _ => percent(&text(value)),
        };
        self.segments.push((param.name.clone(), encoded));
    }

    fn set_body(&mut self, param: &Param, value: &Json) {
        let (kind, usual) = match (&param.kind, &param.style) {
            (_, Style::Json) => (Body::Json, "application/json"),
            (Kind::Bytes, _) => (Body::Text, BYTES),
            _ => (Body::Text, "text/plain"),
        };
        let text = if kind == Body::Json { value.to_string() } else { text(value) };
        self.body = Some((text, kind));
        let media_type = param.content_type.clone().unwrap_or_else(|| usual.to_owned());
        self.media_type = self.media_type.take().or(Some(media_type));
    }

    /// Returns the constructor of the case of an action.
    pub(super) fn of_action(mut self, endpoint: &Endpoint, transport: Transport) -> String {
        let has_files = self.form.iter().any(|field| field.file.is_some());
        let method = match endpoint.method {
            Method::Get if has_files => Method::Post,
            method => method,
        };
        let path = match transport {
            Transport::Rest(workspace) => {
                let segments: Vec<_> = self.segments.iter().map(|(_, value)| &**value).collect();
                format!("/api/{workspace}/{}/{}", percent(endpoint.sent_name()), segments.join("/"))
            }
            Transport::Session(workspace) => {
                let own = [("get_action", endpoint.sent_name()), ("tmp_repository_id", workspace)];
                for (name, value) in own {
                    let field = FormField {
                        name: name.to_owned(),
                        value: escaped(value),
                        file: None,
                        media_type: None,
                    };
                    self.form.push(field);
                }
                "/index.php".to_owned()
            }
        };
        if method == Method::Get {
            let form = std::mem::take(&mut self.form).into_iter();
            self.query.extend(form.map(|field| (field.name, field.value)));
        }
        self.case(method, &path, has_files, None)
    }

    /// Returns the constructor of the case of an operation.
    pub(super) fn of_operation(mut self, endpoint: &Endpoint, api: &Api) -> String {
        let is_pydio = !api.is_external();
        let mut path = endpoint.full_path();
        let is_of_people = is_pydio && path.starts_with(PEOPLE);
        if is_of_people && version::lenient(&api.version) < ADDS_SLASH {
            self.segments.iter_mut().for_each(|(_, value)| value.insert(0, '/'));
        }
        for (name, value) in &self.segments {
            path = path.replace(&format!("{{{name}+}}"), value);
            path = path.replace(&format!("{{{name}}}"), value);
        }
        // PHP reads a form only of a POST.
        if is_pydio && endpoint.method != Method::Post {
            let form = std::mem::take(&mut self.form).into_iter();
            self.query.extend(form.map(|field| (field.name, field.value)));
        }
        let has_parts = endpoint.params.iter().any(|one| one.location == Location::Part);
        let has_parts = has_parts && !self.form.is_empty();
        self.case(endpoint.method, &path, has_parts, endpoint.accept.as_deref())
    }

    fn case(self, method: Method, path: &str, is_multipart: bool, accept: Option<&str>) -> String {
        let mut text = format!("Case::new({:?}, {path:?})", method.as_str());
        let mut headers = self.headers;
        headers.extend(accept.map(|accept| ("accept".to_owned(), accept.to_owned())));
        for (name, pairs) in
            [("query", self.query), ("headers", headers), ("cookies", self.cookies)]
        {
            if !pairs.is_empty() {
                let _ = write!(text, ".{name}(&{pairs:?})");
            }
        }
        let content = match (self.body, self.form) {
            (Some((body, kind)), _) => {
                let kind = if kind == Body::Json { "Json" } else { "Text" };
                let media_type = self.media_type.unwrap_or_default();
                Some(format!("Content::{kind}({body:?}, {media_type:?})"))
            }
            (None, form) if form.is_empty() => None,
            (None, form) if is_multipart => Some(format!("Content::Parts(&[{}])", parts(&form))),
            (None, form) => {
                let fields: Vec<_> =
                    form.into_iter().map(|field| (field.name, field.value)).collect();
                Some(format!("Content::Form(&{fields:?})"))
            }
        };
        if let Some(content) = content {
            let _ = write!(text, ".content({content})");
        }
        text
    }
}

fn parts(form: &[FormField]) -> String {
    let part = |FormField { name, value, file, media_type }: &FormField| {
        let (name, value) = (unescaped(name), unescaped(value));
        format!(
            "Part {{ name: {name:?}, file: {file:?}, media_type: {media_type:?}, content: {value:?} }}"
        )
    };
    form.iter().map(part).collect::<Vec<_>>().join(", ")
}

/// Undoes [`escaped`]: nothing is encoded in the parts of a form.
fn unescaped(text: &str) -> String {
    let decoded =
        |text: String, c: char| text.replace(&format!("%{:02X}", u32::from(c)), &c.to_string());
    DELIMITERS.into_iter().rev().fold(text.to_owned(), decoded)
}

/// Returns a value as text.
fn text(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        other => other.to_string(),
    }
}
