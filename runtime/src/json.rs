//! Conversion between JSON and the models of the bindings.
//!
//! Bindings implement [`FromJson`] and [`ToJson`] with a few plain lines per field, on a parsed
//! document rather than on a generic deserialiser: that compiles several times faster, and an error
//! names the location in the response.
//!
//! ```
//! use pydio_runtime::json::{Fields, FromJson, JsonError};
//! use pydio_runtime::Json;
//!
//! struct Task { id: String, status: Option<i64> }
//!
//! impl FromJson for Task {
//!     fn from_json(json: Json) -> Result<Self, JsonError> {
//!         let mut fields = Fields::of(json)?;
//!         Ok(Self { id: fields.required("id")?, status: fields.optional("status")? })
//!     }
//! }
//!
//! let json: Json = serde_json::from_str(r#"[{"id": "a"}, {"id": "b", "status": "x"}]"#).unwrap();
//! let error = Vec::<Task>::from_json(json).err().unwrap();
//! assert_eq!(error.to_string(), "[1].status: expected an integer, found \"x\"");
//! ```
//!
//! [`Readable`] reads the rest of such a document.

mod lenient;
mod quoted;
mod readable;
mod secret;
mod values;

use std::{collections::BTreeMap, fmt};

/// JSON of undeclared shape: the response of actions whose manifests declare only that it is JSON.
pub use serde_json::Value as Json;

pub use lenient::Lenient;
pub use quoted::Quoted;
pub use readable::Readable;
pub use secret::{Secret, SecretJson};
use values::unless_false;

/// The fields of a JSON object.
pub type Object = serde_json::Map<String, Json>;

/// A JSON object whose values are all of one type.
pub type Map<T> = BTreeMap<String, T>;

/// A value that can be read from JSON.
///
/// Reading accepts the forms in which PHP writes a value, unless they could mean something else: a
/// number for text, digits in quotes for a number, `0`, `1`, `"true"`, `"false"` and similar values
/// for a boolean, an object with numeric keys for a list, `[]` for an empty object, and `false` for
/// a missing optional value.
pub trait FromJson: Sized + 'static {
    /// Reads the value.
    ///
    /// # Errors
    ///
    /// Returns the first location where the document does not match.
    fn from_json(json: Json) -> Result<Self, JsonError>;

    /// Returns the value of a missing field; `None` if the field is required.
    fn absent() -> Option<Self> {
        None
    }
}

/// A value that can be written as JSON.
pub trait ToJson {
    /// Writes the value.
    fn to_json(&self) -> Json;
}

/// A location in a JSON document that does not match its type.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JsonError {
    /// From the innermost to the outermost: an error extends its path as it is returned.
    path: Vec<Step>,
    message: String,
}

/// A step of a path into a document.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Field(String),
    Item(usize),
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Paths and the ids of plugins are among the names, and contain dots themselves.
        let is_word = |name: &str| {
            name.bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'@' | b'$'))
        };
        match self {
            Self::Field(word) if !word.is_empty() && is_word(word) => write!(f, ".{word}"),
            Self::Field(odd) => write!(f, "[{odd:?}]"),
            Self::Item(index) => write!(f, "[{index}]"),
        }
    }
}

impl JsonError {
    /// Creates an error at the location that is being read.
    pub fn new(message: impl Into<String>) -> Self {
        Self { path: Vec::new(), message: message.into() }
    }

    /// Creates an error about a value of the wrong type.
    pub fn expected(what: &str, found: &Json) -> Self {
        Self::new(format!("expected {what}, found {}", describe(found)))
    }

    /// Returns the same error as seen from the object that has the field.
    #[must_use]
    pub fn in_field(mut self, name: &str) -> Self {
        self.path.push(Step::Field(name.to_owned()));
        self
    }

    /// Returns the same error as seen from the list that has the item.
    #[must_use]
    pub fn in_item(mut self, index: usize) -> Self {
        self.path.push(Step::Item(index));
        self
    }
}

