//! Aliases: resolves names for other types, and breaks circular ones.

use std::collections::BTreeSet;

use super::Builder;
use crate::{
    ir::{Shape, Type},
    openapi::join,
};

impl Builder<'_> {
    /// Breaks circles of aliases. A list or map of itself has a name in a spec, but Rust requires a
    /// finite type: where such a circle closes, the items have no declared type.
    pub(super) fn break_alias_circles(&mut self) {
        let names: Vec<String> = self.models.keys().cloned().collect();
        let mut finished = BTreeSet::new();
        for start in names {
            let mut on_the_way = BTreeSet::new();
            let mut name = start;
            while !finished.contains(&name) && on_the_way.insert(name.clone()) {
                let Some(next) = self.alias_of(&name) else { break };
                if on_the_way.contains(&next) {
                    self.untype(&name);
                    break;
                }
                name = next;
            }
            finished.extend(on_the_way);
        }
    }

    /// Returns the model inside the type that `name` is an alias for.
    fn alias_of(&self, name: &str) -> Option<String> {
        match &self.models.get(name)?.shape {
            Shape::Alias(kind) => kind.model().map(str::to_owned),
            Shape::Struct { .. } | Shape::Choice(_) | Shape::Codes(_) => None,
        }
    }

    fn untype(&mut self, name: &str) {
        if let Some(Shape::Alias(kind)) = self.models.get_mut(name).map(|model| &mut model.shape) {
            replace_innermost(kind);
        }
        self.untyped.push(join("/components/schemas", name));
    }

    /// Resolves a type through all aliases.
    pub(super) fn followed(&self, kind: &Type) -> Type {
        let mut kind = kind;
        loop {
            match kind {
                Type::Nullable(inner) | Type::Lenient(inner) => kind = inner,
                Type::Model(name) => match self.models.get(name).map(|model| &model.shape) {
                    Some(Shape::Alias(other)) => kind = other,
                    _ => return kind.clone(),
                },
                kind => return kind.clone(),
            }
        }
    }
}

fn replace_innermost(kind: &mut Type) {
    match kind {
        Type::List(inner) | Type::Map(inner) | Type::Nullable(inner) | Type::Lenient(inner) => {
            replace_innermost(inner);
        }
        kind => *kind = Type::Any,
    }
}
