//! How plain values are read and written.
//!
//! Servers written in PHP write a value as they received it: a number as text, text of digits as a
//! number, a list whose first items were removed as an object with numbers for keys, and an empty
//! map as `[]`. Reading accepts these forms, since none of them can mean anything else.

use std::{borrow::Cow, collections::BTreeMap};

use super::{FromJson, Json, JsonError, Members, Object, Secrets, ToJson, Value};

impl FromJson for Json {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        Ok(json.into_json())
    }
}

impl ToJson for Json {
    fn write(&self, _: Secrets) -> Option<Json> {
        Some(self.clone())
    }
}

impl FromJson for Object {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        members(json).map(Members::into_json)
    }
}

/// Returns the members of an object, or none of an empty list.
pub(super) fn members(json: Value<'_>) -> Result<Members<'_>, JsonError> {
    match json {
        Value::Object(members) => Ok(members),
        Value::List(items) if items.is_empty() => Ok(Members::default()),
        other => Err(JsonError::expected("an object", &other)),
    }
}

impl ToJson for Object {
    fn write(&self, _: Secrets) -> Option<Json> {
        Some(Json::Object(self.clone()))
    }
}

impl FromJson for String {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        match json {
            Value::Text(text) => Ok(text.into_owned()),
            Value::Number(number) => Ok(number.to_string()),
            other => Err(JsonError::expected("text", &other)),
        }
    }
}

impl ToJson for String {
    fn write(&self, _: Secrets) -> Option<Json> {
        Some(Json::String(self.clone()))
    }
}

impl FromJson for bool {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        let value = match &json {
            Value::Bool(value) => Some(*value),
            Value::Number(number) => number.as_i64().filter(|n| matches!(n, 0 | 1)).map(|n| n == 1),
            Value::Text(text) => match &**text {
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
    fn write(&self, _: Secrets) -> Option<Json> {
        Some(Json::Bool(*self))
    }
}

impl FromJson for i64 {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        let number = match &json {
            Value::Text(text) => text.trim().parse().ok().or_else(|| whole(number(text)?)),
            Value::Number(number) => number.as_i64().or_else(|| whole(number.as_f64()?)),
            _ => None,
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
    fn write(&self, _: Secrets) -> Option<Json> {
        Some(Json::from(*self))
    }
}

impl FromJson for u64 {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        let unsigned = |float: f64| u64::try_from(whole(float)?).ok();
        let number = match &json {
            Value::Text(text) => text.trim().parse().ok().or_else(|| unsigned(number(text)?)),
            Value::Number(number) => number.as_u64().or_else(|| unsigned(number.as_f64()?)),
            _ => None,
        };
        number.ok_or_else(|| JsonError::expected("an integer from 0", &json))
    }
}

impl ToJson for u64 {
    fn write(&self, _: Secrets) -> Option<Json> {
        Some(Json::from(*self))
    }
}

impl FromJson for f64 {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        let number = match &json {
            Value::Text(text) => number(text),
            Value::Number(number) => number.as_f64(),
            _ => None,
        };
        number.ok_or_else(|| JsonError::expected("a number", &json))
    }
}

impl ToJson for f64 {
    fn write(&self, _: Secrets) -> Option<Json> {
        Some(Json::from(*self))
    }
}

impl FromJson for () {
    fn from_json(_: Value<'_>) -> Result<Self, JsonError> {
        Ok(())
    }

    fn absent() -> Option<Self> {
        Some(())
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        match json {
            // PHP writes an object without fields like that, such as the share of a node that is not
            // shared. A field of another type that has it is an error all the same.
            Value::List(items) if items.is_empty() => Ok(T::from_json(Value::List(items)).ok()),
            json => T::optional(json),
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: ToJson> ToJson for Option<T> {
    fn write(&self, secrets: Secrets) -> Option<Json> {
        self.as_ref().map_or(Some(Json::Null), |value| value.write(secrets))
    }
}

impl<T: FromJson> FromJson for Box<T> {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        T::from_json(json).map(Box::new)
    }
}

impl<T: ToJson> ToJson for Box<T> {
    fn write(&self, secrets: Secrets) -> Option<Json> {
        (**self).write(secrets)
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        let items = match json {
            Value::List(items) => items,
            Value::Object(fields) if is_numbered(&fields) => return listed(fields),
            other => return Err(JsonError::expected("a list", &other)),
        };
        let mut list = Self::with_capacity(items.len());
        for (index, item) in items.into_iter().enumerate() {
            list.push(T::from_json(item).map_err(|error| error.in_item(index))?);
        }
        Ok(list)
    }
}

/// Returns the values of a list whose first items were removed, by their indices: `10` is after
/// `9`.
fn listed<T: FromJson>(fields: Members<'_>) -> Result<Vec<T>, JsonError> {
    let mut list = Vec::with_capacity(fields.len());
    for (key, json) in sorted(fields) {
        list.push(T::from_json(json).map_err(|error| error.in_field(&key))?);
    }
    Ok(list)
}

/// Not for each type of value, since sorting is a lot of code.
fn sorted(fields: Members<'_>) -> Vec<(Cow<'_, str>, Value<'_>)> {
    let mut fields: Vec<_> = fields.into_iter().collect();
    fields.sort_by_key(|(key, _)| (key.len(), key.clone()));
    fields
}

pub(super) fn is_numbered(fields: &Members<'_>) -> bool {
    let is_number = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
    !fields.is_empty() && fields.iter().all(|(name, _)| is_number(name))
}

impl<T: ToJson> ToJson for Vec<T> {
    fn write(&self, secrets: Secrets) -> Option<Json> {
        Some(self.iter().filter_map(|item| item.write(secrets)).collect())
    }
}

impl<T: FromJson> FromJson for BTreeMap<String, T> {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        // Collecting would sort first, which is a lot of code for each type of value.
        let mut map = Self::new();
        for (name, json) in members(json)? {
            let value = T::from_json(json).map_err(|error| error.in_field(&name))?;
            map.insert(name.into_owned(), value);
        }
        Ok(map)
    }
}

impl<T: ToJson> ToJson for BTreeMap<String, T> {
    fn write(&self, secrets: Secrets) -> Option<Json> {
        let write = |(name, value): (&String, &T)| Some((name.clone(), value.write(secrets)?));
        Some(Json::Object(self.iter().filter_map(write).collect()))
    }
}
