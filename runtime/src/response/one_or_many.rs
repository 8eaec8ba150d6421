//! Responses that are an object for one node and a map for several.

use crate::{
    Json,
    json::{FromJson, JsonError, Map},
};

/// The response of an action that takes one node or several.
///
/// PHP sends the object itself for one, a map by path for several, and `{}` (or `[]`) for one that
/// does not exist.
#[derive(Clone, Debug, PartialEq)]
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
    fn from_json(json: Json) -> Result<Self, JsonError> {
        let fields = match json {
            ref empty if is_empty(empty) => return Ok(Self::Missing),
            Json::Object(fields) => fields,
            other => return Err(JsonError::expected("an object", &other)),
        };
        // Each value of a map is an object, or the empty list that PHP makes of an empty one.
        if !fields.values().all(|value| value.is_object() || value.is_array()) {
            return T::from_json(Json::Object(fields)).map(Self::One);
        }
        let mut nodes = Map::new();
        for (path, json) in fields {
            let value = match is_empty(&json) {
                true => None,
                false => Some(T::from_json(json).map_err(|error| error.in_field(&path))?),
            };
            nodes.insert(path, value);
        }
        Ok(Self::Many(nodes))
    }
}

fn is_empty(json: &Json) -> bool {
    json.as_object().is_some_and(serde_json::Map::is_empty)
        || json.as_array().is_some_and(Vec::is_empty)
}

#[cfg(test)]
mod tests {
    use super::OneOrMany;
    use crate::json::{FromJson as _, Map};

    #[test]
    fn each_shape_is_recognised() {
        let read = |text| OneOrMany::<Map<i64>>::from_json(serde_json::from_str(text).unwrap());
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
