//! An XML element of no special meaning to this crate.

use super::Attributes;

/// An element with all that is in it: the answer of actions that send XML of their own, such as
/// the registry, and whatever a plugin adds to an envelope.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Element {
    /// The element's name.
    pub name: String,
    /// Its attributes, in order.
    pub attributes: Attributes,
    /// Its child elements, in order.
    pub children: Vec<Element>,
    /// Its own text, with the children left out.
    pub text: String,
}

impl Element {
    /// The first child element called `name`.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }
}
