//! The arguments of a call, and what each of them comes to.

use serde_json::{Value as Json, json};

use super::value::{Value, Values};
use crate::{
    emit::description,
    ir::{Endpoint, Kind, Location, Needs, Param, Shape, Style, StyleName, Type},
    names::EndpointNames,
};

/// The content of example files.
pub(super) const CONTENT: &str = "content";

/// The name of example files.
pub(super) const FILE: &str = "a.txt";

/// The node of examples.
pub(super) const NODE: &str = "/photos/été 1";

/// What is sent for a parameter.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Sent {
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

/// Makes the arguments of a call.
pub(super) struct Given<'m> {
    pub(super) endpoint: &'m Endpoint,
    pub(super) own: &'m EndpointNames,
    pub(super) values: Values<'m>,
    /// The module of the call, with the path of the crate.
    pub(super) module: String,
}

impl Given<'_> {
    /// Returns the call in Rust, with what is sent for each parameter that it has; `None` if a
    /// required value has no example.
    pub(super) fn call(&self) -> Option<(String, Vec<(usize, Sent)>)> {
        let params = &self.endpoint.params;
        let mut arguments = Vec::new();
        let mut setters = String::new();
        let mut all = Vec::new();
        for (index, param) in params.iter().enumerate() {
            if let Kind::Constant(value) = &param.kind {
                all.push((index, Sent::Value(json!(value))));
                continue;
            }
            let is_argument = param.is_argument();
            if !is_argument && !self.is_set(param) {
                continue;
            }
            let (rust, sent) = match self.example(index, param) {
                Some(example) => example,
                None if is_argument => return None,
                None => continue,
            };
            if is_argument {
                arguments.push(rust);
            } else if is_free(param) {
                // The setter of the body sets it.
                continue;
            } else {
                let media_type = params.iter().position(is_free).filter(|_| param.is_body());
                let media_type =
                    media_type.and_then(|at| Some((at, self.example(at, &params[at])?)));
                let rust = match media_type {
                    Some((at, (first, chosen))) => {
                        all.push((at, chosen));
                        format!("{first}, {rust}")
                    }
                    None => rust,
                };
                setters.push_str(&format!(".{}({rust})", self.own.params[index]));
            }
            all.push((index, sent));
        }
        let function = &self.own.function;
        Some((format!("{}::{function}({}){setters}", self.module, arguments.join(", ")), all))
    }

    /// Returns whether an optional parameter is set: all of them, or those of which one is needed.
    fn is_set(&self, param: &Param) -> bool {
        let mut needs = self.endpoint.needs.iter().filter(|one| one.names().contains(&param.name));
        let is_first = |needs: &Needs| needs.names().first() == Some(&param.name);
        match needs.next() {
            Some(one @ Needs::OneOf(_)) => is_first(one),
            Some(one @ Needs::AnyOf(_)) => self.values.is_full || is_first(one),
            None => self.values.is_full,
        }
    }

    /// Returns the expression of an argument or of the arguments of a setter, and what it comes to.
    fn example(&self, index: usize, param: &Param) -> Option<(String, Sent)> {
        let hint = hint(param);
        let value = |rust: String, json: Json| Some((rust, Sent::Value(json)));
        let text = |text: &str| value(format!("{text:?}"), json!(text));
        let file = format!("{}::FilePart::new({FILE:?}, {CONTENT:?})", self.values.root);
        let name = || param.name.clone();
        match (&param.kind, &param.style) {
            (_, Style::Indexed(prefix)) => {
                let fields = vec![(format!("{prefix}3"), hint.clone())];
                Some((format!("3, {hint:?}"), Sent::Fields(fields)))
            }
            (Kind::Bytes, _) => text(CONTENT),
            (Kind::Value(kind), style) if style.is_json() => {
                let flat = !matches!(style, Style::Json) && !is_deep(style);
                let one = match flat {
                    true => self.shallow().of(kind, &hint, index + 1)?,
                    false => self.values.of(kind, &hint, index + 1)?,
                };
                value(format!("&{}", one.rust), one.json)
            }
            (Kind::Value(_), _) if description::is_secret_param(param) => text(&hint),
            (Kind::Value(kind), _) => self.plain(kind, param, &hint, index),
            (Kind::Choice(values), style) => {
                let own = self.own.choices.get(&index)?;
                let allowed = |value: &String| !param.refused.iter().any(|(one, _)| one == value);
                let one = self.values.choice(values, own, &self.module);
                if !one.json.as_str().is_some_and(|text| allowed(&text.to_owned())) {
                    return None;
                }
                let rust = if *style == Style::Sum { format!("[{}]", one.rust) } else { one.rust };
                value(rust, one.json)
            }
            (Kind::Flag, _) => value("true".to_owned(), json!("true")),
            (Kind::On, _) => value("true".to_owned(), json!("on")),
            (Kind::Node, _) => text(NODE),
            (Kind::Nodes, Style::Numbered) => value(format!("[{NODE:?}]"), json!(NODE)),
            (Kind::Nodes, _) => value(format!("[{NODE:?}, \"/b\"]"), json!([NODE, "/b"])),
            (Kind::Page, _) => Some(("2".to_owned(), Sent::Nothing)),
            (Kind::File, _) => Some((file, Sent::Files(vec![name()]))),
            (Kind::Files, _) => {
                let rust = format!("[{file}, {file}]");
                Some((rust, Sent::Files(vec![name(), name()])))
            }
            (Kind::Fields, _) => {
                let fields = vec![("extra".to_owned(), "value".to_owned())];
                let rust = match self.endpoint.is_action() {
                    true => "[(\"extra\", \"value\")]",
                    false => "\"extra\", \"value\"",
                };
                Some((rust.to_owned(), Sent::Fields(fields)))
            }
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

    /// Returns the values for what has no place for other values inside.
    fn shallow(&self) -> Values<'_> {
        let Values { api, names, kind, root, .. } = self.values;
        Values { api, names, kind, root, is_full: false }
    }

    /// Returns the example of a value that is one text, or a list of texts.
    fn plain(
        &self,
        kind: &Type,
        param: &Param,
        hint: &str,
        index: usize,
    ) -> Option<(String, Sent)> {
        let number = index + 1;
        let one = |kind: &Type, number: usize| match kind {
            Type::Integer | Type::IntegerText | Type::Unsigned | Type::UnsignedText => {
                Some((number.to_string(), json!(number)))
            }
            Type::Float => Some((format!("{number}.5"), json!(number as f64 + 0.5))),
            Type::Time => {
                let Value { rust, json, .. } = self.values.time(number);
                Some((rust, json))
            }
            Type::Boolean => {
                // The value that differs from the default.
                let value = param.default.as_deref() != Some("true");
                Some((value.to_string(), json!(value)))
            }
            _ => None,
        };
        let (rust, json) = match kind {
            Type::List(items) => {
                // An item holds neither a space nor a dot, which some styles have between items.
                let plain: String = hint.chars().filter(char::is_ascii_alphanumeric).collect();
                let of = |kind: &Type, number: usize| {
                    let text = match hint.is_ascii() {
                        true => format!("{plain}{number}"),
                        false => format!("{plain}{number}é"),
                    };
                    let whole =
                        (*kind == Type::Float).then(|| (format!("{number}.0"), json!(number)));
                    whole
                        .or_else(|| one(kind, number))
                        .unwrap_or_else(|| (format!("{text:?}"), json!(text)))
                };
                match &**items {
                    Type::List(items) => {
                        let (a, b) = (of(items, number), of(items, number + 1));
                        (
                            format!("[[{}, {}], [{0}, {1}]]", a.0, b.0),
                            json!([[a.1, b.1], [a.1, b.1]]),
                        )
                    }
                    items => {
                        let (a, b) = (of(items, number), of(items, number + 1));
                        (format!("[{}, {}]", a.0, b.0), json!([a.1, b.1]))
                    }
                }
            }
            Type::Model(model) => {
                let shape = self.values.api.model(self.values.kind, model).map(|one| &one.shape);
                match shape {
                    Some(Shape::Choice(_)) => {
                        let Value { rust, json, .. } = self.values.of(kind, hint, number)?;
                        (rust, json)
                    }
                    _ => return None,
                }
            }
            kind => one(kind, number).unwrap_or_else(|| (format!("{hint:?}"), json!(hint))),
        };
        Some((rust, Sent::Value(json)))
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
fn hint(param: &Param) -> String {
    if let Some(declared) = param.values.first() {
        return declared.value.clone();
    }
    let plain: String = param.stem().chars().filter(char::is_ascii_alphanumeric).collect();
    match param.location {
        Location::Header | Location::Cookie => plain,
        _ => format!("{plain} é"),
    }
}
