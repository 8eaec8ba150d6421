//! Where in a file the parts of a converted document come from.

use std::collections::BTreeMap;

use super::{pointer::split_last, shape::Misfit};

/// Which part of a document comes from where in the one it was made of. What is not in it has
/// stayed where it was, relative to what is around it.
#[derive(Clone, Debug, Default)]
pub(super) struct Origins(BTreeMap<String, String>);

impl Origins {
    /// Notes that what is now at `new` was at `old`.
    pub(super) fn note(&mut self, new: String, old: impl Into<String>) {
        self.0.insert(new, old.into());
    }

    /// Whether everything has stayed where it was.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Where what is now at `pointer` was.
    pub(super) fn of(&self, pointer: &str) -> String {
        let mut known = pointer;
        loop {
            if let Some(old) = self.0.get(known) {
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
    pub(super) misfits: Vec<Misfit>,
}

impl Found {
    /// Nothing but findings.
    pub(super) fn of(misfits: Vec<Misfit>) -> Self {
        Self { origins: Origins::default(), misfits }
    }

    /// Adds a finding about where something is now.
    pub(super) fn say(&mut self, mut misfit: Misfit) {
        misfit.pointer = self.origins.of(&misfit.pointer);
        self.misfits.push(misfit);
    }

    /// Notes that what is now at `new` was at `old`.
    pub(super) fn moved(&mut self, new: String, old: impl Into<String>) {
        self.origins.note(new, old);
    }
}
