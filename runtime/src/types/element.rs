//! An XML element that this crate does not interpret.

use super::Attributes;

/// An element with its content: the response of actions that return their own XML, such as the
/// registry, and any element that a plugin adds to an envelope.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Element {
    /// The element's name.
    pub name: String,
    /// Its attributes, in order.
    pub attributes: Attributes,
    /// Its child elements, in order.
    pub children: Vec<Element>,
    /// Its own text, without that of its children.
    pub text: String,
}

impl Element {
    /// Creates an element without attributes and content.
    pub fn new(name: impl Into<String>) -> Self {
        Self { name: name.into(), ..Self::default() }
    }

    /// Returns the first child element `name`.
    pub fn child(&self, name: &str) -> Option<&Element> {
        self.children.iter().find(|child| child.name == name)
    }
}
