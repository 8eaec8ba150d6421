//! The parameters of an action: query, form and path, merged like the server does.

use std::collections::BTreeMap;

use crate::php::parse_str;

/// Parameters by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Parameters(BTreeMap<String, Value>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Text(String),
    List(Vec<String>),
}

impl Parameters {
    /// Adds the fields of a query or form. A field replaces an earlier one of the same name.
    pub(crate) fn add_fields(&mut self, encoded: &[u8]) {
        self.add(parse_str(encoded));
    }

    /// Adds fields that are already decoded.
    pub(crate) fn add(&mut self, pairs: impl IntoIterator<Item = (String, String)>) {
        let mut fields = Self::default();
        for (name, value) in pairs {
            match name.strip_suffix("[]") {
                Some(name) => fields.push(name, value),
                None => drop(fields.0.insert(name, Value::Text(value))),
            }
        }
        self.0.extend(fields.0);
    }

    fn push(&mut self, name: &str, value: String) {
        match self.0.get_mut(name) {
            Some(Value::List(values)) => values.push(value),
            _ => drop(self.0.insert(name.to_owned(), Value::List(vec![value]))),
        }
    }

    /// Adds a path parameter, which replaces any existing value, even a list, even if it is empty.
    pub(crate) fn set(&mut self, name: String, value: String) {
        self.0.insert(name, Value::Text(value));
    }

    /// Replaces a parameter with a list.
    pub(crate) fn set_list(&mut self, name: &str, values: Vec<String>) {
        self.0.insert(name.to_owned(), Value::List(values));
    }

    /// Removes a parameter, and returns its text value.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        match self.0.remove(name)? {
            Value::Text(value) => Some(value),
            Value::List(_) => None,
        }
    }

    /// Returns all parameters as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        let fields = self.0.iter().map(|(name, value)| {
            (
                name.clone(),
                match value {
                    Value::Text(text) => text.as_str().into(),
                    Value::List(values) => values.clone().into(),
                },
            )
        });
        serde_json::Value::Object(fields.collect())
    }

    /// Returns the parameters `name[key]` as one object; `None` if there are none.
    pub(crate) fn fields(&self, name: &str) -> Option<serde_json::Value> {
        let mut object = serde_json::Map::new();
        let all = self.json();
        for (field, value) in all.as_object()? {
            let Some(rest) = field.strip_prefix(name).and_then(|rest| rest.strip_prefix('['))
            else {
                continue;
            };
            match rest.split_once("][") {
                Some((key, inner)) => {
                    let outer = object.entry(key).or_insert_with(|| serde_json::json!({}));
                    outer[inner.trim_end_matches(']')] = value.clone();
                }
                None => drop(object.insert(rest.trim_end_matches(']').to_owned(), value.clone())),
            }
        }
        (!object.is_empty()).then_some(object.into())
    }

    /// Returns the text parameters whose name has a prefix, under the rest of their name.
    pub(crate) fn prefixed<'p>(
        &'p self,
        prefix: &'p str,
    ) -> impl Iterator<Item = (&'p str, &'p str)> {
        self.0.iter().filter_map(move |(name, value)| match value {
            Value::Text(text) => Some((name.strip_prefix(prefix)?, &**text)),
            Value::List(_) => None,
        })
    }

    /// Returns a text parameter, even if it is empty.
    pub(crate) fn raw(&self, name: &str) -> Option<&str> {
        match self.0.get(name)? {
            Value::Text(value) => Some(value),
            Value::List(_) => None,
        }
    }

    /// Returns a non-empty text parameter.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.raw(name).filter(|value| !value.is_empty())
    }

    /// Returns a list parameter.
    pub(crate) fn list(&self, name: &str) -> Option<&[String]> {
        match self.0.get(name)? {
            Value::List(values) => Some(values),
            Value::Text(_) => None,
        }
    }

    /// Returns whether a parameter is exactly `true`.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        self.text(name) == Some("true")
    }

    /// Returns whether a parameter exists.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }
}

#[cfg(test)]
mod tests {
    use super::Parameters;

    #[test]
    fn a_path_parameter_wins_even_when_it_is_empty() {
        let mut parameters = Parameters::default();
        parameters.add_fields(b"a=1&nodes[]=/x&nodes[]=/y&b=2&b=3");
        parameters.add_fields(b"a=form");
        assert_eq!((parameters.text("a"), parameters.text("b")), (Some("form"), Some("3")));
        assert_eq!(parameters.list("nodes").map(<[String]>::len), Some(2));
        parameters.set("a".into(), String::new());
        parameters.set("nodes".into(), "/z".into());
        assert_eq!((parameters.text("a"), parameters.has("a")), (None, true));
        assert_eq!((parameters.list("nodes"), parameters.text("nodes")), (None, Some("/z")));
    }

    #[test]
    fn only_true_is_true() {
        let mut parameters = Parameters::default();
        parameters.add_fields(b"a=true&b=1&c=TRUE&d=on&e=");
        let is_true = |name| parameters.is_true(name);
        assert_eq!(
            ["a", "b", "c", "d", "e", "f"].map(is_true),
            [true, false, false, false, false, false]
        );
        assert!(parameters.has("e") && !parameters.has("f"));
    }
}
