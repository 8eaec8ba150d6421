//! References: all except those to schemas are replaced with their targets.

use serde_json::Value;

use super::{Fit, Repair, mistyped};
use crate::openapi::{
    Dialect, home,
    pointer::{At, of_reference, tokens},
    shape::{Kind, Object, Shape, Violation},
    swagger2,
    tree::MAX_NODES,
};

/// The possible targets of references to things other than schemas.
pub(in crate::openapi) struct Shared<'d> {
    /// By kind and name.
    pub(in crate::openapi) all: &'d dyn Fn(Kind, &str) -> Option<&'d Value>,
    /// How many more values may be copied: a file of references to one large thing would otherwise
    /// grow with the square of its size.
    pub(in crate::openapi) left: usize,
}

impl<'d> Shared<'d> {
    /// Creates the limits for copies from `all`.
    pub(in crate::openapi) fn of(all: &'d dyn Fn(Kind, &str) -> Option<&'d Value>) -> Self {
        Self { all, left: MAX_NODES }
    }
}

/// The maximum length of a chain of references.
const MAX_CHAIN: usize = 64;

impl Repair<'_> {
    pub(super) fn home(&self, kind: Kind) -> Option<&'static str> {
        match self.dialect {
            Dialect::Swagger2 => swagger2::home(kind),
            _ => home(kind),
        }
    }

    /// Returns the name in a reference to a thing of a kind, or what is wrong with it.
    fn name(&self, reference: &str, kind: Kind, at: &At<'_>) -> Result<String, Violation> {
        let violation =
            |code, message: String| Violation::new(code, message, &at.key("$ref").pointer());
        let Some(pointer) = of_reference(reference) else {
            let is_within = reference.starts_with('#');
            let code = if is_within { "ref-unresolved" } else { "ref-external" };
            let message = format!("`{reference}` {}", self.why_unresolved(reference));
            let help = "move what it refers to into this file";
            return Err(violation(code, message).help(help));
        };
        let home = self.home(kind);
        let name = home
            .and_then(|home| pointer.strip_prefix(home))
            .filter(|name| name.starts_with('/') && !name[1..].contains('/'));
        name.and_then(|name| tokens(name).next())
            .ok_or_else(|| violation("ref-unresolved", format!("`{reference}` leads to no {kind}")))
    }

    /// Returns why a reference leads nowhere.
    pub(super) fn why_unresolved(&self, reference: &str) -> &str {
        match self.unread.get(reference) {
            Some(reason) => reason,
            None if reference.starts_with('#') => "leads nowhere",
            None => "leads out of the file, so it is not read",
        }
    }

    /// Keeps a reference to a schema; its sibling keys are read like any others.
    pub(super) fn schema_reference(
        &mut self,
        value: &mut Value,
        object: &'static Object,
        at: &At<'_>,
    ) -> Fit {
        let Some(map) = value.as_object_mut() else { return Ok(()) };
        let reference = map.remove("$ref");
        let text = reference.as_ref().and_then(Value::as_str).unwrap_or_default();
        let mut broken = Vec::new();
        match self.name(text, Kind::Schema, at) {
            Ok(name) if self.schemas.contains(&name) => {}
            Ok(_) => {
                let message = format!("`{text}` is unresolved: the schema does not exist");
                let at = at.key("$ref").pointer();
                broken.push(Violation::new("ref-unresolved", message, &at));
            }
            Err(violation) => broken.push(violation),
        }
        if !map.is_empty() {
            broken.extend(self.object(map, object, at).err().into_iter().flatten());
        }
        if !broken.is_empty() {
            return Err(broken);
        }
        map.extend(reference.map(|reference| ("$ref".to_owned(), reference)));
        Ok(())
    }

    /// Replaces a reference with its target. A sibling description replaces that of the target.
    pub(super) fn follow(
        &mut self,
        value: &mut Value,
        object: &'static Object,
        at: &At<'_>,
    ) -> Fit {
        if self.shared.is_none() {
            return Ok(());
        }
        let (target, pointer) = self.target(value, object.kind, at).map_err(|one| vec![one])?;
        let mut target = target;
        for (key, sibling) in value.as_object().into_iter().flatten() {
            match (&**key, target.as_object_mut()) {
                ("$ref", _) => {}
                ("description" | "summary", Some(target)) if object.key(key).is_some() => {
                    target.insert(key.clone(), sibling.clone());
                }
                _ => {
                    let message = format!("`{key}` next to `$ref`; it is ignored");
                    self.found.say(Violation::note("ref-sibling", message, &at.key(key).pointer()));
                }
            }
        }
        self.found.moved(at.pointer(), pointer);
        *value = target;
        match value {
            Value::Object(map) => self.object(map, object, at),
            _ => Err(vec![mistyped(value, &Shape::Ref(object), at)]),
        }
    }

    /// Follows a chain of references, and returns its target and the target's location.
    fn target(
        &mut self,
        value: &Value,
        kind: Kind,
        at: &At<'_>,
    ) -> Result<(Value, String), Violation> {
        let first = value.get("$ref").and_then(Value::as_str).unwrap_or_default();
        let mut reference = first.to_owned();
        for _ in 0..MAX_CHAIN {
            let name = self.name(&reference, kind, at)?;
            let Some(shared) = &mut self.shared else { break };
            let Some(target) = (shared.all)(kind, &name) else {
                let message = format!("`{reference}` is unresolved: the {kind} does not exist");
                return Err(Violation::new("ref-unresolved", message, &at.key("$ref").pointer()));
            };
            if let Some(next) = target.get("$ref").and_then(Value::as_str) {
                next.clone_into(&mut reference);
                continue;
            }
            shared.left = shared.left.checked_sub(size(target)).ok_or_else(|| {
                let message = format!("references to more than {MAX_NODES} values");
                Violation::new("spec-too-large", message, &at.pointer())
            })?;
            return Ok((target.clone(), of_reference(&reference).unwrap_or_default()));
        }
        let message = format!("`{first}` refers back to itself without defining anything");
        Err(Violation::new("ref-circular", message, &at.key("$ref").pointer()))
    }
}

/// Counts the values in a value, including itself.
pub(in crate::openapi) fn size(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(size).sum::<usize>(),
        Value::Object(map) => 1 + map.values().map(size).sum::<usize>(),
        _ => 1,
    }
}

/// Returns the nesting depth of lists and maps in a value, including itself.
pub(in crate::openapi) fn depth(value: &Value) -> usize {
    match value {
        Value::Array(list) => 1 + list.iter().map(depth).max().unwrap_or_default(),
        Value::Object(map) => 1 + map.values().map(depth).max().unwrap_or_default(),
        _ => 0,
    }
}
