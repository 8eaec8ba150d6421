//! Compares everything in two surfaces.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Change, Count, Counts, Sides, Subject,
    codes::{self, About, Edit, On},
    compare::{self, Found, Kinds, Texts},
    lines,
    reach::Reach,
};
use crate::surface::{Item, Property, Surface, hash};

/// The two sides of a comparison.
struct Comparison<'s> {
    from: &'s Surface,
    to: &'s Surface,
    reach: Sides<Reach<'s>>,
    changes: Vec<Change>,
}

/// Compares two surfaces.
pub(super) fn compare(from: &Surface, to: &Surface) -> (Vec<Change>, Counts) {
    let reach = Sides { old: Some(Reach::of(from)), new: Some(Reach::of(to)) };
    let mut all = Comparison { from, to, reach, changes: Vec::new() };
    // Models first: a change of one explains what differs in the calls that use it.
    let models = all.each(Subject::Model, &from.models, &to.models);
    let of_models = std::mem::take(&mut all.changes);
    let explained: BTreeSet<String> =
        of_models.iter().flat_map(|change| change.calls.iter().cloned()).collect();
    let found = compare::items(Kinds(On::Bindings, None), &from.bindings, &to.bindings);
    for one in found {
        let change = all.change(Subject::Bindings, "bindings", (&from.bindings, &to.bindings), one);
        all.changes.push(change);
    }
    all.each(Subject::Module, &from.modules, &to.modules);
    let actions = all.each(Subject::Action, &from.actions, &to.actions);
    let operations = all.each(Subject::Operation, &from.operations, &to.operations);
    all.undescribed(&explained);
    let action_names = all.names();
    let Comparison { mut changes, .. } = all;
    changes.extend(of_models);
    (merged(changes), Counts { actions, action_names, operations, models })
}

impl Comparison<'_> {
    /// Compares what both sides have under the same name.
    fn each(
        &mut self,
        subject: Subject,
        from: &BTreeMap<String, Item>,
        to: &BTreeMap<String, Item>,
    ) -> Count {
        let mut count = Count::default();
        let names: BTreeSet<&String> = from.keys().chain(to.keys()).collect();
        let kinds = kinds(subject);
        let none = Item::default();
        for name in names {
            let (old, new) = (from.get(name), to.get(name));
            let found = match (old, new) {
                (Some(old), Some(new)) if old == new => continue,
                (Some(old), Some(new)) => compare::items(kinds, old, new),
                (None, _) => itself(kinds, Edit::Added),
                (_, None) => itself(kinds, Edit::Removed),
            };
            match (old, new) {
                (None, _) => count.added += 1,
                (_, None) => count.removed += 1,
                _ => count.changed += usize::from(found.iter().any(|one| !one.code.is_of_names())),
            }
            let items = (old.unwrap_or(&none), new.unwrap_or(&none));
            for one in found {
                let change = self.change(subject, name, items, one);
                self.changes.push(change);
            }
        }
        count
    }

    /// Completes a change.
    fn change(
        &self,
        subject: Subject,
        name: &str,
        (old, new): (&Item, &Item),
        found: Found,
    ) -> Change {
        let rust = Sides {
            old: lines::line(self.from, subject, name, old, &found),
            new: lines::line(self.to, subject, name, new, &found),
        };
        let (calls, models) = match subject {
            Subject::Model => self.reached(name),
            Subject::Action | Subject::Operation => (vec![name.to_owned()], Vec::new()),
            Subject::Bindings | Subject::Module => (Vec::new(), Vec::new()),
        };
        let Found { code, class, member, what, old, new, .. } = found;
        // A change of a definition that plugins share is the same change in each of them; a call
        // that is added or removed is another one.
        let plain = match (subject, name.split_once('/')) {
            (Subject::Action, Some((_, action)))
                if member.is_some() || code.about != About::Itself =>
            {
                action
            }
            _ => name,
        };
        let parts = [code.name, plain, member.as_deref().unwrap_or_default(), &old, &new];
        Change {
            fingerprint: hash(&parts.join("\n")),
            name: name.to_owned(),
            places: Sides { old: None, new: None },
            allowed: None,
            code,
            subject,
            member,
            class,
            what,
            rust,
            calls,
            models,
        }
    }

    /// Returns the calls and models of both sides that contain a model.
    fn reached(&self, name: &str) -> (Vec<String>, Vec<String>) {
        let (mut calls, mut models) = (BTreeSet::new(), BTreeSet::new());
        for reach in [&self.reach.old, &self.reach.new].into_iter().flatten() {
            let users = reach.models(name);
            let own = users.iter().copied().chain([name]).collect();
            calls.extend(reach.calls(&own).into_iter().map(str::to_owned));
            models.extend(users.into_iter().map(str::to_owned));
        }
        (calls.into_iter().collect(), models.into_iter().collect())
    }

    /// Reports calls that are described differently, though no change was found in them.
    fn undescribed(&mut self, explained: &BTreeSet<String>) {
        let sides = [
            (Subject::Action, &self.from.actions, &self.to.actions),
            (Subject::Operation, &self.from.operations, &self.to.operations),
        ];
        let told: BTreeSet<String> =
            self.changes.iter().map(|change| change.name.clone()).collect();
        for (subject, from, to) in sides {
            for (name, old) in from {
                let Some(new) = to.get(name) else { continue };
                let is_same = old.get(Property::Wire) == new.get(Property::Wire);
                if is_same || told.contains(name) || explained.contains(name) {
                    continue;
                }
                let about = About::Fact(Property::Wire);
                let Some(code) = codes::find(On::Call, about, Edit::Changed) else { continue };
                let found = Texts { item: "", old: "", new: "" }.found(code);
                let change = self.change(subject, name, (old, new), found);
                self.changes.push(change);
            }
        }
    }

    /// Counts actions by their names alone. A name counts as changed when both sides have it with
    /// different definitions.
    fn names(&self) -> Count {
        let (old, new) = (definitions(self.from), definitions(self.to));
        let differs = |name: &str, old: &Vec<String>| new.get(name).is_some_and(|new| new != old);
        Count {
            added: new.keys().filter(|name| !old.contains_key(*name)).count(),
            removed: old.keys().filter(|name| !new.contains_key(*name)).count(),
            changed: old.iter().filter(|(name, old)| differs(name, old)).count(),
        }
    }
}

