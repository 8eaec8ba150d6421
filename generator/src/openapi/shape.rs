//! Tables of the allowed content of a spec: repaired once, and walked by everything else.
//!
//! The tables ensure that nothing is dropped silently: a key that is missing from them is a
//! finding, so nothing reaches a parser that would ignore it.

pub(super) mod openapi3;
pub(super) mod swagger2;

use std::fmt;

use serde_json::Value;

use super::pointer::At;
use crate::{diagnostic::Severity, suggest::did_you_mean};

/// The allowed content of a location.
pub(crate) enum Shape {
    /// Anything.
    Any,
    /// Text.
    Text,
    /// `true` or `false`.
    Bool,
    /// One of these strings.
    Word(&'static [&'static str]),
    /// A list of one shape.
    List(&'static Shape),
    /// A map with free keys.
    Map(&'static Shape),
    /// An object.
    Is(&'static Object),
    /// An object, or a reference to one.
    Ref(&'static Object),
    /// One of several, distinguished by the JSON type.
    Either(&'static [Shape]),
}

/// Checks whether a key has a certain form.
type Matches = fn(&str) -> bool;

/// The keys of one kind of object. Keys that begin with `x-` are free everywhere.
pub(crate) struct Object {
    /// Its kind.
    pub(crate) kind: Kind,
    /// Its keys.
    pub(crate) keys: &'static [(&'static str, Shape)],
    /// The required keys.
    pub(crate) required: &'static [&'static str],
    /// Other allowed keys: paths, status codes.
    pub(crate) others: Option<(Matches, Shape)>,
    /// Whether `true` and `false` are abbreviations of such an object.
    pub(crate) or_bool: bool,
}

impl Object {
    /// Creates an object with only `keys`.
    pub(crate) const fn new(
        kind: Kind,
        required: &'static [&'static str],
        keys: &'static [(&'static str, Shape)],
    ) -> Self {
        Self { kind, keys, required, others: None, or_bool: false }
    }

    /// Returns the help for an unknown key.
    pub(super) fn known_keys(&self, unknown: &str) -> Option<String> {
        let keys = self.keys.iter().map(|(key, _)| *key);
        let keys: Vec<_> = keys.filter(|key| !key.starts_with("x-")).collect();
        if let Some(meant) = did_you_mean(unknown, keys.iter().copied()) {
            return Some(meant);
        }
        let is_short = (1..=20).contains(&keys.len());
        is_short.then(|| format!("known are `{}`, and what begins with `x-`", keys.join("`, `")))
    }

    pub(super) fn key(&self, name: &str) -> Option<&Shape> {
        let known = self.keys.iter().find(|(key, _)| *key == name).map(|(_, shape)| shape);
        known.or_else(|| match &self.others {
            _ if name.starts_with("x-") => Some(&Shape::Any),
            Some((matches, shape)) if matches(name) => Some(shape),
            _ => None,
        })
    }
}

/// The kinds of objects that are distinguished.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Root,
    Info,
    License,
    Components,
    Paths,
    PathItem,
    Operation,
    Parameter,
    RequestBody,
    Response,
    Header,
    MediaType,
    Example,
    Link,
    Callback,
    SecurityScheme,
    Schema,
    Tag,
    /// A kind that only the check uses.
    Part(&'static str),
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Root => "document",
            Self::Info => "info object",
            Self::License => "license",
            Self::Components => "components object",
            Self::Paths => "paths object",
            Self::PathItem => "path",
            Self::Operation => "operation",
            Self::Parameter => "parameter",
            Self::RequestBody => "request body",
            Self::Response => "response",
            Self::Header => "header",
            Self::MediaType => "media type",
            Self::Example => "example",
            Self::Link => "link",
            Self::Callback => "callback",
            Self::SecurityScheme => "security scheme",
            Self::Schema => "schema",
            Self::Tag => "tag",
            Self::Part(name) => name,
        })
    }
}

impl Shape {
    /// Returns the shape among several that matches a value, or is nearest to it.
    pub(super) fn of<'s>(&'s self, value: &Value) -> &'s Shape {
        let Self::Either(shapes) = self else { return self };
        shapes.iter().find(|shape| shape.fits(value)).or(shapes.first()).unwrap_or(&Self::Any)
    }

    pub(super) fn fits(&self, value: &Value) -> bool {
        match self {
            Self::Any => true,
            Self::Text | Self::Word(_) => value.is_string(),
            Self::Bool => value.is_boolean(),
            Self::List(_) => value.is_array(),
            Self::Map(_) => value.is_object(),
            Self::Is(object) | Self::Ref(object) => {
                value.is_object() || (object.or_bool && value.is_boolean())
            }
            Self::Either(shapes) => shapes.iter().any(|shape| shape.fits(value)),
        }
    }

    pub(super) fn expected(&self) -> String {
        match self {
            Self::Any => "anything".to_owned(),
            Self::Text => "text".to_owned(),
            Self::Bool => "`true` or `false`".to_owned(),
            Self::Word(words) => format!("one of `{}`", words.join("`, `")),
            Self::List(_) => "a list".to_owned(),
            Self::Map(_) => "a map".to_owned(),
            Self::Is(object) | Self::Ref(object) => format!("a map, the {}", object.kind),
            Self::Either(shapes) => {
                let all: Vec<_> = shapes.iter().map(Self::expected).collect();
                all.join(", or ")
            }
        }
    }

    /// Returns the shape of the member `key`, or of an item, if members of this shape have one.
    pub(super) fn member(&self, key: &str) -> Option<&Shape> {
        match self {
            Self::List(shape) | Self::Map(shape) => Some(shape),
            Self::Is(object) | Self::Ref(object) => object.key(key),
            _ => None,
        }
    }
}

