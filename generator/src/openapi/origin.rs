//! Where in a file the parts of a converted document come from.

use std::collections::BTreeMap;

use super::{pointer::split_last, shape::Violation};

/// Which part of a document comes from where in the one it was made of. What is not in it has
/// stayed where it was, relative to what is around it.
#[derive(Clone, Debug, Default)]
pub(super) struct Origins {
    /// What was moved, by where it is now.
    moved: BTreeMap<String, String>,
    /// Of the lists that items were taken out of, by where they were: the old index of each item.
    shortened: BTreeMap<String, Vec<usize>>,
}

impl Origins {
    /// Notes that what is now at `new` was at `old`.
    pub(super) fn note(&mut self, new: String, old: impl Into<String>) {
        self.moved.insert(new, old.into());
    }

    /// Whether everything has stayed where it was.
    pub(super) fn is_empty(&self) -> bool {
        self.moved.is_empty() && self.shortened.is_empty()
    }

    /// Where what is now at `pointer` was. A list is shortened where it has been moved to.
    pub(super) fn of(&self, pointer: &str) -> String {
        match self.shortened.is_empty() {
            true => self.before_moves(pointer),
            false => self.before_moves(&self.unshortened(pointer)),
        }
    }

    /// A pointer with the indices that items had before others were taken out.
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

/// What a stage found and moved.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) origins: Origins,
    /// In terms of what the stage was given.
    pub(super) violations: Vec<Violation>,
}

impl Found {
    /// Nothing but findings.
    pub(super) fn of(violations: Vec<Violation>) -> Self {
        Self { origins: Origins::default(), violations }
    }

    /// Adds a finding about where something is now, whatever was taken out of the lists around it.
    pub(super) fn say(&mut self, mut violation: Violation) {
        violation.pointer = self.origins.before_moves(&violation.pointer);
        self.violations.push(violation);
    }

    /// Notes that what is now at `new` was at `old` in what the stage was given.
    pub(super) fn moved(&mut self, new: String, old: impl Into<String>) {
        self.origins.note(new, old);
    }

    /// Notes that what is now at `new` was at `old` a moment ago: what is around both may have
    /// been moved before.
    pub(super) fn moved_within(&mut self, new: String, old: &str) {
        let old = self.origins.before_moves(old);
        self.origins.note(new, old);
    }

    /// Notes which items are left of the list at `list`, by their indices.
    pub(super) fn shortened(&mut self, list: String, left: Vec<usize>) {
        self.origins.shortened.insert(list, left);
    }
}
