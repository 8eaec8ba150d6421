//! Types of values, and the models among them.

use serde::Serialize;

use super::{DeclaredValue, Docs, EndpointKind, Text};

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A whole number from 0.
    Unsigned,
    /// A whole number, written as text.
    IntegerText,
    /// A whole number from 0, written as text.
    UnsignedText,
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
    /// A map by text.
    Map(Box<Type>),
    /// A value or `null`.
    Nullable(Box<Type>),
    /// A value for which PHP's habits are tolerated.
    Lenient(Box<Type>),
    /// A model, by its name in the spec.
    Model(String),
}

impl Type {
    /// The type of the items of a list, and of the values of a map or of what wraps a value.
    pub fn inner(&self) -> Option<&Self> {
        match self {
            Self::List(inner) | Self::Map(inner) | Self::Nullable(inner) | Self::Lenient(inner) => {
                Some(inner)
            }
            _ => None,
        }
    }

    /// The name of the model in the type, however deep.
    pub fn model(&self) -> Option<&str> {
        match self {
            Self::Model(name) => Some(name),
            kind => kind.inner().and_then(Self::model),
        }
    }
}

/// A named type that endpoints exchange.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Model {
    /// Which endpoints exchange it: the names of models are unique among those.
    pub kind: EndpointKind,
    /// Its name in the spec, or its stand-in.
    pub name: String,
    /// What it consists of.
    pub shape: Shape,
    /// Whether it is sent.
    pub sent: bool,
    /// Whether it is received.
    pub received: bool,
    /// What it stands for.
    pub docs: Docs,
}

/// What a model consists of.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// An object.
    Struct {
        /// Its fields, ordered by name.
        fields: Vec<Field>,
        /// Whether there may be others.
        open: bool,
    },
    /// One of several values, others not excluded.
    Choice(Vec<String>),
    /// Another name for a type.
    Alias(Type),
}

/// A field of a model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Field {
    /// Its name on the wire.
    pub name: String,
    /// The model that declares it, where this one takes it over.
    #[serde(skip)]
    pub from: String,
    /// What it holds.
    pub kind: Type,
    /// Whether it is always there.
    pub required: bool,
    /// Whether it is held behind a pointer, since the model would contain itself.
    pub boxed: bool,
    /// The default, as declared.
    pub default: Option<String>,
    /// The declared values, where they are not those of an enumeration.
    pub values: Vec<DeclaredValue>,
    /// Whether the spec marks it as deprecated.
    pub deprecated: bool,
    /// Which way it goes.
    pub access: Access,
    /// What it means.
    pub doc: Option<Text>,
}

/// Which way a field goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Both ways.
    #[default]
    Both,
    /// Only in responses: it is never required where the model is sent.
    ReadOnly,
    /// Only in requests: it is never required where the model is received.
    WriteOnly,
}
