//! A parsed document that borrows from its text.
//!
//! Reading a model takes a document apart at once, so it need not own what most of it consists of:
//! the names of fields, and texts without escapes. Its objects are lists, since those of a response
//! are small, and taking each field once costs less than sorting them.

use std::{borrow::Cow, fmt, str};

use serde_core::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::Number;

use super::{Json, Object, Seen};

/// A JSON value that borrows what it can from the text that it was parsed from.
///
/// ```
/// use pydio_runtime::{Json, json::Value};
///
/// let value = Value::from_slice(br#"{"id": "a", "size": 7}"#).unwrap();
/// assert_eq!(value.get("id").and_then(Value::as_text), Some("a"));
/// assert_eq!(value.into_json(), serde_json::json!({ "id": "a", "size": 7 }));
///
/// let json = Json::from("text");
/// assert_eq!(Value::from(&json).as_text(), Some("text"));
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Value<'a> {
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<Value<'a>>),
    /// An object.
    Object(Members<'a>),
}

impl<'a> Value<'a> {
    /// Parses a document.
    ///
    /// # Errors
    ///
    /// If it is not JSON.
    pub fn from_slice(bytes: &'a [u8]) -> Result<Self, serde_json::Error> {
        // Checking the encoding once is faster than doing it for each text.
        match str::from_utf8(bytes) {
            Ok(text) => serde_json::from_str(text),
            Err(_) => serde_json::from_slice(bytes),
        }
    }

    /// Returns whether it is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// Returns the text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the members, if it is an object.
    pub fn as_object(&self) -> Option<&Members<'a>> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    /// Returns the value of a member, if it is an object that has it.
    pub fn get(&self, name: &str) -> Option<&Self> {
        self.as_object()?.get(name)
    }

    /// Returns whether it is the value that is written like this in JSON.
    pub(super) fn is_written(&self, text: &str) -> bool {
        match self {
            Self::Null => text == "null",
            Self::Bool(value) => text == if *value { "true" } else { "false" },
            Self::Text(own) if !text.contains('\\') => {
                text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) == Some(&**own)
            }
            other => {
                let written = other.clone().into_json().to_string();
                written == text
            }
        }
    }

    /// Converts it to a value that owns its texts.
    pub fn into_json(self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(value),
            Self::Number(number) => Json::Number(number),
            Self::Text(text) => Json::String(text.into_owned()),
            Self::List(items) => Json::Array(items.into_iter().map(Self::into_json).collect()),
            Self::Object(members) => Json::Object(members.into_json()),
        }
    }
}

impl From<Json> for Value<'_> {
    fn from(json: Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(value),
            Json::Number(number) => Self::Number(number),
            Json::String(text) => Self::Text(text.into()),
            Json::Array(items) => Self::List(items.into_iter().map(Self::from).collect()),
            Json::Object(fields) => Self::Object(fields.into()),
        }
    }
}

impl<'a> From<&'a Json> for Value<'a> {
    fn from(json: &'a Json) -> Self {
        match json {
            Json::Null => Self::Null,
            Json::Bool(value) => Self::Bool(*value),
            Json::Number(number) => Self::Number(number.clone()),
            Json::String(text) => Self::Text(text.into()),
            Json::Array(items) => Self::List(items.iter().map(Self::from).collect()),
            Json::Object(fields) => {
                let members = fields.iter().map(|(name, json)| (name.into(), json.into()));
                Self::Object(members.collect())
            }
        }
    }
}

/// The members of an object: names, each of them once, with their values.
#[derive(Clone, Debug, Default)]
pub struct Members<'a> {
    list: Vec<Member<'a>>,
    /// Models have more fields than most objects: this answers for those that are missing.
    seen: Seen,
}

type Member<'a> = (Cow<'a, str>, Value<'a>);

