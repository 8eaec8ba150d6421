//! Lenient reading of JSON: PHP does not always write a value with its declared type.

use std::collections::BTreeMap;

use super::{
    FromJson, Json, JsonError, Members, Object, Secrets, ToJson, Value, values::is_numbered,
};

/// A value that PHP may write in ways that could also mean something else.
///
/// In addition to what every field accepts (numbers as text and the reverse, see [`FromJson`]),
/// reading accepts booleans for text and integers, `null` for an empty map, a list for a map whose
/// keys are 0, 1 …, a single object for a list of one, and nothing at all for an empty list, as in
/// JSON that was generated from XML. It is used only for fields that a correction marks as such.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lenient<T>(pub T);

impl<T: ToJson> ToJson for Lenient<T> {
    fn write(&self, secrets: Secrets) -> Option<Json> {
        self.0.write(secrets)
    }
}

impl FromJson for Lenient<i64> {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        match json {
            Value::Bool(value) => Ok(Self(i64::from(value))),
            json => i64::from_json(json).map(Self),
        }
    }
}

impl FromJson for Lenient<u64> {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        u64::from_json(json).map(Self)
    }
}

impl FromJson for Lenient<f64> {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        f64::from_json(json).map(Self)
    }
}

impl FromJson for Lenient<bool> {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        bool::from_json(json).map(Self)
    }
}

impl FromJson for Lenient<String> {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        match json {
            Value::Bool(value) => Ok(Self(value.to_string())),
            json => String::from_json(json).map(Self),
        }
    }
}

impl FromJson for Lenient<Object> {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        match json {
            Value::Null => Ok(Self(Object::new())),
            Value::List(items) => Ok(Self(numbered(items).into_json())),
            json => Object::from_json(json).map(Self),
        }
    }
}

/// Converts a list to the map that PHP made it from.
fn numbered(items: Vec<Value<'_>>) -> Members<'_> {
    items.into_iter().enumerate().map(|(index, item)| (index.to_string().into(), item)).collect()
}

impl<T: FromJson> FromJson for Lenient<Vec<T>> {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        match json {
            Value::Null => Ok(Self(Vec::new())),
            Value::List(_) => Vec::from_json(json).map(Self),
            Value::Object(fields) if is_numbered(&fields) => {
                Vec::from_json(Value::Object(fields)).map(Self)
            }
            // A list of one that was converted from XML.
            one => Ok(Self(vec![T::from_json(one)?])),
        }
    }

    fn absent() -> Option<Self> {
        Some(Self(Vec::new()))
    }
}

impl<T: FromJson> FromJson for Lenient<BTreeMap<String, T>> {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        match json {
            Value::Null => Ok(Self(BTreeMap::new())),
            Value::List(items) => BTreeMap::from_json(Value::Object(numbered(items))).map(Self),
            json => BTreeMap::from_json(json).map(Self),
        }
    }
}