impl fmt::Display for JsonError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path: String = self.path.iter().rev().map(Step::to_string).collect();
        let path = path.strip_prefix('.').unwrap_or(&path);
        if !path.is_empty() {
            write!(f, "{path}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for JsonError {}

/// Describes a value briefly: its text if it is short, otherwise its type.
fn describe(json: &Json) -> String {
    const LONGEST: usize = 40;
    match json {
        Json::Null => "null".to_owned(),
        Json::Array(items) => format!("a list of {}", items.len()),
        Json::Object(fields) => format!("an object of {} fields", fields.len()),
        Json::String(text) if text.chars().count() > LONGEST => {
            let start: String = text.chars().take(LONGEST).collect();
            format!("text beginning with {start:?}")
        }
        other => other.to_string(),
    }
}

/// An object that is read field by field.
#[derive(Debug)]
pub struct Fields(Object);

impl Fields {
    /// Returns the fields of an object.
    ///
    /// # Errors
    ///
    /// If the value is not an object.
    pub fn of(json: Json) -> Result<Self, JsonError> {
        match json {
            Json::Object(fields) => Ok(Self(fields)),
            other => Err(JsonError::expected("an object", &other)),
        }
    }

    /// Returns the fields of an object, or none of an empty list, which PHP writes for it where it
    /// could also be a list.
    ///
    /// # Errors
    ///
    /// If the value is neither.
    pub fn of_lenient(json: Json) -> Result<Self, JsonError> {
        Object::from_json(json).map(Self)
    }

    /// Reads the required field `name`.
    ///
    /// # Errors
    ///
    /// If it is missing or cannot be read.
    pub fn required<T: FromJson>(&mut self, name: &str) -> Result<T, JsonError> {
        match self.0.remove(name) {
            Some(json) => T::from_json(json).map_err(|error| error.in_field(name)),
            None => T::absent().ok_or_else(|| JsonError::new("missing").in_field(name)),
        }
    }

    /// Reads the field `name`; `None` if it is missing or `null`.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn optional<T: FromJson>(&mut self, name: &str) -> Result<Option<T>, JsonError> {
        match self.0.remove(name) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::Bool(false)) => Ok(unless_false()),
            Some(json) => T::from_json(json).map(Some).map_err(|error| error.in_field(name)),
        }
    }

    /// Takes the values with these JSON texts for no value: the field then counts as missing.
    pub fn unset(&mut self, name: &str, nothing: &[&str]) {
        let is_nothing = |json: &Json| nothing.contains(&&*json.to_string());
        if self.0.get(name).is_some_and(is_nothing) {
            self.0.remove(name);
        }
    }

    /// Like [`Self::required`], but accepts lenient PHP values.
    ///
    /// # Errors
    ///
    /// If it is missing or cannot be read leniently.
    pub fn required_lenient<T>(&mut self, name: &str) -> Result<T, JsonError>
    where
        Lenient<T>: FromJson,
    {
        self.required::<Lenient<T>>(name).map(|value| value.0)
    }

    /// Like [`Self::optional`], but accepts lenient PHP values.
    ///
    /// # Errors
    ///
    /// If it cannot be read leniently.
    pub fn optional_lenient<T>(&mut self, name: &str) -> Result<Option<T>, JsonError>
    where
        Lenient<T>: FromJson,
    {
        Ok(self.optional::<Lenient<T>>(name)?.map(|value| value.0))
    }

    /// Like [`Self::required`], for a number that is written as text.
    ///
    /// # Errors
    ///
    /// If it is missing or not such a text.
    pub fn required_quoted<T>(&mut self, name: &str) -> Result<T, JsonError>
    where
        Quoted<T>: FromJson,
    {
        self.required::<Quoted<T>>(name).map(|value| value.0)
    }

    /// Like [`Self::optional`], for a number that is written as text.
    ///
    /// # Errors
    ///
    /// If it is not such a text.
    pub fn optional_quoted<T>(&mut self, name: &str) -> Result<Option<T>, JsonError>
    where
        Quoted<T>: FromJson,
    {
        Ok(self.optional::<Quoted<T>>(name)?.map(|value| value.0))
    }

    /// Returns the fields that have not been read.
    pub fn rest(self) -> Object {
        self.0
    }
}

/// The fields of an object that is being written.
#[derive(Clone, Debug, Default)]
pub struct Written(Object);

impl Written {
    /// Creates an object without fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// Creates an object with undeclared fields; declared ones of the same name replace them.
    pub fn with(fields: &Object) -> Self {
        Self(fields.clone())
    }

    /// Writes a field.
    #[must_use]
    pub fn required<T: ToJson>(mut self, name: &str, value: &T) -> Self {
        self.0.insert(name.to_owned(), value.to_json());
        self
    }

    /// Writes a field, unless it is `None`.
    #[must_use]
    pub fn optional<T: ToJson>(self, name: &str, value: &Option<T>) -> Self {
        match value {
            Some(value) => self.required(name, value),
            None => self,
        }
    }

    /// Writes a field, with `null` for `None`.
    #[must_use]
    pub fn nullable<T: ToJson>(self, name: &str, value: &Option<T>) -> Self {
        self.required(name, value)
    }

    /// Writes a number as text, or `null` if there is none.
    #[must_use]
    pub fn nullable_quoted<T: fmt::Display>(mut self, name: &str, value: &Option<T>) -> Self {
        let json = value.as_ref().map_or(Json::Null, |value| Json::String(value.to_string()));
        self.0.insert(name.to_owned(), json);
        self
    }

    /// Writes a number as text.
    #[must_use]
    pub fn required_quoted<T: fmt::Display>(mut self, name: &str, value: &T) -> Self {
        self.0.insert(name.to_owned(), Json::String(value.to_string()));
        self
    }

    /// Writes a number as text, unless there is none.
    #[must_use]
    pub fn optional_quoted<T: fmt::Display>(self, name: &str, value: &Option<T>) -> Self {
        match value {
            Some(value) => self.required_quoted(name, value),
            None => self,
        }
    }

    /// Returns the object.
    pub fn json(self) -> Json {
        Json::Object(self.0)
    }
}

#[cfg(test)]
mod tests;
