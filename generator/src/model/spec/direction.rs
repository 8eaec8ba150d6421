//! Which models are sent and which are received: only those impls are emitted.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Body, Model, Operation, Reply, Shape, Spelling, Type};

/// Marks what operations reach. A model that none reaches is taken to be received, so that it can
/// be read from a document at hand.
pub(super) fn mark(models: &mut [Model], operations: &[Operation]) {
    let mut sent = BTreeSet::new();
    let mut received = BTreeSet::new();
    for operation in operations {
        if let Some(Body::Json { kind, .. }) = &operation.body {
            names(kind, &mut sent);
        }
        for param in &operation.params {
            if param.spelling == Spelling::Json || matches!(param.kind, Type::Model(_)) {
                names(&param.kind, &mut sent);
            }
        }
        if let Reply::Json(kind) = &operation.answer {
            names(kind, &mut received);
        }
    }
    let below: BTreeMap<String, BTreeSet<String>> =
        models.iter().map(|model| (model.name.clone(), inside(model))).collect();
    let sent = closure(sent, &below);
    let received = closure(received, &below);
    for model in models {
        model.sent = sent.contains(&model.name);
        model.received = received.contains(&model.name) || !model.sent;
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
