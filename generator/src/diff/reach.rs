//! Which calls and models a change of a model reaches.

use std::collections::{BTreeMap, BTreeSet};

use crate::surface::{Item, Surface};

/// The models and the calls that name each model, directly or through other models.
pub(super) struct Reach<'s> {
    surface: &'s Surface,
    /// The models that name a model.
    users: BTreeMap<String, BTreeSet<&'s str>>,
}

impl<'s> Reach<'s> {
    pub(super) fn of(surface: &'s Surface) -> Self {
        let mut users: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
        for (name, item) in &surface.models {
            for other in named(item, is_of_spec(name)) {
                users.entry(other).or_default().insert(name);
            }
        }
        Self { surface, users }
    }

    /// Returns the other models that contain a model, at any depth.
    pub(super) fn models(&self, name: &str) -> BTreeSet<&'s str> {
        let mut found: BTreeSet<&str> = BTreeSet::new();
        let mut open: Vec<&str> = vec![name];
        while let Some(next) = open.pop() {
            for user in self.users.get(next).into_iter().flatten() {
                if found.insert(user) {
                    open.push(user);
                }
            }
        }
        found.remove(name);
        found
    }

    /// Returns the calls that send or receive one of some models.
    pub(super) fn calls(&self, models: &BTreeSet<&str>) -> Vec<String> {
        let all = [(&self.surface.actions, false), (&self.surface.operations, true)];
        let found = all.into_iter().flat_map(|(calls, is_spec)| {
            let uses = move |item: &Item| {
                named(item, is_spec).iter().any(|model| models.contains(&**model))
            };
            calls.iter().filter(move |(_, item)| uses(item)).map(|(name, _)| name.clone())
        });
        found.collect()
    }
}

fn is_of_spec(name: &str) -> bool {
    name.starts_with("v2::")
}

/// Returns the models that an item names, as the surface names them.
fn named(item: &Item, is_of_spec: bool) -> BTreeSet<String> {
    let prefix = if is_of_spec { "v2::" } else { "" };
    item.models().into_iter().map(|model| format!("{prefix}{model}")).collect()
}
