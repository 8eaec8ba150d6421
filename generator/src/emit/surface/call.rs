//! The surface of a call.

use serde::Serialize;

use super::{
    super::{access, description, endpoint::Emitter, response, types},
    line,
};
use crate::{
    ir::{Api, Endpoint, Kind, Param, Response, Style, Type},
    names::{EndpointNames, Names},
    surface::{Fact, Held, Item, Part, Property, hash},
};

/// Returns the item of an endpoint, with its names in the module of its group.
pub(super) fn item(api: &Api, names: &Names, index: usize) -> Item {
    let (endpoint, own) = (&api.endpoints[index], &names.endpoints[index]);
    let emitter = Emitter { endpoint, own, names, api, index, crate_name: "" };
    let mut item = Item::default();
    rust(&emitter, &mut item);
    request(endpoint, &mut item);
    behaviour(&emitter, &mut item);
    let description = description::endpoint(endpoint, own, api, "B");
    item.text(Property::Wire, Some(hash(&description)));
    for at in 0..endpoint.params.len() {
        item.part(Part::Param, part_name(endpoint, at), param(&emitter, at));
    }
    if let (Response::ByStatus(all), Some(response)) = (&endpoint.response, &own.response) {
        for (one, variant) in all.iter().zip(&response.variants) {
            let mut status = Item { holds: returned(&one.response), ..Item::default() };
            status.text(Property::Name, Some(variant));
            let kind = response::kind(&one.response, own, emitter.scope());
            status.text(Property::Declared, Some(line(kind)));
            item.part(Part::Status, &one.status, status);
        }
    }
    item
}

/// Returns the item with the names that another plugin exports it under.
pub(super) fn exported(
    item: &Item,
    endpoint: &Endpoint,
    names: &Names,
    plugin: &str,
    index: usize,
) -> Item {
    let mut item = item.clone();
    if let Some(export) = names.exports.get(&(plugin.to_owned(), index)) {
        item.text(Property::Function, Some(&export.function));
        item.text(Property::Call, Some(&export.call));
        for (at, name) in &export.choices {
            let params = item.parts.entry(Part::Param).or_default();
            if let Some(param) = params.get_mut(&part_name(endpoint, *at)) {
                param.text(Property::Enumeration, Some(name));
            }
        }
    }
    item
}

/// Returns the name of a parameter: its name on the wire, with its location where another one has
/// the same.
fn part_name(endpoint: &Endpoint, index: usize) -> String {
    let param = &endpoint.params[index];
    let is_same = |other: &&Param| other.name == param.name;
    match endpoint.params.iter().filter(is_same).count() {
        1 => param.name.clone(),
        _ => format!("{} ({} {index})", param.name, description::location(param, endpoint)),
    }
}

/// Adds what source code names.
fn rust(emitter: &Emitter<'_>, item: &mut Item) {
    let Emitter { endpoint, own, .. } = emitter;
    item.text(Property::Home, Some(&endpoint.group));
    item.text(Property::Function, Some(&own.function));
    item.text(Property::Call, Some(&own.call));
    let arguments = (0..endpoint.params.len()).filter(|at| endpoint.params[*at].is_argument());
    item.words(Property::Arguments, arguments.map(|at| part_name(endpoint, at)));
    item.text(Property::ResponseType, Some(line(emitter.response())));
    item.holds = returned(&endpoint.response);
    if let (Some(paging), Some((kind, _))) = (&endpoint.paging, emitter.page_item()) {
        let name = if paging.is_feed() { "ChangesCall" } else { "PagedCall" };
        item.text(Property::PagedAs, Some(name));
        item.text(Property::PageItem, Some(line(kind)));
    }
    // Of a call that is not sent, that is what the compiler says.
    item.flag(Property::Deprecated, endpoint.deprecated && endpoint.unsupported.is_none());
}

