//! Comparing surfaces, one thing at a time.

use std::collections::{BTreeMap, BTreeSet};

use super::{Change, Class, Count, Counts, Subject};
use crate::surface::{EndpointSurface, ModelSurface, ParamSurface, Surface};

use Class::{Breaking, Compatible, Note};

/// The changes of one thing: the effect on a caller, and a text.
type Found = Vec<(Class, String)>;

pub(super) fn compare(from: &Surface, to: &Surface) -> (Vec<Change>, Counts) {
    let mut all = Vec::new();
    let mut counts = Counts {
        actions: each(Subject::Action, &from.actions, &to.actions, endpoint, &mut all),
        operations: each(Subject::Operation, &from.operations, &to.operations, endpoint, &mut all),
        models: each(Subject::Model, &from.models, &to.models, model, &mut all),
        action_names: Count::default(),
    };
    counts.action_names = names(from, to);
    (all, counts)
}

/// Compares what both sides have under the same name.
fn each<T: PartialEq>(
    subject: Subject,
    from: &BTreeMap<String, T>,
    to: &BTreeMap<String, T>,
    compare: impl Fn(&T, &T) -> Found,
    all: &mut Vec<Change>,
) -> Count {
    let mut count = Count::default();
    let names: BTreeSet<&String> = from.keys().chain(to.keys()).collect();
    for name in names {
        let found = match (from.get(name), to.get(name)) {
            (Some(old), Some(new)) if old == new => continue,
            (Some(old), Some(new)) => {
                count.changed += 1;
                compare(old, new)
            }
            (None, _) => {
                count.added += 1;
                vec![(Compatible, "added".to_owned())]
            }
            (_, None) => {
                count.removed += 1;
                vec![(Breaking, "removed".to_owned())]
            }
        };
        let change = |(class, what)| Change { subject, name: name.clone(), class, what };
        all.extend(found.into_iter().map(change));
    }
    count
}

/// Counts actions by their names alone. A name counts as changed when both sides have it with
/// different definitions.
fn names(from: &Surface, to: &Surface) -> Count {
    let old = definitions(from);
    let new = definitions(to);
    Count {
        added: new.keys().filter(|name| !old.contains_key(*name)).count(),
        removed: old.keys().filter(|name| !new.contains_key(*name)).count(),
        changed: old
            .iter()
            .filter(|(name, old)| new.get(*name).is_some_and(|new| new != *old))
            .count(),
    }
}

/// Returns the distinct definitions of each name, whichever plugins have them.
fn definitions(surface: &Surface) -> BTreeMap<&str, Vec<&EndpointSurface>> {
    let mut all: BTreeMap<&str, Vec<&EndpointSurface>> = BTreeMap::new();
    for (path, action) in &surface.actions {
        let name = path.split_once('/').map_or(&**path, |(_, name)| name);
        let known = all.entry(name).or_default();
        if !known.contains(&action) {
            known.push(action);
        }
    }
    all
}

fn endpoint(old: &EndpointSurface, new: &EndpointSurface) -> Found {
    let mut found = params(&old.params, &new.params);
    if old.tag != new.tag {
        found.push((Breaking, format!("is in the module of `{}`, was in `{}`", new.tag, old.tag)));
    }
    if old.address != new.address {
        found.push((Note, format!("its address is `{}`, was `{}`", new.address, old.address)));
    }
    match (&old.rest, &new.rest) {
        (Some(_), None) => found.push((Breaking, "no longer reachable over REST".to_owned())),
        (None, Some(_)) => found.push((Compatible, "reachable over REST".to_owned())),
        (Some(old), Some(new)) if old != new => {
            found.push((Note, format!("its REST path is `{new}`, was `{old}`")));
        }
        _ => {}
    }
    answer(&old.answer, &new.answer, &mut found);
    if old.rights != new.rights {
        found.push((Note, rights(&old.rights, &new.rights)));
    }
    if old.background != new.background {
        let what =
            if new.background { "goes on in the background" } else { "done when it answers" };
        // The type of the response changes with it, unless the outcome is known anyway.
        let is_same_type = old.is_awaitable() == new.is_awaitable();
        found.push((if is_same_type { Note } else { Breaking }, what.to_owned()));
    } else if old.is_awaitable() != new.is_awaitable() {
        let what = if new.is_awaitable() { "can" } else { "cannot" };
        found.push((Breaking, format!("its work {what} be waited for")));
    }
    if old.outcome != new.outcome {
        let what = match &new.outcome {
            Some(outcome) => format!("its end is verified by {outcome}"),
            None => "its end is no longer verified".to_owned(),
        };
        found.push((Note, what));
    }
    match (&old.paging, &new.paging) {
        (Some(_), None) => found.push((Breaking, "no longer read item by item".to_owned())),
        (None, Some(_)) => found.push((Compatible, "read item by item".to_owned())),
        (Some(old), Some(new)) if old != new => {
            found.push((Note, format!("comes in pages by {new}, was {old}")));
        }
        _ => {}
    }
    retired(old.retired.as_deref(), new.retired.as_deref(), &mut found);
    found
}

