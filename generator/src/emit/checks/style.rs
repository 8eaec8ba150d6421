//! Values in the styles of OpenAPI, written from its table of examples.
//!
//! The runtime has an encoder of its own: a mistake in one of the two shows as a failing test.

use serde_json::Value as Json;

use crate::ir::{OpenApiStyle, StyleName};

/// A value taken apart.
enum Parts {
    One(String),
    List(Vec<String>),
    Object(Vec<(String, String)>),
}

impl Parts {
    fn of(json: &Json) -> Self {
        match json {
            Json::Array(items) => Self::List(items.iter().filter_map(text).collect()),
            Json::Object(fields) => Self::Object(
                fields.iter().filter_map(|(name, one)| Some((name.clone(), text(one)?))).collect(),
            ),
            scalar => Self::One(text(scalar).unwrap_or_default()),
        }
    }

    /// Returns the items as they follow each other, each encoded.
    fn flat(&self, encode: impl Fn(&str) -> String) -> Vec<String> {
        match self {
            Self::One(text) => vec![encode(text)],
            Self::List(items) => items.iter().map(|item| encode(item)).collect(),
            Self::Object(fields) => {
                fields.iter().flat_map(|(name, text)| [encode(name), encode(text)]).collect()
            }
        }
    }
}

/// Returns a value as text; `null` is left out. A value inside of another one is JSON, which the
/// standard leaves open.
fn text(json: &Json) -> Option<String> {
    match json {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn delimiter(style: OpenApiStyle) -> &'static str {
    match style.name {
        StyleName::SpaceDelimited => " ",
        StyleName::TabDelimited => "\t",
        StyleName::PipeDelimited => "|",
        _ => ",",
    }
}

/// Returns a value in a path, a header or a cookie: with the delimiters as they are, and everything
/// else encoded.
pub(super) fn inline(
    name: &str,
    style: OpenApiStyle,
    json: &Json,
    encode: impl Fn(&str) -> String,
) -> String {
    let parts = Parts::of(json);
    let assigned = |between: &str| match &parts {
        Parts::Object(fields) => {
            let fields = fields.iter().map(|(k, v)| format!("{}={}", encode(k), encode(v)));
            Some(fields.collect::<Vec<_>>().join(between))
        }
        _ => None,
    };
    let items = parts.flat(&encode);
    match (style.name, style.explode) {
        (StyleName::Label, true) => {
            format!(".{}", assigned(".").unwrap_or_else(|| items.join(".")))
        }
        (StyleName::Label, false) => format!(".{}", items.join(",")),
        (StyleName::Matrix, true) => match assigned(";") {
            Some(fields) => format!(";{fields}"),
            None => items.iter().map(|item| format!(";{}={item}", encode(name))).collect(),
        },
        (StyleName::Matrix, false) => format!(";{}={}", encode(name), items.join(",")),
        (_, true) => assigned(",").unwrap_or_else(|| items.join(delimiter(style))),
        (_, false) => items.join(delimiter(style)),
    }
}

/// Returns the fields of a query, a form or a cookie that a value is. Each text is `encode`d, and
/// delimiters are not.
pub(super) fn fields(
    name: &str,
    style: OpenApiStyle,
    json: &Json,
    encode: impl Fn(&str) -> String + Copy,
) -> Vec<(String, String)> {
    if style.name == StyleName::DeepObject {
        let mut found = Vec::new();
        deep(encode(name), json, encode, &mut found);
        return found;
    }
    let parts = Parts::of(json);
    match (&parts, style.explode) {
        (Parts::List(items), true) => {
            items.iter().map(|item| (encode(name), encode(item))).collect()
        }
        (Parts::Object(fields), true) => {
            fields.iter().map(|(name, text)| (encode(name), encode(text))).collect()
        }
        _ => {
            let items = parts.flat(encode);
            match items.is_empty() {
                true => Vec::new(),
                false => vec![(encode(name), items.join(delimiter(style)))],
            }
        }
    }
}

fn deep(
    name: String,
    json: &Json,
    encode: impl Fn(&str) -> String + Copy,
    found: &mut Vec<(String, String)>,
) {
    match json {
        Json::Object(fields) => {
            for (key, value) in fields {
                deep(format!("{name}[{}]", encode(key)), value, encode, found);
            }
        }
        Json::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                deep(format!("{name}[{index}]"), value, encode, found);
            }
        }
        scalar => found.extend(text(scalar).map(|text| (name, encode(&text)))),
    }
}
