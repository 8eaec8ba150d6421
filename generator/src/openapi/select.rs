//! Operations that are not asked for go, and what only they refer to, before anything is judged.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{
    Dialect,
    plain::METHODS,
    pointer::{join, of_reference, tokens},
    source::Source,
};

/// Keeps the operations whose first tag `keep` accepts; one without tags has the tag `default`.
/// What is left out, and what only that refers to, is not looked at by
/// [`to_openapi`](super::to_openapi). Returns the ids of what is left out, in the order of the
/// file; of an operation without an id its method and path.
pub fn select(source: &mut Source, keep: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut ids = Vec::new();
    let mut dropped = BTreeSet::new();
    let paths = source.value.get("paths").and_then(Value::as_object);
    for (path, item) in paths.into_iter().flatten() {
        for method in METHODS {
            let Some(operation) = operation(&source.value, item, method) else { continue };
            if !keep(tag(operation)) {
                let id = operation.get("operationId").and_then(Value::as_str);
                let unnamed = || format!("{} {path}", method.to_ascii_uppercase());
                ids.push(id.map_or_else(unnamed, str::to_owned));
                dropped.insert((path.clone(), method.to_owned()));
            }
        }
    }
    source.dropped.extend(dropped);
    ids
}

/// How many references may lead to one another.
const MAX_CHAIN: usize = 64;

/// The operation of a path, which may be declared elsewhere, as may the path itself.
fn operation<'v>(document: &'v Value, item: &'v Value, method: &str) -> Option<&'v Value> {
    let mut item = item;
    for _ in 0..MAX_CHAIN {
        if let Some(operation) = item.get(method) {
            return Some(followed(document, operation)).filter(|operation| operation.is_object());
        }
        item = document.pointer(&of_reference(item.get("$ref")?.as_str()?)?)?;
    }
    None
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

fn tag(operation: &Value) -> &str {
    let first = match operation.get("tags") {
        Some(Value::Array(tags)) => tags.first().and_then(Value::as_str),
        Some(Value::String(tag)) => Some(&**tag),
        _ => None,
    };
    first.unwrap_or("default")
}

/// Takes the operations out that are not asked for, and what nothing refers to any more.
pub(super) fn drop_unasked(
    document: &mut Value,
    dropped: &BTreeSet<(String, String)>,
    dialect: Dialect,
) {
    if dropped.is_empty() {
        return;
    }
    if let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) {
        for (path, method) in dropped {
            if let Some(item) = paths.get_mut(path).and_then(Value::as_object_mut) {
                item.remove(method);
            }
        }
        let touched: BTreeSet<&String> = dropped.iter().map(|(path, _)| path).collect();
        paths.retain(|path, item| {
            !touched.contains(path) || METHODS.iter().any(|method| item.get(method).is_some())
        });
    }
    sweep(document, dialect);
}

/// Takes out definitions that nothing refers to.
fn sweep(document: &mut Value, dialect: Dialect) {
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

/// The pointer to the definition that `pointer` leads into.
fn definition(pointer: &str, homes: &[&str]) -> Option<String> {
    homes.iter().find_map(|home| {
        let name = tokens(pointer.strip_prefix(home)?).next()?;
        Some(join(home, &name))
    })
}

/// Adds what a value refers to.
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