/// Returns whether a value is a reference, where one is allowed.
pub(crate) fn is_reference(value: &Value) -> bool {
    value.get("$ref").is_some()
}

/// A violation of the tables.
#[derive(Clone, Debug)]
pub(crate) struct Violation {
    pub(crate) severity: Severity,
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) pointer: String,
    pub(crate) help: Option<String>,
    /// The operations that are skipped because of it and no longer in the document: the id of each,
    /// or its method and path, or a path whose operations are unknown.
    pub(crate) skipped: Vec<String>,
}

impl Violation {
    /// Creates a violation at `pointer`.
    pub(crate) fn new(code: &'static str, message: impl Into<String>, pointer: &str) -> Self {
        let (message, pointer) = (message.into(), pointer.to_owned());
        Self { severity: Severity::Error, code, message, pointer, help: None, skipped: Vec::new() }
    }

    /// Creates a violation at `pointer` that drops something.
    pub(crate) fn warning(code: &'static str, message: impl Into<String>, pointer: &str) -> Self {
        Self::new(code, message, pointer).because(Severity::Warning, "")
    }

    /// Creates a violation at `pointer` that makes no difference.
    pub(crate) fn note(code: &'static str, message: impl Into<String>, pointer: &str) -> Self {
        Self::new(code, message, pointer).because(Severity::Note, "")
    }

    /// Sets its severity and its consequence.
    pub(crate) fn because(mut self, severity: Severity, consequence: &str) -> Self {
        self.severity = severity;
        if !consequence.is_empty() {
            self.message = format!("{}; {consequence}", self.message);
        }
        self
    }

    /// Sets which operations are skipped because of it.
    pub(super) fn skips(mut self, skipped: Vec<String>) -> Self {
        self.skipped = skipped;
        self
    }

    /// Sets what to do about it.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Formats a value for a message, if it is short.
pub(crate) fn described(value: &Value) -> String {
    match value {
        Value::Null => "`null`".to_owned(),
        Value::Bool(value) => format!("`{value}`"),
        Value::Number(value) => format!("the number `{value}`"),
        Value::String(value) => format!("`{}`", value.chars().take(60).collect::<String>()),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a map".to_owned(),
    }
}

/// Passes the members of a value that have their own shape to a function.
fn each_member<'v>(
    value: &'v Value,
    shape: &Shape,
    at: &At<'_>,
    see: &mut dyn FnMut(&'v Value, &Shape, &At<'_>),
) {
    if matches!(shape, Shape::Ref(_)) && is_reference(value) {
        return;
    }
    match value {
        Value::Object(map) => {
            for (key, member) in map {
                if let Some(shape) = shape.member(key) {
                    see(member, shape, &at.key(key));
                }
            }
        }
        Value::Array(list) => {
            let Some(shape) = shape.member("") else { return };
            for (index, member) in list.iter().enumerate() {
                see(member, shape, &at.index(index));
            }
        }
        _ => {}
    }
}

/// Passes every object in `value` to `see`, an outer one before its members.
pub(crate) fn walk(value: &Value, shape: &Shape, see: &mut dyn FnMut(Kind, &Value, &At<'_>)) {
    walk_at(value, shape, &At::ROOT, see);
}

fn walk_at(value: &Value, shape: &Shape, at: &At<'_>, see: &mut dyn FnMut(Kind, &Value, &At<'_>)) {
    let shape = shape.of(value);
    if let Shape::Is(object) | Shape::Ref(object) = shape {
        see(object.kind, value, at);
    }
    each_member(value, shape, at, &mut |member, shape, at| walk_at(member, shape, at, see));
}

/// Passes every object in `value` to `change`, an outer one before its resulting members.
pub(crate) fn walk_mut(
    value: &mut Value,
    shape: &Shape,
    at: &At<'_>,
    change: &mut dyn FnMut(Kind, &mut Value, &At<'_>),
) {
    if let Shape::Is(object) | Shape::Ref(object) = shape.of(value) {
        change(object.kind, value, at);
    }
    let shape = shape.of(value);
    if matches!(shape, Shape::Ref(_)) && is_reference(value) {
        return;
    }
    match value {
        Value::Object(map) => {
            for (key, member) in map.iter_mut() {
                let shape = match shape {
                    Shape::Is(object) | Shape::Ref(object) => object.key(key),
                    Shape::Map(shape) => Some(*shape),
                    _ => None,
                };
                if let Some(shape) = shape {
                    walk_mut(member, shape, &at.key(key), change);
                }
            }
        }
        Value::Array(list) => {
            if let Shape::List(shape) = shape {
                for (index, member) in list.iter_mut().enumerate() {
                    walk_mut(member, shape, &at.index(index), change);
                }
            }
        }
        _ => {}
    }
}
