//! The children of a folder.

use super::{Element, Envelope, Message, Node};

/// A folder with its children: one page of them where the folder is large.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Listing {
    /// The folder that was listed. When nodes were asked for by name, a stand-in for the root.
    pub folder: Node,
    /// The nodes, in the server's order.
    pub nodes: Vec<Node>,
    /// Which page this is. `None` where the server pages nothing.
    pub pagination: Option<Pagination>,
    /// What the server says to the user.
    pub messages: Vec<Message>,
    /// Elements that plugins added and this crate gives no meaning to.
    pub elements: Vec<Element>,
}

impl From<Envelope> for Listing {
    fn from(envelope: Envelope) -> Self {
        let Node { attributes, children, pagination, elements } = envelope.root;
        Self {
            folder: Node { attributes, ..Node::default() },
            nodes: children,
            pagination,
            messages: envelope.messages,
            elements,
        }
    }
}

impl IntoIterator for Listing {
    type Item = Node;
    type IntoIter = std::vec::IntoIter<Node>;

    fn into_iter(self) -> Self::IntoIter {
        self.nodes.into_iter()
    }
}

impl<'a> IntoIterator for &'a Listing {
    type Item = &'a Node;
    type IntoIter = std::slice::Iter<'a, Node>;

    fn into_iter(self) -> Self::IntoIter {
        self.nodes.iter()
    }
}

/// Which part of a folder an answer holds.
///
/// Servers page folders above a limit (500 nodes with 200 a page, unless set otherwise). They
/// count one page too many when the nodes fill the last page exactly: it is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pagination {
    /// How many nodes the folder has in all.
    pub count: u64,
    /// How many pages the server makes of them.
    pub total: u64,
    /// Which page this is, counted from 1.
    pub current: u64,
}

impl Pagination {
    /// Whether pages follow this one.
    pub fn has_more(&self) -> bool {
        self.current < self.total
    }
}
