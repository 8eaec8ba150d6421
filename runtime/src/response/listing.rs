//! The children of a folder.

use crate::types::{Element, Envelope, Message, Node, Pagination};

/// A folder with its children: one page of them if the folder is large.
///
/// ```
/// use pydio_runtime::response::{Listing, Node};
///
/// let folder = Node::new([("filename", "/docs")]);
/// let listing = Listing::new(folder, [Node::new([("filename", "/docs/a.txt")])]);
/// assert_eq!(listing.nodes[0].path().as_str(), "/docs/a.txt");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Listing {
    /// The folder that was listed. If nodes were requested by name, a placeholder for the root.
    pub folder: Node,
    /// The nodes, in the server's order.
    pub nodes: Vec<Node>,
    /// The page. `None` if the server does not page the folder.
    pub pagination: Option<Pagination>,
    /// Messages of the server to the user.
    pub messages: Vec<Message>,
    /// Elements that plugins added and that this crate does not interpret.
    pub elements: Vec<Element>,
}

impl Listing {
    /// Creates a listing of a folder, for example in a test.
    pub fn new(folder: Node, nodes: impl IntoIterator<Item = Node>) -> Self {
        Self { folder, nodes: nodes.into_iter().collect(), ..Self::default() }
    }

    /// Returns the folders below this one whose children are incomplete, in a recursive listing:
    /// the server silently keeps only the first page of each. Whether this folder itself is
    /// complete is returned by [`Listing::pagination`].
    pub fn incomplete_folders(&self) -> Vec<&Node> {
        self.nodes.iter().flat_map(Node::incomplete_folders).collect()
    }
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
