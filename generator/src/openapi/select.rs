//! Drops the operations that are not requested, and everything only they refer to, before any
//! checks.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use super::{
    Dialect,
    pointer::{join, of_reference, tokens},
    repair::lost,
    source::Source,
};

/// Keeps the operations whose first tag `keep` accepts. An operation without tags, or with
/// unreadable ones, has the tag `default`. [`to_openapi`](super::to_openapi) does not check what is
/// dropped, nor what only that refers to. Returns the ids of the dropped operations; for an
/// operation without an id its method and path, and for unknown operations their path.
pub fn select(source: &mut Source, keep: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut ids = Vec::new();
    let mut dropped = BTreeSet::new();
    let paths = source.value.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten().filter(|(path, _)| !path.starts_with("x-")) {
        let (operations, is_known) = operations(&source.value, item);
        let is_empty = operations.is_empty();
        let mut drop = |key: &str| dropped.insert((path.clone(), key.to_owned()));
        let mut is_kept = false;
        for (method, operation) in operations {
            if is_asked_for(method, operation, keep) {
                is_kept = true;
            } else {
                ids.push(lost::id(method, path, operation));
                drop(method);
            }
        }
        // A path without operations contains nothing to request.
        is_kept |= if is_known { is_empty && !source.is_part } else { keep(DEFAULT) };
        if !is_known && !keep(DEFAULT) {
            ids.push(path.clone());
            drop("$ref");
        }
        if !is_kept {
            drop(WHOLE);
        }
    }
    source.repeated.retain_mut(|repeated| {
        let had = repeated.lost.len();
        repeated.lost.retain(|lost| keep(&lost.tag));
        (had == 0 || !repeated.lost.is_empty()) && !is_dropped(&dropped, &repeated.pointer)
    });
    source.dropped.extend(dropped);
    ids
}

/// The tag of an operation without tags.
const DEFAULT: &str = "default";

/// Replaces the key of an operation when a whole path is dropped.
const WHOLE: &str = "";

/// The maximum length of a chain of references.
const MAX_CHAIN: usize = 64;

/// Returns the operations of a path by their keys, following references for each of them and for
/// the path itself; and whether those are all operations.
fn operations<'v>(document: &'v Value, item: &'v Value) -> (BTreeMap<&'v str, &'v Value>, bool) {
    let (mut item, mut operations) = (item, BTreeMap::new());
    for _ in 0..MAX_CHAIN {
        let Some(map) = item.as_object() else { return (operations, false) };
        for (key, value) in map {
            if lost::is_operation(key, value) || key == lost::ADDITIONAL {
                operations.entry(&**key).or_insert_with(|| followed(document, value));
            }
        }
        let Some(reference) = map.get("$ref") else { return (operations, true) };
        let pointer = reference.as_str().and_then(of_reference);
        let Some(next) = pointer.and_then(|to| document.pointer(&to)) else { break };
        item = next;
    }
    (operations, false)
}

fn is_asked_for(key: &str, operation: &Value, keep: &dyn Fn(&str) -> bool) -> bool {
    match operation.as_object().filter(|_| key == lost::ADDITIONAL) {
        Some(all) => all.values().any(|one| keep(tag(one))),
        None => keep(tag(operation)),
    }
}

fn followed<'v>(document: &'v Value, value: &'v Value) -> &'v Value {
    let mut value = value;
    for _ in 0..MAX_CHAIN {
        let reference = value.get("$ref").and_then(Value::as_str).and_then(of_reference);
        match reference.and_then(|pointer| document.pointer(&pointer)) {
            Some(next) => value = next,
            None => break,
        }
    }
    value
}

/// Returns the first tag of an operation.
pub(super) fn tag(operation: &Value) -> &str {
    let first = match operation.get("tags") {
        Some(Value::Array(tags)) => tags.first().and_then(Value::as_str),
        Some(Value::String(tag)) => Some(&**tag),
        _ => None,
    };
    first.unwrap_or(DEFAULT)
}

