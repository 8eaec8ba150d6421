//! Names that the server lists with a path which is not theirs.

use pydio_client::{NodePath, response::Node};

/// Whether a listing gives a node the path of another one: the server cuts names at a `?`, and
/// puts a text of its own in place of those that look like a script.
pub fn leads_elsewhere(node: &Node, folder: &NodePath) -> bool {
    let path = node.path();
    let is_cut = node.label().split_once('?').is_some_and(|(kept, _)| kept == path.name());
    is_cut || path.parent().as_ref() != Some(folder)
}
