//! What changes for a caller between two versions of the bindings.
//!
//! Both sides are reduced to their [`Surface`], what a program that uses the bindings can see, and
//! the surfaces are compared. Every difference is classed by what it does to such a program.

mod compare;
mod report;

use serde::Serialize;

use crate::surface::Surface;
pub use report::{human, json, markdown, noted};

/// The differences between two surfaces.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// What was compared: the title of the old side.
    pub from: String,
    /// The title of the new side.
    pub to: String,
    /// What it comes to.
    pub bump: Bump,
    /// Figures by what is compared.
    pub counts: Counts,
    /// Every change, ordered by what it is about.
    pub changes: Vec<Change>,
}

/// One thing that is not as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// What sort of thing it is about.
    pub subject: Subject,
    /// Its name: `plugin/action`, the id of an operation, or the name of a model.
    pub name: String,
    /// What it does to a caller.
    pub class: Class,
    /// What changed, in words.
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
    /// A model that calls send or answer.
    Model,
}

/// What a change does to a program that uses the bindings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// It compiles as it did, and may see the server behave otherwise.
    Note,
    /// It compiles as it did, and there is something new to use.
    Compatible,
    /// It may no longer compile, or a call that was sent no longer is.
    Breaking,
}

/// The part of a version to raise, by the rules of semantic versioning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// Nothing changed.
    None,
    /// Nothing but notes.
    Patch,
    /// Something new, and nothing that breaks.
    Minor,
    /// Something breaks.
    Major,
}

/// How many things were added, removed and changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Actions, a definition in several plugins counted once a plugin.
    pub actions: Count,
    /// Actions by name alone, whichever plugin they are of.
    pub action_names: Count,
    /// Operations of the v2 API.
    pub operations: Count,
    /// Models.
    pub models: Count,
}

/// How many of one sort of thing were added, removed and changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Count {
    /// Only on the new side.
    pub added: usize,
    /// Only on the old side.
    pub removed: usize,
    /// On both, and not the same.
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

    /// Whether anything breaks.
    pub fn is_breaking(&self) -> bool {
        self.bump == Bump::Major
    }
}

#[cfg(test)]
mod tests;
