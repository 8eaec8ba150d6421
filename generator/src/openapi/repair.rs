//! What of a document does not fit the tables is taken out, in the smallest part that is not
//! concerned with the rest, and what refers to a thing that is no schema gives way to it.
//!
//! What nothing else depends on goes by itself. A schema that cannot be read is free JSON. An
//! operation whose parameters or body cannot be read is not supported as a whole, since it would
//! be sent without a part that it declares.

mod follow;
mod policy;
mod text;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

pub(super) use follow::{Shared, size};
use policy::{OnBreak, default_of, on_break, what_is_unknown};

use super::{
    Dialect, UNSUPPORTED,
    origin::Found,
    plain::METHODS,
    pointer::At,
    shape::{Kind, Misfit, Object, Shape, described, is_reference},
};
use crate::{diagnostic::Severity, suggest::did_you_mean};

/// What makes a part useless to what it stands in.
type Fit = Result<(), Vec<Misfit>>;

/// What becomes of a document.
pub(super) struct Repair<'d> {
    pub(super) dialect: Dialect,
    /// The names of the schemas, by which references to them are judged.
    pub(super) schemas: &'d BTreeSet<String>,
    /// What references that are not to schemas stand for, where they are followed.
    pub(super) shared: Option<Shared<'d>>,
    /// Why references lead nowhere that lead out of the file.
    pub(super) unread: &'d BTreeMap<String, String>,
    /// How the number at a pointer is written.
    pub(super) written: &'d dyn Fn(&str) -> Option<String>,
    pub(super) found: Found,
    /// What was meant by keys that are not known, each worked out once.
    pub(super) meant: BTreeMap<(Kind, String), Option<String>>,
}

