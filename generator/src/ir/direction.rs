//! Determines which models are sent and which are received: only the impls for those are emitted.

use std::collections::{BTreeMap, BTreeSet};

use super::{Access, Api, Endpoint, EndpointKind, Field, Kind, Model, Shape, Type, shared};

/// Marks the models that endpoints reach. A model that none reaches counts as received, so that it
/// can be read from an existing document. One that is only the value of a parameter is neither: its
/// text is enough.
pub(crate) fn mark<'e>(models: &mut [Model], endpoints: impl Iterator<Item = &'e Endpoint>) {
    let mut sent = BTreeSet::new();
    let mut received = BTreeSet::new();
    let mut as_text = BTreeSet::new();
    let choices: BTreeSet<String> =
        models.iter().filter(is_choice).map(|model| model.name.clone()).collect();
    for endpoint in endpoints {
        for param in &endpoint.params {
            let found = if param.style.is_json() { &mut sent } else { &mut as_text };
            found.extend(named(&param.kind).map(str::to_owned));
        }
        received.extend(returned(endpoint).filter_map(Type::model).map(str::to_owned));
    }
    let below = below(models.iter());
    // The fields of a model in a query are written individually.
    sent.extend(as_text.difference(&choices).cloned());
    let sent = closure(sent, &below);
    let unused = models.iter().map(|model| &model.name);
    let unused = unused.filter(|name| !sent.contains(*name) && !as_text.contains(*name));
    // With everything in them, which may otherwise only be sent.
    received.extend(unused.cloned());
    let received = closure(received, &below);
    for model in models {
        model.sent = sent.contains(&model.name);
        model.received = received.contains(&model.name);
        relax(model);
    }
}

fn is_choice(model: &&Model) -> bool {
    matches!(model.shape, Shape::Choice(_))
}

/// Returns the model that a parameter takes, or that lists its values.
fn named(kind: &Kind) -> Option<&str> {
    match kind {
        Kind::Value(kind) => kind.model(),
        Kind::MediaType { choice, .. } => choice.as_deref(),
        _ => None,
    }
}

/// Returns the types that an endpoint returns, errors included.
fn returned(endpoint: &Endpoint) -> impl Iterator<Item = &Type> {
    let errors = endpoint.errors.iter().map(|error| &error.kind);
    endpoint.response.types().into_iter().chain(errors)
}

/// Marks the models of one kind of endpoint again. Those of actions stay before those of operations.
fn remark(api: &mut Api, kind: EndpointKind) {
    let models = std::mem::take(&mut api.models);
    let (mut own, others): (Vec<_>, Vec<_>) = models.into_iter().partition(|one| one.kind == kind);
    mark(&mut own, api.of_kind(kind).map(|(_, one)| one));
    let is_first = kind == EndpointKind::Action;
    let (first, second) = if is_first { (own, others) } else { (others, own) };
    api.models = first.into_iter().chain(second).collect();
}

/// Removes the models of one kind that no endpoint of `api` reaches, and marks the others again.
pub(crate) fn prune(api: &mut Api, kind: EndpointKind) {
    let endpoints = || api.of_kind(kind).map(|(_, one)| one);
    let taken = endpoints().flat_map(|one| one.params.iter().filter_map(|p| named(&p.kind)));
    let returned = endpoints().flat_map(|one| returned(one).filter_map(Type::model));
    let names = taken.chain(returned).map(str::to_owned).collect();
    let own = api.models.iter().filter(|model| model.kind == kind);
    let used = closure(names, &below(own));
    api.models.retain(|model| model.kind != kind || used.contains(&model.name));
    remark(api, kind);
    shared::mark(api);
}

/// Makes fields optional that are not sent or received in the direction of the model.
fn relax(model: &mut Model) {
    let Shape::Struct { fields, open } = &mut model.shape else { return };
    for field in fields.iter_mut() {
        field.required &= match field.access {
            Access::Both => true,
            Access::ReadOnly => !model.sent,
            Access::WriteOnly => !model.received,
        };
    }
    // `null` for an optional field is written with the undeclared fields.
    let may_be_null = |field: &Field| !field.required && matches!(field.kind, Type::Nullable(_));
    *open |= model.sent && fields.iter().any(may_be_null);
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

/// Returns the models that each model refers to.
fn below<'m>(models: impl Iterator<Item = &'m Model>) -> BTreeMap<String, BTreeSet<String>> {
    let inside = |model: &Model| -> BTreeSet<String> {
        match &model.shape {
            Shape::Struct { fields, .. } => {
                fields.iter().filter_map(|field| field.kind.model()).map(str::to_owned).collect()
            }
            Shape::Alias(kind) => kind.model().map(str::to_owned).into_iter().collect(),
            Shape::Choice(_) | Shape::Codes(_) => BTreeSet::new(),
        }
    };
    models.map(|model| (model.name.clone(), inside(model))).collect()
}
