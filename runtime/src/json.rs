//! Conversion between JSON and the models of the bindings.
//!
//! Bindings implement [`FromJson`] and [`ToJson`] with a few plain lines per field, on a parsed
//! document rather than on a generic deserialiser: that compiles several times faster, and an error
//! names the location in the response.
//!
//! ```
//! use pydio_runtime::json::{self, Fields, FromJson, JsonError, Value};
//!
//! struct Task { id: String, status: Option<i64> }
//!
//! impl FromJson for Task {
//!     fn from_json(json: Value<'_>) -> Result<Self, JsonError> {
//!         let mut fields = Fields::of(json)?;
//!         Ok(Self { id: fields.required("id")?, status: fields.optional("status")? })
//!     }
//! }
//!
//! let text = r#"[{"id": "a"}, {"id": "b", "status": "x"}]"#;
//! let error = json::from_slice::<Vec<Task>>(text.as_bytes()).err().unwrap();
//! assert_eq!(error.to_string(), "[1].status: expected an integer, found \"x\"");
//! ```
//!
//! [`Readable`] reads the rest of such a document.

mod lenient;
mod quoted;
mod readable;
#[cfg(feature = "serde")]
#[doc(hidden)]
pub mod saved;
mod secret;
mod seen;
mod value;
mod values;

use std::{collections::BTreeMap, fmt};

/// JSON of undeclared shape: the response of actions whose manifests declare only that it is JSON.
pub use serde_json::Value as Json;

pub use lenient::Lenient;
pub use quoted::Quoted;
pub use readable::Readable;
pub use secret::{Secret, SecretJson};
pub(crate) use seen::Seen;
pub use value::{Members, Value};

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
    fn from_json(json: Value<'_>) -> Result<Self, JsonError>;

    /// Reads a value that may be missing: `null` stands for none, and so does `false`, unless the
    /// type has it, since PHP's functions return `false` when they find nothing.
    ///
    /// # Errors
    /// Returns the errors of [`Self::from_json`].
    fn optional(json: Value<'_>) -> Result<Option<Self>, JsonError> {
        match json {
            Value::Null => Ok(None),
            Value::Bool(false) => Ok(Self::from_json(json).ok()),
            json => Self::from_json(json).map(Some),
        }
    }

    /// Returns the value of a missing field; `None` if the field is required.
    fn absent() -> Option<Self> {
        None
    }
}

/// Reads a value from the text of a document, such as a saved response.
///
/// # Errors
///
/// If it is not JSON, or does not match the type.
pub fn from_slice<T: FromJson>(text: &[u8]) -> Result<T, JsonError> {
    let json = Value::from_slice(text);
    T::from_json(json.map_err(|error| JsonError::new(format!("not JSON: {error}")))?)
}

/// A value that can be written as JSON.
pub trait ToJson {
    /// Writes the value as it is sent.
    fn to_json(&self) -> Json {
        self.write(Secrets::Included).unwrap_or_default()
    }

    /// Writes the value, with or without what is secret in it; `None` if all of it is, and left
    /// out.
    fn write(&self, secrets: Secrets) -> Option<Json>;
}

/// Whether a document has what is secret: the values of [`Secret`] and [`SecretJson`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Secrets {
    /// It has, as in a request.
    #[default]
    Included,
    /// It has not, as in a file or a log.
    Omitted,
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
    pub fn expected(what: &str, found: &Value<'_>) -> Self {
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
fn describe(json: &Value<'_>) -> String {
    const LONGEST: usize = 40;
    match json {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::List(items) => format!("a list of {}", items.len()),
        Value::Object(fields) => format!("an object of {} fields", fields.len()),
        Value::Text(text) if text.chars().count() > LONGEST => {
            let start: String = text.chars().take(LONGEST).collect();
            format!("text beginning with {start:?}")
        }
        Value::Text(text) => Json::from(&**text).to_string(),
    }
}

/// An object that is read field by field.
#[derive(Debug)]
pub struct Fields<'a>(Members<'a>);

impl<'a> Fields<'a> {
    /// Returns the fields of an object.
    ///
    /// # Errors
    ///
    /// If the value is not an object.
    pub fn of(json: Value<'a>) -> Result<Self, JsonError> {
        match json {
            Value::Object(fields) => Ok(Self(fields)),
            other => Err(JsonError::expected("an object", &other)),
        }
    }

    /// Returns the fields of an object, or none of an empty list, which PHP writes for it where it
    /// could also be a list.
    ///
    /// # Errors
    ///
    /// If the value is neither.
    pub fn of_lenient(json: Value<'a>) -> Result<Self, JsonError> {
        values::members(json).map(Self)
    }

    /// Reads the required field `name`.
    ///
    /// # Errors
    ///
    /// If it is missing or cannot be read.
    pub fn required<T: FromJson>(&mut self, name: &str) -> Result<T, JsonError> {
        match self.0.take(name) {
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
        match self.0.take(name) {
            None => Ok(None),
            Some(json) => T::optional(json).map_err(|error| error.in_field(name)),
        }
    }

    /// Takes the values with these JSON texts for no value: the field then counts as missing.
    pub fn unset(&mut self, name: &str, nothing: &[&str]) {
        let is_nothing = |json: &Value<'_>| nothing.iter().any(|text| json.is_written(text));
        if self.0.get(name).is_some_and(is_nothing) {
            self.0.take(name);
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
        self.0.into_json()
    }
}

/// The fields of an object that is being written.
#[derive(Clone, Debug, Default)]
pub struct Written {
    fields: Object,
    secrets: Secrets,
}

impl Written {
    /// Creates an object without fields.
    pub fn new(secrets: Secrets) -> Self {
        Self { fields: Object::new(), secrets }
    }

    /// Creates an object with undeclared fields; declared ones of the same name replace them.
    pub fn with(secrets: Secrets, fields: &Object) -> Self {
        Self { fields: fields.clone(), secrets }
    }

    /// Writes a field, unless it is a secret that is left out.
    #[must_use]
    pub fn required<T: ToJson>(self, name: &str, value: &T) -> Self {
        let json = value.write(self.secrets);
        self.set(name, json)
    }

    fn set(mut self, name: &str, json: Option<Json>) -> Self {
        if let Some(json) = json {
            self.fields.insert(name.to_owned(), json);
        }
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
    pub fn nullable_quoted<T: fmt::Display>(self, name: &str, value: &Option<T>) -> Self {
        match value {
            Some(value) => self.required_quoted(name, value),
            None => self.set(name, Some(Json::Null)),
        }
    }

    /// Writes a number as text.
    #[must_use]
    pub fn required_quoted<T: fmt::Display>(self, name: &str, value: &T) -> Self {
        self.set(name, Some(Json::String(value.to_string())))
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
        Json::Object(self.fields)
    }
}

#[cfg(test)]
mod tests;
