//! What parameters take and what actions answer, from the types that manifests declare.

use serde::Serialize;

use super::Type;

/// What a parameter takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Text of any kind, ids of users, roles and workspaces included.
    Text,
    /// A whole number.
    Integer,
    /// Sent as `true`, or not at all.
    Flag,
    /// On unless it is sent as `false`.
    Switch,
    /// The path of a node.
    Node,
    /// The paths of several nodes.
    Nodes,
    /// The paths of nodes: one as it is, several as a numbered family.
    Selection,
    /// Any number of texts, as a list: `name[]=a&name[]=b` over HTTP.
    Texts,
    /// Sent as `on`, or not at all.
    On,
    /// The number of a page, which the server wants at the end of the folder's path.
    Page,
    /// A JSON document, sent as its text.
    Json,
    /// One of several words, others not excluded.
    Choice(Vec<String>),
    /// Any number of fields whose names are not declared.
    Fields,
    /// Text that is sent percent-encoded once more than others.
    Encoded,
    /// A file.
    File,
    /// A family `prefix0`, `prefix1` …
    Numbered(String),
    /// Always sent, and always this: no choice of the caller's.
    Constant(String),
}

impl Kind {
    /// What a declared parameter takes.
    pub(crate) fn of(name: &str, declared: &str, default: Option<&str>) -> Self {
        if let Some(prefix) = numbered_prefix(name) {
            return Self::Numbered(prefix.to_owned());
        }
        if declared.contains('|') {
            let words = declared.split('|').map(str::trim).filter(|word| !word.is_empty());
            return Self::Choice(words.map(str::to_owned).collect());
        }
        match declared {
            "AJXP_NODE" => Self::Node,
            "AJXP_NODE[]" => Self::Nodes,
            "JSON" => Self::Json,
            "ANY" | "FORM_DATA" => Self::Fields,
            // One release writes it so.
            "boolean" | "boolen" if default == Some("true") => Self::Switch,
            "boolean" | "boolen" => Self::Flag,
            "integer" => Self::Integer,
            _ => Self::Text,
        }
    }
}

/// `user_` of `user_[n]`, `file_` of `file_0...N`.
fn numbered_prefix(name: &str) -> Option<&str> {
    name.strip_suffix("[n]").or_else(|| name.strip_suffix("0...N")).filter(|p| !p.is_empty())
}

/// What an action answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ReturnKind {
    /// A list of nodes.
    Listing,
    /// JSON of no declared shape.
    Json,
    /// XML of no declared shape.
    Xml,
    /// Text.
    Text,
    /// Bytes.
    Stream,
    /// The XML envelope.
    Envelope,
    /// The XML envelope, or nothing.
    Report,
    /// Nothing.
    Nothing,
    /// JSON of a known type.
    Typed(Type),
    /// JSON of a known type for one node, and a map of it by path for several.
    OneOrMany(Type),
    /// Not declared: told apart by what comes.
    Any,
}

impl ReturnKind {
    /// What an `output` type promises.
    pub(crate) fn of(output: Option<&str>) -> Self {
        match output.map(str::to_ascii_lowercase).as_deref() {
            Some("ajxp_node[]") => Self::Listing,
            // Where there is a choice, JSON is the format with types in it.
            Some("json" | "application/json" | "json|xml") => Self::Json,
            Some("xml") => Self::Xml,
            Some("html") => Self::Text,
            Some("stream") => Self::Stream,
            _ => Self::Any,
        }
    }
}
