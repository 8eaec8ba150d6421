//! Some plugins of a model, as if the server had no others.

use super::Api;

impl Api {
    /// Keeps the plugins with these ids, and the definitions they have. A definition that is at
    /// home in a plugin that goes moves to the first of those that stay.
    pub fn select(&mut self, ids: &[String]) {
        self.plugins.retain(|plugin| ids.contains(&plugin.id));
        for action in &mut self.actions {
            let mut plugins: Vec<String> =
                std::iter::once(action.owner.clone()).chain(action.also.drain(..)).collect();
            plugins.retain(|plugin| ids.contains(plugin));
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
