//! Encoding values by the styles of OpenAPI, which are those of RFC 6570.
//!
//! An item that holds the delimiter is encoded so that the server can tell it from two items, or
//! refused where no encoding does. What the standard leaves open is encoded as JSON text: an
//! object or list inside of a list, and inside of an object that is not `deepObject`. `null` is
//! left out, as RFC 6570 leaves out what is undefined.

use percent_encoding::{AsciiSet, utf8_percent_encode};

use super::path::{RESERVED, encode_segment};
use crate::{
    json::Json,
    types::{Style, StyleKind as Kind},
};

/// Everything but what is unreserved, and what is reserved and has no meaning of its own in a
/// query. `%` is left to [`Encoding::text`].
const QUERY: &AsciiSet = &RESERVED
    .remove(b':')
    .remove(b'/')
    .remove(b'?')
    .remove(b'@')
    .remove(b'!')
    .remove(b'$')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b',')
    .remove(b';')
    .remove(b'=');

/// How text is encoded where it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Everything but the unreserved characters.
    Percent,
    /// The same with the reserved characters that a query can hold left as they are.
    Reserved,
    /// As in a form, with `+` for a space.
    Form,
    /// Not at all: headers, and parts of a form.
    Raw,
}

impl Encoding {
    /// The text as it is sent.
    pub(crate) fn text(self, text: &str) -> String {
        match self {
            Self::Percent => encode_segment(text),
            Self::Reserved => reserved(text),
            Self::Form => form_urlencoded::byte_serialize(text.as_bytes()).collect(),
            Self::Raw => text.to_owned(),
        }
    }

    /// The text as an item of several with `delimiter` between them.
    fn item(self, text: &str, delimiter: char) -> Result<String, String> {
        let is_kept = match self {
            Self::Raw => true,
            // What is unreserved is not encoded, and the space between items already is.
            _ => matches!(delimiter, '.' | ' ' | '\t'),
        };
        if is_kept && text.contains(delimiter) {
            return Err(format!("an item contains {delimiter:?}, which separates the items"));
        }
        let encoded = self.text(text);
        Ok(match self {
            Self::Reserved if delimiter.is_ascii_punctuation() => {
                encoded.replace(delimiter, &format!("%{:02X}", u32::from(delimiter)))
            }
            _ => encoded,
        })
    }

    /// What stands between the items.
    fn delimiter(self, delimiter: char) -> String {
        match delimiter {
            ' ' | '\t' => self.text(&delimiter.to_string()),
            delimiter => delimiter.to_string(),
        }
    }

    fn joined(self, items: &[&str], delimiter: char) -> Result<String, String> {
        let items: Result<Vec<_>, _> =
            items.iter().map(|item| self.item(item, delimiter)).collect();
        Ok(items?.join(&self.delimiter(delimiter)))
    }

    /// `key=value`, several of which have `delimiter` between them.
    fn assignments(self, fields: &[(String, Item)], delimiter: char) -> Result<String, String> {
        let fields = fields.iter().map(|(key, value)| {
            if self == Self::Raw && key.contains('=') {
                return Err("the name of a field contains `=`".to_owned());
            }
            Ok(format!("{}={}", self.item(key, delimiter)?, self.item(&value.text, delimiter)?))
        });
        Ok(fields.collect::<Result<Vec<_>, _>>()?.join(&self.delimiter(delimiter)))
    }
}

/// Reserved expansion of RFC 6570: percent-encoded triples stay as they are.
fn reserved(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        let is_triple = rest[at + 1..].bytes().take(2).filter(u8::is_ascii_hexdigit).count() == 2;
        encoded.extend(utf8_percent_encode(&rest[..at], QUERY));
        encoded.push_str(if is_triple { "%" } else { "%25" });
        rest = &rest[at + 1..];
    }
    encoded.extend(utf8_percent_encode(rest, QUERY));
    encoded
}

/// Text that is sent separately.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Item {
    pub(crate) text: String,
    /// Whether it is the text of a JSON document.
    pub(crate) is_json: bool,
}

impl Item {
    fn of(json: &Json) -> Option<Self> {
        let (text, is_json) = match json {
            Json::Null => return None,
            Json::String(text) => (text.clone(), false),
            Json::Number(number) => (plain(number), false),
            Json::Bool(value) => (value.to_string(), false),
            nested => (nested.to_string(), true),
        };
        Some(Self { text, is_json })
    }
}

/// A number without an exponent, and without a fraction where it has none.
fn plain(number: &serde_json::Number) -> String {
    match number.as_f64() {
        Some(float) if number.is_f64() => float.to_string(),
        _ => number.to_string(),
    }
}

/// A value taken apart.
enum Parts {
    Nothing,
    One(Item),
    List(Vec<Item>),
    Object(Vec<(String, Item)>),
}

impl Parts {
    fn of(json: &Json) -> Self {
        match json {
            Json::Array(items) => Self::List(items.iter().filter_map(Item::of).collect()),
            Json::Object(fields) => {
                let fields = fields.iter();
                Self::Object(fields.filter_map(|(k, v)| Some((k.clone(), Item::of(v)?))).collect())
            }
            scalar => Item::of(scalar).map_or(Self::Nothing, Self::One),
        }
    }

    /// The items as they follow each other, with the names of fields before their values.
    fn flat(&self) -> Vec<&str> {
        match self {
            Self::Nothing => Vec::new(),
            Self::One(item) => vec![&item.text],
            Self::List(items) => items.iter().map(|item| &*item.text).collect(),
            Self::Object(fields) => {
                fields.iter().flat_map(|(key, value)| [&**key, &value.text]).collect()
            }
        }
    }
}

