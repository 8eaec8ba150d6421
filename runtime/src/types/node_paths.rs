//! The paths of one node or of several.

use super::{Node, NodePath};

/// The paths of one node or of several: the argument of calls that take either.
///
/// ```
/// use pydio_runtime::{NodePath, NodePaths, response::Node};
///
/// let photos = NodePath::from("/photos");
/// let listed = Node::new([("filename", "/photos")]);
/// for one in [NodePaths::from("/photos"), (&photos).into(), (&listed).into()] {
///     assert_eq!(one.as_slice(), [photos.clone()]);
/// }
/// assert_eq!(NodePaths::from(["/a", "/b"]), NodePaths::from(vec!["a", "b"]));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct NodePaths(Vec<NodePath>);

impl NodePaths {
    /// Returns the paths, in the given order.
    pub fn as_slice(&self) -> &[NodePath] {
        &self.0
    }

    /// Returns the paths one by one.
    pub fn iter(&self) -> std::slice::Iter<'_, NodePath> {
        self.0.iter()
    }

    /// Returns the number of paths.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Returns whether there is no path.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl From<&str> for NodePaths {
    fn from(path: &str) -> Self {
        Self(vec![path.into()])
    }
}

impl From<String> for NodePaths {
    fn from(path: String) -> Self {
        Self(vec![path.into()])
    }
}

impl From<&String> for NodePaths {
    fn from(path: &String) -> Self {
        Self(vec![path.into()])
    }
}

impl From<NodePath> for NodePaths {
    fn from(path: NodePath) -> Self {
        Self(vec![path])
    }
}

impl From<&NodePath> for NodePaths {
    fn from(path: &NodePath) -> Self {
        Self(vec![path.clone()])
    }
}

impl From<Node> for NodePaths {
    fn from(node: Node) -> Self {
        Self(vec![node.path()])
    }
}

impl From<&Node> for NodePaths {
    fn from(node: &Node) -> Self {
        Self(vec![node.path()])
    }
}

impl<T: Into<NodePath>, const N: usize> From<[T; N]> for NodePaths {
    fn from(nodes: [T; N]) -> Self {
        nodes.into_iter().collect()
    }
}

impl<T: Into<NodePath>> From<Vec<T>> for NodePaths {
    fn from(nodes: Vec<T>) -> Self {
        nodes.into_iter().collect()
    }
}

impl<T: Clone + Into<NodePath>> From<&[T]> for NodePaths {
    fn from(nodes: &[T]) -> Self {
        nodes.iter().cloned().collect()
    }
}

impl<T: Clone + Into<NodePath>, const N: usize> From<&[T; N]> for NodePaths {
    fn from(nodes: &[T; N]) -> Self {
        Self::from(nodes.as_slice())
    }
}

impl<T: Clone + Into<NodePath>> From<&Vec<T>> for NodePaths {
    fn from(nodes: &Vec<T>) -> Self {
        Self::from(nodes.as_slice())
    }
}

impl From<&Self> for NodePaths {
    fn from(nodes: &Self) -> Self {
        nodes.clone()
    }
}

impl<T: Into<NodePath>> FromIterator<T> for NodePaths {
    fn from_iter<I: IntoIterator<Item = T>>(nodes: I) -> Self {
        Self(nodes.into_iter().map(Into::into).collect())
    }
}

impl IntoIterator for NodePaths {
    type Item = NodePath;
    type IntoIter = std::vec::IntoIter<NodePath>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a NodePaths {
    type Item = &'a NodePath;
    type IntoIter = std::slice::Iter<'a, NodePath>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::{Node, NodePath, NodePaths};

    fn paths(nodes: impl Into<NodePaths>) -> Vec<String> {
        nodes.into().into_iter().map(String::from).collect()
    }

    #[test]
    fn one_node_and_several_are_the_same_argument() {
        let (text, path) = ("/a".to_owned(), NodePath::from("/a"));
        let node = Node::new([("filename", "/a")]);
        let (several, array) = (vec![path.clone()], [text.clone()]);
        for one in [
            paths("a"),
            paths(&text),
            paths(text.clone()),
            paths(&path),
            paths(path.clone()),
            paths(&node),
            paths(node.clone()),
            paths(["a"]),
            paths([&text]),
            paths([&path]),
            paths([&node]),
            paths([node.clone()].as_slice()),
            paths(vec![text.clone()]),
            paths(&several),
            paths(&array),
        ] {
            assert_eq!(one, ["/a"]);
        }
        assert_eq!(paths(array), paths(several));
        assert_eq!(paths(vec!["b", "a"]), ["/b", "/a"], "the order is kept");
        assert_eq!(paths(["a"; 0]), [""; 0]);
    }

    #[test]
    fn a_path_is_not_split() {
        assert_eq!(paths("/a,b;c d"), ["/a,b;c d"]);
    }
}
