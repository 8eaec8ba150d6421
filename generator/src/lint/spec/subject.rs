//! Names for locations in a spec, made from the names of things, so that they stay the same when an
//! earlier item of a list is removed.

use serde_json::Value;

use crate::openapi::{METHODS, join, tokens};

/// Returns the name of what `pointer` leads to.
pub(super) fn of(document: &Value, pointer: &str) -> String {
    let tokens: Vec<String> = tokens(pointer).collect();
    let names: Vec<&str> = tokens.iter().map(String::as_str).collect();
    match &names[..] {
        [] => "the spec".to_owned(),
        ["paths", path, method, rest @ ..] if METHODS.contains(method) => {
            let owner = format!("`{} {path}`", method.to_uppercase());
            let at = join(&join("/paths", path), method);
            below(document, owner, &at, rest)
        }
        ["paths", path, rest @ ..] => {
            below(document, format!("`{path}`"), &join("/paths", path), rest)
        }
        ["definitions", name, rest @ ..] => rest_of(format!("model `{name}`"), rest),
        ["components", "schemas", name, rest @ ..] => rest_of(format!("model `{name}`"), rest),
        _ => format!("`{pointer}`"),
    }
}

fn below(document: &Value, owner: String, at: &str, rest: &[&str]) -> String {
    match rest {
        ["parameters", index, rest @ ..] => {
            let at = join(&join(at, "parameters"), index);
            rest_of(format!("{owner}, parameter `{}`", parameter(document, &at)), rest)
        }
        ["responses", status, rest @ ..] => rest_of(format!("{owner}, answer {status}"), rest),
        rest => rest_of(owner, rest),
    }
}

/// Returns the name of a parameter, or what it refers to.
fn parameter(document: &Value, at: &str) -> String {
    let text = |key: &str| Some(document.pointer(at)?.get(key)?.as_str()?.to_owned());
    text("name").or_else(|| text("$ref")).unwrap_or_default()
}

fn rest_of(owner: String, rest: &[&str]) -> String {
    // Objects are identified by names, and these two keys only say that there are some.
    let shown = rest.iter().rev().filter(|token| !matches!(**token, "properties" | "schema"));
    let shown: Vec<_> = shown.copied().collect();
    if shown.is_empty() { owner } else { format!("{owner}, `{}`", shown.join("` of `")) }
}
