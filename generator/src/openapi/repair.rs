//! Removes what does not match the tables, in the smallest part that the rest does not depend on.
//! References to things other than schemas are replaced with their targets.
//!
//! A part that nothing depends on is removed alone. An unreadable schema becomes free JSON. An
//! operation whose parameters or body are unreadable is unsupported as a whole, because it would
//! otherwise be sent without a part that it declares.

mod follow;
pub(super) mod lost;
mod policy;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

pub(super) use follow::{Shared, depth, size};
use policy::{OnBreak, default_of, on_break, what_is_unknown};

use super::{
    Dialect, UNSUPPORTED,
    origin::Found,
    plain::METHODS,
    pointer::{At, join},
    shape::{Kind, Object, Shape, Violation, described, is_reference},
};
use crate::{diagnostic::Severity, suggest::did_you_mean};

/// The reasons why a part makes the thing that contains it unusable.
type Fit = Result<(), Vec<Violation>>;

/// The repair of a document.
pub(super) struct Repair<'d> {
    pub(super) dialect: Dialect,
    /// The names of the schemas, for checking references to them.
    pub(super) schemas: &'d BTreeSet<String>,
    /// The targets of references to things other than schemas, if those are followed.
    pub(super) shared: Option<Shared<'d>>,
    /// Why references to other files lead nowhere.
    pub(super) unread: &'d BTreeMap<String, String>,
    /// Returns how the number at a pointer is written.
    pub(super) written: &'d dyn Fn(&str) -> Option<String>,
    pub(super) found: Found,
    /// The suggestions for unknown keys, each computed once.
    pub(super) meant: BTreeMap<(Kind, String), Option<String>>,
}

