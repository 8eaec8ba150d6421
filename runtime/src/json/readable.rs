//! Reads documents that do not match their type everywhere.

use super::{FromJson, Json, JsonError, Step, Value};

/// A document with more mismatches is another document.
const MOST_SKIPPED: usize = 1000;

/// The readable part of a document: the value without the locations that do not match.
///
/// ```
/// use pydio_runtime::json::Readable;
///
/// let json = serde_json::from_str("[1, [], 3]").unwrap();
/// let readable = Readable::<Vec<i64>>::of(json).unwrap();
/// assert_eq!(readable.value, [1, 3]);
/// assert_eq!(readable.skipped[0].to_string(), "[1]: expected an integer, found a list of 0");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Readable<T> {
    /// The value. It lacks each location that cannot be read: an optional field, or else the list
    /// item or map entry that contains it.
    pub value: T,
    /// The locations that were skipped, with their paths in the document; empty if it is complete.
    pub skipped: Vec<JsonError>,
}

impl<T: FromJson> Readable<T> {
    /// Reads what can be read.
    ///
    /// # Errors
    ///
    /// If the document as a whole does not match, or more than 1000 locations do not.
    pub fn of(json: Json) -> Result<Self, JsonError> {
        let mut document = Document { json, removed: Vec::new() };
        let mut skipped: Vec<JsonError> = Vec::new();
        loop {
            let error = match T::from_json(Value::from(&document.json)) {
                Ok(value) => return Ok(Self { value, skipped }),
                Err(error) => error,
            };
            if skipped.len() == MOST_SKIPPED {
                return Err(error);
            }
            let original = document.original(&error.path);
            if !document.remove(&error.path) {
                return Err(error);
            }
            // If the field is required, what contains it is removed as well, for the same reason.
            if skipped.last().is_none_or(|last| last.path != original) {
                skipped.push(JsonError { path: original, ..error });
            }
        }
    }
}

/// A document from which locations were removed.
struct Document {
    json: Json,
    /// The items that were removed from lists, by their original paths, outermost step first.
    removed: Vec<Vec<Step>>,
}

impl Document {
    /// Removes the location, or the innermost one around it that exists; false if that is the
    /// document itself.
    fn remove(&mut self, path: &[Step]) -> bool {
        for above in 0..path.len() {
            let steps: Vec<&Step> = path[above..].iter().rev().collect();
            if take(&mut self.json, &steps) {
                let original = self.original(&path[above..]);
                self.removed.push(original.into_iter().rev().collect());
                return true;
            }
        }
        false
    }

    /// Returns the original path of a location before others were removed, innermost step first
    /// like `path`.
    fn original(&self, path: &[Step]) -> Vec<Step> {
        let mut original: Vec<Step> = Vec::new();
        for step in path.iter().rev() {
            original.push(match step {
                Step::Field(name) => Step::Field(name.clone()),
                Step::Item(index) => Step::Item(self.original_index(&original, *index)),
            });
        }
        original.reverse();
        original
    }

    /// Returns the original index of an item in the list at `list`.
    fn original_index(&self, list: &[Step], index: usize) -> usize {
        let mut numbers: Vec<usize> =
            self.removed.iter().filter_map(|path| within(path, list)).collect();
        numbers.sort_unstable();
        numbers.into_iter().fold(index, |index, removed| index + usize::from(removed <= index))
    }
}

/// Returns the index of the item that `path` leads to, if it is in the list at `list`.
fn within(path: &[Step], list: &[Step]) -> Option<usize> {
    match path.split_last() {
        Some((Step::Item(index), around)) if around == list => Some(*index),
        _ => None,
    }
}

/// Removes what the steps lead to, outermost first; false if nothing is there.
fn take(json: &mut Json, steps: &[&Step]) -> bool {
    let Some((first, rest)) = steps.split_first() else { return false };
    match (json, first) {
        (Json::Object(fields), Step::Field(name)) if rest.is_empty() => {
            fields.remove(name).is_some()
        }
        (Json::Object(fields), Step::Field(name)) => {
            fields.get_mut(name).is_some_and(|inner| take(inner, rest))
        }
        (Json::Array(items), Step::Item(index)) if rest.is_empty() => {
            let is_there = *index < items.len();
            if is_there {
                items.remove(*index);
            }
            is_there
        }
        (Json::Array(items), Step::Item(index)) => {
            items.get_mut(*index).is_some_and(|inner| take(inner, rest))
        }
        _ => false,
    }
}
