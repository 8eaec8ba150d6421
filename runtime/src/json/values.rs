//! How plain values are read and written.
//!
//! Servers written in PHP write a value as they received it: a number as text, text of digits as a
//! number, a list whose first items were removed as an object with numbers for keys, and an empty
//! map as `[]`. Reading accepts these forms, since none of them can mean anything else.

use std::collections::BTreeMap;

use super::Json;
use super::{FromJson, JsonError, Object, ToJson};

impl FromJson for Json {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        Ok(json)
    }
}

impl ToJson for Json {
    fn to_json(&self) -> Json {
        self.clone()
    }
}

impl FromJson for Object {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        match json {
            Json::Object(fields) => Ok(fields),
            Json::Array(items) if items.is_empty() => Ok(Self::new()),
            other => Err(JsonError::expected("an object", &other)),
        }
    }
}

impl ToJson for Object {
    fn to_json(&self) -> Json {
        Json::Object(self.clone())
    }
}

impl FromJson for String {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        match json {
            Json::String(text) => Ok(text),
            Json::Number(number) => Ok(number.to_string()),
            other => Err(JsonError::expected("text", &other)),
        }
    }
}

impl ToJson for String {
    fn to_json(&self) -> Json {
        Json::String(self.clone())
    }
}

impl FromJson for bool {
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
        value.ok_or_else(|| JsonError::expected("true or false", &json))
    }
}

impl ToJson for bool {
    fn to_json(&self) -> Json {
        Json::Bool(*self)
    }
}

impl FromJson for i64 {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        let number = match &json {
            Json::String(text) => text.trim().parse().ok().or_else(|| whole(number(text)?)),
            json => json.as_i64().or_else(|| whole(json.as_f64()?)),
        };
        number.ok_or_else(|| JsonError::expected("an integer", &json))
    }
}

/// Converts a number without a fraction, such as `1.0`, which is an integer in JSON Schema. Beyond
/// those that a float holds exactly, the intended number is unknown.
pub(super) fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[allow(clippy::cast_possible_truncation, reason = "checked to be whole and in range")]
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

/// Reads the number in a text, except `inf` and `nan`.
fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

impl ToJson for i64 {
    fn to_json(&self) -> Json {
        Json::from(*self)
    }
}

impl FromJson for u64 {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        let unsigned = |float: f64| u64::try_from(whole(float)?).ok();
        let number = match &json {
            Json::String(text) => text.trim().parse().ok().or_else(|| unsigned(number(text)?)),
            json => json.as_u64().or_else(|| unsigned(json.as_f64()?)),
        };
        number.ok_or_else(|| JsonError::expected("an integer from 0", &json))
    }
}

impl ToJson for u64 {
    fn to_json(&self) -> Json {
        Json::from(*self)
    }
}

impl FromJson for f64 {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        let number = match &json {
            Json::String(text) => number(text),
            json => json.as_f64(),
        };
        number.ok_or_else(|| JsonError::expected("a number", &json))
    }
}

impl ToJson for f64 {
    fn to_json(&self) -> Json {
        Json::from(*self)
    }
}

impl FromJson for () {
    fn from_json(_: Json) -> Result<Self, JsonError> {
        Ok(())
    }

    fn absent() -> Option<Self> {
        Some(())
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        match json {
            Json::Null => Ok(None),
            Json::Bool(false) => Ok(unless_false()),
            json => T::from_json(json).map(Some),
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

/// Returns the value for `false` where a value may be missing: `false` itself if the type allows
/// it, and otherwise nothing, since PHP's functions return `false` when they find nothing.
pub(super) fn unless_false<T: FromJson>() -> Option<T> {
    T::from_json(Json::Bool(false)).ok()
}

impl<T: ToJson> ToJson for Option<T> {
    fn to_json(&self) -> Json {
        self.as_ref().map_or(Json::Null, ToJson::to_json)
    }
}

impl<T: FromJson> FromJson for Box<T> {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        T::from_json(json).map(Box::new)
    }
}

impl<T: ToJson> ToJson for Box<T> {
    fn to_json(&self) -> Json {
        (**self).to_json()
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        let items = match json {
            Json::Array(items) => items,
            Json::Object(fields) if is_numbered(&fields) => return listed(fields),
            other => return Err(JsonError::expected("a list", &other)),
        };
        let read = |(index, item)| T::from_json(item).map_err(|error| error.in_item(index));
        items.into_iter().enumerate().map(read).collect()
    }
}

/// Returns the values of a list whose first items were removed, by their indices: `10` is after
/// `9`.
fn listed<T: FromJson>(fields: Object) -> Result<Vec<T>, JsonError> {
    let mut fields: Vec<_> = fields.into_iter().collect();
    fields.sort_by_key(|(key, _)| (key.len(), key.clone()));
    let read = |(key, json): (String, Json)| T::from_json(json).map_err(|e| e.in_field(&key));
    fields.into_iter().map(read).collect()
}

pub(super) fn is_numbered(fields: &Object) -> bool {
    !fields.is_empty() && fields.keys().all(|key| key.bytes().all(|byte| byte.is_ascii_digit()))
}

impl<T: ToJson> ToJson for Vec<T> {
    fn to_json(&self) -> Json {
        self.iter().map(ToJson::to_json).collect()
    }
}

impl<T: FromJson> FromJson for BTreeMap<String, T> {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        // Collecting would sort first, which is a lot of code for each type of value.
        let mut map = Self::new();
        for (name, json) in Object::from_json(json)? {
            let value = T::from_json(json).map_err(|error| error.in_field(&name))?;
            map.insert(name, value);
        }
        Ok(map)
    }
}

impl<T: ToJson> ToJson for BTreeMap<String, T> {
    fn to_json(&self) -> Json {
        let fields = self.iter().map(|(name, value)| (name.clone(), value.to_json()));
        Json::Object(fields.collect())
    }
}
