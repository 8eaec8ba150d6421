//! A file, a folder, or anything else that a workspace lists.

use super::{Attributes, Element, NodePath, Timestamp};

/// A node of a workspace, as in a listing or a diff.
///
/// The administration's workspace lists users, roles and workspaces as nodes too. The attributes of
/// a node depend on the action, its options and the server's plugins; the methods read the common
/// ones, [`Self::attributes`] has all of them.
///
/// ```
/// use pydio_runtime::response::Node;
///
/// let node = Node::new([("filename", "/docs/a.txt"), ("is_file", "true"), ("bytesize", "5")]);
/// assert_eq!((node.label(), node.size()), ("a.txt", Some(5)));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Node {
    /// All attributes that the server sent.
    pub attributes: Attributes,
    /// Its children, in a recursive listing.
    pub children: Vec<Node>,
    /// The paging of its children. In a recursive listing the server silently keeps only the first
    /// 200 children of a folder with more than 500, and reports it here: see
    /// [`Node::incomplete_folders`].
    pub pagination: Option<Pagination>,
    /// Other elements inside the node, which some plugins send.
    pub elements: Vec<Element>,
}

impl Node {
    /// Creates a node with these attributes, for example in a test.
    pub fn new<K: AsRef<str>, V: AsRef<str>>(attributes: impl IntoIterator<Item = (K, V)>) -> Self {
        Self { attributes: attributes.into_iter().collect(), ..Self::default() }
    }

    /// Returns the path of the node in its workspace (`filename`).
    pub fn path(&self) -> NodePath {
        NodePath::from(self.attributes.get("filename").unwrap_or_default())
    }

    /// Returns the display name (`text`), or the last segment of the path if the server sent none.
    pub fn label(&self) -> &str {
        let path = self.attributes.get("filename").unwrap_or_default();
        match self.attributes.get("text") {
            Some(text) if !text.is_empty() => text,
            _ => path.trim_end_matches('/').rsplit('/').next().unwrap_or_default(),
        }
    }

    /// Returns whether it is a file rather than a folder.
    pub fn is_file(&self) -> bool {
        self.attributes.is_true("is_file")
    }

    /// Returns its size in bytes (`bytesize`); `None` if the server did not send it.
    pub fn size(&self) -> Option<u64> {
        self.attributes.get("bytesize")?.parse().ok()
    }

    /// Returns the time of its last change (`ajxp_modiftime`).
    pub fn modified(&self) -> Option<Timestamp> {
        self.attributes.time("ajxp_modiftime")
    }

    /// Returns Pydio's own type, if it has one (`ajxp_mime`): `ajxp_folder`, `ajxp_recycle` …
    pub fn mime(&self) -> Option<&str> {
        self.attributes.get("ajxp_mime")
    }

    /// Returns the permissions in octal, such as `0755` (`file_perms`).
    pub fn permissions(&self) -> Option<&str> {
        self.attributes.get("file_perms")
    }

    /// Returns whether it may not be changed (`ajxp_readonly`).
    pub fn is_read_only(&self) -> bool {
        self.attributes.is_true("ajxp_readonly")
    }

    /// Returns the folders, among the node and what is in it, whose children a recursive listing cut
    /// off at the end of the first page (measured on 8.2.5).
    /// [`Workspace::nodes`](crate::Workspace::nodes) requests the other pages; a plain call does not.
    pub fn incomplete_folders(&self) -> Vec<&Self> {
        let mut found: Vec<_> = Vec::new();
        let mut left = vec![self];
        while let Some(node) = left.pop() {
            if node.pagination.is_some_and(|pagination| pagination.has_more()) {
                found.push(node);
            }
            left.extend(node.children.iter().rev());
        }
        found
    }

    /// Returns its path before a move or rename, in a diff (`original_path`).
    pub fn original_path(&self) -> Option<NodePath> {
        self.attributes.get("original_path").map(NodePath::from)
    }
}

impl From<&Node> for NodePath {
    fn from(node: &Node) -> Self {
        node.path()
    }
}

impl From<Node> for NodePath {
    fn from(node: Node) -> Self {
        node.path()
    }
}

/// The part of a folder that a response contains.
///
/// Servers page folders above a limit (500 nodes with 200 per page, unless configured otherwise).
/// They count one page too many if the nodes fill the last page exactly: that page is empty.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Pagination {
    /// Number of nodes in the folder.
    pub count: u64,
    /// Number of pages.
    pub total: u64,
    /// Number of this page, from 1.
    pub current: u64,
}

impl Pagination {
    /// Describes page `current`, from 1, of `total` pages with `count` nodes together.
    pub fn new(count: u64, total: u64, current: u64) -> Self {
        Self { count, total, current }
    }

    /// Returns whether pages follow this one.
    pub fn has_more(&self) -> bool {
        self.current < self.total
    }
}

#[cfg(test)]
mod tests {
    use super::{Node, Timestamp};

    fn node(attributes: &[(&str, &str)]) -> Node {
        Node::new(attributes.iter().copied())
    }

    #[test]
    fn a_node_without_a_label_has_its_name() {
        assert_eq!(node(&[("filename", "/a/b"), ("text", "B")]).label(), "B");
        assert_eq!(node(&[("filename", "/a/b/"), ("text", "")]).label(), "b");
        assert_eq!(node(&[("filename", "/")]).label(), "");
        assert_eq!(Node::default().label(), "");
    }

    #[test]
    fn invalid_numbers_are_missing() {
        let odd = node(&[("bytesize", "-1"), ("ajxp_modiftime", "")]);
        assert_eq!((odd.size(), odd.modified()), (None, None));
        let even = node(&[("bytesize", "5368709120"), ("ajxp_modiftime", "-1")]);
        assert_eq!((even.size(), even.modified()), (Some(5_368_709_120), Timestamp::from_secs(-1)));
    }

    #[test]
    fn a_boolean_is_true_or_php_s_one() {
        for (value, is_file) in [("true", true), ("1", true), ("false", false), ("", false)] {
            assert_eq!(node(&[("is_file", value)]).is_file(), is_file);
        }
    }

    #[test]
    fn attributes_are_all_there_in_order() {
        let node = node(&[("filename", "/a"), ("zzz", "1"), ("text", "a")]);
        let names: Vec<_> = node.attributes.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["filename", "zzz", "text"]);
        assert_eq!(
            format!("{:?}", node.attributes),
            r#"{"filename": "/a", "zzz": "1", "text": "a"}"#
        );
        assert!(!node.attributes.is_empty() && node.attributes.get("none").is_none());
    }
}
