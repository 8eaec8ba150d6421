//! The traits of serde, over those of this module: for the feature `serde`.
//!
//! Each type reads and writes itself with a few plain lines, which serde's traits only call. Derived
//! code would take several times as long to compile.

pub use serde_core::{Deserialize, Deserializer, Serialize, Serializer};
use serde_core::{de, ser};

use super::{FromJson, Lenient, Quoted, Secret, SecretJson, Secrets, ToJson, Value};

/// Writes a value without what is secret in it.
///
/// # Errors
/// Returns the errors of the format, and an error if the whole value is a secret.
pub fn serialize<T: ToJson, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    match value.write(Secrets::Omitted) {
        Some(json) => json.serialize(serializer),
        None => Err(ser::Error::custom("a secret is never serialized: pass it on explicitly")),
    }
}

/// Reads a value.
///
/// # Errors
/// Returns the errors of the format, and the first location where the document does not match.
pub fn deserialize<'de, T: FromJson, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::from_json(Value::deserialize(deserializer)?).map_err(de::Error::custom)
}

impl<T: ToJson> Serialize for Lenient<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self, serializer)
    }
}

impl<'de, T: 'static> Deserialize<'de> for Lenient<T>
where
    Self: FromJson,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize(deserializer)
    }
}

impl<T> Serialize for Quoted<T>
where
    Self: ToJson,
{
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize(self, serializer)
    }
}

impl<'de, T: 'static> Deserialize<'de> for Quoted<T>
where
    Self: FromJson,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize(deserializer)
    }
}

/// There is no `Serialize`: it would write the secret.
impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize(deserializer)
    }
}

/// There is no `Serialize`: it would write the secret.
impl<'de> Deserialize<'de> for SecretJson {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserialize(deserializer)
    }
}