impl<'a> Members<'a> {
    /// Returns the number of members.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Returns the names with their values.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &Value<'a>)> {
        self.list.iter().map(|(name, value)| (&**name, value))
    }

    /// Returns the value of a member.
    pub fn get(&self, name: &str) -> Option<&Value<'a>> {
        self.position(name).map(|index| &self.list[index].1)
    }

    /// Removes a member, and returns its value. The order of the others changes.
    pub fn take(&mut self, name: &str) -> Option<Value<'a>> {
        self.position(name).map(|index| self.list.swap_remove(index).1)
    }

    fn position(&self, name: &str) -> Option<usize> {
        let is_it = |(other, _): &Member<'_>| {
            // Comparing texts is a call of a function, even if they differ at once.
            other.len() == name.len()
                && other.as_bytes().first() == name.as_bytes().first()
                && other == name
        };
        self.seen.may_have(name).then(|| self.list.iter().position(is_it))?
    }

    /// Adds a member; false if there may be one of that name.
    fn push(&mut self, name: Cow<'a, str>, value: Value<'a>) -> bool {
        let may_have = self.seen.record(&name);
        self.list.push((name, value));
        !may_have
    }

    /// Converts them to fields that own their texts.
    pub fn into_json(self) -> Object {
        self.into_iter().map(|(name, value)| (name.into_owned(), value.into_json())).collect()
    }

    /// Removes each member with a name that a later one has as well.
    fn dedup(&mut self) {
        let mut names: Vec<&str> = self.list.iter().map(|(name, _)| &**name).collect();
        names.sort_unstable();
        if names.windows(2).all(|pair| pair[0] != pair[1]) {
            return;
        }
        // In a stable order, the last one of several is the one that was sent last.
        self.list.sort_by(|(one, _), (other, _)| one.cmp(other));
        self.list.reverse();
        self.list.dedup_by(|earlier, last| earlier.0 == last.0);
        self.list.reverse();
    }
}

impl PartialEq for Members<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.list == other.list
    }
}

impl From<Object> for Members<'_> {
    fn from(fields: Object) -> Self {
        fields.into_iter().map(|(name, json)| (name.into(), json.into())).collect()
    }
}

impl<'a> IntoIterator for Members<'a> {
    type Item = (Cow<'a, str>, Value<'a>);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}

/// Of several members with one name, the last one counts.
impl<'a> FromIterator<(Cow<'a, str>, Value<'a>)> for Members<'a> {
    fn from_iter<I: IntoIterator<Item = (Cow<'a, str>, Value<'a>)>>(members: I) -> Self {
        let mut all = Self::default();
        let mut are_new = true;
        for (name, value) in members {
            are_new &= all.push(name, value);
        }
        if !are_new {
            all.dedup();
        }
        all
    }
}

impl<'de> Deserialize<'de> for Value<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

/// The name under which `serde_json` hands out numbers, if another crate of a program has its
/// feature `arbitrary_precision` on.
const NUMBER: &str = "$serde_json::private::Number";

/// The members that most objects have room for without moving them.
const TYPICAL: usize = 8;

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any valid JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Number::from_f64(value).map_or(Value::Null, Value::Number))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Owned(text)))
    }

    fn visit_none<E>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
        Value::deserialize(inner)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
        Value::deserialize(inner)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Value::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut fields: A) -> Result<Self::Value, A::Error> {
        let mut members = Members::default();
        // Names in ascending order differ from each other.
        let (mut is_ascending, mut are_new) = (true, true);
        while let Some(Name(name)) = fields.next_key()? {
            if members.is_empty() {
                members.list.reserve(TYPICAL);
            }
            is_ascending &= members.list.last().is_none_or(|(last, _)| *last < name);
            are_new &= members.push(name, fields.next_value()?);
        }
        if let [(name, Value::Text(digits))] = &members.list[..]
            && name == NUMBER
        {
            return digits.parse().map(Value::Number).map_err(A::Error::custom);
        }
        if !is_ascending && !are_new {
            members.dedup();
        }
        Ok(Value::Object(members))
    }
}

/// The name of a member.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(NameReader).map(Self)
    }
}

struct NameReader;

impl<'de> Visitor<'de> for NameReader {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text))
    }
}