/// The text of a parameter of the path.
pub(crate) fn in_path(name: &str, style: Style, value: &Json) -> Result<String, String> {
    let (parts, encoding) = (Parts::of(value), Encoding::Percent);
    if parts.flat().is_empty() {
        return Err("a path parameter cannot be empty".to_owned());
    }
    match (style.kind, &parts) {
        (Kind::Label, Parts::Object(fields)) if style.explode => {
            Ok(format!(".{}", encoding.assignments(fields, '.')?))
        }
        (Kind::Label, Parts::List(_)) if style.explode => {
            Ok(format!(".{}", encoding.joined(&parts.flat(), '.')?))
        }
        (Kind::Label, _) => Ok(format!(".{}", encoding.joined(&parts.flat(), ',')?)),
        (Kind::Matrix, Parts::Object(fields)) if style.explode => {
            Ok(fields.iter().map(|(key, value)| matrix(key, &encoding.text(&value.text))).collect())
        }
        (Kind::Matrix, Parts::List(items)) if style.explode => {
            Ok(items.iter().map(|item| matrix(name, &encoding.text(&item.text))).collect())
        }
        (Kind::Matrix, _) => Ok(matrix(name, &encoding.joined(&parts.flat(), ',')?)),
        _ => simple(&parts, style, encoding),
    }
}

fn matrix(name: &str, encoded: &str) -> String {
    let name = encode_segment(name);
    if encoded.is_empty() { format!(";{name}") } else { format!(";{name}={encoded}") }
}

fn simple(parts: &Parts, style: Style, encoding: Encoding) -> Result<String, String> {
    match parts {
        Parts::One(item) => Ok(encoding.text(&item.text)),
        Parts::Object(fields) if style.explode => encoding.assignments(fields, ','),
        parts => encoding.joined(&parts.flat(), delimiter(style)),
    }
}

/// The text of a header; `None` where there is nothing to send.
pub(crate) fn in_header(style: Style, value: &Json) -> Result<Option<String>, String> {
    let parts = Parts::of(value);
    if parts.flat().is_empty() {
        return Ok(None);
    }
    simple(&parts, style, Encoding::Raw).map(Some)
}

/// The encoded `name=value` pairs of a parameter of a query, form or cookie.
pub(crate) fn pairs(
    name: &str,
    style: Style,
    value: &Json,
    encoding: Encoding,
) -> Result<Vec<(String, String)>, String> {
    let encoding = match encoding {
        Encoding::Percent if style.reserved => Encoding::Reserved,
        encoding => encoding,
    };
    // Names have no reserved characters to keep: `=` and `&` would end them.
    let encoded_name = |name: &str| match encoding {
        Encoding::Reserved => Encoding::Percent.text(name),
        encoding => encoding.text(name),
    };
    let own = encoded_name(name);
    if style.kind == Kind::DeepObject {
        let mut pairs = Vec::new();
        deep(own.clone(), value, &encoded_name, encoding, &mut pairs);
        return Ok(or_empty(pairs, own, style));
    }
    let parts = Parts::of(value);
    let pairs = match &parts {
        Parts::One(item) => vec![(own.clone(), encoding.text(&item.text))],
        Parts::List(items) if style.explode => {
            items.iter().map(|item| (own.clone(), encoding.text(&item.text))).collect()
        }
        Parts::Object(fields) if style.explode => {
            let encode =
                |(key, value): &(String, Item)| (encoded_name(key), encoding.text(&value.text));
            fields.iter().map(encode).collect()
        }
        parts => match &parts.flat()[..] {
            [] => Vec::new(),
            items => vec![(own.clone(), encoding.joined(items, delimiter(style))?)],
        },
    };
    Ok(or_empty(pairs, own, style))
}

fn delimiter(style: Style) -> char {
    match style.kind {
        Kind::Delimited(delimiter) => delimiter,
        _ => ',',
    }
}

fn or_empty(mut pairs: Vec<(String, String)>, name: String, style: Style) -> Vec<(String, String)> {
    if pairs.is_empty() && style.empty {
        pairs.push((name, String::new()));
    }
    pairs
}

/// `name[key]=value` for what is in an object or list, however deep. Items are numbered from 0.
fn deep(
    name: String,
    value: &Json,
    encoded_name: &dyn Fn(&str) -> String,
    encoding: Encoding,
    pairs: &mut Vec<(String, String)>,
) {
    let below = |key: &str| format!("{name}{}{key}{}", encoded_name("["), encoded_name("]"));
    match value {
        Json::Object(fields) => {
            for (key, value) in fields {
                deep(below(&encoded_name(key)), value, encoded_name, encoding, pairs);
            }
        }
        Json::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                deep(below(&index.to_string()), value, encoded_name, encoding, pairs);
            }
        }
        scalar => pairs.extend(Item::of(scalar).map(|item| (name, encoding.text(&item.text)))),
    }
}

/// The parts of a form that a value is: each with its name.
pub(crate) fn in_parts(
    name: &str,
    style: Style,
    value: &Json,
) -> Result<Vec<(String, Item)>, String> {
    let own = |item| (name.to_owned(), item);
    let text = |text| Item { text, is_json: false };
    Ok(match Parts::of(value) {
        Parts::Nothing => Vec::new(),
        Parts::One(item) => vec![own(item)],
        Parts::List(items) if style.explode => items.into_iter().map(own).collect(),
        parts if style.kind == Kind::DeepObject || matches!(parts, Parts::Object(_)) => {
            let pairs = pairs(name, style, value, Encoding::Raw)?;
            pairs.into_iter().map(|(name, value)| (name, text(value))).collect()
        }
        parts => match &parts.flat()[..] {
            [] => Vec::new(),
            items => vec![own(text(Encoding::Raw.joined(items, delimiter(style))?))],
        },
    })
}

#[cfg(test)]
mod tests;
