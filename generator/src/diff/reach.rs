//! Which calls and models a change of a model reaches.

use std::collections::{BTreeMap, BTreeSet};

use crate::surface::{Item, Surface};

/// The models and the calls that name each model.
pub(super) struct Reach<'s> {
    models: BTreeMap<String, BTreeSet<&'s str>>,
    calls: BTreeMap<String, BTreeSet<&'s str>>,
}

impl<'s> Reach<'s> {
    pub(super) fn of(surface: &'s Surface) -> Self {
        let models = surface.models.iter();
        let actions = surface.actions.iter().map(|(name, item)| (name, item, false));
        let operations = surface.operations.iter().map(|(name, item)| (name, item, true));
        Self {
            models: users(models.map(|(name, item)| (name, item, name.starts_with("v2::")))),
            calls: users(actions.chain(operations)),
        }
    }

    /// Returns the other models that contain a model, at any depth.
    pub(super) fn models(&self, name: &str) -> BTreeSet<&'s str> {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = vec![name];
        while let Some(next) = open.pop() {
            for user in self.models.get(next).into_iter().flatten() {
                if found.insert(user) {
                    open.push(user);
                }
            }
        }
        found.remove(name);
        found
    }

    /// Returns the calls that send or receive one of some models.
    pub(super) fn calls(&self, models: &BTreeSet<&str>) -> BTreeSet<&'s str> {
        models
            .iter()
            .flat_map(|model| self.calls.get(*model).into_iter().flatten())
            .copied()
            .collect()
    }
}

/// Returns the items that name each model; whether an item is of the spec decides how it names them.
fn users<'s>(
    items: impl Iterator<Item = (&'s String, &'s Item, bool)>,
) -> BTreeMap<String, BTreeSet<&'s str>> {
    let mut users: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for (name, item, is_of_spec) in items {
        for model in named(item, is_of_spec) {
            users.entry(model).or_default().insert(name);
        }
    }
    users
}

/// Returns the models that an item names, as the surface names them.
fn named(item: &Item, is_of_spec: bool) -> BTreeSet<String> {
    let prefix = if is_of_spec { "v2::" } else { "" };
    item.models().into_iter().map(|model| format!("{prefix}{model}")).collect()
}
