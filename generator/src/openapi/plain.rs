//! OpenAPI 3.0 with one way to write a thing where the specification has several.
//!
//! * A reference that is not to a schema gives way to what it stands for.
//! * The parameters of a path move to its operations.
//! * What stands beside a `$ref` to a schema moves to an `allOf` around it. The types of
//!   `openapiv3` would drop it, though a title or a default is about this use of the schema; what
//!   would change the schema (`type`, `enum`, …) is an error.
//! * A schema that can only be of one type says so, and a field of a form how its list is written.
//! * `format` of a boolean and `xml`, for which those types have no room, become `x-format` and
//!   `x-xml`.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{
    origin::Origins,
    pointer::{At, join, split_last},
    reference::{Copies, sibling_misfit},
    shape::{Kind, Misfit, check, is_reference, openapi3::DOCUMENT, walk, walk_mut},
};

/// The methods of a path, as its keys.
pub(super) const METHODS: [&str; 8] =
    ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// How a field of a form is written.
const ENCODING: Kind = Kind::Part("encoding");

/// What may stand beside `$ref`, since it says nothing about which values there are.
const ANNOTATIONS: [&str; 10] = [
    "title",
    "description",
    "default",
    "example",
    "nullable",
    "readOnly",
    "writeOnly",
    "deprecated",
    "externalDocs",
    "xml",
];

/// Rewrites a document whose references have been checked.
pub(super) fn rewrite(mut document: Value) -> Result<(Value, Origins), (Vec<Misfit>, Origins)> {
    let original = if is_shared(&document) { document.clone() } else { Value::Null };
    let mut rewriter = Rewriter {
        copies: Copies::of(&original),
        origins: Origins::default(),
        misfits: check(&document, &DOCUMENT),
    };
    if rewriter.misfits.is_empty() {
        walk_mut(&mut document, &DOCUMENT, &At::ROOT, &mut |kind, value, at| {
            rewriter.rewrite(kind, value, at);
        });
    }
    if rewriter.misfits.is_empty() {
        rewriter.misfits.extend(operations(&document));
    }
    match rewriter.misfits.is_empty() {
        true => Ok((document, rewriter.origins)),
        false => Err((rewriter.misfits, rewriter.origins)),
    }
}

/// Whether there is anything that a reference which is not to a schema could stand for.
fn is_shared(document: &Value) -> bool {
    let components = document.get("components").and_then(Value::as_object);
    components.into_iter().flatten().any(|(key, all)| match &**key {
        "schemas" => false,
        "securitySchemes" => all.as_object().is_some_and(|all| all.values().any(is_reference)),
        _ => true,
    })
}

struct Rewriter<'d> {
    copies: Copies<'d>,
    origins: Origins,
    misfits: Vec<Misfit>,
}

impl Rewriter<'_> {
    fn rewrite(&mut self, kind: Kind, value: &mut Value, at: &At<'_>) {
        match kind {
            Kind::Schema => return self.schema(value, at),
            ENCODING => return exploded(value),
            _ => {}
        }
        if is_reference(value) {
            match self.copies.of_target(value, &at.pointer()) {
                Ok((target, pointer)) => {
                    self.origins.note(at.pointer(), pointer);
                    *value = target;
                }
                Err(misfit) => self.misfits.push(misfit),
            }
        }
        if kind == Kind::PathItem {
            self.path(value, &at.pointer());
        }
    }

    fn path(&mut self, value: &mut Value, at: &str) {
        let Some(path) = value.as_object_mut() else { return };
        let Some(Value::Array(shared)) = path.remove("parameters") else { return };
        let folder = join(at, "parameters");
        for method in METHODS {
            let Some(operation) = path.get_mut(method).and_then(Value::as_object_mut) else {
                continue;
            };
            let own = operation.entry("parameters").or_insert_with(|| json!([]));
            let Some(own) = own.as_array_mut() else { continue };
            let known: Vec<_> = own.iter().map(|own| self.identity(own)).collect();
            for (index, parameter) in shared.iter().enumerate() {
                if !known.contains(&self.identity(parameter)) {
                    let operation = join(&join(at, method), "parameters");
                    let new = join(&operation, &own.len().to_string());
                    self.origins.note(new, join(&folder, &index.to_string()));
                    own.push(parameter.clone());
                }
            }
        }
    }

    /// What tells a parameter from another.
    fn identity(&mut self, parameter: &Value) -> Option<(String, String)> {
        let text = |value: &Value, key| Some(value.get(key)?.as_str()?.to_owned());
        if is_reference(parameter) {
            let target = self.copies.of_target(parameter, "").ok()?.0;
            return Some((text(&target, "in")?, text(&target, "name")?));
        }
        Some((text(parameter, "in")?, text(parameter, "name")?))
    }

    fn schema(&mut self, value: &mut Value, at: &At<'_>) {
        let Some(schema) = value.as_object_mut() else { return };
        if schema.contains_key("$ref") {
            if schema.len() > 1 {
                self.reference(schema, &at.pointer());
            }
        } else if schema.get("type") == Some(&json!("boolean")) {
            rename(schema, "format", "x-format");
        } else if let Some(implied) = implied_type(schema) {
            schema.insert("type".to_owned(), json!(implied));
        }
        rename(schema, "xml", "x-xml");
    }

    fn reference(&mut self, schema: &mut Map<String, Value>, at: &str) {
        let keys = schema.keys().filter(|key| {
            *key != "$ref" && !key.starts_with("x-") && !ANNOTATIONS.contains(&&***key)
        });
        self.misfits.extend(keys.map(|key| sibling_misfit(key, at)));
        if let Some(reference) = schema.remove("$ref") {
            schema.insert("allOf".to_owned(), json!([{ "$ref": reference }]));
            self.origins.note(join(&join(at, "allOf"), "0"), at);
        }
    }
}

