//! What may stand where in a spec, as tables: checked once, and walked by everything else.
//!
//! The tables are what keeps the promise that nothing is dropped: a key they do not know is an
//! error, so nothing gets as far as a parser that would pass over it.

pub(super) mod openapi3;
pub(super) mod swagger2;

use std::fmt;

use serde_json::Value;

use super::pointer::join;

/// What may stand at a place.
pub(crate) enum Shape {
    /// Anything.
    Any,
    /// Text.
    Text,
    /// `true` or `false`.
    Bool,
    /// A number.
    Number,
    /// A whole number that is not negative.
    Count,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list of one shape.
    List(&'static Shape),
    /// A map of free keys.
    Map(&'static Shape),
    /// An object.
    Is(&'static Object),
    /// An object, or a reference to one.
    Ref(&'static Object),
    /// One of several, told apart by the JSON type.
    Either(&'static [Shape]),
}

/// Whether a key is of a certain form.
type Matches = fn(&str) -> bool;

/// The keys of one kind of object. Keys that begin with `x-` are free everywhere.
pub(crate) struct Object {
    /// What it is.
    pub(crate) kind: Kind,
    /// Its keys.
    pub(crate) keys: &'static [(&'static str, Shape)],
    /// Those that it must have.
    pub(crate) required: &'static [&'static str],
    /// Which other keys there may be: paths, status codes.
    pub(crate) others: Option<(Matches, Shape)>,
    /// Whether `true` and `false` are short for such an object.
    pub(crate) or_bool: bool,
}

impl Object {
    /// An object with nothing but `keys`.
    pub(crate) const fn new(
        kind: Kind,
        required: &'static [&'static str],
        keys: &'static [(&'static str, Shape)],
    ) -> Self {
        Self { kind, keys, required, others: None, or_bool: false }
    }

    /// What to say to one who used a key that is not known.
    fn known_keys(&self) -> Option<String> {
        let keys: Vec<_> = self.keys.iter().map(|(key, _)| *key).collect();
        let is_short = (1..=20).contains(&keys.len());
        is_short.then(|| format!("known are `{}`, and what begins with `x-`", keys.join("`, `")))
    }

    fn key(&self, name: &str) -> Option<&Shape> {
        let known = self.keys.iter().find(|(key, _)| *key == name).map(|(_, shape)| shape);
        known.or_else(|| match &self.others {
            _ if name.starts_with("x-") => Some(&Shape::Any),
            Some((matches, shape)) if matches(name) => Some(shape),
            _ => None,
        })
    }
}

