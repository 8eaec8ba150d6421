//! What can be read of a document that is not all what it should be.

use super::Json;
use super::{FromJson, JsonError, Step};

/// A document in which more places are wrong is another document.
const MOST_SKIPPED: usize = 1000;

/// What can be read of a document: the value without the places that are not what they should be.
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
    /// The value. A place that cannot be read is left out of it: an optional field, or else the
    /// item of a list or the entry of a map that it is in.
    pub value: T,
    /// The places that were left out, with their paths in the document; empty when it is whole.
    pub skipped: Vec<JsonError>,
}

impl<T: FromJson> Readable<T> {
    /// Reads what can be read.
    ///
    /// # Errors
    ///
    /// When the document as a whole is not what it should be, or more than 1000 places are not.
    pub fn of(json: Json) -> Result<Self, JsonError> {
        let mut document = Document { json, removed: Vec::new() };
        let mut skipped: Vec<JsonError> = Vec::new();
        loop {
            let error = match T::from_json(document.json.clone()) {
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
            // Where something has to be, what it is in goes as well, for the same reason.
            if skipped.last().is_none_or(|last| last.path != original) {
                skipped.push(JsonError { path: original, ..error });
            }
        }
    }
}

/// A document from which places were removed.
struct Document {
    json: Json,
    /// The items that were removed from lists, by the paths that they had, outermost step first.
    removed: Vec<Vec<Step>>,
}

impl Document {
    /// Removes the place, or the innermost one around it that is there; false when that is the
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

    /// The path that a place had before others were removed, innermost step first like `path`.
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

    /// The number an item had, of the list at `list`.
    fn original_index(&self, list: &[Step], index: usize) -> usize {
        let mut numbers: Vec<usize> =
            self.removed.iter().filter_map(|path| within(path, list)).collect();
        numbers.sort_unstable();
        numbers.into_iter().fold(index, |index, removed| index + usize::from(removed <= index))
    }
}

/// The number of the item that `path` leads to, if that is one of the list at `list`.
fn within(path: &[Step], list: &[Step]) -> Option<usize> {
    match path.split_last() {
        Some((Step::Item(index), around)) if around == list => Some(*index),
        _ => None,
    }
}

/// Takes out what the steps lead to, outermost first; false when nothing is there.
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
