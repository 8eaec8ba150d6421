//! The arguments of a call, and what each of them comes to.

use std::collections::BTreeMap;

use serde_json::{Value as Json, json};

use super::{
    call::Call,
    usual,
    value::{Value, Values},
};
use crate::{
    ir::{Endpoint, Kind, Location, Param, Shape, Style, StyleName, Type},
    names::EndpointNames,
};

/// The content of example files.
pub(crate) const CONTENT: &str = "content";

/// The name of example files.
pub(crate) const FILE: &str = "a.txt";

/// The node of marks.
const NODE: &str = "/photos/été 1";

/// What is sent for a parameter.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Sent {
    /// Nothing.
    Nothing,
    /// A value: a text, a list, or any JSON.
    Value(Json),
    /// Fields with their own names.
    Fields(Vec<(String, String)>),
    /// Files under these names.
    Files(Vec<String>),
    /// The media type of the body.
    MediaType(String),
}

/// Where the values of a call come from.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source<'m> {
    /// Marks, which tell the parameters from each other.
    Marks,
    /// The documentation, by parameter; what it does not give gets a usual value.
    Docs(&'m BTreeMap<String, Json>),
}

/// Makes the arguments of a call.
pub(crate) struct Given<'m> {
    pub(crate) endpoint: &'m Endpoint,
    pub(crate) own: &'m EndpointNames,
    pub(crate) values: Values<'m>,
    /// The module of the call, with the path to it.
    pub(crate) module: String,
    pub(crate) source: Source<'m>,
}

