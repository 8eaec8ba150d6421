//! The envelope that most actions return.

use super::{Element, Node, NodePath};

/// What an action did, as it reports it: messages, changed nodes, what to load again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Envelope {
    /// The outermost node: the folder in a listing, without attributes in most other answers.
    pub root: Node,
    /// What the server says to the user. Never holds an error: that is an [`Error`](crate::Error).
    pub messages: Vec<Message>,
    /// Nodes that were added, changed or removed.
    pub diff: NodesDiff,
    /// What a user interface should load again.
    pub reloads: Vec<Reload>,
    /// Whether the work may still be going on: the server asks to watch its message queue
    /// (`<consume_channel/>`). Long actions answer nothing else and go on as a task.
    pub background: bool,
}

impl Envelope {
    /// Whether the answer says nothing at all.
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
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Message {
    /// How bad it is.
    pub severity: Severity,
    /// What it says.
    pub text: String,
}

/// The `type` of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
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
    pub(crate) fn from_type(kind: &str) -> Self {
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
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct NodesDiff {
    /// Nodes that are new.
    pub added: Vec<Node>,
    /// Nodes that changed; [`Node::original_path`] tells where they were before.
    pub updated: Vec<Node>,
    /// Nodes that are gone.
    pub removed: Vec<Node>,
}

/// Advice to load something again.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reload {
    /// What: `data` for the current folder, `repository_list` for the workspaces.
    pub object: String,
    /// The folder, where one is named.
    pub node: Option<NodePath>,
    /// The file to select in it, where one is named.
    pub file: Option<NodePath>,
}
