//! Leaves out of a spec what is not asked for, before anything of it is judged.

use std::{cell::RefCell, collections::BTreeSet};

use crate::{
    model::Selection,
    openapi::{self, Source},
};

/// The operations of a spec as it was before the selection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unselected {
    /// The ids of those that were taken out.
    pub operations: Vec<String>,
    /// The tags of all.
    pub tags: BTreeSet<String>,
}

/// Takes out the operations that are not selected, and what only they refer to.
pub(super) fn select(source: &mut Source, selection: &Selection) -> Unselected {
    source.is_part = !selection.tags.is_empty();
    let tags = RefCell::new(BTreeSet::new());
    let operations = openapi::select(source, &|tag| {
        tags.borrow_mut().insert(tag.to_owned());
        selection.keeps_tag(tag)
    });
    Unselected { operations, tags: tags.into_inner() }
}
