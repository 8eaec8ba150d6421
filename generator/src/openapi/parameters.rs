//! The parameters of operations: afterwards each operation has all of its own and its path's
//! parameters, each once, and its path parameters are exactly the variables of the path.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{
    origin::{Found, Origins},
    plain::METHODS,
    pointer::join,
    shape::Violation,
    template::Template,
};

/// A parameter, with the location of its declaration.
type Declared = (Value, String);

/// What identifies a parameter: there is only one body, whatever its name is.
type Identity = (String, String);

/// Moves the parameters of each path to its operations. An operation's own parameter takes
/// precedence.
pub(super) fn merge(document: &mut Value) -> Found {
    let (mut origins, mut found) = (Origins::default(), Vec::new());
    each_path(document, &mut |path, item| {
        let at = join("/paths", path);
        let shared = listed(item.remove("parameters"), &join(&at, "parameters"));
        let shared = once(shared, &mut found);
        each_operation(item, &mut |method, operation| {
            let at = join(&join(&at, method), "parameters");
            let own = once(listed(operation.remove("parameters"), &at), &mut found);
            let known: BTreeSet<_> = own.iter().filter_map(|(own, _)| identity(own)).collect();
            let is_new = |(shared, _): &&Declared| {
                identity(shared).is_none_or(|identity| !known.contains(&identity))
            };
            let inherited: Vec<_> = shared.iter().filter(is_new).cloned().collect();
            let all = own.into_iter().chain(inherited);
            put(operation, all.collect(), &at, &mut origins);
        });
    });
    Found { origins, violations: found }
}

/// Makes the path parameters of each operation match its path, and its id unique.
pub(super) fn settle(document: &mut Value) -> Found {
    let (mut origins, mut found) = (Origins::default(), Vec::new());
    let mut ids = BTreeMap::new();
    each_path(document, &mut |path, item| {
        let path_at = join("/paths", path);
        each_operation(item, &mut |method, operation| {
            let at = join(&path_at, method);
            named_id(operation, &at, &mut found);
            unrepeated_id(operation, &at, &mut ids, &mut found);
            let list_at = join(&at, "parameters");
            let mut all = once(listed(operation.remove("parameters"), &list_at), &mut found);
            if !operation.contains_key(TRUE_PATH) {
                plainly((path, &path_at), operation, &mut all, &mut found);
            }
            let path = operation.get(TRUE_PATH).and_then(Value::as_str).unwrap_or(path);
            let all = of_path(path, all, &path_at, &mut found);
            put(operation, all, &list_at, &mut origins);
        });
    });
    Found { origins, violations: found }
}

/// The actual path of an operation, if one variable of its path stands for several segments.
const TRUE_PATH: &str = "x-pydio-path";

/// The constant part of an operation's query.
const CONSTANTS: &str = "x-pydio-query";

/// Normalises the path of an operation: some of its parameters may move to the query.
fn plainly(
    (path, at): (&str, &str),
    operation: &mut Map<String, Value>,
    all: &mut Vec<Declared>,
    found: &mut Vec<Violation>,
) {
    // A fragment distinguishes it from another path of the file, and is never sent.
    let path = path.split_once('#').map_or(path, |(path, _)| path);
    let Some(Template { path, constants, fields }) = Template::of(path) else { return };
    let is = |one: &Value, place: &str, name: &str| one["in"] == place && one["name"] == *name;
    let has_unknown = all.iter().any(|(one, _)| identity(one).is_none());
    for (variable, name) in fields {
        let is_declared = all.iter().any(|(one, _)| is(one, "query", &name));
        let index = all.iter().position(|(one, _)| is(one, "path", &variable));
        match (index, is_declared) {
            (Some(index), true) => drop(all.remove(index)),
            (Some(index), false) => in_query(&mut all[index].0, &name),
            (None, true) => {}
            (None, false) => {
                found.extend((!has_unknown).then(|| undeclared(&variable, at)));
                let schema = json!({ "type": "string" });
                let added = json!({ "name": name, "in": "query", "schema": schema });
                all.push((added, at.to_owned()));
            }
        }
    }
    operation.insert(TRUE_PATH.to_owned(), json!(path));
    if !constants.is_empty() && !operation.contains_key(CONSTANTS) {
        let constants = constants.into_iter().map(|(name, value)| (name, json!(value)));
        operation.insert(CONSTANTS.to_owned(), Value::Object(constants.collect()));
    }
}

/// Turns a parameter of the path into one of the query.
fn in_query(parameter: &mut Value, name: &str) {
    let Some(parameter) = parameter.as_object_mut() else { return };
    parameter.remove("style");
    for (key, value) in [("in", json!("query")), ("name", json!(name)), ("required", json!(true))] {
        parameter.insert(key.to_owned(), value);
    }
}

/// Reports that no parameter declares a variable of a path.
fn undeclared(name: &str, path_at: &str) -> Violation {
    let message =
        format!("`{{{name}}}` in the path is declared by no parameter; it is treated as text");
    Violation::warning("path-variable", message, path_at)
}

fn each_path(document: &mut Value, see: &mut dyn FnMut(&str, &mut Map<String, Value>)) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        if let (true, Some(item)) = (path.starts_with('/'), item.as_object_mut()) {
            see(path, item);
        }
    }
}

