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
pub(super) fn is_shown(code: &Code) -> bool {
    use Property::{Background, Enumeration, Nothing, Outcome, Required, Secret, Style};
    match code.about {
        About::Type => true,
        About::Fact(Background | Enumeration | Nothing | Outcome | Required | Secret | Style) => {
            true
        }
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
    let (is_sent, old, new) = (old.is(Property::Sent), of(old), of(new));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let mut all = Vec::new();
    for name in names {
        let found = match (old.get(name), new.get(name)) {
            (Some(old), Some(new)) => part_of((part, on), name, old, new),
            (None, Some(new)) => {
                itself(on, name, added(on, is_sent, new), new).into_iter().collect()
            }
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
    // Of an argument, which it was or stays, there is nothing else to say.
    if old.get(Property::Role) == new.get(Property::Role) {
        for one in found.iter_mut().filter(|one| one.code.about == About::Fact(Property::Required))
        {
            if let Some((short, _)) = one.what.split_once(", so ") {
                one.what = short.to_owned();
            }
            if old.get(Property::Declared) == new.get(Property::Declared) {
                one.class = Class::Note;
            }
        }
    }
    let has_values = |item: &Item| item.parts.contains_key(&Part::Value);
    // Of an enumeration that is gone or new as a whole, the type is told.
    if part == Part::Param && has_values(old) && has_values(new) {
        let quoted = format!("`{name}`");
        let values = parts((Part::Value, On::Value), old, new);
        found.extend(values.into_iter().map(|one| Found {
            what: match one.what.strip_prefix("it ") {
                Some(rest) => format!("{quoted} {rest}"),
                None => format!("{quoted}: {}", one.what),
            },
            // The value, which identifies the change.
            old: [one.member.unwrap_or_default(), one.old].join("\n"),
            member: Some(name.to_owned()),
            part: Some(Part::Param),
            ..one
        }));
    }
    found
}

/// Returns how a new part changes what contains it.
fn added(on: On, is_sent: bool, item: &Item) -> Edit {
    match on {
        On::Param if item.get(Property::Role) == Some("argument") => Edit::Narrowed,
        On::Param if item.get(Property::Role) == Some("constant") => Edit::Widened,
        // Values to send are created by a function that takes everything required.
        On::Field if is_sent && item.is(Property::Required) => Edit::Narrowed,
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
        // What has no code of its own, such as the arguments of a security scheme, breaks.
        let has_code = kinds.find(About::Fact(property), Edit::Changed).is_some();
        let only_adds = has_code && consequences.iter().all(|one| one.class < Class::Breaking);
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
    let is_one_missing = was.is_none() || is.is_none();
    let one = Compared { kinds, name, property };
    match property {
        _ if was == is => Vec::new(),
        Property::Wire => Vec::new(),
        // The type tells it.
        Property::Enumeration | Property::Declared | Property::PageItem if is_one_missing => {
            Vec::new()
        }
        // The role tells it.
        Property::Name | Property::Argument if is_one_missing => Vec::new(),
        // The trait of lists tells it.
        Property::Paging if is_one_missing && is_list_told(old, new) => Vec::new(),
        Property::Arguments => one.order(old.list(property), new.list(property)),
        Property::Servers => {
            let (old, new) = (joined(old.list(property)), joined(new.list(property)));
            one.found(Edit::Changed, &new, &old, &new).into_iter().collect()
        }
        Property::Role => one.role(was, is),
        _ => match (was, is) {
            (Some(Fact::Words(_)), _) | (_, Some(Fact::Words(_))) => {
                one.words(old.list(property), new.list(property))
            }
            (Some(Fact::Pairs(_)), _) | (_, Some(Fact::Pairs(_))) => one.pairs(was, is),
            _ => one.text(was, is),
        },
    }
}

/// A property of an item whose facts are compared.
struct Compared<'n> {
    kinds: Kinds,
    /// The name of a part, which the text of a finding begins with.
    name: Option<&'n str>,
    property: Property,
}

impl Compared<'_> {
    fn found(&self, edit: Edit, item: &str, old: &str, new: &str) -> Option<Found> {
        let code = self.kinds.find(About::Fact(self.property), edit)?;
        Some(Texts { item: self.name.unwrap_or(item), old, new }.found(code))
    }

    /// Compares the order of what both sides have. What only one has is a part that is told.
    fn order(&self, old: &[String], new: &[String]) -> Vec<Found> {
        let is_same_set = BTreeSet::from_iter(old) == BTreeSet::from_iter(new);
        let (old, new) = (joined(old), joined(new));
        let found = is_same_set.then(|| self.found(Edit::Changed, "", &old, &new));
        found.flatten().into_iter().collect()
    }

    fn role(&self, was: Option<&Fact>, is: Option<&Fact>) -> Vec<Found> {
        let (was, is) = (shown(was), shown(is));
        let is_new = is == "setter" && was != "argument";
        let edit = if is_new { Edit::Widened } else { Edit::Changed };
        self.found(edit, "", &was, &is).into_iter().collect()
    }

    fn words(&self, old: &[String], new: &[String]) -> Vec<Found> {
        let gone = old.iter().filter(|word| !new.contains(word));
        let gone = gone.filter_map(|word| self.found(Edit::Removed, word, word, ""));
        let added = new.iter().filter(|word| !old.contains(word));
        gone.chain(added.filter_map(|word| self.found(Edit::Added, word, "", word))).collect()
    }

    fn pairs(&self, was: Option<&Fact>, is: Option<&Fact>) -> Vec<Found> {
        let pairs = |fact: Option<&Fact>| match fact {
            Some(Fact::Pairs(pairs)) => pairs.clone(),
            _ => BTreeMap::new(),
        };
        let (old, new) = (pairs(was), pairs(is));
        let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        // Of a refused value, the value is told and not the reason.
        let pair = |name: &String, value: &String| match self.property {
            Property::Refused => name.clone(),
            _ => value.clone(),
        };
        let each = |name: &String| match (old.get(name), new.get(name)) {
            (Some(old), Some(new)) if old == new => None,
            (Some(old), Some(new)) => self.found(Edit::Changed, name, old, new),
            (Some(old), None) => self.found(Edit::Removed, name, &pair(name, old), ""),
            (None, Some(new)) => self.found(Edit::Added, name, "", &pair(name, new)),
            (None, None) => None,
        };
        // The name identifies the change.
        let named = |name: &String| {
            each(name).map(|one| Found { old: [name, &*one.old].join("\n"), ..one })
        };
        names.into_iter().filter_map(named).collect()
    }

    fn text(&self, was: Option<&Fact>, is: Option<&Fact>) -> Vec<Found> {
        let edit = match (was, is) {
            (None, _) => Edit::Added,
            (_, None) => Edit::Removed,
            _ => Edit::Changed,
        };
        self.found(edit, "", &shown(was), &shown(is)).into_iter().collect()
    }
}

fn joined(words: &[String]) -> String {
    words.join("`, `")
}

fn shown(fact: Option<&Fact>) -> String {
    match fact {
        Some(Fact::Text(text)) => text.clone(),
        _ => "nothing".to_owned(),
    }
}

fn is_list_told(old: &Item, new: &Item) -> bool {
    old.facts.get(&Property::PagedAs) != new.facts.get(&Property::PagedAs)
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