/// Adds what a request consists of besides its parameters.
fn request(endpoint: &Endpoint, item: &mut Item) {
    let is_action = endpoint.is_action();
    item.flag(Property::Rest, endpoint.rest && is_action);
    item.text(Property::Method, Some(endpoint.method.as_str()));
    let path = match is_action {
        true => Endpoint { rest: true, ..endpoint.clone() }.rest_params().unwrap_or_default(),
        false => endpoint.full_path(),
    };
    item.text(Property::Path, Some(path));
    item.text(Property::OwnServer, endpoint.own_server.as_ref());
    let action = endpoint.action.as_ref().filter(|action| **action != endpoint.id || !is_action);
    let property = if is_action { Property::SentName } else { Property::ByAction };
    item.text(property, action);
    item.flag(Property::Command, endpoint.is_command);
    item.text(Property::FormType, endpoint.content_type.as_ref());
    item.text(Property::Accept, endpoint.accept.as_ref());
    item.words(Property::Unread, endpoint.unread.iter().cloned());
    item.words(Property::Needs, endpoint.needs_texts());
}

/// Adds how the server treats it, as far as that is declared or measured.
fn behaviour(emitter: &Emitter<'_>, item: &mut Item) {
    let Emitter { endpoint, names, api, .. } = emitter;
    let errors = endpoint.errors.iter().flat_map(|error| {
        let kind = line(types::owned(&error.kind, emitter.scope()));
        error.statuses.iter().map(move |status| (status.clone(), kind.clone()))
    });
    pairs(item, Property::Errors, errors);
    let has_schemes = names.auth.is_some() || !api.certificates.is_empty();
    let required = endpoint.security.as_ref().filter(|_| has_schemes);
    item.text(Property::Security, required.map(|one| access::wanted(one, api, names, "")));
    let rights = endpoint.rights.as_ref().filter(|_| endpoint.is_action());
    let rights = rights.into_iter().flat_map(|rights| rights.0.clone());
    pairs(item, Property::Rights, rights);
    item.flag(Property::Background, endpoint.background);
    item.text(Property::Outcome, endpoint.outcome.as_ref().map(description::outcome));
    item.flag(Property::Repeatable, endpoint.repeatable);
    item.text(Property::Paging, endpoint.paging.as_ref().map(json));
    item.flag(Property::Interface, endpoint.interface);
    item.text(Property::Unsupported, endpoint.unsupported.as_ref());
    item.text(Property::Releases, endpoint.releases.words());
}

/// Sets texts by name, unless there are none.
pub(super) fn pairs(
    item: &mut Item,
    property: Property,
    pairs: impl IntoIterator<Item = (String, String)>,
) {
    let pairs: std::collections::BTreeMap<_, _> = pairs.into_iter().collect();
    if !pairs.is_empty() {
        item.facts.insert(property, Fact::Pairs(pairs));
    }
}

/// Formats plain data of the model.
pub(super) fn json(data: &impl Serialize) -> String {
    serde_json::to_string(data).unwrap_or_default()
}

fn param(emitter: &Emitter<'_>, index: usize) -> Item {
    let Emitter { endpoint, own, .. } = emitter;
    let param = &endpoint.params[index];
    let mut item = Item { holds: Some(Held::Takes(taken(param))), ..Item::default() };
    let declared = emitter.input(index).filter(|_| !param.is_constant());
    let (role, name) = match (param.is_constant(), param.is_argument(), &declared) {
        (true, ..) => ("constant", None),
        (_, true, _) => ("argument", Some(Property::Argument)),
        (_, _, None) => ("part of the body", None),
        _ => ("setter", Some(Property::Name)),
    };
    item.text(Property::Role, Some(role));
    if let Some(name) = name {
        item.text(name, Some(&own.params[index]));
    }
    let declared = declared.map(line);
    let declared = declared.map(|text| text.strip_prefix("value: ").unwrap_or(&text).to_owned());
    item.text(Property::Declared, declared);
    encoding(param, endpoint, &mut item);
    limits(param, &mut item);
    if matches!(param.kind, Kind::MediaType { .. }) {
        // Nothing is said of it, nor where it is set with the body.
        item.facts.remove(&Property::Deprecated);
        if !item.facts.contains_key(&Property::Declared) {
            item.facts.remove(&Property::Releases);
        }
    }
    choice(param, own, index, &mut item);
    item
}

