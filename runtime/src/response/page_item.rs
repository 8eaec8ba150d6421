//! An item of a list, before it is read as the type of its call.

use crate::{
    json::{FromJson, Json, JsonError},
    types::Node,
};

/// An item of a page, as the server sent it. Bindings read it as the type of their call.
///
/// ```
/// use pydio_runtime::{json::JsonError, response::PageItem};
///
/// fn name(item: PageItem) -> Result<(String, String), JsonError> {
///     item.entry()
/// }
/// # let _ = name;
/// ```
#[derive(Debug)]
pub struct PageItem {
    /// Its key, in an object of items.
    key: Option<String>,
    value: Value,
}

#[derive(Debug)]
enum Value {
    Node(Box<Node>),
    Json(Json),
}

impl PageItem {
    pub(crate) fn of_node(node: Node) -> Self {
        Self { key: None, value: Value::Node(Box::new(node)) }
    }

    pub(crate) fn of_json(key: Option<String>, value: Json) -> Self {
        Self { key, value: Value::Json(value) }
    }

    /// Returns the node of a listing.
    ///
    /// # Errors
    ///
    /// If it is an item of a JSON document.
    pub fn node(self) -> Result<Node, JsonError> {
        match self.value {
            Value::Node(node) => Ok(*node),
            Value::Json(json) => Err(JsonError::expected("a node", &json.into())),
        }
    }

    /// Reads the item of a list in JSON.
    ///
    /// # Errors
    ///
    /// If it cannot be read as that type.
    pub fn value<T: FromJson>(self) -> Result<T, JsonError> {
        match self.value {
            Value::Json(json) => T::from_json(json.into()),
            Value::Node(_) => Err(JsonError::new("expected JSON, found a node")),
        }
    }

    /// Reads the item of an object in JSON, with its key.
    ///
    /// # Errors
    ///
    /// If it cannot be read as that type.
    pub fn entry<T: FromJson>(self) -> Result<(String, T), JsonError> {
        let key = self.key.clone().unwrap_or_default();
        match self.value() {
            Ok(value) => Ok((key, value)),
            Err(error) => Err(error.in_field(&key)),
        }
    }

    /// Returns the text of an attribute or field.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        match &self.value {
            Value::Node(node) => node.attributes.get(name).map(str::to_owned),
            Value::Json(json) => match json.get(name)? {
                Json::Null | Json::Bool(false) => None,
                Json::String(text) => Some(text.clone()),
                other => Some(other.to_string()),
            },
        }
    }

    /// Returns whether it has an attribute or field.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.text(name).is_some()
    }

    /// Returns a field that is a whole number.
    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.text(name)?.parse().ok()
    }

    /// Returns what identifies it: its key, or the first of these attributes or fields that it has.
    pub(crate) fn identity(&self, names: &[&str]) -> Option<String> {
        let named = || names.iter().find_map(|name| Some(format!("{name} {}", self.text(name)?)));
        self.key.clone().or_else(named)
    }

    /// Returns the number of folders in it whose children are cut off at the end of a page.
    pub(crate) fn cut_folders(&self) -> usize {
        match &self.value {
            Value::Node(node) => node.incomplete_folders().len(),
            Value::Json(json) => cut_folders(json),
        }
    }
}

/// Counts the lists in a document that have another page.
fn cut_folders(json: &Json) -> usize {
    let number = |name: &str| number_at(json, &["/pagination/", name].concat());
    let is_cut = number("total").is_some_and(|total| number("current") < Some(total));
    let children = [json.pointer("/data/children"), json.get("children")];
    let children = children.into_iter().flatten().filter_map(Json::as_object);
    let below: usize = children.flat_map(serde_json::Map::values).map(cut_folders).sum();
    usize::from(is_cut) + below
}

/// Returns the whole number at a JSON pointer, which PHP may write as a text.
pub(crate) fn number_at(json: &Json, pointer: &str) -> Option<u64> {
    match json.pointer(pointer)? {
        Json::String(text) => text.trim().parse().ok(),
        other => other.as_u64(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::PageItem;
    use crate::json::Json;

    #[test]
    fn an_item_is_read_as_its_type_or_says_where_it_is_not() {
        let of = |value: Json| PageItem::of_json(Some("/a".to_owned()), value);
        assert_eq!(of(json!(5)).entry::<i64>().unwrap(), ("/a".to_owned(), 5));
        let error = of(json!("x")).entry::<i64>().unwrap_err();
        assert_eq!(error.to_string(), "[\"/a\"]: expected an integer, found \"x\"");
        assert!(of(json!(5)).node().is_err());
    }

    #[test]
    fn an_item_is_identified_by_its_key_or_the_first_name_it_has() {
        let of = |key: Option<&str>, value| PageItem::of_json(key.map(str::to_owned), value);
        let names = ["uuid", "id"];
        assert_eq!(of(Some("/a"), json!({"uuid": 1})).identity(&names).unwrap(), "/a");
        assert_eq!(of(None, json!({"id": "x", "uuid": 1})).identity(&names).unwrap(), "uuid 1");
        assert_eq!(of(None, json!({"id": "x", "uuid": null})).identity(&names).unwrap(), "id x");
        assert_eq!(of(None, json!({})).identity(&names), None);
    }

    #[test]
    fn folders_that_lack_children_are_counted() {
        let cut = |current| json!({"pagination": {"total": 3, "current": current}, "data": {}});
        let inner = json!({"node": {}, "children": {"/a": cut(json!("1")), "/b": cut(json!(3))}});
        assert_eq!(PageItem::of_json(None, inner).cut_folders(), 1);
    }
}