fn rights(old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) -> String {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let shown = |rights: &BTreeMap<String, String>, name: &String| {
        rights.get(name).map_or_else(|| "nothing".to_owned(), |value| format!("`{value}`"))
    };
    let changed = names.into_iter().filter(|name| old.get(*name) != new.get(*name));
    let changed = changed
        .map(|name| format!("`{name}` is {}, was {}", shown(new, name), shown(old, name)))
        .collect::<Vec<_>>();
    format!("rights: {}", changed.join(", "))
}

fn answer(old: &str, new: &str, found: &mut Found) {
    if old != new {
        found.push((Breaking, format!("answers {new}, was {old}")));
    }
}

fn retired(old: Option<&str>, new: Option<&str>, found: &mut Found) {
    match (old, new) {
        (None, Some(_)) => found.push((Breaking, "no longer works, and is not sent".to_owned())),
        (Some(_), None) => found.push((Compatible, "works again".to_owned())),
        _ => {}
    }
}

fn params(old: &[ParamSurface], new: &[ParamSurface]) -> Found {
    let mut found = Vec::new();
    let named =
        |params: &'_ [ParamSurface], name: &str| params.iter().position(|param| param.name == name);
    for param in old {
        match named(new, &param.name) {
            Some(index) => self::param(param, &new[index], &mut found),
            None => found.push((Breaking, format!("`{}` removed", param.name))),
        }
    }
    for param in new.iter().filter(|param| named(old, &param.name).is_none()) {
        let class = if param.required { Breaking } else { Compatible };
        let required = if param.required { ", required" } else { "" };
        found.push((class, format!("`{}` added{required}", param.name)));
    }
    if arguments(old) != arguments(new) && is_same_set(old, new) {
        let order = arguments(new).join("`, `");
        found.push((Breaking, format!("the order of its arguments is `{order}`")));
    }
    found
}

fn arguments(params: &[ParamSurface]) -> Vec<&str> {
    params.iter().filter(|param| param.required).map(|param| &*param.name).collect()
}

fn is_same_set(old: &[ParamSurface], new: &[ParamSurface]) -> bool {
    arguments(old).into_iter().collect::<BTreeSet<_>>()
        == arguments(new).into_iter().collect::<BTreeSet<_>>()
}

fn param(old: &ParamSurface, new: &ParamSurface, found: &mut Found) {
    let name = &old.name;
    if old.kind != new.kind {
        found.push((Breaking, format!("`{name}` takes {}, was {}", new.kind, old.kind)));
    }
    words(&format!("`{name}`"), &old.words, &new.words, found);
    match (old.required, new.required) {
        (true, false) => found.push((Breaking, format!("`{name}` is optional, so a setter"))),
        (false, true) => found.push((Breaking, format!("`{name}` is required, so an argument"))),
        _ => {}
    }
    if old.default != new.default {
        let shown = |default: &Option<String>| match default {
            Some(default) => format!("`{default}`"),
            None => "nothing".to_owned(),
        };
        let (old, new) = (shown(&old.default), shown(&new.default));
        found.push((Note, format!("the default of `{name}` is {new}, was {old}")));
    }
    if old.place != new.place {
        found.push((Note, format!("`{name}` goes into the {}, was {}", new.place, old.place)));
    }
}

fn words(of: &str, old: &[String], new: &[String], found: &mut Found) {
    for word in old.iter().filter(|word| !new.contains(word)) {
        found.push((Breaking, format!("{of} no longer knows `{word}`")));
    }
    for word in new.iter().filter(|word| !old.contains(word)) {
        found.push((Compatible, format!("{of} knows `{word}`")));
    }
}

fn model(old: &ModelSurface, new: &ModelSurface) -> Found {
    if old.shape != new.shape {
        return vec![(Breaking, format!("is {}, was {}", new.shape, old.shape))];
    }
    let mut found = Vec::new();
    for (name, field) in &old.fields {
        match new.fields.get(name) {
            None => found.push((Breaking, format!("`{name}` removed"))),
            Some(now) if now.kind != field.kind => {
                found.push((Breaking, format!("`{name}` is {}, was {}", now.kind, field.kind)));
            }
            Some(now) if now.required != field.required => {
                let what = if now.required { "always there" } else { "not always there" };
                found.push((Breaking, format!("`{name}` is {what}")));
            }
            Some(_) => {}
        }
    }
    for (name, field) in new.fields.iter().filter(|(name, _)| !old.fields.contains_key(*name)) {
        // Values to send are created by a function that takes everything required.
        let class = if field.required && old.sent { Breaking } else { Compatible };
        let required = if field.required { ", required" } else { "" };
        found.push((class, format!("`{name}` added{required}")));
    }
    words("it", &old.words, &new.words, &mut found);
    for (was, is, what) in [
        (old.open, new.open, "keeps fields that are not declared"),
        (old.sent, new.sent, "can be sent"),
        (old.received, new.received, "can be received"),
    ] {
        match (was, is) {
            (true, false) => found.push((Breaking, format!("no longer {what}"))),
            (false, true) => found.push((Compatible, what.to_owned())),
            _ => {}
        }
    }
    found
}
