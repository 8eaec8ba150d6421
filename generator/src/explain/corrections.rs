//! Where an endpoint is declared, and what corrects it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Correction, Scene};
use crate::{
    correct::{actions, overlay},
    diagnostic::Place,
    ir::{Endpoint, Kind, Shape, Type},
    openapi::{Source, join, tokens},
};

/// The declaration of an endpoint.
pub(super) struct Origin {
    pub(super) place: Option<Place>,
    /// Its id in the spec: corrections may change the id of an operation.
    pub(super) id: String,
    /// The location of an operation in the spec.
    pointer: Option<String>,
}

impl Scene<'_> {
    /// Returns where an endpoint is declared.
    pub(super) fn origin(&self, endpoint: &Endpoint) -> Origin {
        let found =
            if endpoint.is_action() { self.manifest(endpoint) } else { self.spec(endpoint) };
        found.unwrap_or(Origin { place: None, id: endpoint.id.clone(), pointer: None })
    }

    fn manifest(&self, action: &Endpoint) -> Option<Origin> {
        let plugin = self.input.set.plugins.iter().find(|plugin| plugin.id == action.group)?;
        let declared = plugin.actions.iter().find(|declared| declared.name == action.id)?;
        let place = Some(declared.place.clone());
        Some(Origin { place, id: action.id.clone(), pointer: None })
    }

    fn spec(&self, operation: &Endpoint) -> Option<Origin> {
        let (source, corrected) = self.spec.get_or_init(|| self.read_spec()).as_ref()?;
        let pointer = pointer(corrected, &operation.id)?;
        let id = source.value.pointer(&pointer)?.get("operationId").and_then(Value::as_str);
        let id = id.unwrap_or(&operation.id).to_owned();
        let place = Some(source.at(pointer.clone()).place());
        Some(Origin { place, id, pointer: Some(pointer) })
    }

    /// Returns the spec as published and as corrected, if it can be read and all overlays fit.
    fn read_spec(&self) -> Option<(Source, Value)> {
        let source = self.input.spec_source().ok().flatten()?;
        let mut corrected = source.value.clone();
        for overlay in &self.input.corrections.overlays {
            overlay.apply(&mut corrected, &self.input.semantic_version()).ok()?;
        }
        Some((source, corrected))
    }

    /// Returns the corrections of an endpoint, then those of the models that an operation sends or
    /// receives.
    pub(super) fn corrections(&self, endpoint: &Endpoint, origin: &Origin) -> Vec<Correction> {
        if endpoint.is_action() {
            let key = (endpoint.id.clone(), endpoint.group.clone());
            let applied = self.applied.iter().filter(|one| one.action == key);
            return applied.map(of_action).collect();
        }
        let overlaid = &self.input.overlaid;
        let is_own = |one: &&overlay::Applied| {
            let at = origin.pointer.as_deref();
            at.is_some_and(|at| one.pointers.iter().any(|pointer| concerns(pointer, at)))
        };
        let own = overlaid.iter().filter(is_own).map(of_spec);
        let models = self.models(endpoint);
        let of_models = overlaid.iter().filter_map(|one| {
            let mut named = one.pointers.iter().filter_map(|pointer| model_of(pointer));
            let model = named.find(|name| models.contains(&**name))?;
            Some(Correction { model: Some(model), ..of_spec(one) })
        });
        own.chain(of_models).collect()
    }

    /// Returns the names of the models that an operation sends or receives, and of those they
    /// contain.
    fn models<'s>(&'s self, operation: &'s Endpoint) -> BTreeSet<&'s str> {
        let taken = operation.params.iter().filter_map(|param| match &param.kind {
            Kind::Value(kind) => Some(kind),
            _ => None,
        });
        let mut left: Vec<&Type> = taken.chain(operation.response.types()).collect();
        left.extend(operation.errors.iter().map(|error| &error.kind));
        let mut found = BTreeSet::new();
        while let Some(kind) = left.pop() {
            let Some(name) = kind.model().filter(|name| found.insert(*name)) else { continue };
            match self.api.model(operation.kind, name).map(|model| &model.shape) {
                Some(Shape::Struct { fields, .. }) => {
                    left.extend(fields.iter().map(|field| &field.kind));
                }
                Some(Shape::Alias(kind)) => left.push(kind),
                Some(Shape::Choice(_) | Shape::Codes(_)) | None => {}
            }
        }
        found
    }
}

fn of_action(one: &actions::Applied) -> Correction {
    Correction {
        changes: one.effects.iter().map(ToString::to_string).collect(),
        ..Correction::new(&one.at, Some(&one.description), &one.evidence)
    }
}

fn of_spec(one: &overlay::Applied) -> Correction {
    Correction::new(&one.at, one.description.as_deref(), &one.evidence)
}

fn pointer(spec: &Value, id: &str) -> Option<String> {
    let paths = spec.get("paths")?.as_object()?;
    paths.iter().find_map(|(path, item)| {
        let mut methods = item.as_object()?.iter();
        let (method, _) = methods.find(|(_, operation)| operation["operationId"] == id)?;
        Some(join(&join("/paths", path), method))
    })
}

/// Returns whether `pointer` points to the operation at `at`, into it, or to a part shared by its
/// path.
fn concerns(pointer: &str, at: &str) -> bool {
    let is_in = |outer: &str| {
        pointer.strip_prefix(outer).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let path = at.rfind('/').map_or(at, |slash| &at[..slash]);
    is_in(at) || pointer == path || is_in(&join(path, "parameters"))
}

/// Returns the model that a pointer leads into.
fn model_of(pointer: &str) -> Option<String> {
    let tokens: Vec<String> = tokens(pointer).collect();
    match tokens.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["definitions", name, ..] | ["components", "schemas", name, ..] => Some(name.to_owned()),
        _ => None,
    }
}
