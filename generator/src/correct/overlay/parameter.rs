//! The parameters of an operation by name, wherever they are declared.

use serde_json::Value;

use crate::openapi::{METHODS, join};

/// The maximum length of a chain of references to a parameter.
const MAX_REFERENCES: usize = 8;

/// Returns the locations of the parameters called by one of `names` in the operations at
/// `pointers`. One that other operations share, because it is declared for the whole path or
/// referenced, is first copied to the operation: a correction of it is about that operation alone.
pub(super) fn own(spec: &mut Value, pointers: &[String], names: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    for pointer in pointers {
        let Some((path, method)) = pointer.rsplit_once('/') else { continue };
        if !METHODS.contains(&method) || !spec.pointer(pointer).is_some_and(Value::is_object) {
            continue;
        }
        let shared = list(spec, path);
        if shared.iter().any(|one| is_called(spec, one, names)) {
            give_to_operations(spec, path, &shared);
        }
        for (index, declared) in list(spec, pointer).iter().enumerate() {
            if is_called(spec, declared, names) {
                let at = join(&join(pointer, "parameters"), &index.to_string());
                let resolved = resolved(spec, declared).cloned();
                if let (Some(resolved), Some(place)) = (resolved, spec.pointer_mut(&at)) {
                    *place = resolved;
                }
                found.push(at);
            }
        }
    }
    found
}

/// Returns the parameters that are declared for a path or an operation.
fn list(spec: &Value, pointer: &str) -> Vec<Value> {
    let list = spec.pointer(&join(pointer, "parameters")).and_then(Value::as_array);
    list.cloned().unwrap_or_default()
}

/// Moves the parameters of a path to its operations. An operation's own ones win.
fn give_to_operations(spec: &mut Value, path: &str, shared: &[Value]) {
    for method in METHODS {
        let operation = join(path, method);
        if !spec.pointer(&operation).is_some_and(Value::is_object) {
            continue;
        }
        let mut all = list(spec, &operation);
        let own: Vec<_> = all.iter().filter_map(|one| identity(spec, one)).collect();
        let others =
            shared.iter().filter(|one| identity(spec, one).is_none_or(|id| !own.contains(&id)));
        all.extend(others.cloned());
        if let Some(operation) = spec.pointer_mut(&operation).and_then(Value::as_object_mut) {
            operation.insert("parameters".to_owned(), Value::Array(all));
        }
    }
    if let Some(path) = spec.pointer_mut(path).and_then(Value::as_object_mut) {
        path.remove("parameters");
    }
}

fn is_called(spec: &Value, declared: &Value, names: &[String]) -> bool {
    identity(spec, declared).is_some_and(|(name, _)| names.contains(&name))
}

/// Returns the name of a parameter and where it is sent.
fn identity(spec: &Value, declared: &Value) -> Option<(String, String)> {
    let declared = resolved(spec, declared)?;
    let text = |key: &str| declared.get(key).and_then(Value::as_str);
    Some((text("name")?.to_owned(), text("in").unwrap_or_default().to_owned()))
}

/// Returns what a reference to another location in the document points to.
fn resolved<'s>(spec: &'s Value, declared: &'s Value) -> Option<&'s Value> {
    let mut declared = declared;
    for _ in 0..MAX_REFERENCES {
        let Some(reference) = declared.get("$ref").and_then(Value::as_str) else {
            return Some(declared);
        };
        declared = spec.pointer(reference.strip_prefix('#')?)?;
    }
    None
}
