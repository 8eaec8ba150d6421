//! The kinds of changes, each with a stable code: one table for each kind of thing.
//!
//! A row names what changes, and how; whose side that is on, and what it does there. The class
//! follows from the last two alone, by [`Code::class`].

mod bindings;
mod calls;
mod models;
mod params;

use serde::Serialize;

use super::Class;
use crate::surface::Property;

/// A kind of change.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Code {
    /// Its stable name.
    #[serde(rename = "code")]
    pub name: &'static str,
    /// What changes.
    #[serde(skip)]
    pub(super) on: On,
    /// What of it changes.
    #[serde(skip)]
    pub(super) about: About,
    /// How it changes.
    #[serde(skip)]
    pub(super) edit: Edit,
    /// On whose side it changes.
    pub side: Side,
    /// What that does there.
    pub effect: Effect,
    /// The text of a finding, with `{item}`, `{old}` and `{new}` for what is found.
    pub(super) says: &'static str,
    /// What it means for a program, and what to do.
    #[serde(rename = "explanation")]
    pub means: &'static str,
}

/// What can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum On {
    Bindings,
    Scheme,
    Server,
    Module,
    /// An action or an operation.
    Call,
    Action,
    Operation,
    Param,
    Status,
    Value,
    Model,
    Field,
}

/// What of a thing can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum About {
    /// Whether it is there.
    Itself,
    /// Its type.
    Type,
    /// A fact.
    Fact(Property),
}

/// How something can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Edit {
    Added,
    Removed,
    Changed,
    /// It takes or contains all that it did, and more.
    Widened,
    /// It takes or contains a part of what it did.
    Narrowed,
}

/// On whose side something changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// What source code names.
    Rust,
    /// What a program sends.
    Sent,
    /// What a program receives.
    Received,
    /// How it goes over the wire, which new bindings follow without a change of the program.
    Wire,
    /// What the documentation says of the server.
    Docs,
}

/// What a change does on its side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Effect {
    /// There is something new.
    Adds,
    /// Something is gone.
    Removes,
    /// Something is another one.
    Changes,
    /// More is possible than before.
    Widens,
    /// Less is possible than before.
    Narrows,
}

impl Code {
    /// Returns the effect on a program that is compiled with the new bindings, unless the change
    /// also shows in the Rust code, which breaks it.
    pub const fn class(&self) -> Class {
        match (self.side, self.effect) {
            (Side::Wire | Side::Docs, _) => Class::Note,
            (_, Effect::Adds) | (Side::Rust | Side::Sent, Effect::Widens) => Class::Compatible,
            (Side::Received, Effect::Changes | Effect::Widens | Effect::Narrows) => Class::Note,
            (Side::Rust | Side::Sent | Side::Received, _) => Class::Breaking,
        }
    }

    /// Returns whether it is about a name in Rust alone, which says nothing of the server.
    pub(super) const fn is_of_names(&self) -> bool {
        matches!(self.about, About::Fact(property) if is_of_names(property))
    }

    /// Returns a description in one line.
    pub fn summary(&self) -> String {
        let names = [("{item}", "X"), ("{new}", "NEW"), ("{old}", "OLD")];
        names
            .into_iter()
            .fold(self.says.to_owned(), |text, (name, shown)| text.replace(name, shown))
    }
}

/// Returns whether a property is about names in Rust alone.
pub(super) const fn is_of_names(property: Property) -> bool {
    use Property::{Argument, Call, Declared, Enumeration, Function, Home, Name, ResponseType};
    matches!(
        property,
        Argument | Call | Declared | Enumeration | Function | Home | Name | ResponseType
    )
}

/// Returns all codes, in the order they are reported in.
pub fn codes() -> impl Iterator<Item = &'static Code> {
    let tables: [&'static [Code]; 4] =
        [bindings::CODES, calls::CODES, params::CODES, models::CODES];
    tables.into_iter().flatten()
}

/// Returns the code of a change.
pub(super) fn find(on: On, about: About, edit: Edit) -> Option<&'static Code> {
    let is_of = |code: &&Code| code.on == on && code.about == about;
    let exact = codes().find(|code| is_of(code) && code.edit == edit);
    exact.or_else(|| codes().find(|code| is_of(code) && code.edit == Edit::Changed))
}

/// Returns the position of a code among all of them.
pub(super) fn order(code: &Code) -> usize {
    codes().position(|known| known.name == code.name).unwrap_or(usize::MAX)
}
