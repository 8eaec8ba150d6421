//! A value of a request.

use std::borrow::Cow;

use secrecy::SecretString;

use super::{Body, FilePart, Kind, Location, Param};
use crate::json::Json;

/// A value that was given.
pub(crate) struct Given {
    /// The name on the wire: of the parameter, or one that is not declared.
    pub(crate) name: Cow<'static, str>,
    /// The parameter it is for; `None` for a field that is not declared.
    pub(crate) param: Option<&'static Param>,
    pub(crate) value: Value,
}

impl Given {
    pub(super) fn is_in_path(&self) -> bool {
        self.param.is_some_and(Param::is_in_path)
    }

    /// The paths of nodes in it. Actions read a node from the rest of their path, whatever else
    /// is declared.
    pub(super) fn nodes(&self, of_action: bool) -> &[String] {
        let is_node = |param: &Param| {
            param.kind == Kind::Node || of_action && param.location == Location::RestOfPath
        };
        match &self.value {
            Value::Node(path) => std::slice::from_ref(path),
            Value::Text(path) if self.param.is_some_and(is_node) => std::slice::from_ref(path),
            Value::Nodes(paths) => paths,
            _ => &[],
        }
    }

    /// Whether the other one replaces it.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let location = |given: &Self| given.param.map(|param| param.location);
        self.name == other.name && location(self) == location(other)
    }
}

pub(crate) enum Value {
    Text(String),
    /// Text that is never shown.
    Secret(SecretString),
    /// The path of a node, which begins with a slash.
    Node(String),
    Nodes(Vec<String>),
    Texts(Vec<String>),
    Lists(Vec<Vec<String>>),
    Json(Json),
    File(FilePart),
    Files(Vec<FilePart>),
    Bytes(Body),
}

impl Value {
    /// Returns whether it goes into a form as a part of its own.
    pub(crate) const fn is_file(&self) -> bool {
        matches!(self, Self::File(_) | Self::Files(_))
    }

    /// Copies the value, unless it is a stream.
    pub(super) fn copy(&self) -> Option<Self> {
        Some(match self {
            Self::Text(text) => Self::Text(text.clone()),
            Self::Secret(text) => Self::Secret(text.clone()),
            Self::Node(path) => Self::Node(path.clone()),
            Self::Nodes(paths) => Self::Nodes(paths.clone()),
            Self::Texts(texts) => Self::Texts(texts.clone()),
            Self::Lists(lists) => Self::Lists(lists.clone()),
            Self::Json(json) => Self::Json(json.clone()),
            Self::File(file) => Self::File(file.copy()?),
            Self::Files(files) => {
                Self::Files(files.iter().map(FilePart::copy).collect::<Option<_>>()?)
            }
            Self::Bytes(body) => Self::Bytes(body.copy()?),
        })
    }
}
