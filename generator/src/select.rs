//! Selects a part of an API in the intermediate representation, as if the server had nothing else.

use std::mem;

use glob::Pattern;

use crate::ir::{Api, Endpoint, EndpointKind, Group, prune};

/// The part of an API to keep. An empty list keeps everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Plugins by id, and actions as `plugin/action`; `*` and `?` match any text and any character.
    pub plugins: Vec<Pattern>,
    /// Tags of operations.
    pub tags: Vec<Pattern>,
    /// Only actions that REST reaches.
    pub rest_only: bool,
}

impl Selection {
    /// Returns whether it keeps everything.
    pub fn is_all(&self) -> bool {
        *self == Self::default()
    }

    /// Returns whether it may keep something of a plugin.
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

    /// Returns whether it keeps an action, ignoring `rest_only`.
    pub fn keeps_action(&self, plugin: &str, name: &str) -> bool {
        let path = format!("{plugin}/{name}");
        self.keeps_plugin(plugin) || self.plugins.iter().any(|pattern| pattern.matches(&path))
    }

    /// Returns whether it keeps operations with a tag.
    pub fn keeps_tag(&self, tag: &str) -> bool {
        self.tags.is_empty() || self.tags.iter().any(|pattern| pattern.matches(tag))
    }

    /// Keeps the selection, and the models that it uses. A definition whose plugin is removed moves
    /// to the first remaining plugin that has it.
    ///
    /// Returns the patterns that match nothing.
    pub fn apply(&self, api: &mut Api) -> Vec<String> {
        let idle = self.idle(api);
        self.drop_members(api);
        let mut kept: Vec<usize> = Vec::new();
        for (index, endpoint) in api.endpoints.iter_mut().enumerate() {
            let has = |id: &String| {
                let mut groups = api.groups.iter().filter(|group| group.kind == endpoint.kind);
                groups.any(|group| group.id == *id && group.endpoints.contains(&index))
            };
            let mut groups = endpoint.groups().filter(|id| has(id)).cloned().collect::<Vec<_>>();
            if !groups.is_empty() {
                endpoint.group = groups.remove(0);
                endpoint.shared_with = groups;
                kept.push(index);
            }
        }
        let endpoints = &api.endpoints;
        kept.sort_by(|&a, &b| {
            let key = |index: usize| {
                let one = &endpoints[index];
                (one.kind, &one.group, &one.id, index)
            };
            key(a).cmp(&key(b))
        });
        for index in api.groups.iter_mut().flat_map(|group| &mut group.endpoints) {
            *index = kept.iter().position(|kept| kept == index).unwrap_or_default();
        }
        let mut endpoints: Vec<_> = mem::take(&mut api.endpoints).into_iter().map(Some).collect();
        api.endpoints = kept.into_iter().filter_map(|index| endpoints[index].take()).collect();
        if !self.tags.is_empty() {
            prune(api, EndpointKind::Operation);
        }
        prune(api, EndpointKind::Action);
        idle
    }

    /// Removes everything that is not selected from groups, and groups that become empty.
    fn drop_members(&self, api: &mut Api) {
        let endpoints = &api.endpoints;
        for group in &mut api.groups {
            let is_plugin = group.kind == EndpointKind::Action;
            group.endpoints.retain(|&index| {
                let endpoint = &endpoints[index];
                match is_plugin {
                    true => {
                        (endpoint.rest || !self.rest_only)
                            && names(endpoint).any(|name| self.keeps_action(&group.id, name))
                    }
                    false => self.keeps_tag(&group.id),
                }
            });
        }
        let is_kept =
            |group: &Group| group.kind == EndpointKind::Action && self.keeps_plugin(&group.id);
        api.groups.retain(|group| !group.endpoints.is_empty() || is_kept(group));
    }

    /// Returns the patterns that match nothing.
    fn idle(&self, api: &Api) -> Vec<String> {
        let has_plugin = |pattern: &Pattern| {
            api.plugins().any(|plugin| {
                let mut names = api.members(plugin).map(|one| format!("{}/{}", plugin.id, one.id));
                pattern.matches(&plugin.id) || names.any(|name| pattern.matches(&name))
            })
        };
        let has_tag = |pattern: &Pattern| api.operations().any(|one| pattern.matches(&one.group));
        let plugins = self.plugins.iter().filter(|pattern| !has_plugin(pattern));
        let tags = self.tags.iter().filter(|pattern| !has_tag(pattern));
        plugins.chain(tags).map(|pattern| pattern.as_str().to_owned()).collect()
    }
}

/// Returns the names that select an action: its own, and for a command that of its action.
fn names(endpoint: &Endpoint) -> impl Iterator<Item = &str> {
    let of_action = endpoint.is_command.then(|| endpoint.sent_name());
    std::iter::once(&*endpoint.id).chain(of_action)
}
