//! References that lead elsewhere than to the definitions of their kind.
//!
//! Their targets are copied there: from inside a schema, a path, another file. Where the
//! specification does not allow a reference, such as for a path, its target replaces it.

mod name;
mod targets;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{
    files,
    origin::Found,
    pointer::{At, join, reference_to, split_last, tokens},
    repair::{depth, lost, size, unsupported},
    select::drop_unasked,
    shape::{Kind, Shape, Violation},
    tree::{MAX_DEPTH, MAX_NODES},
};
use crate::diagnostic::Severity;
pub(super) use targets::Ids;
use targets::Targets;

/// Returns where things of a kind are defined.
pub(super) type Home = fn(Kind) -> Option<&'static str>;

/// The maximum length of a chain of replacements.
const MAX_CHAIN: usize = 64;

/// Rewrites every reference of a document to the definitions of its kind, if its target exists.
/// Operations that are `dropped` are skipped, except for parts that others refer to.
pub(super) fn link(
    document: &mut Value,
    shape: &'static Shape,
    home: Home,
    dropped: &BTreeSet<(String, String)>,
) -> Found {
    let targets = Targets::find(document, shape, home);
    let mut linker = Linker {
        home,
        ids: targets.ids,
        names: BTreeMap::new(),
        copies: BTreeMap::new(),
        open: Vec::new(),
        left: MAX_NODES,
        found: Found::default(),
    };
    for pointer in targets.expanded {
        if let Some(value) = document.pointer(&pointer) {
            linker.copies.insert(pointer, value.clone());
        }
    }
    let defined = linker.define(document, targets.defined);
    if let Some(root) = document.as_object_mut() {
        root.remove(files::KEY);
    }
    linker.put(document, defined);
    drop_unasked(document, dropped);
    linker.rewrite(document, shape, &At::ROOT);
    // Those that a path refers to.
    drop_unasked(document, dropped);
    linker.found
}

struct Linker {
    home: Home,
    ids: Ids,
    /// The names of the reference targets, by kind and pointer.
    names: BTreeMap<(Kind, String), String>,
    /// The replacements of references.
    copies: BTreeMap<String, Value>,
    /// The targets that enclose the current location.
    open: Vec<String>,
    /// How many more values may be copied.
    left: usize,
    found: Found,
}

/// A copy of a target, with the location of its new definition.
struct Defined {
    home: &'static str,
    name: String,
    value: Value,
}

impl Linker {
    /// Names each target and copies it.
    fn define(&mut self, document: &Value, targets: BTreeSet<(Kind, String)>) -> Vec<Defined> {
        let mut defined = Vec::new();
        let mut taken: BTreeSet<(Kind, String)> = BTreeSet::new();
        let own = self.own_names(document, &targets);
        for (kind, pointer) in targets {
            let Some(home) = (self.home)(kind) else { continue };
            let Some(value) = document.pointer(&pointer) else { continue };
            let Some(left) = self.left.checked_sub(size(value)) else {
                let message = format!("references to more than {MAX_NODES} values");
                self.found.say(Violation::warning("spec-too-large", message, &pointer));
                continue;
            };
            self.left = left;
            let name = match own.get(&(kind, pointer.clone())) {
                Some(own) => own.clone(),
                None => {
                    let is_taken = |name: &str| {
                        document.pointer(&join(home, name)).is_some()
                            || taken.contains(&(kind, name.to_owned()))
                    };
                    name::free(&pointer, &is_taken)
                }
            };
            taken.insert((kind, name.clone()));
            let at = join(home, &name);
            self.found.moved(at.clone(), pointer.clone());
            self.names.insert((kind, pointer), reference_to(&at));
            defined.push(Defined { home, name, value: value.clone() });
        }
        defined
    }

    /// Returns the names of definitions that are only a reference to one of the targets, which
    /// replaces them.
    fn own_names(
        &self,
        document: &Value,
        targets: &BTreeSet<(Kind, String)>,
    ) -> BTreeMap<(Kind, String), String> {
        let kinds: BTreeSet<Kind> = targets.iter().map(|(kind, _)| *kind).collect();
        let mut own = BTreeMap::new();
        for kind in kinds {
            let Some(home) = (self.home)(kind) else { continue };
            let things = document.pointer(home).and_then(Value::as_object);
            for (name, thing) in things.into_iter().flatten() {
                let only = thing.as_object().filter(|thing| thing.len() == 1);
                let reference = only.and_then(|only| only.get("$ref")?.as_str());
                let Some(pointer) = reference.and_then(|to| self.ids.pointer(to)) else { continue };
                let key = (kind, pointer);
                if targets.contains(&key) && key.1 != join(home, name) {
                    own.entry(key).or_insert_with(|| name.clone());
                }
            }
        }
        own
    }

    fn put(&mut self, document: &mut Value, defined: Vec<Defined>) {
        for Defined { home, name, value } in defined {
            let mut folder = &mut *document;
            for token in tokens(home) {
                if !folder.is_object() {
                    *folder = json!({});
                }
                folder = &mut folder[&*token];
            }
            if !folder.is_object() {
                *folder = json!({});
            }
            folder[&*name] = value;
        }
    }