impl Repair<'_> {
    /// Makes `value` fit `shape`.
    pub(super) fn run(&mut self, value: &mut Value, shape: &'static Shape, at: &At<'_>) {
        if let Err(misfits) = self.fit(value, shape, at, OnBreak::Part(Severity::Warning)) {
            self.broken(misfits, Severity::Warning, "it is left out");
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

    /// What may be a reference; a schema that is none of these is free JSON.
    fn fit_reference(&mut self, value: &mut Value, object: &'static Object, at: &At<'_>) -> Fit {
        let is_schema = object.kind == Kind::Schema;
        if value.get("$ref").is_some_and(|reference| !reference.is_string()) {
            let message = "a `$ref` that is no text";
            let misfit = Misfit::new("spec-type", message, &at.key("$ref").pointer());
            value.as_object_mut().map(|map| map.remove("$ref"));
            match is_schema {
                true => self.found.say(misfit.because(Severity::Warning, "it is ignored")),
                false => return Err(vec![misfit]),
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
            Err(misfits) if is_schema => {
                self.broken(misfits, Severity::Warning, "it is taken for free JSON");
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
        let (mut kept, mut count) = (Vec::with_capacity(list.len()), 0);
        for (index, mut item) in std::mem::take(list).into_iter().enumerate() {
            let fit = self.fit(&mut item, shape, &at.index(index), parts);
            match (fit, parts) {
                (Ok(()), _) => {
                    if count != index {
                        let new = at.index(count).pointer();
                        self.found.moved(new, at.index(index).pointer());
                    }
                    count += 1;
                    kept.push(item);
                }
                (Err(misfits), OnBreak::Whole) => broken.extend(misfits),
                (Err(misfits), OnBreak::Part(severity)) => {
                    self.broken(misfits, severity, "it is left out");
                }
            }
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
                (Err(misfits), OnBreak::Whole) => broken.extend(misfits),
                (Err(misfits), OnBreak::Part(severity)) => {
                    self.broken(misfits, severity, "it is left out");
                }
            }
            false
        });
        if broken.is_empty() { Ok(()) } else { Err(broken) }
    }

    /// An empty value of YAML where a list or a map has to be is an empty one.
    fn emptied(&mut self, value: &mut Value, shape: &Shape, at: &At<'_>) {
        let empty = match shape {
            Shape::Is(_) | Shape::Ref(_) | Shape::Map(_) => json!({}),
            Shape::List(_) => json!([]),
            Shape::Text => json!(""),
            _ => return,
        };
        *value = empty;
        self.found.say(Misfit::note("spec-type", "`null`, taken for empty", &at.pointer()));
    }

    fn object(
        &mut self,
        map: &mut Map<String, Value>,
        object: &'static Object,
        at: &At<'_>,
    ) -> Fit {
        if map.contains_key(UNSUPPORTED) && object.kind == Kind::Operation {
            return Ok(());
        }
        self.prepare(map, object, at);
        let mut broken = Vec::new();
        let keys: Vec<String> = map.keys().cloned().collect();
        for key in keys {
            let at = at.key(&key);
            let Some(shape) = object.key(&key) else {
                let value = map.remove(&key);
                broken.extend(self.unknown(&key, value.as_ref(), object, &at));
                continue;
            };
            let Some(value) = map.get_mut(&key) else { continue };
            if value.is_null() && !shape.of(value).fits(value) {
                match object.keys.iter().any(|(known, _)| *known == key) {
                    true => drop(map.remove(&key)),
                    false => self.emptied(value, shape, &at),
                }
                continue;
            }
            let parts = on_break(object.kind, &key);
            match (self.fit(value, shape, &at, parts), parts) {
                (Ok(()), _) => {}
                (Err(misfits), OnBreak::Whole) => broken.extend(misfits),
                (Err(misfits), OnBreak::Part(severity)) => {
                    map.remove(&key);
                    self.broken(misfits, severity, "it is ignored");
                }
            }
        }
        broken.extend(self.missing(map, object, at));
        self.absorbed(map, object.kind, broken)
    }

    /// Ends what is broken at the operations that it concerns.
    fn absorbed(&mut self, map: &mut Map<String, Value>, kind: Kind, broken: Vec<Misfit>) -> Fit {
        match kind {
            _ if broken.is_empty() => Ok(()),
            Kind::Operation => {
                unsupported(map);
                self.broken(broken, Severity::Warning, "the operation is skipped");
                Ok(())
            }
            Kind::PathItem => {
                map.remove("parameters");
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

    /// What is missing is what it would say by itself, where that is clear.
    fn missing(
        &mut self,
        map: &mut Map<String, Value>,
        object: &Object,
        at: &At<'_>,
    ) -> Vec<Misfit> {
        let missing = object.required.iter().filter(|key| !map.contains_key(**key));
        let missing: Vec<&str> = missing.copied().collect();
        let mut broken = Vec::new();
        for key in missing {
            let message = format!("no `{key}` in this {}", object.kind);
            let misfit = Misfit::new("spec-missing", message, &at.pointer());
            match default_of(object.kind, key, map) {
                Some(default) => {
                    map.insert(key.to_owned(), default);
                    self.found.say(misfit.because(Severity::Note, ""));
                }
                None => broken.push(misfit),
            }
        }
        broken
    }

    /// Takes out a key that is not known.
    fn unknown(
        &mut self,
        key: &str,
        value: Option<&Value>,
        object: &Object,
        at: &At<'_>,
    ) -> Option<Misfit> {
        let message = match value.and_then(Value::as_str).filter(|_| key == "$ref") {
            Some(reference) => format!("`{reference}` {}", self.why_unresolved(reference)),
            None => format!("`{key}` is no known key of this {}", object.kind),
        };
        let code = match key {
            "$ref" => "ref-unresolved",
            _ => "spec-key",
        };
        let misfit = Misfit::new(code, message, &at.pointer());
        let meant = self.meant.entry((object.kind, key.to_owned()));
        let meant = meant.or_insert_with(|| object.known_keys(key)).clone();
        let severity = what_is_unknown(object.kind, key, meant.as_deref());
        let misfit = Misfit { help: meant, ..misfit };
        match severity {
            Some(severity) => {
                self.found.say(misfit.because(severity, "it is ignored"));
                None
            }
            None => Some(misfit),
        }
    }

    fn broken(&mut self, misfits: Vec<Misfit>, severity: Severity, consequence: &str) {
        for misfit in misfits {
            self.found.say(misfit.because(severity, consequence));
        }
    }
}

/// The finding about a value that is of another type.
fn mistyped(value: &Value, shape: &Shape, at: &At<'_>) -> Misfit {
    let message = format!("{} instead of {}", described(value), shape.expected());
    let mut misfit = Misfit::new("spec-type", message, &at.pointer());
    if let (Shape::Word(words), Some(word)) = (shape, value.as_str()) {
        misfit.help = did_you_mean(word, words.iter().copied());
    }
    misfit
}

/// Leaves of an operation what it is called by.
pub(super) fn unsupported(operation: &mut Map<String, Value>) {
    operation.retain(|key, value| match &**key {
        "operationId" => value.is_string(),
        "tags" => value.as_array().is_some_and(|tags| tags.iter().all(Value::is_string)),
        _ => false,
    });
    operation.insert(UNSUPPORTED.to_owned(), json!(true));
    operation.insert("responses".to_owned(), json!({}));
}