/// The kinds of objects that are told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// One that nothing but the check looks at.
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
    /// The shape among several that a value has, or is nearest to.
    fn of<'s>(&'s self, value: &Value) -> &'s Shape {
        let Self::Either(shapes) = self else { return self };
        shapes.iter().find(|shape| shape.fits(value)).or(shapes.first()).unwrap_or(&Self::Any)
    }

    fn fits(&self, value: &Value) -> bool {
        match self {
            Self::Any => true,
            Self::Text | Self::Word(_) => value.is_string(),
            Self::Bool => value.is_boolean(),
            Self::Number => value.is_number(),
            Self::Count => value.is_u64(),
            Self::List(_) => value.is_array(),
            Self::Map(_) => value.is_object(),
            Self::Is(object) | Self::Ref(object) => {
                value.is_object() || (object.or_bool && value.is_boolean())
            }
            Self::Either(shapes) => shapes.iter().any(|shape| shape.fits(value)),
        }
    }

    fn expected(&self) -> String {
        match self {
            Self::Any => "anything".to_owned(),
            Self::Text => "text".to_owned(),
            Self::Bool => "`true` or `false`".to_owned(),
            Self::Number => "a number".to_owned(),
            Self::Count => "a whole number, 0 or more".to_owned(),
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

    /// The shape of the member `token`, where members of this shape have one.
    fn member(&self, value: &Value, token: &str) -> Option<&Shape> {
        match self.of(value) {
            Self::List(shape) | Self::Map(shape) => Some(shape),
            Self::Is(object) => object.key(token),
            Self::Ref(object) if !is_reference(value) => object.key(token),
            _ => None,
        }
    }
}

/// Whether a value, where a reference may stand, is one.
pub(crate) fn is_reference(value: &Value) -> bool {
    value.get("$ref").is_some()
}

/// One thing that does not fit.
pub(crate) struct Misfit {
    pub(crate) code: &'static str,
    pub(crate) message: String,
    pub(crate) pointer: String,
    pub(crate) help: Option<String>,
}

impl Misfit {
    /// One thing at `pointer`.
    pub(crate) fn new(code: &'static str, message: impl Into<String>, pointer: &str) -> Self {
        Self { code, message: message.into(), pointer: pointer.to_owned(), help: None }
    }

    /// Says what to do about it.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Everything in `value` that is not of its shape.
pub(crate) fn check(value: &Value, shape: &Shape) -> Vec<Misfit> {
    let mut misfits = Vec::new();
    check_at(value, shape, "", &mut misfits);
    misfits
}

fn check_at(value: &Value, shape: &Shape, pointer: &str, misfits: &mut Vec<Misfit>) {
    let shape = shape.of(value);
    let word_fits = match (shape, value.as_str()) {
        (Shape::Word(words), Some(word)) => words.contains(&word),
        _ => true,
    };
    if !shape.fits(value) || !word_fits {
        let message = format!("{} instead of {}", described(value), shape.expected());
        misfits.push(Misfit::new("spec-type", message, pointer));
        return;
    }
    match (shape, value) {
        (Shape::Is(object), Value::Object(_)) => check_keys(value, object, pointer, misfits),
        (Shape::Ref(object), Value::Object(_)) if !is_reference(value) => {
            check_keys(value, object, pointer, misfits);
        }
        (Shape::Ref(_), Value::Object(map)) => {
            if let Some(reference) = map.get("$ref") {
                check_at(reference, &Shape::Text, &join(pointer, "$ref"), misfits);
            }
            return;
        }
        _ => {}
    }
    for (token, member) in members(value) {
        if let Some(shape) = shape.member(value, &token) {
            check_at(member, shape, &join(pointer, &token), misfits);
        }
    }
}

fn check_keys(value: &Value, object: &Object, pointer: &str, misfits: &mut Vec<Misfit>) {
    for (key, _) in members(value) {
        if object.key(&key).is_none() {
            let message = format!("`{key}` is no known key of this {}", object.kind);
            let mut misfit = Misfit::new("spec-key", message, &join(pointer, &key));
            misfit.help = object.known_keys();
            misfits.push(misfit);
        }
    }
    for key in object.required {
        if value.get(key).is_none() {
            let message = format!("no `{key}` in this {}", object.kind);
            misfits.push(Misfit::new("spec-missing", message, pointer));
        }
    }
}

fn described(value: &Value) -> String {
    match value {
        Value::Null => "`null`".to_owned(),
        Value::Bool(value) => format!("`{value}`"),
        Value::Number(value) => format!("the number `{value}`"),
        Value::String(value) => format!("`{}`", value.chars().take(60).collect::<String>()),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a map".to_owned(),
    }
}

fn members(value: &Value) -> Box<dyn Iterator<Item = (String, &Value)> + '_> {
    match value {
        Value::Object(map) => Box::new(map.iter().map(|(key, value)| (key.clone(), value))),
        Value::Array(list) => {
            Box::new(list.iter().enumerate().map(|(index, value)| (index.to_string(), value)))
        }
        _ => Box::new(std::iter::empty()),
    }
}

/// Shows every object in `value` to `see`, an outer one before what is in it.
pub(crate) fn walk(value: &Value, shape: &Shape, see: &mut dyn FnMut(Kind, &Value, &str)) {
    walk_at(value, shape, "", see);
}

fn walk_at(value: &Value, shape: &Shape, pointer: &str, see: &mut dyn FnMut(Kind, &Value, &str)) {
    if let Shape::Is(object) | Shape::Ref(object) = shape.of(value) {
        see(object.kind, value, pointer);
    }
    for (token, member) in members(value) {
        if let Some(shape) = shape.member(value, &token) {
            walk_at(member, shape, &join(pointer, &token), see);
        }
    }
}

/// Lets `change` have every object in `value`, an outer one before what is then in it.
pub(crate) fn walk_mut(
    value: &mut Value,
    shape: &Shape,
    pointer: &str,
    change: &mut dyn FnMut(Kind, &mut Value, &str),
) {
    if let Shape::Is(object) | Shape::Ref(object) = shape.of(value) {
        change(object.kind, value, pointer);
    }
    let shapes: Vec<_> = members(value).map(|(token, _)| shape.member(value, &token)).collect();
    match value {
        Value::Object(map) => {
            for ((key, member), shape) in map.iter_mut().zip(shapes) {
                if let Some(shape) = shape {
                    walk_mut(member, shape, &join(pointer, key), change);
                }
            }
        }
        Value::Array(list) => {
            for (index, (member, shape)) in list.iter_mut().zip(shapes).enumerate() {
                if let Some(shape) = shape {
                    walk_mut(member, shape, &join(pointer, &index.to_string()), change);
                }
            }
        }
        _ => {}
    }
}
