//! Putting two declarations of the same action together, as the server does.

use super::Element;

/// Adds `new` to the actions already there: the later declaration of a name wins, leaf by leaf.
pub(super) fn add(actions: &mut Vec<Element>, new: Element) {
    let name = new.attribute("name");
    match actions.iter_mut().find(|action| action.attribute("name") == name) {
        Some(existing) if existing.attribute("forbidOverride") == Some("true") => {}
        Some(existing) => merge(existing, new),
        None => actions.push(new),
    }
}

/// A declaration without child elements replaces, or is replaced, whole: that is how a plugin
/// takes an included action out. Otherwise children are matched to the last one of the same name,
/// and the older attributes stay.
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