/// The type that a schema without one can only have. One that says nothing is of any type.
fn implied_type(schema: &Map<String, Value>) -> Option<&'static str> {
    let has = |keys: &[&str]| keys.iter().any(|key| schema.contains_key(*key));
    if has(&["type", "allOf", "oneOf", "anyOf", "not", "enum"]) {
        None
    } else if has(&["properties", "additionalProperties", "minProperties", "maxProperties"]) {
        Some("object")
    } else if has(&["items", "minItems", "maxItems", "uniqueItems"]) {
        Some("array")
    } else {
        None
    }
}

/// Says what is so unless something else is said: the items of a list are fields of their own.
/// The types of `openapiv3` have it the other way round.
fn exploded(value: &mut Value) {
    let Some(encoding) = value.as_object_mut() else { return };
    if encoding.get("style").is_none_or(|style| style == "form") {
        encoding.entry("explode").or_insert(Value::Bool(true));
    }
}

/// Gives a key another name, where there is such a key.
pub(super) fn rename(map: &mut Map<String, Value>, old: &str, new: &str) {
    if let Some(value) = map.remove(old) {
        map.insert(new.to_owned(), value);
    }
}

/// What is wrong with operations beyond the shape of their parts.
fn operations(document: &Value) -> Vec<Misfit> {
    let mut misfits = Vec::new();
    let mut ids = BTreeMap::new();
    walk(document, &DOCUMENT, &mut |kind, value, at| match kind {
        Kind::Parameter | Kind::Header => misfits.extend(parameter(kind, value, at)),
        Kind::Operation => {
            misfits.extend(repeated(value, at));
            if let Some(id) = value.get("operationId").and_then(Value::as_str)
                && let Some(first) = ids.insert(id.to_owned(), at.pointer())
            {
                let message = format!("the operation id `{id}` is also that of `{first}`");
                let at = at.key("operationId").pointer();
                misfits.push(Misfit::new("operation-id-repeated", message, &at));
            }
        }
        _ => {}
    });
    for (path, item) in document.get("paths").and_then(Value::as_object).into_iter().flatten() {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                let at = join(&join("/paths", path), method);
                misfits.extend(variables(path, operation, &at));
            }
        }
    }
    misfits
}

fn parameter(kind: Kind, value: &Value, at: &At<'_>) -> Option<Misfit> {
    let (has_schema, has_content) = (value.get("schema").is_some(), value.get("content").is_some());
    if has_schema == has_content {
        let message = format!("a {kind} has either `schema` or `content`");
        return Some(Misfit::new("parameter-schema", message, &at.pointer()));
    }
    let place = value.get("in").and_then(Value::as_str)?;
    let styles: &[&str] = match place {
        "query" => &["form", "spaceDelimited", "pipeDelimited", "deepObject"],
        "path" => &["simple", "matrix", "label"],
        "header" => &["simple"],
        _ => &["form"],
    };
    let style = value.get("style").and_then(Value::as_str)?;
    if styles.contains(&style) {
        return None;
    }
    let message = format!("the style `{style}` is none of a parameter in `{place}`");
    Some(Misfit::new("parameter-style", message, &at.key("style").pointer()))
}

fn parameters(operation: &Value) -> impl Iterator<Item = (usize, &str, &str)> {
    let list = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
    list.enumerate().filter_map(|(index, parameter)| {
        Some((index, parameter.get("in")?.as_str()?, parameter.get("name")?.as_str()?))
    })
}

fn repeated(operation: &Value, at: &At<'_>) -> Vec<Misfit> {
    let mut seen = BTreeSet::new();
    let again = parameters(operation).filter(|(_, place, name)| !seen.insert((*place, *name)));
    let misfit = |(index, place, name): (usize, &str, &str)| {
        let message = format!("a second parameter `{name}` in `{place}`");
        let at = at.key("parameters").index(index).pointer();
        Misfit::new("parameter-repeated", message, &at)
    };
    again.map(misfit).collect()
}

/// What an operation has in place of its path where a variable of that is several in truth.
const TRUE_PATH: &str = "x-pydio-path";

/// Variables of the path without a parameter, and the other way round.
fn variables(path: &str, operation: &Value, at: &str) -> Vec<Misfit> {
    let mut misfits = Vec::new();
    let path = operation.get(TRUE_PATH).and_then(Value::as_str).unwrap_or(path);
    let names: Vec<_> = variable_names(path).collect();
    let declared = || parameters(operation).filter(|(_, place, _)| *place == "path");
    for name in &names {
        if !declared().any(|(_, _, declared)| declared == *name) {
            let message = format!("`{{{name}}}` in the path is declared by no parameter");
            let at = split_last(at).map_or(at, |(path, _)| path);
            misfits.push(Misfit::new("path-variable", message, at));
        }
    }
    for (index, _, name) in declared() {
        if !names.contains(&name) {
            let message = format!("there is no `{{{name}}}` in the path");
            let at = join(&join(at, "parameters"), &index.to_string());
            misfits.push(Misfit::new("path-variable", message, &at));
        }
    }
    misfits
}

/// The names in braces. One with a `+` at its end may have slashes in its value.
fn variable_names(path: &str) -> impl Iterator<Item = &str> {
    let names = path.split('{').skip(1).filter_map(|rest| rest.split_once('}'));
    names.map(|(name, _)| name.strip_suffix('+').unwrap_or(name))
}
