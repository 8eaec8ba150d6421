//! Which models are sent and which are received: only those impls are emitted.

use std::collections::{BTreeMap, BTreeSet};

use super::SpecModel;
use crate::model::{Access, Model, Operation, Reply, Shape, Type};

/// Marks what operations reach. A model that none reaches is taken to be received, so that it can
/// be read from a document at hand. One that is only the value of a parameter is neither: its word
/// is all that is needed.
pub(super) fn mark(models: &mut [Model], operations: &[Operation]) {
    let mut sent = BTreeSet::new();
    let mut received = BTreeSet::new();
    let mut spelt = BTreeSet::new();
    for operation in operations {
        if let Some(body) = &operation.body {
            body.content.json().into_iter().for_each(|kind| names(kind, &mut sent));
            spelt.extend(body.media_type.choice().map(str::to_owned));
        }
        for param in &operation.params {
            let is_json = param.spelling.is_json();
            names(&param.kind, if is_json { &mut sent } else { &mut spelt });
        }
        if let Reply::Json(kind) = &operation.answer {
            names(kind, &mut received);
        }
    }
    let below: BTreeMap<String, BTreeSet<String>> =
        models.iter().map(|model| (model.name.clone(), inside(model))).collect();
    let sent = closure(sent, &below);
    let unused = models.iter().map(|model| &model.name);
    let unused = unused.filter(|name| !sent.contains(*name) && !spelt.contains(*name));
    // With all that is in them, which may otherwise only be sent.
    received.extend(unused.cloned());
    let received = closure(received, &below);
    for model in models {
        model.sent = sent.contains(&model.name);
        model.received = received.contains(&model.name);
        relax(model);
    }
}

/// The names of the models that types reach, themselves and by their fields.
pub(in crate::model) fn reached<'t>(
    models: &[Model],
    kinds: impl IntoIterator<Item = &'t Type>,
) -> BTreeSet<String> {
    let mut start = BTreeSet::new();
    kinds.into_iter().for_each(|kind| names(kind, &mut start));
    let below = models.iter().map(|model| (model.name.clone(), inside(model))).collect();
    closure(start, &below)
}

/// Drops the models that no operation reaches, and marks the others anew.
pub(in crate::model) fn prune(spec: &mut SpecModel) {
    let kinds = spec.operations.iter().flat_map(|operation| {
        let answer = match &operation.answer {
            Reply::Json(kind) => Some(kind),
            _ => None,
        };
        operation.sent().chain(answer)
    });
    let mut used = reached(&spec.models, kinds);
    let bodies = spec.operations.iter().filter_map(|operation| operation.body.as_ref());
    used.extend(bodies.filter_map(|body| body.media_type.choice().map(str::to_owned)));
    spec.models.retain(|model| used.contains(&model.name));
    mark(&mut spec.models, &spec.operations);
}

/// Asks for no field that does not go the way the model goes.
fn relax(model: &mut Model) {
    let Shape::Struct { fields, .. } = &mut model.shape else { return };
    for field in fields {
        field.required &= match field.access {
            Access::Both => true,
            Access::ReadOnly => !model.sent,
            Access::WriteOnly => !model.received,
        };
    }
}

fn closure(
    start: BTreeSet<String>,
    below: &BTreeMap<String, BTreeSet<String>>,
) -> BTreeSet<String> {
    let mut reached = start.clone();
    let mut open: Vec<_> = start.into_iter().collect();
    while let Some(name) = open.pop() {
        for next in below.get(&name).into_iter().flatten() {
            if reached.insert(next.clone()) {
                open.push(next.clone());
            }
        }
    }
    reached
}

fn inside(model: &Model) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    match &model.shape {
        Shape::Struct { fields, .. } => {
            fields.iter().for_each(|field| names(&field.kind, &mut found));
        }
        Shape::Alias(kind) => names(kind, &mut found),
        Shape::Choice(_) => {}
    }
    found
}

fn names(kind: &Type, found: &mut BTreeSet<String>) {
    match kind {
        Type::Model(name) => {
            found.insert(name.clone());
        }
        Type::List(inner) | Type::Map(inner) | Type::Nullable(inner) | Type::Lenient(inner) => {
            names(inner, found);
        }
        _ => {}
    }
}
