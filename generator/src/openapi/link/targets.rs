//! The targets of references, found before anything is changed.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Home;
use crate::openapi::{
    pointer::{join, of_reference, split_last},
    shape::{Kind, Shape},
};

/// Keys that replace `$ref` in a schema with several interpretations.
pub(super) const DYNAMIC: [&str; 2] = ["$dynamicRef", "$recursiveRef"];

/// The targets of references.
pub(super) struct Targets {
    /// Targets to be defined as a thing of a kind.
    pub(super) defined: BTreeSet<(Kind, String)>,
    /// Targets that replace the reference.
    pub(super) expanded: BTreeSet<String>,
    pub(super) ids: Ids,
}

impl Targets {
    /// Finds the targets of a document's references that do not lead to definitions.
    pub(super) fn find(document: &Value, shape: &'static Shape, home: Home) -> Self {
        let (defined, expanded) = (BTreeSet::new(), BTreeSet::new());
        let targets = Self { defined, expanded, ids: Ids::of(document) };
        let mut search = Search { document, home, targets, waiting: Vec::new() };
        search.see(document, shape);
        while let Some((pointer, shape)) = search.waiting.pop() {
            if let Some(target) = document.pointer(&pointer) {
                search.see(target, shape);
            }
        }
        search.targets
    }
}

struct Search<'d> {
    document: &'d Value,
    home: Home,
    targets: Targets,
    /// Targets still to be visited.
    waiting: Vec<(String, &'static Shape)>,
}

impl Search<'_> {
    fn see(&mut self, value: &Value, shape: &'static Shape) {
        if let Some(pointer) = expands(value, shape).and_then(|to| self.targets.ids.pointer(to))
            && !pointer.is_empty()
            && self.document.pointer(&pointer).is_some()
            && self.targets.expanded.insert(pointer.clone())
        {
            self.waiting.push((pointer, shape));
        }
        self.reference(value, shape);
        let shape = shape.of(value);
        match value {
            Value::Object(map) => {
                for (key, member) in map {
                    if let Some(shape) = shape.member(key) {
                        self.see(member, shape);
                    }
                }
            }
            Value::Array(list) => {
                if let Some(shape) = shape.member("") {
                    list.iter().for_each(|member| self.see(member, shape));
                }
            }
            _ => {}
        }
    }

    fn reference(&mut self, value: &Value, shape: &'static Shape) {
        let shape = shape.of(value);
        let (Shape::Ref(object), Some(map)) = (shape, value.as_object()) else { return };
        let mapping = map.get("discriminator").and_then(|one| one.get("mapping"));
        let mapping = mapping.and_then(Value::as_object).into_iter().flatten();
        let mapped = mapping.filter_map(|(_, to)| to.as_str()).filter(|to| to.contains('#'));
        let dynamic = DYNAMIC.iter().filter(|_| object.kind == Kind::Schema);
        let own = ["$ref"].iter().chain(dynamic).find_map(|key| map.get(*key)?.as_str());
        for to in own.into_iter().chain(mapped) {
            let Some(pointer) = self.targets.ids.pointer(to) else { continue };
            let folder = split_last(&pointer).map(|(folder, _)| folder);
            let is_home = folder.is_some() && folder == (self.home)(object.kind);
            // The document itself cannot be a part of itself.
            if !is_home
                && !pointer.is_empty()
                && self.document.pointer(&pointer).is_some()
                && self.targets.defined.insert((object.kind, pointer.clone()))
            {
                self.waiting.push((pointer, shape));
            }
        }
    }
}

/// Returns the reference in a value where none is allowed.
pub(super) fn expands<'v>(value: &'v Value, shape: &Shape) -> Option<&'v str> {
    let is_expanded = match shape.of(value) {
        Shape::Is(object) => {
            object.key("$ref").is_none() && object.kind != Kind::Part("discriminator")
        }
        Shape::Map(_) | Shape::List(_) => true,
        _ => false,
    };
    value.get("$ref").filter(|_| is_expanded)?.as_str()
}

/// The identifiers of schemas.
#[derive(Default)]
pub(in crate::openapi) struct Ids(BTreeMap<String, String>);

impl Ids {
    pub(in crate::openapi) fn of(document: &Value) -> Self {
        let mut ids = Self::default();
        ids.collect(document, &mut String::new());
        ids
    }

    fn collect(&mut self, value: &Value, at: &mut String) {
        let length = at.len();
        let mut within = |at: &mut String, token: &str, value: &Value| {
            if value.is_object() || value.is_array() {
                *at = join(at, token);
                self.collect(value, at);
                at.truncate(length);
            }
        };
        match value {
            Value::Object(map) => map.iter().for_each(|(key, value)| within(at, key, value)),
            Value::Array(list) => {
                let items = list.iter().enumerate();
                items.for_each(|(index, value)| within(at, &index.to_string(), value));
            }
            _ => {}
        }
        for (key, mark) in [("$id", ""), ("$anchor", "#"), ("$dynamicAnchor", "#")] {
            if let Some(id) = value.get(key).and_then(Value::as_str) {
                self.0.entry(format!("{mark}{id}")).or_insert_with(|| at.clone());
            }
        }
    }

    /// Returns the pointer that a reference resolves to.
    pub(in crate::openapi) fn pointer(&self, reference: &str) -> Option<String> {
        if let Some(pointer) = of_reference(reference) {
            return Some(pointer);
        }
        if let Some(pointer) = self.0.get(reference) {
            return Some(pointer.clone());
        }
        let (id, fragment) = reference.split_once('#')?;
        let pointer = self.0.get(id)?;
        match self.0.get(&format!("#{fragment}")) {
            Some(anchor) => Some(anchor.clone()),
            None => Some(format!("{pointer}{}", of_reference(&format!("#{fragment}"))?)),
        }
    }
}
