//! Compares two items: their facts, their types and their parts.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Class,
    codes::{self, About, Code, Edit, On},
    order,
};
use crate::surface::{Fact, Item, Part, Property};

/// A change of an item or one of its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) code: &'static Code,
    pub(super) class: Class,
    /// The parameter, field, value or status that changed.
    pub(super) member: Option<String>,
    /// The kind of that part.
    pub(super) part: Option<Part>,
    pub(super) what: String,
    /// What identifies the change besides its code and its place.
    pub(super) old: String,
    pub(super) new: String,
}

/// Properties that follow from others: a change is told only where no other one explains it.
const CONSEQUENCES: [Property; 5] = [
    Property::ResponseType,
    Property::PageItem,
    Property::Role,
    Property::Declared,
    Property::Constructor,
];

/// Returns whether a change may show in the Rust declaration of the item.
fn is_shown(code: &Code) -> bool {
    use Property::{Background, Enumeration, Nothing, Outcome, Required, Secret, Style};
    match code.about {
        About::Type => true,
        About::Fact(Background | Enumeration | Nothing | Outcome | Required | Secret | Style) => true,
        About::Fact(_) | About::Itself => false,
    }
}

/// The kinds of an item, the more specific one first.
#[derive(Clone, Copy)]
pub(super) struct Kinds(pub(super) On, pub(super) Option<On>);

impl Kinds {
    pub(super) fn find(self, about: About, edit: Edit) -> Option<&'static Code> {
        codes::find(self.0, about, edit)
            .or_else(|| self.1.and_then(|general| codes::find(general, about, edit)))
    }
}

/// Compares two items of the same name.
pub(super) fn items(kinds: Kinds, old: &Item, new: &Item) -> Vec<Found> {
    let mut found = item(kinds, None, old, new);
    for (part, on) in [
        (Part::Scheme, On::Scheme),
        (Part::Server, On::Server),
        (Part::Param, On::Param),
        (Part::Status, On::Status),
        (Part::Field, On::Field),
        (Part::Value, On::Value),
    ] {
        found.extend(parts((part, on), old, new));
    }
    constructor(old, new, &mut found);
    found
}

/// Reports another constructor, unless a field explains it.
fn constructor(old: &Item, new: &Item, found: &mut Vec<Found>) {
    let is_explained = found.iter().any(|one| one.class == Class::Breaking);
    if !is_explained || !old.facts.contains_key(&Property::Constructor) {
        found.extend(facts(Kinds(On::Model, None), None, Property::Constructor, old, new));
    }
}

/// Compares the parts of a kind.
fn parts((part, on): (Part, On), old: &Item, new: &Item) -> Vec<Found> {
    let of = |item: &Item| item.parts.get(&part).cloned().unwrap_or_default();
    let (old, new) = (of(old), of(new));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut all = Vec::new();
    for name in names {
        let found = match (old.get(name), new.get(name)) {
            (Some(old), Some(new)) => part_of((part, on), name, old, new),
            (None, Some(new)) => itself(on, name, added(on, new), new).into_iter().collect(),
            (Some(old), None) => itself(on, name, removed(on, old), old).into_iter().collect(),
            (None, None) => Vec::new(),
        };
        all.extend(found.into_iter().map(|one| Found {
            member: one.member.or_else(|| Some(name.clone())),
            part: one.part.or(Some(part)),
            ..one
        }));
    }
    all
}

/// Compares a part, and the values of its enumeration.
fn part_of((part, on): (Part, On), name: &str, old: &Item, new: &Item) -> Vec<Found> {
    let mut found = item(Kinds(on, None), Some(name), old, new);
    if part == Part::Param {
        // Of an enumeration that is gone or new as a whole, the type is told.
        if old.parts.contains_key(&Part::Value) && new.parts.contains_key(&Part::Value) {
            let quoted = format!("`{name}`");
            let values = parts((Part::Value, On::Value), old, new);
            found.extend(values.into_iter().map(|one| Found {
                what: one.what.replacen("it ", &format!("{quoted} "), 1).replace("of it is", &format!("of {quoted} is")),
                member: Some(name.to_owned()),
                part: Some(Part::Param),
                ..one
            }));
        }
    }
    found
}

