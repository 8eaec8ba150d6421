//! The form in which nodes, envelopes and their parts are saved: for the feature `serde`.
//!
//! What is empty or missing is left out. An object has the attributes of an element, in their order.

use serde_core::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::Error,
    ser::{SerializeMap, SerializeStruct},
};

use super::{
    Attributes, Element, Envelope, Message, Node, NodePath, NodesDiff, Pagination, Reload, Rights,
    Severity, Timestamp,
};
use crate::json::{Fields, FromJson, JsonError, Value};

serde_models! { Rights, Timestamp }
serde_enums! { NodePath, Severity }

/// A value that is read from its saved form. Types of responses cannot implement [`FromJson`]
/// themselves: every type that does is read from responses in JSON.
pub(crate) struct Saved<T>(pub(crate) T);

/// Reads a saved value.
pub(crate) fn read<'de, T, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error>
where
    Saved<T>: FromJson,
{
    let saved = Saved::from_json(Value::deserialize(deserializer)?);
    saved.map(|Saved(value)| value).map_err(D::Error::custom)
}

/// Reads a list that is left out if it is empty.
pub(crate) fn list<T>(fields: &mut Fields<'_>, name: &str) -> Result<Vec<T>, JsonError>
where
    Saved<T>: FromJson,
{
    let items = fields.optional::<Vec<Saved<T>>>(name)?.unwrap_or_default();
    Ok(items.into_iter().map(|Saved(item)| item).collect())
}

/// Reads a value that may be missing.
pub(crate) fn optional<T>(fields: &mut Fields<'_>, name: &str) -> Result<Option<T>, JsonError>
where
    Saved<T>: FromJson,
{
    Ok(fields.optional::<Saved<T>>(name)?.map(|Saved(value)| value))
}

/// Writes a list, unless it is empty.
pub(crate) fn unless_empty<S: SerializeMap, T: Serialize>(
    fields: &mut S,
    name: &str,
    list: &[T],
) -> Result<(), S::Error> {
    if list.is_empty() { Ok(()) } else { fields.serialize_entry(name, list) }
}

/// Writes a value, unless there is none.
pub(crate) fn if_any<S: SerializeMap, T: Serialize>(
    fields: &mut S,
    name: &str,
    value: Option<&T>,
) -> Result<(), S::Error> {
    value.map_or(Ok(()), |value| fields.serialize_entry(name, value))
}

impl Serialize for Attributes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl FromJson for Saved<Attributes> {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        let Value::Object(members) = json else {
            return Err(JsonError::expected("an object", &json));
        };
        let mut attributes = Attributes::default();
        for (name, value) in members {
            let value = String::from_json(value).map_err(|error| error.in_field(&name))?;
            attributes.push(&name, &value);
        }
        Ok(Self(attributes))
    }
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(None)?;
        fields.serialize_entry("attributes", &self.attributes)?;
        if_any(&mut fields, "pagination", self.pagination.as_ref())?;
        unless_empty(&mut fields, "children", &self.children)?;
        unless_empty(&mut fields, "elements", &self.elements)?;
        fields.end()
    }
}

impl FromJson for Saved<Node> {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        let mut fields = Fields::of(json)?;
        Ok(Self(Node {
            attributes: optional(&mut fields, "attributes")?.unwrap_or_default(),
            children: list(&mut fields, "children")?,
            pagination: optional(&mut fields, "pagination")?,
            elements: list(&mut fields, "elements")?,
        }))
    }
}

impl Serialize for Pagination {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Pagination", 3)?;
        fields.serialize_field("count", &self.count)?;
        fields.serialize_field("total", &self.total)?;
        fields.serialize_field("current", &self.current)?;
        fields.end()
    }
}

impl FromJson for Saved<Pagination> {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        let mut fields = Fields::of(json)?;
        Ok(Self(Pagination {
            count: fields.required("count")?,
            total: fields.required("total")?,
            current: fields.required("current")?,
        }))
    }
}

impl Serialize for Element {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(None)?;
        fields.serialize_entry("name", &self.name)?;
        if_any(&mut fields, "attributes", Some(&self.attributes).filter(|all| !all.is_empty()))?;
        if_any(&mut fields, "text", Some(&self.text).filter(|text| !text.is_empty()))?;
        unless_empty(&mut fields, "children", &self.children)?;
        fields.end()
    }
}

impl FromJson for Saved<Element> {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        let mut fields = Fields::of(json)?;
        Ok(Self(Element {
            name: fields.required("name")?,
            attributes: optional(&mut fields, "attributes")?.unwrap_or_default(),
            children: list(&mut fields, "children")?,
            text: fields.optional("text")?.unwrap_or_default(),
        }))
    }
}

impl Serialize for Message {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_struct("Message", 2)?;
        fields.serialize_field("severity", &self.severity)?;
        fields.serialize_field("text", &self.text)?;
        fields.end()
    }
}

impl FromJson for Saved<Message> {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        let mut fields = Fields::of(json)?;
        let severity: String = fields.required("severity")?;
        Ok(Self(Message { severity: Severity::from(&*severity), text: fields.required("text")? }))
    }
}

impl Serialize for NodesDiff {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(None)?;
        unless_empty(&mut fields, "added", &self.added)?;
        unless_empty(&mut fields, "updated", &self.updated)?;
        unless_empty(&mut fields, "removed", &self.removed)?;
        fields.end()
    }
}

impl FromJson for Saved<NodesDiff> {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        let mut fields = Fields::of(json)?;
        Ok(Self(NodesDiff {
            added: list(&mut fields, "added")?,
            updated: list(&mut fields, "updated")?,
            removed: list(&mut fields, "removed")?,
        }))
    }
}

impl Serialize for Reload {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(None)?;
        fields.serialize_entry("object", &self.object)?;
        if_any(&mut fields, "node", self.node.as_ref())?;
        if_any(&mut fields, "file", self.file.as_ref())?;
        fields.end()
    }
}

impl FromJson for Saved<Reload> {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        let mut fields = Fields::of(json)?;
        let object = fields.required("object")?;
        let mut path = |name| Ok(fields.optional::<String>(name)?.map(NodePath::from));
        Ok(Self(Reload { object, node: path("node")?, file: path("file")? }))
    }
}

impl Serialize for Envelope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(None)?;
        fields.serialize_entry("root", &self.root)?;
        unless_empty(&mut fields, "messages", &self.messages)?;
        let diff = Some(&self.diff).filter(|diff| **diff != NodesDiff::default());
        if_any(&mut fields, "diff", diff)?;
        unless_empty(&mut fields, "reloads", &self.reloads)?;
        if_any(&mut fields, "background", Some(&self.background).filter(|is_set| **is_set))?;
        fields.end()
    }
}

impl FromJson for Saved<Envelope> {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        let mut fields = Fields::of(json)?;
        Ok(Self(Envelope {
            root: optional(&mut fields, "root")?.unwrap_or_default(),
            messages: list(&mut fields, "messages")?,
            diff: optional(&mut fields, "diff")?.unwrap_or_default(),
            reloads: list(&mut fields, "reloads")?,
            background: fields.optional("background")?.unwrap_or_default(),
        }))
    }
}

/// Has each type read by serde as it is read from a saved value.
macro_rules! deserialized {
    ($($name:ty),*) => { $(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                $crate::types::saved::read(deserializer)
            }
        }
    )* };
}
pub(crate) use deserialized;

deserialized!(Attributes, Element, Envelope, Message, Node, NodesDiff, Pagination, Reload);