impl Repair<'_> {
    /// Makes `value` match `shape`.
    pub(super) fn run(&mut self, value: &mut Value, shape: &'static Shape, at: &At<'_>) {
        if let Err(violations) = self.fit(value, shape, at, OnBreak::Part(Severity::Warning)) {
            self.broken(violations, Severity::Warning, "it is left out");
            *value = json!({});
        }
    }

    fn fit(
        &mut self,
        value: &mut Value,
        shape: &'static Shape,
        at: &At<'_>,
        parts: OnBreak,
    ) -> Fit {
        let shape = shape.of(value);
        if let Shape::Ref(object) = shape {
            return self.fit_reference(value, object, at);
        }
        match (shape, &mut *value) {
            (Shape::List(item), Value::Array(list)) => self.items(list, item, at, parts),
            (Shape::Map(member), Value::Object(map)) => self.entries(map, member, at, parts),
            (Shape::Is(object), Value::Object(map)) => self.object(map, object, at),
            _ => self.scalar(value, shape, at),
        }
    }

    /// Repairs a value that may be a reference; an invalid schema becomes free JSON.
    fn fit_reference(&mut self, value: &mut Value, object: &'static Object, at: &At<'_>) -> Fit {
        let is_schema = object.kind == Kind::Schema;
        if value.get("$ref").is_some_and(|reference| !reference.is_string()) {
            let message = "a `$ref` that is not text";
            let violation = Violation::new("spec-type", message, &at.key("$ref").pointer());
            value.as_object_mut().map(|map| map.remove("$ref"));
            match is_schema {
                true => self.found.say(violation.because(Severity::Warning, "it is ignored")),
                false => return Err(vec![violation]),
            }
        }
        let fit = match value {
            _ if is_reference(value) && is_schema => self.schema_reference(value, object, at),
            _ if is_reference(value) => self.follow(value, object, at),
            Value::Object(map) => self.object(map, object, at),
            Value::Bool(_) if object.or_bool => Ok(()),
            _ => Err(vec![mistyped(value, &Shape::Ref(object), at)]),
        };
        match fit {
            Err(violations) if is_schema => {
                self.broken(violations, Severity::Warning, "it is treated as free JSON");
                *value = json!({});
                Ok(())
            }
            fit => fit,
        }
    }

    fn items(
        &mut self,
        list: &mut Vec<Value>,
        shape: &'static Shape,
        at: &At<'_>,
        parts: OnBreak,
    ) -> Fit {
        let mut broken = Vec::new();
        let (mut kept, mut left) = (Vec::with_capacity(list.len()), Vec::new());
        let count = list.len();
        for (index, mut item) in std::mem::take(list).into_iter().enumerate() {
            match (self.fit(&mut item, shape, &at.index(index), parts), parts) {
                (Ok(()), _) => {}
                (Err(violations), OnBreak::Whole) => {
                    broken.extend(violations);
                    match shape {
                        Shape::Ref(Object { kind: Kind::Parameter, .. }) => trim(&mut item, shape),
                        _ => continue,
                    }
                }
                (Err(violations), OnBreak::Part(severity)) => {
                    self.broken(violations, severity, "it is left out");
                    continue;
                }
            }
            left.push(index);
            kept.push(item);
        }
        if kept.len() < count {
            self.found.shortened(at.pointer(), left);
        }
        *list = kept;
        if broken.is_empty() { Ok(()) } else { Err(broken) }
    }

    fn entries(
        &mut self,
        map: &mut Map<String, Value>,
        shape: &'static Shape,
        at: &At<'_>,
        parts: OnBreak,
    ) -> Fit {
        let mut broken = Vec::new();
        map.retain(|key, value| {
            let at = at.key(key);
            if value.is_null() {
                self.emptied(value, shape, &at);
            }
            match (self.fit(value, shape, &at, parts), parts) {
                (Ok(()), _) => return true,
                (Err(violations), OnBreak::Whole) => broken.extend(violations),
                (Err(violations), OnBreak::Part(severity)) => {
                    self.broken(violations, severity, "it is left out");
                }
            }
            false
        });
        if broken.is_empty() { Ok(()) } else { Err(broken) }
    }

    /// Turns an empty YAML value into an empty list or map where one is required.
    fn emptied(&mut self, value: &mut Value, shape: &Shape, at: &At<'_>) {
        let empty = match shape {
            Shape::Is(_) | Shape::Ref(_) | Shape::Map(_) => json!({}),
            Shape::List(_) => json!([]),
            Shape::Text => json!(""),
            _ => return,
        };
        *value = empty;
        self.found.say(Violation::note("spec-type", "`null`, treated as empty", &at.pointer()));
    }

    fn object(
        &mut self,
        map: &mut Map<String, Value>,
        object: &'static Object,
        at: &At<'_>,
    ) -> Fit {
        self.prepare(map, object, at);
        let (mut broken, mut gone) = (Vec::new(), Vec::new());
        let keys: Vec<String> = map.keys().cloned().collect();
        for key in keys {
            let at = at.key(&key);
            let Some(shape) = object.key(&key) else {
                let value = map.remove(&key);
                broken.extend(self.unknown(&key, value.as_ref(), object, &at));
                continue;
            };
            let Some(value) = map.get_mut(&key) else { continue };
            if value.is_null() && is_operation(object.kind, &key) {
                self.emptied(value, shape, &at);
            } else if value.is_null() && !shape.of(value).fits(value) {
                match object.keys.iter().any(|(known, _)| *known == key) {
                    true => drop(map.remove(&key)),
                    false => self.emptied(value, shape, &at),
                }
                continue;
            }
            let parts = on_break(object.kind, &key);
            match (self.fit(value, shape, &at, parts), parts) {
                (Ok(()), _) => {}
                (Err(violations), OnBreak::Whole) => {
                    broken.extend(violations);
                    // Later stages check what is left of it.
                    if !is_usable(value, shape) {
                        map.remove(&key);
                        gone.push(key);
                    }
                }
                (Err(violations), OnBreak::Part(severity)) => {
                    let value = map.remove(&key);
                    let lost = lost::operations(object.kind, &key, value.as_ref(), &at);
                    self.left_out(violations, severity, (object.kind, &key), lost);
                    gone.push(key);
                }
            }
        }
        broken.extend(self.missing(map, object, &gone, at));
        broken.extend(server_url(map, object.kind, at));
        self.absorbed(map, object.kind, broken)
    }

    /// Stops broken parts at the operations concerned.
    fn absorbed(
        &mut self,
        map: &mut Map<String, Value>,
        kind: Kind,
        broken: Vec<Violation>,
    ) -> Fit {
        match kind {
            _ if broken.is_empty() => Ok(()),
            Kind::Operation => {
                unsupported(map);
                self.broken(broken, Severity::Warning, "the operation is skipped");
                Ok(())
            }
            Kind::PathItem => {
                for method in METHODS {
                    if let Some(Value::Object(operation)) = map.get_mut(method) {
                        unsupported(operation);
                    }
                }
                self.broken(broken, Severity::Warning, "the operations of the path are skipped");
                Ok(())
            }
            _ => Err(broken),
        }
    }

    /// Adds a missing key if its value is clear. Keys that existed and are `gone` are not reported.
    fn missing(
        &mut self,
        map: &mut Map<String, Value>,
        object: &Object,
        gone: &[String],
        at: &At<'_>,
    ) -> Vec<Violation> {
        let missing = object.required.iter().filter(|key| !map.contains_key(**key));
        let missing: Vec<&str> = missing.copied().collect();
        let mut broken = Vec::new();
        for key in missing {
            let default = default_of(object.kind, key, map);
            let has_default = default.is_some();
            map.extend(default.map(|default| (key.to_owned(), default)));
            if gone.iter().any(|gone| gone == key) {
                continue;
            }
            let message = format!("no `{key}` in this {}", object.kind);
            let violation = Violation::new("spec-missing", message, &at.pointer());
            match has_default {
                true => self.found.say(violation.because(Severity::Note, "")),
                false => broken.push(violation),
            }
        }
        broken
    }

    /// Removes an unknown key.
    fn unknown(
        &mut self,
        key: &str,
        value: Option<&Value>,
        object: &Object,
        at: &At<'_>,
    ) -> Option<Violation> {
        let message = match value.and_then(Value::as_str).filter(|_| key == "$ref") {
            Some(reference) => format!("`{reference}` {}", self.why_unresolved(reference)),
            None => format!("`{key}` is not a known key of this {}", object.kind),
        };
        let code = match key {
            "$ref" => "ref-unresolved",
            _ => "spec-key",
        };
        let violation = Violation::new(code, message, &at.pointer());
        let meant = self.meant.entry((object.kind, key.to_owned()));
        let meant = meant.or_insert_with(|| object.known_keys(key)).clone();
        let severity = what_is_unknown(object.kind, key, meant.as_deref());
        let violation = Violation { help: meant, ..violation };
        let lost = lost::operations(object.kind, key, value, at);
        let is_guess = |help: &String| key != "$ref" && help.starts_with("did you mean");
        let help = violation
            .help
            .clone()
            .filter(|help| lost.is_empty() && key != "$ref" || is_guess(help));
        let violation = Violation { help, ..violation };
        if !lost.is_empty() {
            self.left_out(vec![violation], Severity::Warning, (object.kind, key), lost);
            return None;
        }
        match severity {
            Some(severity) => {
                self.found.say(violation.because(severity, "it is ignored"));
                None
            }
            None => Some(violation),
        }
    }

    /// Reports that a key is dropped, and the operations in it.
    fn left_out(
        &mut self,
        violations: Vec<Violation>,
        severity: Severity,
        (kind, key): (Kind, &str),
        lost: Vec<String>,
    ) {
        let consequence = match (kind, lost.len()) {
            (_, 0) => "it is ignored",
            (Kind::PathItem, _) if key == "$ref" => lost::OF_REFERENCE,
            (Kind::Paths, _) => "the path is skipped",
            (_, 1) => "the operation is skipped",
            _ => "the operations are skipped",
        };
        let mut lost = Some(lost);
        for violation in violations {
            let violation = violation.because(severity, consequence);
            self.found.say(violation.skips(lost.take().unwrap_or_default()));
        }
    }

    fn broken(&mut self, violations: Vec<Violation>, severity: Severity, consequence: &str) {
        for violation in violations {
            self.found.say(violation.because(severity, consequence));
        }
    }
}

