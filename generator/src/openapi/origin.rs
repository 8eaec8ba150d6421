//! The origin of the parts of a converted document.

use std::collections::BTreeMap;

use super::{pointer::split_last, shape::Violation};

/// Maps parts of a document to their origin in the one that it was made from. An unmapped part has
/// stayed in the same place, relative to its parent.
#[derive(Clone, Debug, Default)]
pub(super) struct Origins {
    /// Moved parts, by their new location.
    moved: BTreeMap<String, String>,
    /// Lists with removed items, by their old location: the old index of each remaining item.
    shortened: BTreeMap<String, Vec<usize>>,
}

impl Origins {
    /// Records that the part at `new` was at `old`.
    pub(super) fn note(&mut self, new: String, old: impl Into<String>) {
        self.moved.insert(new, old.into());
    }

    /// Returns whether everything has stayed in place.
    pub(super) fn is_empty(&self) -> bool {
        self.moved.is_empty() && self.shortened.is_empty()
    }

    /// Returns the old location of the part at `pointer`. A list is shortened at its new location.
    pub(super) fn of(&self, pointer: &str) -> String {
        match self.shortened.is_empty() {
            true => self.before_moves(pointer),
            false => self.before_moves(&self.unshortened(pointer)),
        }
    }

    /// Returns a pointer with the indices that items had before others were removed.
    fn unshortened(&self, pointer: &str) -> String {
        let mut old = String::with_capacity(pointer.len());
        for token in pointer.split('/').skip(1) {
            let indices = self.shortened.get(&old);
            let index = indices.and_then(|all| all.get(token.parse::<usize>().ok()?));
            old.push('/');
            match index {
                Some(index) => old.push_str(&index.to_string()),
                None => old.push_str(token),
            }
        }
        old
    }

    fn before_moves(&self, pointer: &str) -> String {
        let mut known = pointer;
        loop {
            if let Some(old) = self.moved.get(known) {
                return format!("{old}{}", &pointer[known.len()..]);
            }
            match split_last(known) {
                Some((parent, _)) => known = parent,
                None => return pointer.to_owned(),
            }
        }
    }
}

/// The findings and moves of a stage.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) origins: Origins,
    /// In terms of the stage's input.
    pub(super) violations: Vec<Violation>,
}

impl Found {
    /// Creates a result with findings only.
    pub(super) fn of(violations: Vec<Violation>) -> Self {
        Self { origins: Origins::default(), violations }
    }

    /// Adds a finding about the current location of something, even if items of enclosing lists
    /// were removed.
    pub(super) fn say(&mut self, mut violation: Violation) {
        violation.pointer = self.origins.before_moves(&violation.pointer);
        self.violations.push(violation);
    }

    /// Records that the part at `new` was at `old` in the stage's input.
    pub(super) fn moved(&mut self, new: String, old: impl Into<String>) {
        self.origins.note(new, old);
    }

    /// Records that the part at `new` was just moved from `old`, in case a parent of both was moved
    /// earlier.
    pub(super) fn moved_within(&mut self, new: String, old: &str) {
        let old = self.origins.before_moves(old);
        self.origins.note(new, old);
    }

    /// Records which items remain of the list at `list`, by their indices.
    pub(super) fn shortened(&mut self, list: String, left: Vec<usize>) {
        self.origins.shortened.insert(list, left);
    }
}
