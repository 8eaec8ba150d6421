//! The attributes of a node or element, all of them, in the server's order.

use std::{borrow::Cow, fmt};

/// Names with their values, as the server sent them.
///
/// Plugins add attributes of their own to nodes, so none is thrown away and every one can be
/// looked up by name.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Attributes(Vec<(Cow<'static, str>, Box<str>)>);

impl Attributes {
    /// The value of the attribute called `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| &**value)
    }

    /// All attributes, in the order they were sent in.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (&**name, &**value))
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn push(&mut self, name: &str, value: &str) {
        let name = match KNOWN.iter().find(|known| **known == name) {
            Some(known) => Cow::Borrowed(*known),
            None => Cow::Owned(name.to_owned()),
        };
        self.0.push((name, value.into()));
    }

    /// Whether the attribute is there and holds `true`, or PHP's `1` for it.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        matches!(self.get(name), Some("true" | "1"))
    }
}

/// What nearly every node has: these names cost no allocation.
const KNOWN: [&str; 20] = [
    "filename",
    "text",
    "is_file",
    "bytesize",
    "ajxp_modiftime",
    "ajxp_im_time",
    "ajxp_relativetime",
    "ajxp_description",
    "ajxp_readonly",
    "ajxp_mime",
    "ajxp_has_comments_feed",
    "icon",
    "fonticon",
    "openicon",
    "file_group",
    "file_owner",
    "file_perms",
    "filesize",
    "mimestring",
    "mimestring_id",
];

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