/// Returns whether a pointer leads into a dropped part.
pub(super) fn is_dropped(dropped: &BTreeSet<(String, String)>, pointer: &str) -> bool {
    let mut tokens = tokens(pointer);
    if dropped.is_empty() || tokens.next().is_none_or(|first| first != "paths") {
        return false;
    }
    let Some(path) = tokens.next() else { return false };
    let is_in = |key: String| dropped.contains(&(path.clone(), key));
    is_in(WHOLE.to_owned()) || tokens.next().is_some_and(is_in)
}

/// Removes the dropped operations that are in the document itself.
pub(super) fn drop_unasked(document: &mut Value, dropped: &BTreeSet<(String, String)>) {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else { return };
    for (path, key) in dropped {
        if key == WHOLE {
            paths.remove(path);
        } else if let Some(item) = paths.get_mut(path).and_then(Value::as_object_mut) {
            item.remove(key);
        }
    }
}

/// Removes everything without references to it.
pub(super) fn sweep(document: &mut Value, dialect: Dialect) {
    sweep_definitions(document, dialect);
    sweep_schemes(document, dialect);
}

/// Removes the security schemes that no operation requires.
fn sweep_schemes(document: &mut Value, dialect: Dialect) {
    let home = match dialect {
        Dialect::Swagger2 => "/securityDefinitions",
        _ => "/components/securitySchemes",
    };
    let items = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    let operations = items.filter_map(|(_, item)| item.as_object()).flat_map(Map::values);
    let all = operations.chain([&*document]).filter_map(|one| one.get("security")?.as_array());
    let names = all.flatten().filter_map(Value::as_object).flat_map(Map::keys);
    let mut waiting: Vec<String> = names.cloned().collect();
    let mut wanted = BTreeSet::new();
    while let Some(name) = waiting.pop() {
        if let Some(scheme) = document.pointer(&join(home, &name)) {
            let reference = scheme.get("$ref").and_then(Value::as_str).and_then(of_reference);
            let other = reference.and_then(|to| definition(&to, &[home]));
            let other = other.filter(|other| !wanted.contains(other));
            waiting.extend(other.and_then(|other| tokens(&other).last()));
        }
        wanted.insert(join(home, &name));
    }
    if let Some(schemes) = document.pointer_mut(home).and_then(Value::as_object_mut) {
        schemes.retain(|name, _| wanted.contains(&join(home, name)));
    }
}

/// Removes definitions without references to them.
fn sweep_definitions(document: &mut Value, dialect: Dialect) {
    let homes: &[&str] = match dialect {
        Dialect::Swagger2 => &["/definitions", "/parameters", "/responses"],
        _ => &[
            "/components/schemas",
            "/components/parameters",
            "/components/responses",
            "/components/requestBodies",
            "/components/headers",
            "/components/pathItems",
        ],
    };
    let mut waiting: Vec<String> = Vec::new();
    if let Some(paths) = document.get("paths") {
        references(paths, &mut waiting);
    }
    let mut reached = BTreeSet::new();
    while let Some(pointer) = waiting.pop() {
        let Some(definition) = definition(&pointer, homes) else { continue };
        if let (true, Some(value)) =
            (reached.insert(definition.clone()), document.pointer(&definition))
        {
            references(value, &mut waiting);
        }
    }
    for home in homes {
        if let Some(things) = document.pointer_mut(home).and_then(Value::as_object_mut) {
            things.retain(|name, _| reached.contains(&join(home, name)));
        }
    }
}

/// Returns the pointer to the definition that `pointer` leads into.
fn definition(pointer: &str, homes: &[&str]) -> Option<String> {
    homes.iter().find_map(|home| {
        let name = tokens(pointer.strip_prefix(home)?).next()?;
        Some(join(home, &name))
    })
}

/// Collects the references in a value.
fn references(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|item| references(item, all)),
        Value::Object(map) => {
            for (key, member) in map {
                match (&**key, member) {
                    ("$ref", Value::String(reference)) => all.extend(of_reference(reference)),
                    ("mapping", Value::Object(mapping)) => {
                        for target in mapping.values().filter_map(Value::as_str) {
                            let named = || {
                                let homes = ["/components/schemas", "/definitions"];
                                homes.map(|home| join(home, target))
                            };
                            match of_reference(target) {
                                Some(pointer) => all.push(pointer),
                                None => all.extend(named()),
                            }
                        }
                    }
                    _ => references(member, all),
                }
            }
        }
        _ => {}
    }
}
