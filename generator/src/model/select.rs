//! A part of a model, as if the server had nothing else.

use std::collections::BTreeSet;

use glob::Pattern;

use super::{Api, Plugin, ReturnKind, spec};

/// Which part of a model to keep. An empty list keeps all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Plugins by id, and actions as `plugin/action`; `*` and `?` stand for any text and any
    /// character.
    pub plugins: Vec<Pattern>,
    /// Tags of operations.
    pub tags: Vec<Pattern>,
    /// Only actions that REST reaches.
    pub rest_only: bool,
}

impl Selection {
    /// Whether it keeps everything.
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// Whether something of a plugin may be kept.
    pub fn wants_plugin(&self, id: &str) -> bool {
        let of_action = |pattern: &Pattern| {
            let plugin = pattern.as_str().split_once('/').map(|(plugin, _)| Pattern::new(plugin));
            plugin.is_some_and(|plugin| plugin.is_ok_and(|plugin| plugin.matches(id)))
        };
        self.keeps_plugin(id) || self.plugins.iter().any(of_action)
    }

    fn keeps_plugin(&self, id: &str) -> bool {
        self.plugins.is_empty() || self.plugins.iter().any(|pattern| pattern.matches(id))
    }

    /// Whether an action is kept, unless it has to be one that REST reaches.
    pub fn keeps_action(&self, plugin: &str, name: &str) -> bool {
        let path = format!("{plugin}/{name}");
        self.keeps_plugin(plugin) || self.plugins.iter().any(|pattern| pattern.matches(&path))
    }

    /// Whether operations with a tag are kept.
    pub fn keeps_tag(&self, tag: &str) -> bool {
        self.tags.is_empty() || self.tags.iter().any(|pattern| pattern.matches(tag))
    }
}

/// The names of all that can be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calls {
    /// Actions, as `plugin/action`.
    pub actions: BTreeSet<String>,
    /// Operations, by id.
    pub operations: BTreeSet<String>,
}

impl Calls {
    /// The actions and the operations that `other` does not have.
    pub fn not_in(&self, other: &Self) -> (Vec<String>, Vec<String>) {
        let gone = |these: &BTreeSet<String>, others| these.difference(others).cloned().collect();
        (gone(&self.actions, &other.actions), gone(&self.operations, &other.operations))
    }
}

impl Api {
    /// The names of all that can be called.
    pub fn calls(&self) -> Calls {
        let of = |plugin: &Plugin| {
            let names = plugin.actions.iter().map(|&index| &self.actions[index].name);
            names.map(|name| format!("{}/{name}", plugin.id)).collect::<Vec<_>>()
        };
        Calls {
            actions: self.plugins.iter().flat_map(of).collect(),
            operations: self.spec.operations.iter().map(|one| one.id.clone()).collect(),
        }
    }

    /// Keeps what is selected, and the models that are of use to it. A definition that is at home
    /// in a plugin that goes moves to the first of those that stay.
    ///
    /// Answers the patterns that select nothing.
    pub fn select(&mut self, selection: &Selection) -> Vec<String> {
        let idle = self.idle(selection);
        self.select_actions(selection);
        if !selection.tags.is_empty() {
            self.spec.operations.retain(|operation| selection.keeps_tag(&operation.tag));
            self.spec.tags.retain(|tag, _| selection.keeps_tag(tag));
            spec::prune(&mut self.spec);
        }
        let answers = self.actions.iter().filter_map(|action| match &action.returns {
            ReturnKind::Typed(kind) | ReturnKind::OneOrMany(kind) => Some(kind),
            _ => None,
        });
        let used = spec::reached(&self.models, answers);
        self.models.retain(|model| used.contains(&model.name));
        idle
    }

    fn idle(&self, selection: &Selection) -> Vec<String> {
        let has_plugin = |pattern: &Pattern| {
            self.plugins.iter().any(|plugin| {
                let mut names = plugin.actions.iter().map(|&index| &self.actions[index].name);
                pattern.matches(&plugin.id)
                    || names.any(|name| pattern.matches(&format!("{}/{name}", plugin.id)))
            })
        };
        let has_tag = |pattern: &Pattern| {
            self.spec.operations.iter().any(|operation| pattern.matches(&operation.tag))
        };
        let plugins = selection.plugins.iter().filter(|pattern| !has_plugin(pattern));
        let tags = selection.tags.iter().filter(|pattern| !has_tag(pattern));
        plugins.chain(tags).map(|pattern| pattern.as_str().to_owned()).collect()
    }

    fn select_actions(&mut self, selection: &Selection) {
        for plugin in &mut self.plugins {
            plugin.actions.retain(|&index| {
                let action = &self.actions[index];
                let is_reached = action.route.is_some() || !selection.rest_only;
                is_reached && selection.keeps_action(&plugin.id, &action.name)
            });
        }
        self.plugins
            .retain(|plugin| !plugin.actions.is_empty() || selection.keeps_plugin(&plugin.id));
        for (index, action) in self.actions.iter_mut().enumerate() {
            let mut plugins: Vec<String> =
                std::iter::once(action.owner.clone()).chain(action.also.drain(..)).collect();
            plugins.retain(|id| {
                self.plugins
                    .iter()
                    .any(|plugin| plugin.id == *id && plugin.actions.contains(&index))
            });
            let mut plugins = plugins.into_iter();
            action.owner = plugins.next().unwrap_or_default();
            action.also = plugins.collect();
        }
        let mut kept: Vec<usize> = (0..self.actions.len())
            .filter(|&index| !self.actions[index].owner.is_empty())
            .collect();
        kept.sort_by_key(|&index| {
            (self.actions[index].owner.clone(), self.actions[index].name.clone(), index)
        });
        for plugin in &mut self.plugins {
            for index in &mut plugin.actions {
                *index = kept.iter().position(|kept| kept == index).unwrap_or_default();
            }
        }
        self.actions = kept.into_iter().map(|index| self.actions[index].clone()).collect();
    }
}