/// Creates the finding about a value of the wrong type.
fn mistyped(value: &Value, shape: &Shape, at: &At<'_>) -> Violation {
    let message = format!("{} instead of {}", described(value), shape.expected());
    let mut violation = Violation::new("spec-type", message, &at.pointer());
    if let (Shape::Word(words), Some(word)) = (shape, value.as_str()) {
        violation.help = did_you_mean(word, words.iter().copied());
    }
    violation
}

/// Returns what is wrong with the URL of a server. That of an operation is checked when the
/// operation is built, because it cannot be sent elsewhere.
fn server_url(server: &Map<String, Value>, kind: Kind, at: &At<'_>) -> Option<Violation> {
    let url = server.get("url").and_then(Value::as_str).filter(|_| kind == Kind::Part("server"))?;
    let pointer = at.pointer();
    let is_common = pointer.starts_with("/servers/");
    (is_common && !is_address(url.trim())).then(|| {
        let message = format!("`{url}` is not a URL");
        let help = "write it as `https://host/path` or `/path`, with variables as `{name}`";
        Violation::new("server-unsupported", message, &join(&pointer, "url")).help(help)
    })
}

/// Returns whether text may be the URL of a server, with variables in braces.
fn is_address(text: &str) -> bool {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { return false };
        if name.is_empty() || name.contains('{') {
            return false;
        }
        plain.extend([before, "x"]);
        rest = after;
    }
    plain.push_str(rest);
    let is_odd =
        |c: char| c.is_whitespace() || c.is_control() || matches!(c, '}' | '\\' | '^' | '`');
    let has_host = match plain.split_once("://") {
        Some((scheme, rest)) => !scheme.is_empty() && !rest.starts_with('/') && !rest.is_empty(),
        None => true,
    };
    has_host && !plain.contains(is_odd)
}

/// Returns whether the key of an object holds an operation.
fn is_operation(kind: Kind, key: &str) -> bool {
    kind == Kind::PathItem && METHODS.contains(&key)
}

/// Returns whether the rest of a broken value still matches its shape.
fn is_usable(value: &Value, shape: &Shape) -> bool {
    match shape.of(value) {
        Shape::List(_) => value.is_array(),
        Shape::Map(_) => value.is_object(),
        Shape::Is(object) | Shape::Ref(object) => {
            let mut required = object.required.iter();
            value.is_object()
                && !is_reference(value)
                && required.all(|key| value.get(key).is_some())
        }
        _ => false,
    }
}

/// Empties a value that does not match its shape.
fn trim(value: &mut Value, shape: &Shape) {
    if !is_usable(value, shape) {
        *value = json!({});
    }
}

/// Marks an operation as skipped. The rest of it is still checked, so that all of its problems are
/// found at once.
pub(super) fn unsupported(operation: &mut Map<String, Value>) {
    operation.insert(UNSUPPORTED.to_owned(), json!(true));
    operation.entry("responses").or_insert_with(|| json!({}));
}