impl Given<'_> {
    /// Returns the call; `None` if a required value has no example.
    pub(crate) fn call(&self) -> Option<Call> {
        let params = &self.endpoint.params;
        let function = format!("{}::{}", self.module, self.own.function);
        let mut call = Call { function, ..Call::default() };
        for (index, param) in params.iter().enumerate() {
            if let Kind::Constant(value) = &param.kind {
                call.sent.push((index, Sent::Value(json!(value))));
                continue;
            }
            let is_argument = param.is_argument();
            if !is_argument && !self.is_set(param) {
                continue;
            }
            let (mut rust, sent) = match self.example(index, param) {
                Some(example) => example,
                None if is_argument => return None,
                None => continue,
            };
            if matches!((self.source, &param.kind), (Source::Docs(_), Kind::Value(_)))
                && param.style.is_json()
            {
                rust = self.variable(index, param, &mut call.before)?;
            }
            if is_argument {
                call.arguments.push(rust);
            } else if is_free(param) {
                // The setter of the body sets it.
                continue;
            } else {
                let media_type = params.iter().position(is_free).filter(|_| param.is_body());
                let media_type =
                    media_type.and_then(|at| Some((at, self.example(at, &params[at])?)));
                let rust = match media_type {
                    Some((at, (first, chosen))) => {
                        call.sent.push((at, chosen));
                        format!("{first}, {rust}")
                    }
                    None => rust,
                };
                call.setters.push(format!(".{}({rust})", self.own.params[index]));
            }
            call.sent.push((index, sent));
        }
        Some(call)
    }

    /// Adds the statements that define a variable for a value of several parts, and returns the
    /// reference to it.
    fn variable(&self, index: usize, param: &Param, before: &mut Vec<String>) -> Option<String> {
        let Kind::Value(kind) = &param.kind else { return None };
        let value = self.json_value(index, param, kind)?;
        let name = &self.own.params[index];
        match value.parts {
            Some((new, fields)) => {
                before.push(format!("let mut {name} = {new};"));
                before.extend(fields.iter().map(|field| format!("{name}.{field};")));
            }
            None => before.push(format!("let {name} = {};", value.rust)),
        }
        Some(format!("&{name}"))
    }

    /// Returns what the documentation gives for a parameter.
    fn given(&self, param: &Param) -> Option<&Json> {
        match self.source {
            Source::Marks => None,
            Source::Docs(values) => values.get(&param.name),
        }
    }

    /// Returns whether an optional parameter is set: all of them, those that are given, or the first
    /// of those of which one is needed.
    fn is_set(&self, param: &Param) -> bool {
        let is_first = |names: &&Vec<String>| names.first() == Some(&param.name);
        let needs = self.endpoint.needs.iter().find(is_first);
        match self.source {
            Source::Docs(values) => {
                let is_missing =
                    |names: &Vec<String>| !names.iter().any(|one| values.contains_key(one));
                values.contains_key(&param.name) || needs.is_some_and(is_missing)
            }
            Source::Marks => self.values.is_full || needs.is_some(),
        }
    }

    /// Returns the text of a parameter.
    fn text(&self, param: &Param) -> String {
        match (self.given(param), self.source) {
            (Some(Json::String(text)), _) => text.clone(),
            (Some(other), _) => other.to_string(),
            (None, Source::Marks) => mark(param),
            (None, Source::Docs(_)) => usual::text(param),
        }
    }

    /// Returns the paths of a parameter that takes several.
    fn nodes(&self, param: &Param) -> Vec<String> {
        match (self.given(param), self.source) {
            (Some(Json::Array(nodes)), _) => {
                nodes.iter().filter_map(Json::as_str).map(str::to_owned).collect()
            }
            (None, Source::Marks) if param.style == Style::Numbered => vec![NODE.to_owned()],
            (None, Source::Marks) => vec![NODE.to_owned(), "/b".to_owned()],
            _ => vec![self.text(param)],
        }
    }

    /// Returns the value of a parameter that is sent as JSON.
    fn json_value(&self, index: usize, param: &Param, kind: &Type) -> Option<Value> {
        let flat = !matches!(param.style, Style::Json) && !is_deep(&param.style);
        let shallow = Values { is_full: false, ..self.values.clone() };
        let values = if flat { &shallow } else { &self.values };
        match self.given(param) {
            Some(json) => values.of_json(kind, json),
            None => values.of(kind, &self.text(param), index + 1),
        }
    }

    /// Returns the expression of an argument or of the arguments of a setter, and what it comes to.
    fn example(&self, index: usize, param: &Param) -> Option<(String, Sent)> {
        let hint = self.text(param);
        let value = |rust: String, json: Json| Some((rust, Sent::Value(json)));
        let text = |text: &str| value(format!("{text:?}"), json!(text));
        let content = match self.given(param) {
            Some(_) => &hint,
            None => CONTENT,
        };
        let file = format!("{}::FilePart::new({FILE:?}, {content:?})", self.values.root);
        let name = || param.name.clone();
        match (&param.kind, &param.style) {
            (_, Style::Indexed(prefix)) => {
                let number = if matches!(self.source, Source::Marks) { 3 } else { 0 };
                let fields = vec![(format!("{prefix}{number}"), hint.clone())];
                Some((format!("{number}, {hint:?}"), Sent::Fields(fields)))
            }
            (Kind::Bytes, _) => text(content),
            (Kind::Value(kind), style) if style.is_json() => {
                let one = self.json_value(index, param, kind)?;
                value(format!("&{}", one.rust), one.json)
            }
            (Kind::Value(_), _) if param.is_secret() => text(&hint),
            (Kind::Value(kind), _) => self.plain(kind, param, &hint, index),
            (Kind::Choice(values), style) => {
                let own = self.own.choices.get(&index)?;
                let allowed = |value: &String| !param.refused.iter().any(|(one, _)| one == value);
                let wanted = self.given(param).and_then(Json::as_str);
                let one = self.values.choice(values, own, &self.module, wanted);
                if !one.json.as_str().is_some_and(|text| allowed(&text.to_owned())) {
                    return None;
                }
                let rust = if *style == Style::Sum { format!("[{}]", one.rust) } else { one.rust };
                value(rust, one.json)
            }
            (Kind::Flag, _) => value("true".to_owned(), json!("true")),
            (Kind::On, _) => value("true".to_owned(), json!("on")),
            (Kind::Node, _) => match self.source {
                Source::Marks => text(NODE),
                Source::Docs(_) => text(&hint),
            },
            (Kind::Nodes, style) => {
                let nodes = self.nodes(param);
                let json = match (&nodes[..], style) {
                    ([one], Style::Numbered) => json!(one),
                    _ => json!(nodes),
                };
                value(format!("{nodes:?}"), json)
            }
            (Kind::Page, _) => Some(("2".to_owned(), Sent::Nothing)),
            (Kind::File, _) => Some((file, Sent::Files(vec![name()]))),
            (Kind::Files, _) => {
                let rust = format!("[{file}, {file}]");
                Some((rust, Sent::Files(vec![name(), name()])))
            }
            (Kind::Fields, _) => Some(self.fields(param)),
            (Kind::FileFields, _) => {
                Some((format!("\"extra\", {file}"), Sent::Files(vec!["extra".to_owned()])))
            }
            (Kind::MediaType { choice, .. }, _) => {
                let one = match choice {
                    Some(model) => self.values.of(&Type::Model(model.clone()), "", 0)?,
                    None => {
                        let usual = "application/octet-stream";
                        return Some((format!("{usual:?}"), Sent::MediaType(usual.to_owned())));
                    }
                };
                let media_type = one.json.as_str()?.to_owned();
                Some((one.rust, Sent::MediaType(media_type)))
            }
            (Kind::Constant(_), _) => None,
        }
    }

    /// Returns the fields of any names: several for an action, one for an operation.
    fn fields(&self, param: &Param) -> (String, Sent) {
        let fields: Vec<(String, String)> = match self.given(param).and_then(Json::as_object) {
            Some(given) => {
                let text = |json: &Json| json.as_str().map_or(json.to_string(), str::to_owned);
                given.iter().map(|(name, json)| (name.clone(), text(json))).collect()
            }
            None => vec![("extra".to_owned(), "value".to_owned())],
        };
        let rust = match (self.endpoint.is_action(), &fields[..]) {
            (false, [(name, text), ..]) => format!("{name:?}, {text:?}"),
            _ => format!("{fields:?}"),
        };
        (rust, Sent::Fields(fields))
    }

    /// Returns the example of a value that is one text, or a list of texts.
    fn plain(
        &self,
        kind: &Type,
        param: &Param,
        hint: &str,
        index: usize,
    ) -> Option<(String, Sent)> {
        let (rust, json) = match kind {
            Type::List(items) => match &**items {
                Type::List(items) => {
                    let (rust, list) = self.list(items, param, hint, index);
                    match self.source {
                        Source::Marks => (format!("[{rust}, {rust}]"), json!([list, list])),
                        Source::Docs(_) => (format!("[{rust}]"), json!([list])),
                    }
                }
                items => self.list(items, param, hint, index),
            },
            Type::Model(model) => {
                let shape = self.values.api.model(self.values.kind, model).map(|one| &one.shape);
                match (shape, self.given(param)) {
                    (Some(Shape::Choice(_)), Some(json)) => {
                        let Value { rust, json, .. } = self.values.of_json(kind, json)?;
                        (rust, json)
                    }
                    (Some(Shape::Choice(_)), None) => {
                        let Value { rust, json, .. } = self.values.of(kind, hint, index + 1)?;
                        (rust, json)
                    }
                    _ => return None,
                }
            }
            kind => match self.given(param) {
                Some(json) => self.scalar(kind, json),
                None => self.scalar(kind, &self.one(kind, param, hint, index + 1)),
            },
        };
        Some((rust, Sent::Value(json)))
    }

    /// Returns the value of a parameter as JSON, where none is given.
    fn one(&self, kind: &Type, param: &Param, hint: &str, number: usize) -> Json {
        let number = match self.source {
            Source::Marks => number,
            Source::Docs(_) => usual::number(param),
        };
        match kind {
            Type::Integer | Type::IntegerText | Type::Unsigned | Type::UnsignedText => {
                json!(number)
            }
            Type::Time => json!(number),
            Type::Rights => json!("rw"),
            Type::Float => json!(number as f64 + 0.5),
            // The value that differs from the default.
            Type::Boolean => json!(param.default.as_deref() != Some("true")),
            _ => json!(hint),
        }
    }

    /// Returns a list of values.
    fn list(&self, items: &Type, param: &Param, hint: &str, index: usize) -> (String, Json) {
        // An item holds neither a space nor a dot, which some styles have between items.
        let plain: String = hint.chars().filter(char::is_ascii_alphanumeric).collect();
        let accent = if hint.is_ascii() { "" } else { "é" };
        let mark = |number: usize| match items {
            Type::Float => json!(number),
            items => self.one(items, param, &format!("{plain}{number}{accent}"), number),
        };
        let all = match (self.given(param), self.source) {
            (Some(Json::Array(given)), _) => given.clone(),
            (Some(one), _) => vec![one.clone()],
            (None, Source::Marks) => vec![mark(index + 1), mark(index + 2)],
            (None, Source::Docs(_)) => vec![self.one(items, param, hint, index + 1)],
        };
        let all: Vec<_> = all.iter().map(|one| self.scalar(items, one)).collect();
        let rust: Vec<_> = all.iter().map(|(rust, _)| &**rust).collect();
        let json = all.iter().map(|(_, json)| json.clone()).collect();
        (format!("[{}]", rust.join(", ")), Json::Array(json))
    }

    /// Returns the expression of a value that is not a list, with what it comes to.
    fn scalar(&self, kind: &Type, json: &Json) -> (String, Json) {
        let rust = match (kind, json) {
            (Type::Time, json) => {
                let value = self.values.time(json.as_i64().unwrap_or_default());
                return (value.rust, value.json);
            }
            (Type::Rights, json) => {
                let value = self.values.rights(json.as_str().unwrap_or_default());
                return (value.rust, value.json);
            }
            (Type::Float, json) if json.is_i64() => format!("{json}.0"),
            (Type::Integer | Type::IntegerText | Type::Unsigned | Type::UnsignedText, json)
            | (Type::Float | Type::Boolean, json) => json.to_string(),
            (_, Json::String(text)) => format!("{text:?}"),
            (_, other) => format!("{:?}", other.to_string()),
        };
        (rust, json.clone())
    }
}

/// Returns whether values inside of others have names of their own.
fn is_deep(style: &Style) -> bool {
    style.open_api().is_some_and(|style| style.name == StyleName::DeepObject)
}

/// Returns whether a parameter is the media type of a body without a default.
fn is_free(param: &Param) -> bool {
    matches!(param.kind, Kind::MediaType { default: None, .. })
}

/// Returns a text that tells the parameter from others, with characters that have to be encoded
/// where any are possible.
fn mark(param: &Param) -> String {
    if let Some(declared) = param.values.first() {
        return declared.value.clone();
    }
    let plain: String = param.stem().chars().filter(char::is_ascii_alphanumeric).collect();
    match param.location {
        Location::Header | Location::Cookie => plain,
        _ => format!("{plain} é"),
    }
}
