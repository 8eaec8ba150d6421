//! Numbers that are written as text, since not every language has 64-bit integers.

use std::{fmt, str::FromStr};

use super::{FromJson, Json, JsonError, Secrets, ToJson, Value};

/// A number that is written as text; reading accepts a plain number as well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Quoted<T>(pub T);

impl<T: FromStr + FromJson> FromJson for Quoted<T> {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        match &json {
            Value::Text(text) => match text.parse() {
                Ok(number) => Ok(Self(number)),
                Err(_) => Err(JsonError::expected("an integer as text", &json)),
            },
            _ => T::from_json(json).map(Self),
        }
    }
}

impl<T: fmt::Display> ToJson for Quoted<T> {
    fn write(&self, _: Secrets) -> Option<Json> {
        Some(Json::String(self.0.to_string()))
    }
}

impl<T: fmt::Display> fmt::Display for Quoted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
