//! The path of a node in its workspace.

use std::fmt;

/// The path of a file or folder, from the root of its workspace. Always begins with `/`.
///
/// A missing first slash is added, since the server treats `photos` and `/photos` alike in some
/// actions and differently in others. Repeated slashes become one, as on the server: a node that is
/// created as `/a//b` is listed as `/a/b`.
///
/// ```
/// use pydio_runtime::NodePath;
///
/// let photos = NodePath::from("photos");
/// assert_eq!(photos.as_str(), "/photos");
/// assert_eq!(photos.join("2019").as_str(), "/photos/2019");
/// assert_eq!(photos.join("2019").parent(), Some(photos));
/// assert_eq!(NodePath::root().join("a").as_str(), "/a");
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodePath(String);

impl NodePath {
    /// Returns the root of the workspace.
    pub fn root() -> Self {
        Self("/".to_owned())
    }

    /// Returns the path as text, beginning with `/`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the last segment; empty for the root.
    pub fn name(&self) -> &str {
        self.0.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
    }

    /// Returns the folder of the node; `None` for the root.
    pub fn parent(&self) -> Option<Self> {
        let (parent, name) = self.0.trim_end_matches('/').rsplit_once('/')?;
        (!name.is_empty()).then(|| Self::from(parent))
    }

    /// Returns the path of the child `name`.
    pub fn join(&self, name: &str) -> Self {
        Self(collapsed(format!("{}/{name}", self.0)))
    }
}

/// Makes repeated slashes one.
fn collapsed(path: String) -> String {
    if !path.contains("//") {
        return path;
    }
    let mut last = None;
    let mut is_first = |character: char| last.replace(character) != Some('/') || character != '/';
    path.chars().filter(|character| is_first(*character)).collect()
}

impl From<String> for NodePath {
    fn from(path: String) -> Self {
        Self(collapsed(if path.starts_with('/') { path } else { format!("/{path}") }))
    }
}

impl From<&str> for NodePath {
    fn from(path: &str) -> Self {
        Self::from(path.to_owned())
    }
}

impl From<&String> for NodePath {
    fn from(path: &String) -> Self {
        Self::from(path.as_str())
    }
}

impl From<&NodePath> for NodePath {
    fn from(path: &NodePath) -> Self {
        path.clone()
    }
}

impl From<NodePath> for String {
    fn from(path: NodePath) -> Self {
        path.0
    }
}

impl AsRef<str> for NodePath {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for NodePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Refuses a path with a segment that servers drop, wherever it is sent.
pub(crate) fn refuse_blanked(path: &str) -> Result<(), &'static str> {
    match path.split('/').any(is_dots) {
        true => Err("the server blanks the segments `.` and `..`"),
        false => Ok(()),
    }
}

/// Returns whether a segment names a folder relatively.
pub(crate) fn is_dots(segment: &str) -> bool {
    matches!(segment, "." | "..")
}

#[cfg(test)]
mod tests {
    use super::NodePath;

    #[test]
    fn a_path_begins_with_a_slash() {
        for (given, path) in [("", "/"), ("/", "/"), ("a", "/a"), ("/a/", "/a/"), ("é/b", "/é/b")]
        {
            assert_eq!(NodePath::from(given).as_str(), path);
            assert_eq!(String::from(NodePath::from(given.to_owned())), path);
        }
    }

    #[test]
    fn repeated_slashes_are_one() {
        for (given, path) in
            [("//", "/"), ("a//b", "/a/b"), ("///a//", "/a/"), ("/é//b/c", "/é/b/c")]
        {
            assert_eq!(NodePath::from(given).as_str(), path);
        }
        assert_eq!(NodePath::from("/a//").join("//b//c").as_str(), "/a/b/c");
    }

    #[test]
    fn the_root_has_neither_name_nor_parent() {
        for root in [NodePath::root(), NodePath::from("//")] {
            assert_eq!((root.name(), root.parent()), ("", None));
        }
    }

    #[test]
    fn a_slash_at_the_end_changes_nothing() {
        for path in ["/a/b", "/a/b/"] {
            let path = NodePath::from(path);
            assert_eq!((path.name(), path.parent()), ("b", Some(NodePath::from("/a"))));
            assert_eq!(path.join("/c").as_str(), "/a/b/c");
        }
        assert_eq!(NodePath::from("/a").parent(), Some(NodePath::root()));
        assert_eq!(NodePath::root().join("a").to_string(), "/a");
    }
}