/// Returns how a new part changes what contains it.
fn added(on: On, item: &Item) -> Edit {
    match on {
        On::Param if item.get(Property::Role) == Some("argument") => Edit::Narrowed,
        On::Param if item.get(Property::Role) == Some("constant") => Edit::Widened,
        On::Field if item.is(Property::Required) => Edit::Narrowed,
        _ => Edit::Added,
    }
}

fn removed(on: On, item: &Item) -> Edit {
    match on {
        On::Param if item.get(Property::Role) == Some("constant") => Edit::Changed,
        _ => Edit::Removed,
    }
}

fn itself(on: On, name: &str, edit: Edit, item: &Item) -> Option<Found> {
    let code = codes::find(on, About::Itself, edit)?;
    let is_value = on == On::Value;
    let shown = item.holds.as_ref().map(order::described).unwrap_or_default();
    let (old, new) = if edit == Edit::Removed { (name, "") } else { ("", name) };
    let text = Texts { item: if is_value { "it" } else { name }, old, new };
    Some(Found { old: shown, ..text.found(code) })
}

/// Compares the facts and the type of two items.
fn item(kinds: Kinds, name: Option<&str>, old: &Item, new: &Item) -> Vec<Found> {
    let properties: BTreeSet<Property> =
        old.facts.keys().chain(new.facts.keys()).copied().collect();
    let own = properties.iter().filter(|property| !CONSEQUENCES.contains(property));
    let mut found: Vec<Found> =
        own.flat_map(|property| facts(kinds, name, *property, old, new)).collect();
    found.extend(types(kinds, name, old, new));
    for property in CONSEQUENCES.into_iter().filter(|one| properties.contains(one)) {
        let differs = old.facts.get(&property) != new.facts.get(&property);
        if !differs || property == Property::Constructor {
            continue;
        }
        let consequences = facts(kinds, name, property, old, new);
        let only_adds = consequences.iter().all(|one| one.class < Class::Breaking);
        let is_told = found.iter().any(|one| is_shown(one.code));
        match is_told {
            true if only_adds => {}
            true => {
                let shown = found.iter_mut().filter(|one| is_shown(one.code));
                shown.for_each(|one| one.class = Class::Breaking);
            }
            false => found.extend(consequences),
        }
    }
    found
}

fn types(kinds: Kinds, name: Option<&str>, old: &Item, new: &Item) -> Option<Found> {
    let (was, is) = (old.holds.as_ref()?, new.holds.as_ref()?);
    if was == is {
        return None;
    }
    let code = kinds.find(About::Type, order::edit(was, is))?;
    let (old, new) = (order::described(was), order::described(is));
    Some(Texts { item: name.unwrap_or_default(), old: &old, new: &new }.found(code))
}

