//! Models that actions and operations share: those that are alike in both.

use std::collections::{BTreeMap, BTreeSet};

use super::{Api, EndpointKind, Field, Model, Shape};

impl Api {
    /// Returns the names of the models of operations that are those of actions: they have the same
    /// name and shape, and so have the models in them.
    pub fn shared_models(&self) -> BTreeSet<String> {
        let of_actions: BTreeMap<&str, &Model> =
            self.models_of(EndpointKind::Action).map(|model| (&*model.name, model)).collect();
        let own = || self.models_of(EndpointKind::Operation);
        let is_like = |model: &&Model| {
            of_actions.get(&*model.name).is_some_and(|other| is_alike(model, other))
        };
        let mut shared: BTreeSet<String> =
            own().filter(is_like).map(|model| model.name.clone()).collect();
        loop {
            let is_whole = |name: &String| {
                let model = of_actions.get(&**name);
                model.is_none_or(|model| parts(model).iter().all(|part| shared.contains(*part)))
            };
            let kept: BTreeSet<String> =
                shared.iter().filter(|name| is_whole(name)).cloned().collect();
            if kept.len() == shared.len() {
                return shared;
            }
            shared = kept;
        }
    }
}

/// Marks shared models as sent or received where either kind of endpoint sends or receives them.
pub(super) fn mark(api: &mut Api) {
    let shared = api.shared_models();
    let mut flags: BTreeMap<String, (bool, bool)> = BTreeMap::new();
    for model in api.models.iter().filter(|model| shared.contains(&model.name)) {
        let (sent, received) = flags.entry(model.name.clone()).or_default();
        *sent |= model.sent;
        *received |= model.received;
    }
    for model in &mut api.models {
        if let Some((sent, received)) = flags.get(&model.name) {
            (model.sent, model.received) = (*sent, *received);
        }
    }
}

/// Returns whether two models differ only in what is documented, and by whom they are used.
fn is_alike(one: &Model, other: &Model) -> bool {
    let is_same_shape = match (&one.shape, &other.shape) {
        (
            Shape::Struct { fields: one, open: is_one_open },
            Shape::Struct { fields: other, open: is_other_open },
        ) => {
            is_one_open == is_other_open
                && one.len() == other.len()
                && one.iter().zip(other).all(|(one, other)| is_same_field(one, other))
        }
        (one, other) => one == other,
    };
    is_same_shape && one.lenient == other.lenient && one.refused == other.refused
}

fn is_same_field(one: &Field, other: &Field) -> bool {
    let undocumented = |field: &Field| Field { doc: None, from: String::new(), ..field.clone() };
    undocumented(one) == undocumented(other)
}

/// Returns the models in a model.
fn parts(model: &Model) -> Vec<&str> {
    match &model.shape {
        Shape::Struct { fields, .. } => {
            fields.iter().filter_map(|field| field.kind.model()).collect()
        }
        Shape::Alias(kind) => kind.model().into_iter().collect(),
        Shape::Choice(_) | Shape::Codes(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{Docs, Type};

    fn model(kind: EndpointKind, name: &str, shape: Type) -> Model {
        Model {
            kind,
            name: name.to_owned(),
            shape: Shape::Alias(shape),
            lenient: false,
            sent: kind == EndpointKind::Action,
            received: kind == EndpointKind::Operation,
            refused: Vec::new(),
            docs: Docs::default(),
        }
    }

    #[test]
    fn a_model_is_shared_with_all_that_is_in_it() {
        let part = || Type::Model("Part".to_owned());
        let (action, operation) = (EndpointKind::Action, EndpointKind::Operation);
        let api = |other: Type| Api {
            models: vec![
                model(action, "Part", Type::Text),
                model(action, "Whole", part()),
                model(operation, "Part", other),
                model(operation, "Whole", part()),
            ],
            ..Api::default()
        };
        let mut alike = api(Type::Text);
        assert_eq!(Vec::from_iter(alike.shared_models()), ["Part", "Whole"]);
        mark(&mut alike);
        assert!(alike.models.iter().all(|model| model.sent && model.received));
        assert!(api(Type::Integer).shared_models().is_empty());
    }
}
