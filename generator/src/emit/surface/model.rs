//! The surface of models.

use std::collections::BTreeSet;

use super::{
    super::{
        model::{self, Struct},
        types,
    },
    call::{pairs, values_of},
    line,
};
use crate::{
    ir::{Api, EndpointKind, Field, Kind, Model, Shape, Style, Type, is_nullable},
    names::Names,
    surface::{Held, Item, Part, Property},
};

/// Returns the items of all models, by name.
pub(super) fn items<'m>(
    api: &'m Api,
    names: &'m Names,
) -> impl Iterator<Item = (String, Item)> + 'm {
    [EndpointKind::Action, EndpointKind::Operation].into_iter().flat_map(move |kind| {
        let models: Vec<&Model> = api.models_of(kind).collect();
        let inexact = model::inexact(&models);
        let taken = taken(api, kind);
        let items = models.iter().filter_map(|model| {
            let mut item = item(model, names, !inexact.contains(&*model.name))?;
            if taken.contains(&*model.name) {
                refused(model, &mut item);
            }
            Some((name(kind, &model.name), item))
        });
        items.collect::<Vec<_>>()
    })
}

/// Returns the name of a model in the surface.
fn name(kind: EndpointKind, name: &str) -> String {
    match kind {
        EndpointKind::Action => name.to_owned(),
        EndpointKind::Operation => format!("v2::{name}"),
    }
}

fn item(model: &Model, names: &Names, is_eq: bool) -> Option<Item> {
    let own = names.model(model.kind, &model.name)?;
    let scope = types::Scope::of_models(names, model.kind);
    let mut item = Item::default();
    item.text(Property::Name, Some(&own.name));
    let is_alias = matches!(model.shape, Shape::Alias(_));
    item.flag(Property::Sent, model.sent && !is_alias);
    item.flag(Property::Received, model.received && !is_alias);
    let shape = match (&model.shape, &own.choice) {
        (Shape::Struct { fields, open }, _) => {
            let one = Struct { model, own, scope, fields, open: *open, is_eq };
            object(&one, &mut item);
            "object"
        }
        (Shape::Choice(values), choice) => {
            choice.iter().for_each(|names| values_of(values, &names.variants, &mut item));
            "choice"
        }
        (Shape::Codes(codes), choice) => {
            let values: Vec<_> = codes.iter().map(|one| one.value.to_string()).collect();
            choice.iter().for_each(|names| values_of(&values, &names.variants, &mut item));
            "codes"
        }
        (Shape::Alias(kind), _) => {
            item.holds = Some(Held::Type(kind.clone()));
            item.text(Property::Declared, Some(line(types::owned(kind, scope))));
            "alias"
        }
    };
    item.text(Property::Shape, Some(shape));
    Some(item)
}

/// Returns the models that a parameter takes as a document: what they refuse is checked there.
fn taken(api: &Api, kind: EndpointKind) -> BTreeSet<&str> {
    let params = api.of_kind(kind).flat_map(|(_, endpoint)| &endpoint.params);
    let taken = params.filter_map(|param| match (&param.kind, &param.style) {
        (Kind::Value(Type::Model(model)), Style::Json) => Some(&**model),
        _ => None,
    });
    taken.collect()
}

fn refused(model: &Model, item: &mut Item) {
    let refused = model.refused.iter().map(|one| {
        let value = one.value.as_ref().map(|value| format!(" = {value}"));
        (format!("{}{}", one.at, value.unwrap_or_default()), one.why.clone())
    });
    pairs(item, Property::Refused, refused);
}

fn object(one: &Struct<'_>, item: &mut Item) {
    item.flag(Property::Lenient, one.model.lenient);
    item.flag(Property::HasEq, one.is_eq);
    item.flag(Property::HasDefault, one.has_default());
    if !one.has_default() {
        let inputs = one.inputs().map(line).collect::<Vec<_>>().join(", ");
        item.text(Property::Constructor, Some(format!("new({inputs})")));
    }
    item.text(Property::OtherFields, one.open.then_some(&one.own.rest));
    for (field, name) in one.fields.iter().zip(&one.own.fields) {
        item.part(Part::Field, &field.name, self::field(field, name, one));
    }
}

fn field(field: &Field, name: &str, one: &Struct<'_>) -> Item {
    let mut item = Item { holds: Some(Held::Type(held(field))), ..Item::default() };
    item.text(Property::Name, Some(name));
    item.text(Property::Declared, Some(line(one.field_type(field))));
    item.flag(Property::Required, field.required);
    item.flag(Property::Secret, field.secret);
    item.words(Property::Nothing, field.nothing.iter().cloned());
    item.text(Property::Default, field.default.as_ref().filter(|default| !default.is_empty()));
    item.words(Property::Values, field.values.iter().map(|value| value.value.clone()));
    item.flag(Property::Deprecated, field.deprecated);
    item
}

/// Returns the type of a field, without what makes no difference to how it is read and written.
fn held(field: &Field) -> Type {
    let mut inner = &field.kind;
    let mut is_lenient = false;
    while let Type::Nullable(kind) | Type::Lenient(kind) = inner {
        is_lenient |= matches!(inner, Type::Lenient(_));
        inner = kind;
    }
    let inner = match (field.secret, inner) {
        (true, Type::Any | Type::IntegerText | Type::UnsignedText) | (false, _) => inner.clone(),
        (true, _) => Type::Text,
    };
    // What may be absent, or has a value that stands for none, may be `null`.
    let is_optional = !field.required || !field.nothing.is_empty() || inner == Type::Time;
    let is_tolerant = matches!(inner, Type::Time | Type::Rights);
    let kind = match is_lenient && !field.secret && !is_tolerant {
        true => Type::Lenient(Box::new(inner)),
        false => inner,
    };
    match !is_optional && is_nullable(&field.kind) {
        true => Type::Nullable(Box::new(kind)),
        false => kind,
    }
}