/// Compares one fact of two items.
fn facts(
    kinds: Kinds,
    name: Option<&str>,
    property: Property,
    old: &Item,
    new: &Item,
) -> Vec<Found> {
    let (was, is) = (old.facts.get(&property), new.facts.get(&property));
    if was == is {
        return Vec::new();
    }
    let found = |edit: Edit, item: &str, old: &str, new: &str| {
        let code = kinds.find(About::Fact(property), edit)?;
        Some(Texts { item: name.unwrap_or(item), old, new }.found(code))
    };
    let joined = |words: &[String]| words.join("`, `");
    match (property, was, is) {
        (Property::Wire, ..) => Vec::new(),
        // The type tells it.
        (Property::Enumeration | Property::Declared | Property::PageItem, None, _)
        | (Property::Enumeration | Property::Declared | Property::PageItem, _, None) => Vec::new(),
        // The trait of lists tells it.
        (Property::Paging, None, _) | (Property::Paging, _, None) if is_list_told(old, new) => {
            Vec::new()
        }
        (Property::Arguments, ..) if kinds.0 != On::Server => {
            let (old, new) = (old.list(property), new.list(property));
            let is_same_set = BTreeSet::from_iter(old) == BTreeSet::from_iter(new);
            let found = is_same_set.then(|| found(Edit::Changed, "", &joined(old), &joined(new)));
            found.flatten().into_iter().collect()
        }
        (Property::Servers | Property::Arguments, ..) => {
            let (old, new) = (joined(old.list(property)), joined(new.list(property)));
            found(Edit::Changed, &new, &old, &new).into_iter().collect()
        }
        (Property::Role, Some(Fact::Text(was)), Some(Fact::Text(is))) => {
            let is_new = is == "setter" && was != "argument";
            let edit = if is_new { Edit::Widened } else { Edit::Changed };
            found(edit, "", was, is).into_iter().collect()
        }
        (_, Some(Fact::Words(_)), _) | (_, _, Some(Fact::Words(_))) => {
            let (old, new) = (old.list(property), new.list(property));
            let gone = old.iter().filter(|word| !new.contains(word));
            let gone = gone.filter_map(|word| found(Edit::Removed, word, word, ""));
            let added = new.iter().filter(|word| !old.contains(word));
            gone.chain(added.filter_map(|word| found(Edit::Added, word, "", word))).collect()
        }
        (_, Some(Fact::Pairs(_)), _) | (_, _, Some(Fact::Pairs(_))) => {
            let none = BTreeMap::new();
            let pairs = |fact: Option<&'_ Fact>| match fact {
                Some(Fact::Pairs(pairs)) => pairs.clone(),
                _ => none.clone(),
            };
            let (old, new) = (pairs(was), pairs(is));
            let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
            let each = |name: &String| match (old.get(name), new.get(name)) {
                (Some(old), Some(new)) if old == new => None,
                (Some(old), Some(new)) => found(Edit::Changed, name, old, new),
                (Some(old), None) => found(Edit::Removed, name, pair(property, name, old), ""),
                (None, Some(new)) => found(Edit::Added, name, "", pair(property, name, new)),
                (None, None) => None,
            };
            names.into_iter().filter_map(each).collect()
        }
        (_, was, is) => {
            let text = |fact: Option<&Fact>| match fact {
                Some(Fact::Text(text)) => text.clone(),
                _ => "nothing".to_owned(),
            };
            let edit = match (was, is) {
                (None, _) => Edit::Added,
                (_, None) => Edit::Removed,
                _ => Edit::Changed,
            };
            found(edit, "", &text(was), &text(is)).into_iter().collect()
        }
    }
}

fn is_list_told(old: &Item, new: &Item) -> bool {
    old.facts.get(&Property::PagedAs) != new.facts.get(&Property::PagedAs)
}

/// Returns what is shown of a pair: of a refused value, the value and not the reason.
fn pair<'t>(property: Property, name: &'t str, value: &'t str) -> &'t str {
    if property == Property::Refused { name } else { value }
}

/// What the text of a finding is filled with.
pub(super) struct Texts<'t> {
    pub(super) item: &'t str,
    pub(super) old: &'t str,
    pub(super) new: &'t str,
}

impl Texts<'_> {
    /// Returns the finding of a code.
    pub(super) fn found(&self, code: &'static Code) -> Found {
        Found {
            code,
            class: code.class(),
            member: None,
            part: None,
            what: fill(code.says, self),
            old: self.old.to_owned(),
            new: self.new.to_owned(),
        }
    }
}

/// Fills a text in one pass, so that braces in what comes from an input stay.
fn fill(template: &str, texts: &Texts<'_>) -> String {
    let mut filled = String::new();
    let mut rest = template;
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        filled.push_str(before);
        filled.push_str(match name {
            "item" => texts.item,
            "old" => texts.old,
            _ => texts.new,
        });
        rest = after;
    }
    filled + rest
}