/// Adds how a parameter is sent.
fn encoding(param: &Param, endpoint: &Endpoint, item: &mut Item) {
    item.text(Property::Location, Some(description::location(param, endpoint)));
    let style = match (&param.kind, &param.style) {
        (Kind::Value(_) | Kind::Bytes, style) => style.clone(),
        // Everything else is written in one way.
        (_, Style::Json) => Style::Plain,
        (_, Style::Flattened(style)) => Style::Styled(*style),
        (_, style) => style.clone(),
    };
    if style != Style::Plain {
        item.text(Property::Style, Some(json(&style)));
    }
    let media_type = param.content_type.as_ref();
    let media_type = media_type.filter(|one| description::is_unusual(param, one));
    item.text(Property::ContentType, media_type);
}

/// Adds what a parameter must and must not be.
fn limits(param: &Param, item: &mut Item) {
    let default = match &param.kind {
        Kind::MediaType { default, .. } => default.as_ref(),
        _ => param.default.as_ref().filter(|default| !default.is_empty()),
    };
    item.flag(Property::Required, param.required && !param.is_constant());
    item.text(Property::Default, default);
    item.flag(Property::NotRoot, param.not_root);
    item.flag(Property::Secret, param.is_secret());
    pairs(item, Property::Refused, param.refused.iter().cloned());
    item.flag(Property::Deprecated, param.deprecated);
    item.text(Property::Releases, param.releases.words());
    if param.choice().is_none() && !matches!(param.kind, Kind::MediaType { .. }) {
        item.words(Property::Values, param.values.iter().map(|value| value.value.clone()));
    }
}

/// Adds the enumeration of a parameter.
fn choice(param: &Param, own: &EndpointNames, index: usize, item: &mut Item) {
    let (Some(values), Some(names)) = (param.choice(), own.choices.get(&index)) else { return };
    item.text(Property::Enumeration, Some(&names.name));
    values_of(values, &names.variants, item);
}

/// Adds the values of an enumeration, with their variants.
pub(super) fn values_of(values: &[String], variants: &[String], item: &mut Item) {
    for (value, variant) in values.iter().zip(variants) {
        let mut one = Item::default();
        one.text(Property::Name, Some(variant));
        item.part(Part::Value, value, one);
    }
}

/// Returns what a parameter takes, without what the item has as facts and parts.
fn taken(param: &Param) -> Kind {
    match &param.kind {
        Kind::Value(kind) if !param.style.is_json() => Kind::Value(written(kind)),
        Kind::Choice(_) => Kind::Choice(Vec::new()),
        Kind::MediaType { choice, .. } => Kind::MediaType { default: None, choice: choice.clone() },
        kind => kind.clone(),
    }
}

/// Returns the type of a value that is written as text: those that are written alike are one.
fn written(kind: &Type) -> Type {
    match kind {
        Type::List(items) => Type::List(Box::new(written(items))),
        Type::IntegerText => Type::Integer,
        Type::UnsignedText => Type::Unsigned,
        Type::Integer
        | Type::Unsigned
        | Type::Time
        | Type::Rights
        | Type::Float
        | Type::Boolean
        | Type::Model(_) => kind.clone(),
        _ => Type::Text,
    }
}

/// Returns what an endpoint returns, without text for people and what the item has as parts.
fn returned(response: &Response) -> Option<Held> {
    Some(Held::Returns(match response {
        Response::ByStatus(_) => Response::ByStatus(Vec::new()),
        response => response.clone(),
    }))
}