    fn rewrite(&mut self, value: &mut Value, shape: &'static Shape, at: &At<'_>) {
        let opened = self.open.len();
        self.expand(value, shape, at);
        self.reference(value, shape);
        let shape = shape.of(value);
        match value {
            Value::Object(map) => {
                for (key, member) in map.iter_mut() {
                    if let Some(shape) = shape.member(key) {
                        self.rewrite(member, shape, &at.key(key));
                    }
                }
            }
            Value::Array(list) => {
                if let Some(shape) = shape.member("") {
                    for (index, member) in list.iter_mut().enumerate() {
                        self.rewrite(member, shape, &at.index(index));
                    }
                }
            }
            _ => {}
        }
        self.open.truncate(opened);
    }

    /// Replaces a reference with its target where none is allowed. Its sibling keys take
    /// precedence.
    fn expand(&mut self, value: &mut Value, shape: &Shape, at: &At<'_>) {
        let begun = self.open.len();
        while let Some(pointer) = targets::expands(value, shape).and_then(|to| self.ids.pointer(to))
        {
            let is_round = self.open.contains(&pointer) || self.open.len() - begun > MAX_CHAIN;
            let copy = self.copies.get(&pointer).filter(|_| !is_round);
            let is_deep = copy.is_some_and(|copy| at.depth() + depth(copy) > MAX_DEPTH);
            let copy = copy.filter(|_| !is_deep);
            let left = copy.and_then(|copy| self.left.checked_sub(size(copy)));
            let (Some(copy), Some(left)) = (copy.cloned(), left) else {
                let (code, why) = match self.copies.contains_key(&pointer) {
                    true if is_deep => ("spec-too-deep", "nests lists and maps too deeply here"),
                    true => ("ref-circular", "leads back here"),
                    false => ("ref-unresolved", "leads nowhere"),
                };
                let message = format!("`{}` {why}", reference_to(&pointer));
                let violation = Violation::warning(code, message, &at.pointer());
                self.leads_nowhere(value, shape, violation);
                return;
            };
            self.left = left;
            let own = std::mem::replace(value, copy);
            self.found.moved(at.pointer(), pointer.clone());
            if let (Value::Object(new), Value::Object(own)) = (&mut *value, own) {
                new.extend(own.into_iter().filter(|(key, _)| key != "$ref"));
            }
            self.open.push(pointer);
        }
    }

    /// Removes a reference that nothing can replace.
    fn leads_nowhere(&mut self, value: &mut Value, shape: &Shape, violation: Violation) {
        let Some(map) = value.as_object_mut() else { return };
        map.remove("$ref");
        let (consequence, skipped) = match shape {
            Shape::Is(object) if object.kind == Kind::PathItem => {
                let path = tokens(&violation.pointer).nth(1);
                (lost::OF_REFERENCE, path.into_iter().collect())
            }
            Shape::Is(object) if object.kind == Kind::Operation => {
                unsupported(map);
                ("the operation is skipped", Vec::new())
            }
            _ => ("it is left out", Vec::new()),
        };
        self.found.say(violation.because(Severity::Warning, consequence).skips(skipped));
    }

    /// Rewrites a reference to the new definition of its target.
    fn reference(&self, value: &mut Value, shape: &Shape) {
        let Shape::Ref(object) = shape.of(value) else { return };
        let Some(map) = value.as_object_mut() else { return };
        if let Some(mapping) = map.get_mut("discriminator").and_then(|one| one.get_mut("mapping"))
            && let Some(mapping) = mapping.as_object_mut()
        {
            self.mapping(mapping);
        }
        if object.kind == Kind::Schema && !map.contains_key("$ref") {
            for key in targets::DYNAMIC {
                let is_known = map.get(key).and_then(Value::as_str);
                if is_known.is_some_and(|to| self.ids.pointer(to).is_some())
                    && let Some(reference) = map.remove(key)
                {
                    map.insert("$ref".to_owned(), reference);
                    break;
                }
            }
        }
        let reference = map.get("$ref").and_then(Value::as_str);
        let Some(pointer) = reference.and_then(|to| self.ids.pointer(to)) else { return };
        if let Some(new) = self.names.get(&(object.kind, pointer.clone())) {
            map.insert("$ref".to_owned(), json!(new));
        } else if (self.home)(object.kind) == split_last(&pointer).map(|(folder, _)| folder) {
            map.insert("$ref".to_owned(), json!(reference_to(&pointer)));
        }
    }

    fn mapping(&self, mapping: &mut Map<String, Value>) {
        for target in mapping.values_mut() {
            let pointer = target.as_str().filter(|to| to.contains('#'));
            let Some(pointer) = pointer.and_then(|to| self.ids.pointer(to)) else { continue };
            if let Some(new) = self.names.get(&(Kind::Schema, pointer)) {
                *target = json!(new);
            }
        }
    }
}