/// Returns the distinct definitions of each name, whichever plugins have them, without what is about
/// names in Rust and other releases.
fn definitions(surface: &Surface) -> BTreeMap<&str, Vec<String>> {
    let mut all: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (path, action) in &surface.actions {
        let name = path.split_once('/').map_or(&**path, |(_, name)| name);
        let mut action = action.clone();
        forget_names(&mut action);
        let definition = serde_json::to_string(&action).unwrap_or_default();
        let known = all.entry(name).or_default();
        if !known.contains(&definition) {
            known.push(definition);
        }
    }
    all
}

fn forget_names(item: &mut Item) {
    let is_of_release =
        |property: &Property| matches!(property, Property::Releases | Property::Wire);
    item.facts.retain(|property, _| !codes::is_of_names(*property) && !is_of_release(property));
    item.parts.values_mut().flat_map(BTreeMap::values_mut).for_each(forget_names);
}

fn kinds(subject: Subject) -> Kinds {
    match subject {
        Subject::Bindings => Kinds(On::Bindings, None),
        Subject::Module => Kinds(On::Module, None),
        Subject::Action => Kinds(On::Action, Some(On::Call)),
        Subject::Operation => Kinds(On::Operation, Some(On::Call)),
        Subject::Model => Kinds(On::Model, None),
    }
}

fn itself(kinds: Kinds, edit: Edit) -> Vec<Found> {
    let code = kinds.find(About::Itself, edit);
    code.into_iter().map(|code| Texts { item: "", old: "", new: "" }.found(code)).collect()
}

/// Reports each change of a definition once, however many plugins share it: under the first of
/// them, with all that it reaches.
fn merged(changes: Vec<Change>) -> Vec<Change> {
    let mut all: Vec<Change> = Vec::new();
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    for change in changes {
        let is_shared = change.subject == Subject::Action
            && !matches!(change.code.name, "call-added" | "call-removed");
        let key = format!("{} {}", change.fingerprint, change.what);
        match known.get(&key).filter(|_| is_shared) {
            Some(index) => all[*index].calls.extend(change.calls),
            None => {
                known.insert(key, all.len());
                all.push(change);
            }
        }
    }
    all
}
