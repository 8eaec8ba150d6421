//! Merges two declarations of the same action as the server does.

use std::collections::BTreeMap;

use super::Element;

/// The actions of a plugin while its manifest is read, by name.
#[derive(Debug, Default)]
pub(super) struct Actions(BTreeMap<String, Element>);

impl Actions {
    /// Adds `new` to the existing actions: the later declaration of a name wins, leaf by leaf.
    pub(super) fn add(&mut self, new: &Element) {
        let name = new.attribute("name").unwrap_or_default();
        match self.0.get_mut(name) {
            Some(existing) if existing.attribute("forbidOverride") == Some("true") => {}
            Some(existing) => merge(existing, new.clone()),
            None => {
                self.0.insert(name.to_owned(), new.clone());
            }
        }
    }

    /// Returns all of them, ordered by name.
    pub(super) fn elements(&self) -> impl Iterator<Item = &Element> {
        self.0.values()
    }
}

/// Merges two declarations. One without child elements replaces the other, or is replaced, as a
/// whole: that is how a plugin removes an included action. Otherwise children are matched to the
/// last one of the same name, and the older attributes stay.
fn merge(existing: &mut Element, new: Element) {
    if existing.children.is_empty() || new.children.is_empty() {
        *existing = new;
        return;
    }
    for child in new.children {
        let appended = matches!(&*child.name, "pre_processing" | "post_processing");
        match existing.children.iter_mut().rfind(|old| old.name == child.name) {
            Some(old) if !appended => merge(old, child),
            _ => existing.children.push(child),
        }
    }
}
