//! A file, a folder, or whatever else a workspace lists.

use super::{Attributes, Element, NodePath};

/// A node of a workspace as a listing or a diff shows it.
///
/// The administration's workspace lists users, roles and workspaces as nodes too. What a node
/// tells depends on the action, its options and the server's plugins; the methods read the common
/// attributes, [`Self::attributes`] has all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Node {
    /// Everything the server said of the node.
    pub attributes: Attributes,
    /// Its children, in a recursive listing.
    pub children: Vec<Node>,
    /// How its children are paged; in a recursive listing the server silently keeps only the
    /// first 200 children of a folder above 500, and says so here.
    pub pagination: Option<Pagination>,
    /// Other elements inside the node, which some plugins send.
    pub elements: Vec<Element>,
}

impl Node {
    /// Where the node is in its workspace (`filename`).
    pub fn path(&self) -> NodePath {
        NodePath::from(self.attributes.get("filename").unwrap_or_default())
    }

    /// The name to show (`text`), or the last segment of the path where the server sent none.
    pub fn label(&self) -> &str {
        let path = self.attributes.get("filename").unwrap_or_default();
        match self.attributes.get("text") {
            Some(text) if !text.is_empty() => text,
            _ => path.trim_end_matches('/').rsplit('/').next().unwrap_or_default(),
        }
    }

    /// Whether it is a file rather than a folder.
    pub fn is_file(&self) -> bool {
        self.attributes.is_true("is_file")
    }

    /// Its size in bytes (`bytesize`); `None` where the server did not say.
    pub fn size(&self) -> Option<u64> {
        self.attributes.get("bytesize")?.parse().ok()
    }

    /// When it was last changed, in seconds since 1970 (`ajxp_modiftime`).
    pub fn modified(&self) -> Option<i64> {
        self.attributes.get("ajxp_modiftime")?.parse().ok()
    }

    /// Pydio's own type where it has one (`ajxp_mime`): `ajxp_folder`, `ajxp_recycle` …
    pub fn mime(&self) -> Option<&str> {
        self.attributes.get("ajxp_mime")
    }

    /// The permissions in octal, such as `0755` (`file_perms`).
    pub fn permissions(&self) -> Option<&str> {
        self.attributes.get("file_perms")
    }

    /// Whether it may not be changed (`ajxp_readonly`).
    pub fn is_read_only(&self) -> bool {
        self.attributes.is_true("ajxp_readonly")
    }

    /// Where it was before a move or rename, in a diff (`original_path`).
    pub fn original_path(&self) -> Option<NodePath> {
        self.attributes.get("original_path").map(NodePath::from)
    }
}

impl From<&Node> for NodePath {
    fn from(node: &Node) -> Self {
        node.path()
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

#[cfg(test)]
mod tests {
    use super::Node;

    fn node(attributes: &[(&str, &str)]) -> Node {
        let mut node = Node::default();
        for (name, value) in attributes {
            node.attributes.push(name, value);
        }
        node
    }

    #[test]
    fn a_node_without_a_label_has_its_name() {
        assert_eq!(node(&[("filename", "/a/b"), ("text", "B")]).label(), "B");
        assert_eq!(node(&[("filename", "/a/b/"), ("text", "")]).label(), "b");
        assert_eq!(node(&[("filename", "/")]).label(), "");
        assert_eq!(Node::default().label(), "");
    }

    #[test]
    fn numbers_that_are_none_are_not_there() {
        let odd = node(&[("bytesize", "-1"), ("ajxp_modiftime", "")]);
        assert_eq!((odd.size(), odd.modified()), (None, None));
        let even = node(&[("bytesize", "5368709120"), ("ajxp_modiftime", "-1")]);
        assert_eq!((even.size(), even.modified()), (Some(5_368_709_120), Some(-1)));
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
