//! What endpoints return.

use serde::{Deserialize, Serialize};

use super::Type;

/// What an endpoint returns.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Response {
    /// A list of nodes.
    Listing,
    /// A JSON document.
    Json(Type),
    /// JSON of a type for one node, and a map of that type by path for several.
    OneOrMany(Type),
    /// XML of undeclared structure.
    Xml,
    /// Text.
    Text,
    /// A stream of bytes.
    Bytes,
    /// The XML envelope.
    Envelope,
    /// The XML envelope, or nothing.
    EnvelopeOrNothing,
    /// Nothing that matters.
    Nothing,
    /// The status and the headers.
    Head,
    /// Depends on the status.
    ByStatus(Vec<StatusResponse>),
    /// Not declared.
    Undeclared,
}

impl Response {
    /// Returns whether nothing is known of what is in the response.
    pub fn is_untyped(&self) -> bool {
        matches!(self, Self::Undeclared | Self::Json(Type::Any))
    }

    /// Returns the types that are read from JSON.
    pub fn types(&self) -> Vec<&Type> {
        match self {
            Self::Json(kind) | Self::OneOrMany(kind) => vec![kind],
            Self::ByStatus(all) => all.iter().flat_map(|one| one.response.types()).collect(),
            _ => Vec::new(),
        }
    }
}

/// What an endpoint returns with one status.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub struct StatusResponse {
    /// The status, such as `200`; `2XX` for all others.
    pub status: String,
    /// What it returns.
    pub response: Response,
    /// What it means, in the words of the spec.
    pub doc: Option<String>,
}

/// The body of errors.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ErrorBody {
    /// The statuses, such as `404`, `4XX` or `default`.
    pub statuses: Vec<String>,
    /// The type of the JSON document.
    pub kind: Type,
}
