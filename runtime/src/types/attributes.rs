//! The attributes of a node or element, in the server's order.

use std::fmt;

use super::Timestamp;

/// Names with their values, as the server sent them.
///
/// Plugins add their own attributes to nodes, so all attributes are kept and can be looked up by
/// name.
///
/// ```
/// use pydio_runtime::response::Attributes;
///
/// let attributes = Attributes::from_iter([("filename", "/a.txt"), ("bytesize", "5")]);
/// assert_eq!(attributes.get("bytesize"), Some("5"));
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Attributes {
    /// Each name followed by its value: a listing has a million of them, too many to allocate
    /// separately.
    text: String,
    /// Where each name and each value ends. The parser accepts no tag that is longer.
    ends: Vec<(u32, u32)>,
}

impl Attributes {
    /// Creates an empty list, with room for the attributes of a tag of this many bytes.
    pub(crate) fn with_room(bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), ends: Vec::with_capacity(bytes / TYPICAL) }
    }

    /// Returns the value of the attribute `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// Returns the point in time in the attribute `name`, such as `last_connection`: seconds since
    /// 1970. `None` if it is missing, empty, or not such a number.
    pub fn time(&self, name: &str) -> Option<Timestamp> {
        Timestamp::from_text(self.get(name)?)
    }

    /// Returns all attributes, in the order they were sent in.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        let mut start = 0;
        self.ends.iter().map(move |&(name, value)| {
            let (name, value) = (name as usize, value as usize);
            let pair = (&self.text[start..name], &self.text[name..value]);
            start = value;
            pair
        })
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub(crate) fn push(&mut self, name: &str, value: &str) {
        self.text.push_str(name);
        let name_end = self.text.len() as u32;
        self.text.push_str(value);
        self.ends.push((name_end, self.text.len() as u32));
    }

    /// Returns whether the attribute exists and is `true`, or PHP's `1`.
    pub(crate) fn is_true(&self, name: &str) -> bool {
        matches!(self.get(name), Some("true" | "1"))
    }
}

impl<K: AsRef<str>, V: AsRef<str>> FromIterator<(K, V)> for Attributes {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(attributes: I) -> Self {
        let mut all = Self::default();
        all.extend(attributes);
        all
    }
}

/// Adds attributes after the others: each name is looked up from the first one on.
impl<K: AsRef<str>, V: AsRef<str>> Extend<(K, V)> for Attributes {
    fn extend<I: IntoIterator<Item = (K, V)>>(&mut self, attributes: I) {
        for (name, value) in attributes {
            self.push(name.as_ref(), value.as_ref());
        }
    }
}

/// Typical size of an attribute of a node in bytes.
const TYPICAL: usize = 24;

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
