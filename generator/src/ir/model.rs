//! Types of values, including models.

use serde::{Deserialize, Serialize};

use super::{DeclaredValue, Docs, EndpointKind, Text};

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A whole number that is not negative.
    Unsigned,
    /// A whole number, written as text.
    IntegerText,
    /// A whole number that is not negative, written as text.
    UnsignedText,
    /// A point in time, written as the seconds since 1970.
    Time,
    /// Rights, written as letters: `r` to read and `w` to write.
    Rights,
    /// A number.
    Float,
    /// True or false.
    Boolean,
    /// Any JSON.
    Any,
    /// An object whose fields are not declared.
    Object,
    /// A list.
    List(Box<Type>),
    /// A map with text keys.
    Map(Box<Type>),
    /// A value or `null`.
    Nullable(Box<Type>),
    /// A value that tolerates PHP's variants of it.
    Lenient(Box<Type>),
    /// A model, by its name in the spec.
    Model(String),
}

impl Type {
    /// Returns the type of the items of a list, of the values of a map, or of a wrapped value.
    pub fn inner(&self) -> Option<&Self> {
        match self {
            Self::List(inner) | Self::Map(inner) | Self::Nullable(inner) | Self::Lenient(inner) => {
                Some(inner)
            }
            _ => None,
        }
    }

    /// Returns the name of the model in the type, at any depth.
    pub fn model(&self) -> Option<&str> {
        match self {
            Self::Model(name) => Some(name),
            kind => kind.inner().and_then(Self::model),
        }
    }
}

/// A named type that endpoints send or receive.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Model {
    /// The kind of endpoints that use it: names of models are unique per kind.
    pub kind: EndpointKind,
    /// Its name in the spec, or a substitute.
    pub name: String,
    /// What it consists of.
    pub shape: Shape,
    /// Whether an empty list is read as an object without fields.
    pub lenient: bool,
    /// Whether it is sent.
    pub sent: bool,
    /// Whether it is received.
    pub received: bool,
    /// What is refused before it is sent.
    pub refused: Vec<RefusedIn>,
    /// Its documentation.
    pub docs: Docs,
}

/// A place in a document at which the server cannot take any value, or a certain one.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct RefusedIn {
    /// A JSON pointer.
    pub at: String,
    /// The text that is refused there; any value if there is none.
    #[serde(rename = "is")]
    pub value: Option<String>,
    /// The reason.
    pub why: String,
}

/// What a model consists of.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// An object.
    Struct {
        /// Its fields, ordered by name.
        fields: Vec<Field>,
        /// Whether other fields are allowed.
        open: bool,
    },
    /// One of several values, without excluding others.
    Choice(Vec<String>),
    /// One of several whole numbers that have names, without excluding others.
    Codes(Vec<Code>),
    /// Another name for a type.
    Alias(Type),
}

/// A whole number with a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Code {
    /// The number.
    pub value: i64,
    /// Its name, from `x-enum-varnames` and similar extensions.
    pub name: String,
    /// What it means, from `x-enum-descriptions` and similar extensions.
    pub doc: Option<String>,
}

/// A field of a model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Field {
    /// Its name on the wire.
    pub name: String,
    /// The model that declares it, if it is inherited.
    #[serde(skip)]
    pub from: String,
    /// What it holds.
    pub kind: Type,
    /// Whether it is always present.
    pub required: bool,
    /// Whether it is text, or any JSON value, that is never shown, such as a password.
    pub secret: bool,
    /// The JSON texts of values that stand for no value.
    pub nothing: Vec<String>,
    /// Whether it is boxed, because the model would otherwise contain itself.
    pub boxed: bool,
    /// The default, as declared.
    pub default: Option<String>,
    /// The declared values, if they are not those of an enumeration.
    pub values: Vec<DeclaredValue>,
    /// Whether the spec marks it as deprecated.
    pub deprecated: bool,
    /// The direction in which it is sent.
    pub access: Access,
    /// What it means.
    pub doc: Option<Text>,
}

/// The direction in which a field is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// In requests and responses.
    #[default]
    Both,
    /// Only in responses: it is never required where the model is sent.
    ReadOnly,
    /// Only in requests: it is never required where the model is received.
    WriteOnly,
}

/// Returns whether the field may be absent.
pub(crate) fn is_optional(field: &Field) -> bool {
    !field.required || is_nullable(&field.kind) || !field.nothing.is_empty() || is_time(&field.kind)
}

/// Returns whether it is a time, which is unset where the server sends none, or one that no clock
/// has.
fn is_time(kind: &Type) -> bool {
    match kind {
        Type::Time => true,
        Type::Nullable(inner) | Type::Lenient(inner) => is_time(inner),
        _ => false,
    }
}

/// Returns whether `null` is a value of the type.
pub(crate) fn is_nullable(kind: &Type) -> bool {
    match kind {
        Type::Nullable(_) => true,
        Type::Lenient(inner) => is_nullable(inner),
        _ => false,
    }
}
