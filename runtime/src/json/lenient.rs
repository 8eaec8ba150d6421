//! PHP's habits: what a server means and how it spells it are not always the same.

use std::collections::BTreeMap;

use super::{FromJson, JsonError, Object, ToJson};
use crate::Json;

/// A value that PHP may spell differently.
///
/// Reading accepts, besides the value itself, what PHP makes of it: numbers and booleans as text,
/// `0` and `1` for booleans, numbers for text that happens to be all digits, `[]` or `null` for an
/// empty map, a list for a map whose keys are 0, 1 …, a map with numbers for keys for a list, a
/// single object for a list of one, and nothing at all for a list of none, as in what was made
/// from XML. It is used for those fields only for which the corrections say that it happens.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lenient<T>(pub T);

impl<T: ToJson> ToJson for Lenient<T> {
    fn to_json(&self) -> Json {
        self.0.to_json()
    }
}

impl FromJson for Lenient<i64> {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        let number = match &json {
            Json::String(text) => text.trim().parse().ok(),
            Json::Bool(bool) => Some(i64::from(*bool)),
            json => return i64::from_json(json.clone()).map(Self),
        };
        number.map(Self).ok_or_else(|| JsonError::expected("an integer", &json))
    }
}

impl FromJson for Lenient<u64> {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        let number = match &json {
            Json::String(text) => text.trim().parse().ok(),
            json => return u64::from_json(json.clone()).map(Self),
        };
        number.map(Self).ok_or_else(|| JsonError::expected("an integer from 0", &json))
    }
}

impl FromJson for Lenient<f64> {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        let number = match &json {
            Json::String(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
            other => other.as_f64(),
        };
        number.map(Self).ok_or_else(|| JsonError::expected("a number", &json))
    }
}

impl FromJson for Lenient<bool> {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        let value = match &json {
            Json::Bool(value) => Some(*value),
            Json::Number(number) => number.as_i64().filter(|n| matches!(n, 0 | 1)).map(|n| n == 1),
            Json::String(text) => match &**text {
                "true" | "1" => Some(true),
                "false" | "0" | "" => Some(false),
                _ => None,
            },
            _ => None,
        };
        value.map(Self).ok_or_else(|| JsonError::expected("true or false", &json))
    }
}

impl FromJson for Lenient<String> {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        match json {
            Json::String(text) => Ok(Self(text)),
            Json::Number(number) => Ok(Self(number.to_string())),
            Json::Bool(value) => Ok(Self(value.to_string())),
            other => Err(JsonError::expected("text", &other)),
        }
    }
}

impl FromJson for Lenient<Object> {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        match json {
            Json::Null => Ok(Self(Object::new())),
            Json::Array(items) => Ok(Self(numbered(items))),
            json => Object::from_json(json).map(Self),
        }
    }
}

/// A list as the map that PHP made it from.
fn numbered(items: Vec<Json>) -> Object {
    items.into_iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect()
}

impl<T: FromJson> FromJson for Lenient<Vec<T>> {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        match json {
            Json::Null => Ok(Self(Vec::new())),
            Json::Array(_) => Vec::from_json(json).map(Self),
            Json::Object(fields) if is_numbered(fields.keys()) => listed(fields).map(Self),
            // A list of one that went through XML.
            one => Ok(Self(vec![T::from_json(one)?])),
        }
    }

    fn absent() -> Option<Self> {
        Some(Self(Vec::new()))
    }
}

/// The values of a list whose first keys were removed, by their numbers: `10` is after `9`.
fn listed<T: FromJson>(fields: Object) -> Result<Vec<T>, JsonError> {
    let mut fields: Vec<_> = fields.into_iter().collect();
    fields.sort_by_key(|(key, _)| (key.len(), key.clone()));
    let read = |(key, json): (String, Json)| T::from_json(json).map_err(|e| e.in_field(&key));
    fields.into_iter().map(read).collect()
}

fn is_numbered<'k>(mut keys: impl ExactSizeIterator<Item = &'k String>) -> bool {
    keys.len() > 0 && keys.all(|key| key.bytes().all(|byte| byte.is_ascii_digit()))
}

impl<T: FromJson> FromJson for Lenient<BTreeMap<String, T>> {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        match json {
            Json::Null => Ok(Self(BTreeMap::new())),
            Json::Array(items) => BTreeMap::from_json(Json::Object(numbered(items))).map(Self),
            json => BTreeMap::from_json(json).map(Self),
        }
    }
}
