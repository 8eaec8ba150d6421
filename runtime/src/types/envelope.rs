//! The envelope that most actions return.

use super::{Element, Node, NodePath};

/// The report of an action: messages, changed nodes, what to load again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Envelope {
    /// The outermost node: the folder in a listing, without attributes in most other responses.
    pub root: Node,
    /// Messages of the server to the user. Never contains an error: that is an
    /// [`Error`](crate::Error).
    pub messages: Vec<Message>,
    /// Nodes that were added, changed or removed.
    pub diff: NodesDiff,
    /// What a user interface should load again.
    pub reloads: Vec<Reload>,
    /// Whether the work may still be running: the server asks to watch its message queue
    /// (`<consume_channel/>`). Long actions return nothing else and continue as a task.
    pub background: bool,
}

impl Envelope {
    /// Returns whether the response is completely empty.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns the elements inside the outermost node that are not nodes and have no meaning to
    /// this crate.
    pub fn elements(&self) -> &[Element] {
        &self.root.elements
    }
}

/// A message of the server to the user, in the user's language.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Message {
    /// The severity.
    pub severity: Severity,
    /// The text.
    pub text: String,
}

impl Message {
    /// Creates a message.
    pub fn new(severity: Severity, text: impl Into<String>) -> Self {
        Self { severity, text: text.into() }
    }
}

/// The `type` of a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// The work was done.
    Success,
    /// The work was not done, or not all of it.
    Error,
    /// Any other type, as sent.
    Other(String),
}

impl Severity {
    /// Returns the `type`, as sent.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Success => "SUCCESS",
            Self::Error => "ERROR",
            Self::Other(kind) => kind,
        }
    }
}

impl From<&str> for Severity {
    fn from(kind: &str) -> Self {
        if kind.eq_ignore_ascii_case("SUCCESS") {
            Self::Success
        } else if kind.eq_ignore_ascii_case("ERROR") {
            Self::Error
        } else {
            Self::Other(kind.to_owned())
        }
    }
}

/// The nodes an action changed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct NodesDiff {
    /// Nodes that are new.
    pub added: Vec<Node>,
    /// Nodes that changed; [`Node::original_path`] is where they were before.
    pub updated: Vec<Node>,
    /// Nodes that were removed.
    pub removed: Vec<Node>,
}

/// A request to reload something.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Reload {
    /// What to reload: `data` for the current folder, `repository_list` for the workspaces.
    pub object: String,
    /// The folder, if one is named.
    pub node: Option<NodePath>,
    /// The file to select in it, if one is named.
    pub file: Option<NodePath>,
}

impl Reload {
    /// Creates a request to reload `object`, without a folder and a file.
    pub fn new(object: impl Into<String>) -> Self {
        Self { object: object.into(), node: None, file: None }
    }
}
