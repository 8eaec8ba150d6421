//! Determines which fields have to be boxed: those that close a circle.

use std::collections::BTreeMap;

use crate::ir::{Model, Shape, Type};

/// The state of a model during a walk.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Visit {
    Open,
    Done,
}

/// A field of a model and the model that it contains directly.
type Edge = (usize, usize);

/// Marks the fields through which a model would contain itself. Lists and maps allocate their
/// items, so only plain fields count, and in each circle only the field that closes it.
pub(super) fn mark(models: &mut [Model]) {
    let index: BTreeMap<&str, usize> =
        models.iter().enumerate().map(|(index, model)| (&*model.name, index)).collect();
    let edges: Vec<_> = models.iter().map(|model| contained(model, models, &index)).collect();
    let mut visits = vec![None; models.len()];
    let mut closing = Vec::new();
    for start in 0..models.len() {
        if visits[start].is_none() {
            walk(&edges, start, &mut visits, &mut closing);
        }
    }
    for (model, field) in closing {
        if let Shape::Struct { fields, .. } = &mut models[model].shape {
            fields[field].boxed = true;
        }
    }
}

/// Walks depth first, with an explicit stack: a chain of models may be as long as the file.
fn walk(
    edges: &[Vec<Edge>],
    start: usize,
    visits: &mut [Option<Visit>],
    closing: &mut Vec<(usize, usize)>,
) {
    visits[start] = Some(Visit::Open);
    let mut open = vec![(start, edges[start].iter())];
    while let Some((at, left)) = open.last_mut() {
        let at = *at;
        let Some(&(field, target)) = left.next() else {
            visits[at] = Some(Visit::Done);
            open.pop();
            continue;
        };
        match visits[target] {
            Some(Visit::Open) => closing.push((at, field)),
            Some(Visit::Done) => {}
            None => {
                visits[target] = Some(Visit::Open);
                open.push((target, edges[target].iter()));
            }
        }
    }
}

/// Returns the models that a model contains directly, with the fields that contain them.
fn contained(model: &Model, models: &[Model], index: &BTreeMap<&str, usize>) -> Vec<Edge> {
    let Shape::Struct { fields, .. } = &model.shape else { return Vec::new() };
    let held = |kind| held(kind, models, index);
    let fields = fields.iter().enumerate();
    fields.filter_map(|(field, declared)| Some((field, held(&declared.kind)?))).collect()
}

/// Returns the model that a type contains directly, through all aliases.
fn held(kind: &Type, models: &[Model], index: &BTreeMap<&str, usize>) -> Option<usize> {
    let mut kind = kind;
    loop {
        match kind {
            Type::Nullable(inner) | Type::Lenient(inner) => kind = inner,
            Type::Model(name) => {
                let target = *index.get(&**name)?;
                match &models[target].shape {
                    Shape::Struct { .. } => return Some(target),
                    Shape::Alias(other) => kind = other,
                    Shape::Choice(_) | Shape::Codes(_) => return None,
                }
            }
            _ => return None,
        }
    }
}
