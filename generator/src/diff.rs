//! What changes for a caller between two versions of the bindings.
//!
//! Both sides are reduced to their [`Surface`], what a program that uses the bindings can see, and
//! the surfaces are compared. Every difference is classified by its effect on such a program.

mod compare;
mod report;

use serde::Serialize;

use crate::surface::Surface;
pub use report::{human, json, markdown, noted};

/// The differences between two surfaces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// The title of the old side.
    pub from: String,
    /// The title of the new side.
    pub to: String,
    /// The version part to raise.
    pub bump: Bump,
    /// The number of changes by subject.
    pub counts: Counts,
    /// Every change, ordered by what it is about.
    pub changes: Vec<Change>,
}

/// A change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The kind of thing that changed.
    pub subject: Subject,
    /// Its name: `plugin/action`, the id of an operation, or the name of a model.
    pub name: String,
    /// Its effect on a caller.
    pub class: Class,
    /// What changed, as text.
    pub what: String,
}

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// An action of a plugin.
    Action,
    /// An operation of the v2 API.
    Operation,
    /// A model that calls send or receive.
    Model,
}

/// The effect of a change on a program that uses the bindings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// The program still compiles, but may see the server behave differently.
    Note,
    /// The program still compiles, and there is something new to use.
    Compatible,
    /// The program may no longer compile, or a call that was sent no longer is.
    Breaking,
}

/// The part of a version to raise, by the rules of semantic versioning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// Nothing changed.
    None,
    /// Only notes.
    Patch,
    /// Something new, and nothing that breaks.
    Minor,
    /// Something breaks.
    Major,
}

/// How many things were added, removed and changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Actions; a definition in several plugins counts once per plugin.
    pub actions: Count,
    /// Actions by name alone, whichever plugins define them.
    pub action_names: Count,
    /// Operations of the v2 API.
    pub operations: Count,
    /// Models.
    pub models: Count,
}

/// How many things of one kind were added, removed and changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Only on the new side.
    pub added: usize,
    /// Only on the old side.
    pub removed: usize,
    /// On both sides, but different.
    pub changed: usize,
}

impl Diff {
    /// Compares two surfaces.
    pub fn of(from: &Surface, to: &Surface) -> Self {
        let (changes, counts) = compare::compare(from, to);
        let bump = match changes.iter().map(|change| change.class).max() {
            None => Bump::None,
            Some(Class::Note) => Bump::Patch,
            Some(Class::Compatible) => Bump::Minor,
            Some(Class::Breaking) => Bump::Major,
        };
        Self { from: from.title.clone(), to: to.title.clone(), bump, counts, changes }
    }

    /// Returns whether anything breaks.
    pub fn is_breaking(&self) -> bool {
        self.bump == Bump::Major
    }
}

#[cfg(test)]
mod tests;
