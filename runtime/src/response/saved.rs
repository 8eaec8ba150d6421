//! The form in which responses are saved: for the feature `serde`.

use serde_core::{Deserialize, Deserializer, Serialize, Serializer, ser::SerializeMap};

use super::{Listing, Nothing, OneOrMany, Text};
use crate::{
    json::{self, Fields, FromJson, JsonError, ToJson, Value, saved},
    types::saved::{Saved, deserialized, if_any, list, optional, unless_empty},
};

impl Serialize for Listing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut fields = serializer.serialize_map(None)?;
        fields.serialize_entry("folder", &self.folder)?;
        fields.serialize_entry("nodes", &self.nodes)?;
        if_any(&mut fields, "pagination", self.pagination.as_ref())?;
        unless_empty(&mut fields, "messages", &self.messages)?;
        unless_empty(&mut fields, "elements", &self.elements)?;
        fields.end()
    }
}

impl FromJson for Saved<Listing> {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        let mut fields = Fields::of(json)?;
        Ok(Self(Listing {
            folder: optional(&mut fields, "folder")?.unwrap_or_default(),
            nodes: list(&mut fields, "nodes")?,
            pagination: optional(&mut fields, "pagination")?,
            messages: list(&mut fields, "messages")?,
            elements: list(&mut fields, "elements")?,
        }))
    }
}

deserialized!(Listing);

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        saved::deserialize(deserializer).map(Self)
    }
}

impl Serialize for Nothing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_unit()
    }
}

impl<'de> Deserialize<'de> for Nothing {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        saved::deserialize(deserializer).map(|()| Self)
    }
}

/// In the form of the server: an object for one, a map for several, and an empty object for none.
impl<T: ToJson> ToJson for OneOrMany<T> {
    fn write(&self, secrets: json::Secrets) -> Option<json::Json> {
        let nothing = || json::Json::Object(json::Object::new());
        Some(match self {
            Self::Missing => nothing(),
            Self::One(value) => return value.write(secrets),
            Self::Many(values) => {
                let write = |(path, value): (&String, &Option<T>)| {
                    let json = value.as_ref().map_or_else(|| Some(nothing()), |v| v.write(secrets));
                    Some((path.clone(), json?))
                };
                json::Json::Object(values.iter().filter_map(write).collect())
            }
        })
    }
}

impl<T: ToJson> Serialize for OneOrMany<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        saved::serialize(self, serializer)
    }
}

impl<'de, T: FromJson> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        saved::deserialize(deserializer)
    }
}

#[cfg(test)]
mod tests;
