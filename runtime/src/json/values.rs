//! How plain values are read and written.

use std::collections::BTreeMap;

use super::{FromJson, JsonError, Object, ToJson};
use crate::Json;

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
        json.as_bool().ok_or_else(|| JsonError::expected("true or false", &json))
    }
}

impl ToJson for bool {
    fn to_json(&self) -> Json {
        Json::Bool(*self)
    }
}

impl FromJson for i64 {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        let number = json.as_i64().or_else(|| whole(json.as_f64()?));
        number.ok_or_else(|| JsonError::expected("an integer", &json))
    }
}

/// A number without a fraction, such as `1.0`, which is an integer in JSON Schema. Beyond those
/// that a float holds exactly, it is not known which one was meant.
pub(super) fn whole(number: f64) -> Option<i64> {
    const EXACT: f64 = 9_007_199_254_740_992.0;
    #[allow(clippy::cast_possible_truncation, reason = "checked to be whole and in range")]
    (number.fract() == 0.0 && number.abs() <= EXACT).then_some(number as i64)
}

impl ToJson for i64 {
    fn to_json(&self) -> Json {
        Json::from(*self)
    }
}

impl FromJson for u64 {
    fn from_json(json: Json) -> Result<Self, JsonError> {
        let whole = || u64::try_from(whole(json.as_f64()?)?).ok();
        let number = json.as_u64().or_else(whole);
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
        json.as_f64().ok_or_else(|| JsonError::expected("a number", &json))
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
            json => T::from_json(json).map(Some),
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
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
        let Json::Array(items) = json else {
            return Err(JsonError::expected("a list", &json));
        };
        let read = |(index, item)| T::from_json(item).map_err(|error| error.in_item(index));
        items.into_iter().enumerate().map(read).collect()
    }
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
