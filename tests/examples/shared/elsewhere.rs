//! Names that the server lists with a wrong path.

use pydio_client::{NodePath, response::Node};

/// Returns whether a listing gives a node the path of another one: the server truncates names at a
/// `?`, and replaces names that look like a script with its own text.
pub fn leads_elsewhere(node: &Node, folder: &NodePath) -> bool {
    let path = node.path();
    let is_cut = node.label().split_once('?').is_some_and(|(kept, _)| kept == path.name());
    is_cut || path.parent().as_ref() != Some(folder)
}
