//! The changes that an action makes, by the rules of the Overlay Specification.

use std::cmp::Reverse;

use serde_json::Value;

use crate::openapi::{join, tokens};

/// Merges `update` into what `pointer` points to: an entry is added to a list, a map is merged with
/// a map, a scalar replaces another. Returns whether that changed anything.
pub(super) fn update(spec: &mut Value, pointer: &str, update: &Value) -> Result<bool, String> {
    // It is gone when it was inside something else that was selected too.
    let Some(target) = spec.pointer_mut(pointer) else { return Ok(false) };
    match (target, update) {
        (Value::Array(_), Value::Array(_)) => Err(format!(
            "a list, but `{pointer}` is a list that takes one entry at a time; add each entry \
             with a separate action"
        )),
        (Value::Array(list), entry) => {
            list.push(entry.clone());
            Ok(true)
        }
        (target, update) => merge(target, update, pointer),
    }
}

/// Merges a member of a map: maps recursively, lists by concatenation.
fn merge(target: &mut Value, update: &Value, pointer: &str) -> Result<bool, String> {
    match (target, update) {
        (Value::Object(target), Value::Object(update)) => {
            let mut changed = false;
            for (key, value) in update {
                changed |= match target.get_mut(key) {
                    Some(old) => merge(old, value, &join(pointer, key))?,
                    None => target.insert(key.clone(), value.clone()).is_none(),
                };
            }
            Ok(changed)
        }
        (Value::Array(target), Value::Array(update)) => {
            target.extend(update.iter().cloned());
            Ok(!update.is_empty())
        }
        (target, update) if is_scalar(target) && is_scalar(update) => {
            let changed = target != update;
            *target = update.clone();
            Ok(changed)
        }
        _ => Err(format!(
            "a value that cannot be merged with `{pointer}`, which has another type; remove that \
             first"
        )),
    }
}

fn is_scalar(value: &Value) -> bool {
    !value.is_object() && !value.is_array()
}

/// Removes what the pointers point to. Returns whether any of it existed.
pub(super) fn remove(spec: &mut Value, pointers: &[String]) -> Result<bool, String> {
    let mut changed = false;
    let mut ordered: Vec<&String> = pointers.iter().collect();
    // From last to first, so that the other indices stay valid.
    ordered.sort_by_key(|pointer| Reverse(order(pointer)));
    for pointer in ordered {
        let Some((parent, last)) = pointer.rsplit_once('/') else {
            return Err("the whole spec cannot be removed".to_owned());
        };
        match spec.pointer_mut(parent) {
            Some(Value::Object(map)) => {
                let key = tokens(pointer).last().unwrap_or_default();
                changed |= map.remove(&key).is_some();
            }
            Some(Value::Array(list)) => {
                if let Ok(index) = last.parse::<usize>()
                    && index < list.len()
                {
                    list.remove(index);
                    changed = true;
                }
            }
            _ => {}
        }
    }
    Ok(changed)
}

/// Sorts indices as numbers, and members after what contains them.
fn order(pointer: &str) -> Vec<(Option<usize>, &str)> {
    pointer.split('/').map(|token| (token.parse().ok(), token)).collect()
}
