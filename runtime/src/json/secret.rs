//! Parts of a document that must not be shown.

use std::fmt;

use secrecy::{ExposeSecret as _, SecretString};

use super::{FromJson, Json, JsonError, Secrets, ToJson, Value};

/// Text that is never shown, such as a password in a model.
///
/// ```
/// use pydio_runtime::json::Secret;
///
/// let password = Secret::from("hunter2");
/// assert_eq!(format!("{password:?}"), "Secret(…)");
/// assert_eq!(password.expose(), "hunter2");
/// ```
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Returns the text.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        self.expose() == other.expose()
    }
}

impl Eq for Secret {}

impl From<&str> for Secret {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl From<String> for Secret {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<SecretString> for Secret {
    fn from(text: SecretString) -> Self {
        Self(text)
    }
}

impl FromJson for Secret {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        String::from_json(json).map(Self::from)
    }
}

impl ToJson for Secret {
    fn write(&self, secrets: Secrets) -> Option<Json> {
        (secrets == Secrets::Included).then(|| Json::String(self.expose().to_owned()))
    }
}

/// Any JSON value that is never shown, where some are a password.
///
/// ```
/// use pydio_runtime::json::{Json, SecretJson};
///
/// let value = SecretJson::from("hunter2");
/// assert_eq!(format!("{value:?}"), "SecretJson(…)");
/// assert_eq!(value.expose(), &Json::from("hunter2"));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct SecretJson(Json);

impl SecretJson {
    /// Returns the value.
    pub fn expose(&self) -> &Json {
        &self.0
    }
}

impl fmt::Debug for SecretJson {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretJson(…)")
    }
}

impl<T: Into<Json>> From<T> for SecretJson {
    fn from(value: T) -> Self {
        Self(value.into())
    }
}

impl FromJson for SecretJson {
    fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
        Ok(Self(json.into_json()))
    }
}

impl ToJson for SecretJson {
    fn write(&self, secrets: Secrets) -> Option<Json> {
        (secrets == Secrets::Included).then(|| self.0.clone())
    }
}