/// Passes every operation of a path to a function, including skipped ones.
fn each_operation(
    item: &mut Map<String, Value>,
    see: &mut dyn FnMut(&'static str, &mut Map<String, Value>),
) {
    for method in METHODS {
        if let Some(operation) = item.get_mut(method).and_then(Value::as_object_mut) {
            see(method, operation);
        }
    }
}

fn listed(list: Option<Value>, at: &str) -> Vec<Declared> {
    let Some(Value::Array(list)) = list else { return Vec::new() };
    let all = list.into_iter().enumerate();
    all.map(|(index, value)| (value, join(at, &index.to_string()))).collect()
}

fn put(operation: &mut Map<String, Value>, all: Vec<Declared>, at: &str, origins: &mut Origins) {
    if all.is_empty() {
        return;
    }
    let mut list = Vec::with_capacity(all.len());
    for (index, (value, old)) in all.into_iter().enumerate() {
        let new = join(at, &index.to_string());
        if new != old {
            origins.note(new, old);
        }
        list.push(value);
    }
    operation.insert("parameters".to_owned(), Value::Array(list));
}

fn identity(parameter: &Value) -> Option<Identity> {
    let text = |key| Some(parameter.get(key)?.as_str()?.to_owned());
    match text("in")? {
        place if place == "body" => Some((place, String::new())),
        place => Some((place, text("name")?)),
    }
}

/// Removes duplicate parameters: the first one is kept.
fn once(all: Vec<Declared>, found: &mut Vec<Violation>) -> Vec<Declared> {
    let mut seen: BTreeMap<Identity, Value> = BTreeMap::new();
    let mut kept = Vec::with_capacity(all.len());
    for (value, at) in all {
        let Some(identity) = identity(&value).filter(|(place, _)| place != "body") else {
            kept.push((value, at));
            continue;
        };
        let (place, name) = identity.clone();
        match seen.get(&identity) {
            None => {
                seen.insert(identity, value.clone());
                kept.push((value, at));
            }
            Some(first) if *first == value => {
                let message = format!("`{name}` in `{place}` is declared twice in the same way");
                found.push(Violation::note("parameter-repeated", message, &at));
            }
            Some(_) => {
                let message = format!("a second parameter `{name}` in `{place}`; it is left out");
                found.push(Violation::warning("parameter-repeated", message, &at));
            }
        }
    }
    kept
}

/// Removes path parameters without a variable in the path, and adds missing ones.
fn of_path(
    path: &str,
    mut all: Vec<Declared>,
    path_at: &str,
    found: &mut Vec<Violation>,
) -> Vec<Declared> {
    let mut names: Vec<&str> = Vec::new();
    for name in variable_names(path) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    // The rest of an unreadable parameter may belong to any variable of the path.
    let count = all.len();
    all.retain(|(parameter, _)| identity(parameter).is_some());
    let has_unknown = all.len() < count;
    let name_of = |parameter: &Value| {
        let is_of_path = parameter.get("in").is_some_and(|place| place == "path");
        let name = parameter.get("name").and_then(Value::as_str);
        name.filter(|_| is_of_path).map(str::to_owned)
    };
    all.retain_mut(|(parameter, at)| {
        let Some(name) = name_of(parameter) else { return true };
        if !names.contains(&&*name) {
            let message =
                format!("the path does not contain `{{{name}}}`; the parameter is left out");
            found.push(Violation::warning("path-variable", message, at));
            return false;
        }
        parameter["required"] = json!(true);
        true
    });
    let declared: BTreeSet<_> = all.iter().filter_map(|(one, _)| name_of(one)).collect();
    for name in names.into_iter().filter(|name| !declared.contains(*name)) {
        found.extend((!has_unknown).then(|| undeclared(name, path_at)));
        let added = json!({
            "name": name, "in": "path", "required": true, "schema": { "type": "string" },
        });
        all.push((added, path_at.to_owned()));
    }
    all
}

/// Returns the names in braces. One that ends in `+` allows slashes in its value.
fn variable_names(path: &str) -> impl Iterator<Item = &str> {
    let names = path.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    names.map(|(name, _)| name.strip_suffix('+').unwrap_or(name))
}

/// Removes an id that cannot be converted to a name.
fn named_id(operation: &mut Map<String, Value>, at: &str, found: &mut Vec<Violation>) {
    let Some(id) = operation.get("operationId").and_then(Value::as_str) else { return };
    if id.contains(|c: char| c.is_ascii_alphanumeric()) {
        return;
    }
    let message = format!(
        "the operation id `{id}` cannot be converted to a name; the operation is named after its \
         method and path"
    );
    found.push(Violation::note("operation-id-ignored", message, &join(at, "operationId")));
    operation.remove("operationId");
}

/// Removes an id that another operation already has: its method and path then serve as its name.
fn unrepeated_id(
    operation: &mut Map<String, Value>,
    at: &str,
    ids: &mut BTreeMap<String, String>,
    found: &mut Vec<Violation>,
) {
    let Some(id) = operation.get("operationId").and_then(Value::as_str) else { return };
    let Some(first) = ids.get(id) else {
        ids.insert(id.to_owned(), at.to_owned());
        return;
    };
    let message = format!(
        "the operation id `{id}` is also used by `{first}`; this operation is named after its \
         method and path"
    );
    found.push(Violation::warning("operation-id-repeated", message, &join(at, "operationId")));
    operation.remove("operationId");
}
