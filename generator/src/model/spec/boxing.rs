//! Which fields have to be held behind a pointer: those that close a circle.

use std::collections::BTreeMap;

use crate::model::{Model, Shape, Type};

/// Where a walk through the models has been.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Visit {
    Open,
    Done,
}

/// Marks the fields through which a model would contain itself. Lists and maps hold their items
/// elsewhere, so only plain fields count, and of each circle only the field that closes it.
pub(super) fn mark(models: &mut [Model]) {
    let index: BTreeMap<String, usize> =
        models.iter().enumerate().map(|(index, model)| (model.name.clone(), index)).collect();
    let mut visits = vec![None; models.len()];
    let mut closing = Vec::new();
    for start in 0..models.len() {
        walk(models, &index, start, &mut visits, &mut closing);
    }
    for (model, field) in closing {
        if let Shape::Struct { fields, .. } = &mut models[model].shape {
            fields[field].boxed = true;
        }
    }
}

fn walk(
    models: &[Model],
    index: &BTreeMap<String, usize>,
    at: usize,
    visits: &mut [Option<Visit>],
    closing: &mut Vec<(usize, usize)>,
) {
    if visits[at].is_some() {
        return;
    }
    visits[at] = Some(Visit::Open);
    for (field, target) in contained(&models[at]) {
        let Some(&target) = index.get(target) else { continue };
        match visits[target] {
            Some(Visit::Open) => closing.extend(field.map(|field| (at, field))),
            Some(Visit::Done) => {}
            None => walk(models, index, target, visits, closing),
        }
    }
    visits[at] = Some(Visit::Done);
}

/// The models that a model holds in itself, with the fields that hold them.
fn contained(model: &Model) -> Vec<(Option<usize>, &str)> {
    match &model.shape {
        Shape::Struct { fields, .. } => fields
            .iter()
            .enumerate()
            .filter_map(|(index, field)| Some((Some(index), direct(&field.kind)?)))
            .collect(),
        Shape::Alias(kind) => direct(kind).map(|target| (None, target)).into_iter().collect(),
        Shape::Choice(_) => Vec::new(),
    }
}

fn direct(kind: &Type) -> Option<&str> {
    match kind {
        Type::Model(name) => Some(name),
        Type::Nullable(inner) | Type::Lenient(inner) => direct(inner),
        _ => None,
    }
}
