//! Responses that are an object for one node and a map for several.

use crate::json::{FromJson, JsonError, Map, Value};

/// The response of an action that takes one node or several.
///
/// PHP sends the object itself for one, a map by path for several, and `{}` (or `[]`) for one that
/// does not exist.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OneOrMany<T> {
    /// There is no such node.
    Missing,
    /// For the single requested node.
    One(T),
    /// By path; `None` for a node that does not exist.
    Many(Map<Option<T>>),
}

impl<T> OneOrMany<T> {
    /// Returns the single value, unless there are several or none.
    pub fn one(self) -> Option<T> {
        match self {
            Self::One(value) => Some(value),
            _ => None,
        }
    }
}

impl<T: FromJson> FromJson for OneOrMany<T> {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        let fields = match json {
            ref empty if is_empty(empty) => return Ok(Self::Missing),
            Value::Object(fields) => fields,
            other => return Err(JsonError::expected("an object", &other)),
        };
        // Each value of a map is an object, or the empty list that PHP makes of an empty one.
        let is_entry = |value: &Value<'_>| matches!(value, Value::Object(_) | Value::List(_));
        if !fields.iter().all(|(_, value)| is_entry(value)) {
            return T::from_json(Value::Object(fields)).map(Self::One);
        }
        let mut nodes = Map::new();
        for (path, json) in fields {
            let value = match is_empty(&json) {
                true => None,
                false => Some(T::from_json(json).map_err(|error| error.in_field(&path))?),
            };
            nodes.insert(path.into_owned(), value);
        }
        Ok(Self::Many(nodes))
    }
}

fn is_empty(json: &Value<'_>) -> bool {
    match json {
        Value::Object(members) => members.is_empty(),
        Value::List(items) => items.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::OneOrMany;
    use crate::json::{Map, from_slice};

    #[test]
    fn each_shape_is_recognised() {
        let read = |text: &str| from_slice::<OneOrMany<Map<i64>>>(text.as_bytes());
        assert_eq!(read("{}"), Ok(OneOrMany::Missing));
        assert_eq!(read("[]"), Ok(OneOrMany::Missing));
        let stat = Map::from([("size".to_owned(), 3)]);
        assert_eq!(read(r#"{"size": 3}"#), Ok(OneOrMany::One(stat.clone())));
        let many = Map::from([("/a".to_owned(), Some(stat)), ("/b".to_owned(), None)]);
        assert_eq!(read(r#"{"/a": {"size": 3}, "/b": {}}"#), Ok(OneOrMany::Many(many)));
        let error = read(r#"{"/a": {"size": "x"}}"#).unwrap_err();
        assert_eq!(error.to_string(), "[\"/a\"].size: expected an integer, found \"x\"");
    }
}
