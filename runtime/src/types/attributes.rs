//! The attributes of a node or element, in the server's order.

use std::{fmt, sync::Arc};

use super::Timestamp;
use crate::json::Seen;

/// Names with their values, as the server sent them.
///
/// Plugins add attributes of their own to nodes, so all are kept and can be looked up by name.
///
/// ```
/// use pydio_runtime::response::Attributes;
///
/// let attributes = Attributes::from_iter([("filename", "/a.txt"), ("bytesize", "5")]);
/// assert_eq!(attributes.get("bytesize"), Some("5"));
/// ```
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct Attributes {
    /// Shared by the nodes of a listing, most of which have the same.
    names: Arc<Texts>,
    values: Texts,
}

/// Texts in one allocation: a listing has a million of them, too many to allocate separately.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
struct Texts {
    text: String,
    /// Where each text ends. The parser accepts no tag that is longer.
    ends: Vec<u32>,
}

impl Texts {
    fn with_room(count: usize, bytes: usize) -> Self {
        Self { text: String::with_capacity(bytes), ends: Vec::with_capacity(count) }
    }

    fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)? as usize;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        Some(&self.text[start..end])
    }

    fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        let mut start = 0;
        self.ends.iter().map(move |&end| {
            let text = &self.text[start..end as usize];
            start = end as usize;
            text
        })
    }

    fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len() as u32);
    }

    /// Returns the first ones.
    fn first(&self, count: usize) -> Self {
        let ends = self.ends[..count].to_vec();
        let length = ends.last().map_or(0, |end| *end as usize);
        Self { text: self.text[..length].to_owned(), ends }
    }
}

impl Attributes {
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
        self.names.iter().zip(self.values.iter())
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.values.ends.is_empty()
    }

    pub(crate) fn push(&mut self, name: &str, value: &str) {
        Arc::make_mut(&mut self.names).push(name);
        self.values.push(value);
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

/// The names of the tag that was read last.
#[derive(Default)]
pub(crate) struct LastNames(Arc<Texts>);

/// The attributes of a tag that is being read.
pub(crate) struct TagAttributes<'n> {
    last: &'n mut LastNames,
    /// The names, from the first one on that differs from those of the last tag.
    names: Option<(Texts, Seen)>,
    values: Texts,
}

impl<'n> TagAttributes<'n> {
    /// Prepares for the attributes of a tag of this many bytes.
    pub(crate) fn new(last: &'n mut LastNames, bytes: usize) -> Self {
        // Besides its text, each name has a space, an equals sign and two quotes.
        let names = last.0.text.len() + 4 * last.0.ends.len();
        let values = Texts::with_room(last.0.ends.len(), bytes.saturating_sub(names));
        Self { last, names: None, values }
    }

    /// Adds an attribute; false if there is one of that name.
    pub(crate) fn push(&mut self, name: &str, value: &str) -> bool {
        let count = self.values.ends.len();
        self.values.push(value);
        if self.names.is_none() && self.last.0.get(count) != Some(name) {
            let names = self.last.0.first(count);
            let mut seen = Seen::default();
            names.iter().for_each(|name| _ = seen.record(name));
            self.names = Some((names, seen));
        }
        let Some((names, seen)) = &mut self.names else { return true };
        let is_new = !seen.record(name) || names.iter().all(|other| other != name);
        names.push(name);
        is_new
    }

    /// Returns the attributes.
    pub(crate) fn done(self) -> Attributes {
        let Self { last, names, values } = self;
        let count = values.ends.len();
        match names {
            Some((names, _)) => last.0 = Arc::new(names),
            None if count < last.0.ends.len() => last.0 = Arc::new(last.0.first(count)),
            None => {}
        }
        Attributes { names: Arc::clone(&last.0), values }
    }
}

impl fmt::Debug for Attributes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::{Attributes, LastNames, TagAttributes};

    fn read(last: &mut LastNames, names: &[&str]) -> Option<Attributes> {
        let mut attributes = TagAttributes::new(last, 10);
        let mut all = names.iter().enumerate();
        all.all(|(index, name)| attributes.push(name, &index.to_string()))
            .then(|| attributes.done())
    }

    #[test]
    fn each_tag_has_its_own_names() {
        let mut last = LastNames::default();
        for names in
            [&["a", "b", "c"][..], &["a", "b", "c"], &["a", "b"], &["a", "x", "b"], &[], &["b"]]
        {
            let attributes = read(&mut last, names).unwrap();
            let found: Vec<_> = attributes.iter().collect();
            let values: Vec<_> = (0..names.len()).map(|index| index.to_string()).collect();
            let expected: Vec<_> =
                names.iter().zip(&values).map(|(name, value)| (*name, &**value)).collect();
            assert_eq!((found, attributes.is_empty()), (expected, names.is_empty()));
        }
    }

    #[test]
    fn no_name_is_there_twice_wherever_tags_begin_to_differ() {
        let mut last = LastNames::default();
        assert!(read(&mut last, &["a", "a"]).is_none());
        assert!(read(&mut last, &["a", "b", "c"]).is_some());
        for names in [&["a", "a"][..], &["a", "b", "a"], &["a", "b", "c", "b"], &["x", "a", "x"]] {
            assert!(read(&mut last, names).is_none(), "{names:?}");
        }
        assert!(read(&mut last, &["a", "b", "c", "d"]).is_some());
    }

    #[test]
    fn adding_to_one_node_leaves_the_others() {
        let mut last = LastNames::default();
        let one = read(&mut last, &["a"]).unwrap();
        let mut other = one.clone();
        other.push("b", "1");
        assert_eq!((one.get("b"), other.get("b")), (None, Some("1")));
        assert_eq!(one, Attributes::from_iter([("a", "0")]));
    }
}
