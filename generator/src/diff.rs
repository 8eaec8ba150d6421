//! What changes for a caller between two versions of the bindings.
//!
//! Both sides are reduced to their [`Surface`], what a program that uses the bindings can see and
//! what it sends, and the surfaces are compared. Every difference is a [`Change`] with a [`Code`],
//! which gives its class: its effect on a program.

mod all;
mod allow;
mod codes;
mod compare;
mod lines;
mod order;
mod reach;
mod report;
mod sarif;
#[cfg(test)]
mod tests;

use serde::Serialize;

use crate::{diagnostic::Place, surface::Surface};
pub use allow::{Allowed, Allowlist};
pub use codes::{Code, Effect, Side, codes};
pub use report::{SCHEMA, explanation, human, json, markdown, noted};
pub use sarif::sarif;

/// The differences between two surfaces.
#[derive(Clone, Debug, PartialEq)]
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
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// The kind of change.
    pub code: &'static Code,
    /// The kind of thing that changed.
    pub subject: Subject,
    /// Its name: `plugin/action`, the id of an operation, or the name of a model or a module.
    pub name: String,
    /// The parameter, field, value or status that changed.
    pub member: Option<String>,
    /// Its effect on a caller.
    pub class: Class,
    /// What changed, as text.
    pub what: String,
    /// The declarations in Rust that it is about.
    pub rust: Sides<String>,
    /// Where it is declared.
    pub places: Sides<Place>,
    /// The calls that it reaches: those with the same definition, or that use the model.
    pub calls: Vec<String>,
    /// The models that contain a changed model.
    pub models: Vec<String>,
    /// What identifies the change in every run, whichever lines it is on.
    pub fingerprint: String,
    /// Why it is accepted, if it is.
    pub allowed: Option<Allowed>,
}

/// Returns where something of a side is declared: its kind, its name, and a part of it.
pub type Locate<'l> = dyn Fn(Subject, &str, Option<&str>) -> Option<Place> + 'l;

/// Something of the old and the new side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Sides<T> {
    /// That of the old side.
    pub old: Option<T>,
    /// That of the new side.
    pub new: Option<T>,
}

/// What a change is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Subject {
    /// The bindings as a whole.
    Bindings,
    /// The module of a plugin or a tag.
    Module,
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
        let (changes, counts) = all::compare(from, to);
        let bump = match changes.iter().map(|change| change.class).max() {
            None => Bump::None,
            Some(Class::Note) => Bump::Patch,
            Some(Class::Compatible) => Bump::Minor,
            Some(Class::Breaking) => Bump::Major,
        };
        Self { from: from.title.clone(), to: to.title.clone(), bump, counts, changes }
    }

    /// Returns whether anything breaks, accepted or not.
    pub fn is_breaking(&self) -> bool {
        self.bump == Bump::Major
    }

    /// Returns whether anything breaks that is not accepted.
    pub fn is_refused(&self) -> bool {
        let is_open = |change: &Change| change.allowed.is_none();
        self.changes.iter().any(|change| change.class == Class::Breaking && is_open(change))
    }

    /// Sets where the changes are declared, as far as the two sides know.
    pub fn locate(&mut self, old: &Locate<'_>, new: &Locate<'_>) {
        for change in &mut self.changes {
            let member = change.member.as_deref();
            let of = |place: &Locate<'_>| place(change.subject, &change.name, member);
            // What a side does not have is nowhere in it.
            let is_whole = matches!(change.code.about, codes::About::Itself) && member.is_none();
            let (is_added, is_removed) = match change.code.effect {
                Effect::Adds => (is_whole, false),
                Effect::Removes => (false, is_whole),
                _ => (false, false),
            };
            change.places.old = if is_added { None } else { of(old) };
            change.places.new = if is_removed { None } else { of(new) };
        }
    }
}
