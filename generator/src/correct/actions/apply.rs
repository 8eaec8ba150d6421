//! Applying one correction.

use std::collections::BTreeMap;

use super::{
    Applied,
    effect::{self, Effect},
    subject::{self, violation},
    written::{Answer, Change, Composed, Entry, NewParam, Of, ParamChange, ParamType, Place, Verb},
};
use crate::{
    ir::{
        Api, DeclaredValue, Endpoint, EndpointKind, Kind, Location, Method, Param, Response, Style,
        Type,
    },
    lower,
    openapi::{Anchor, Violation, join},
};

/// Corrects every definition that the entry is about. A definition that it does not fit is reported
/// and left unchanged.
pub(super) fn entry(
    entry: &Entry,
    api: &mut Api,
    at: &Anchor,
    is_known: Option<&dyn Fn(&str) -> bool>,
) -> (Vec<Applied>, Vec<Violation>) {
    if let (Some(owner), Some(plugin)) = (&entry.shared_with, &entry.plugin) {
        api.separate(&entry.action, owner, plugin);
    }
    let meant: Vec<usize> = api
        .of_kind(EndpointKind::Action)
        .filter(|(_, action)| subject::is_meant(entry, action))
        .filter(|(_, action)| is_known.is_none_or(|is_known| is_known(&action.group)))
        .map(|(index, _)| index)
        .collect();
    if meant.is_empty() && is_known.is_some() {
        return (Vec::new(), Vec::new());
    }
    if meant.is_empty() {
        return (Vec::new(), vec![subject::missing(entry, api)]);
    }
    if let Some(through) = &entry.change.through
        && !api.actions().any(|action| action.id == *through)
    {
        let message = format!("this version has no action `{through}` to send the call as");
        return (Vec::new(), vec![violation(message, "/through")]);
    }
    let (mut applied, mut violations) = (Vec::new(), Vec::new());
    let mut added = Vec::new();
    for index in meant {
        let before = &api.endpoints[index];
        let action = match definition(entry, before, api) {
            Ok(action) => action,
            Err(violation) => {
                violations.push(violation);
                continue;
            }
        };
        let command = entry.command_of.iter().map(|action| Effect::CommandOf(action.clone()));
        applied.push(Applied {
            action: (action.id.clone(), action.group.clone()),
            description: entry.description.clone(),
            evidence: entry.evidence.clone(),
            at: at.clone(),
            effects: command.chain(effect::between(before, &action)).collect(),
        });
        match entry.command_of {
            Some(_) => added.push(action),
            None => api.endpoints[index] = action,
        }
    }
    added.into_iter().for_each(|action| api.add_action(action));
    (applied, violations)
}

/// Returns the corrected definition.
fn definition(entry: &Entry, before: &Endpoint, api: &Api) -> Result<Endpoint, Violation> {
    let mut action = match &entry.command_of {
        Some(_) => command(entry, before, api)?,
        None => before.clone(),
    };
    params(entry, &mut action, api)?;
    change(&entry.change, &mut action, api)?;
    needs(&entry.change, &mut action)?;
    outcome(&entry.change, &mut action)?;
    if action != *before {
        return Ok(action);
    }
    let message = format!("`{}` of `{}` already has this value", action.id, action.group);
    Err(violation(message, "")
        .help("remove the entry, name the `plugin` it applies to, or limit its `versions`"))
}

/// Returns the call of a command, before its corrections: a copy of the action that it goes through.
fn command(entry: &Entry, before: &Endpoint, api: &Api) -> Result<Endpoint, Violation> {
    let name = &entry.action;
    if api.actions().any(|one| one.id == *name && one.is_in(&before.group)) {
        let message = format!("`{}` already has an action `{name}`", before.group);
        let help = "give the command another name, or correct the action without `command_of`";
        return Err(violation(message, "/action").help(help));
    }
    Ok(Endpoint {
        id: name.clone(),
        action: Some(before.sent_name().to_owned()),
        is_command: true,
        complete: false,
        paging: None,
        outcome: None,
        ..before.clone()
    })
}

fn params(entry: &Entry, action: &mut Endpoint, api: &Api) -> Result<(), Violation> {
    let changes = &entry.params;
    if let Some(complete) = changes.complete {
        action.complete = complete;
    }
    for (index, name) in changes.remove.iter().enumerate() {
        let found = action.params.iter().position(|param| param.name == *name);
        let Some(found) = found else {
            return Err(subject::no_param(action, name, "remove", &index.to_string()));
        };
        action.params.remove(found);
    }
    for (name, change) in &changes.change {
        match action.params.iter_mut().find(|param| param.name == *name) {
            Some(param) => {
                amend(param, change, &join("/params/change", name), api)?;
            }
            None => return Err(subject::no_param(action, name, "change", name)),
        }
    }
    // Required parameters come first, in the order they are added: the nodes before what is done to
    // them.
    let stays_in_front = |param: &&Param| param.location.is_path() || param.kind == Kind::Nodes;
    let mut front = action.params.iter().take_while(stays_in_front).count();
    for (index, NewParam { name, change }) in changes.add.iter().enumerate() {
        if action.params.iter().any(|param| param.name == *name) {
            let message = format!("the parameter `{name}` to add already exists");
            return Err(violation(message, format!("/params/add/{index}/name")));
        }
        let mut param = new_param(name);
        amend(&mut param, change, &format!("/params/add/{index}"), api)?;
        if param.required {
            action.params.insert(front, param);
            front += 1;
        } else {
            action.params.push(param);
        }
    }
    Ok(())
}

fn new_param(name: &str) -> Param {
    Param::new(name, Location::Form, Kind::TEXT, Style::Plain)
}

/// Changes a parameter, by what is written at `pointer` of the entry.
fn amend(
    param: &mut Param,
    change: &ParamChange,
    pointer: &str,
    api: &Api,
) -> Result<(), Violation> {
    if let Some(kind) = &change.kind {
        (param.kind, param.style) = kind_of(kind, &param.name, pointer, api)?;
        param.secret = matches!(kind, ParamType::Secret);
        if let ParamType::Codes(codes) | ParamType::Bits(codes) = kind {
            let one = |(name, value): (&String, &u32)| DeclaredValue {
                value: value.to_string(),
                name: Some(name.clone()),
                doc: None,
            };
            param.values = by_number(codes).map(one).collect();
        }
    }
    if let Some(Place::Query) = change.place {
        param.location = Location::Query;
    }
    if let Some(name) = &change.rename {
        param.rust_name = Some(name.clone());
    }
    if !change.refused.is_empty() {
        let refused = change.refused.iter();
        param.refused = refused.map(|(value, why)| (value.clone(), why.clone())).collect();
    }
    if let Some(required) = change.required {
        param.required = required;
    }
    if let Some(default) = &change.default {
        param.default = Some(default.clone());
    }
    Ok(())
}

/// Returns the kind and the encoding of a parameter of a type that is written at `pointer` of the
/// entry.
fn kind_of(
    kind: &ParamType,
    name: &str,
    pointer: &str,
    api: &Api,
) -> Result<(Kind, Style), Violation> {
    let texts = || Kind::Value(Type::List(Box::new(Type::Text)));
    Ok(match kind {
        ParamType::Text | ParamType::Secret => (Kind::TEXT, Style::Plain),
        ParamType::Integer => (Kind::Value(Type::Integer), Style::Plain),
        ParamType::Time => (Kind::Value(Type::Time), Style::Plain),
        ParamType::Rights => (Kind::Value(Type::Rights), Style::Plain),
        ParamType::Flag => (Kind::Flag, Style::Plain),
        ParamType::Switch => (Kind::Value(Type::Boolean), Style::Plain),
        ParamType::On => (Kind::On, Style::Plain),
        ParamType::Node => (Kind::Node, Style::Plain),
        ParamType::Nodes => (Kind::Nodes, Style::Brackets),
        ParamType::Selection => (Kind::Nodes, Style::Numbered),
        ParamType::Texts => (texts(), Style::Brackets),
        ParamType::Series => (texts(), Style::Series),
        ParamType::Json => (Kind::Value(Type::Any), Style::Json),
        ParamType::JsonOf(of) => {
            let kind = type_of(of, api, &format!("{pointer}/type/json_of"))?;
            (Kind::Value(kind), Style::Json)
        }
        ParamType::Codes(codes) => (Kind::Choice(numbers(codes)), Style::Plain),
        ParamType::Bits(codes) => (Kind::Choice(numbers(codes)), Style::Sum),
        ParamType::Fields => (Kind::Fields, Style::Plain),
        ParamType::Numbered => {
            (Kind::TEXT, Style::Indexed(name.trim_end_matches("[n]").to_owned()))
        }
        ParamType::Page => (Kind::Page, Style::Plain),
        ParamType::Encoded => (Kind::TEXT, Style::EncodedTwice),
        ParamType::File => (Kind::File, Style::Plain),
        ParamType::Choice(values) => (Kind::choice(values), Style::Plain),
        ParamType::Constant(value) => (Kind::Constant(value.clone()), Style::Plain),
    })
}

/// Returns named numbers in the order of the numbers.
fn by_number(codes: &BTreeMap<String, u32>) -> impl Iterator<Item = (&String, &u32)> {
    let mut all: Vec<_> = codes.iter().collect();
    all.sort_by_key(|(_, number)| **number);
    all.into_iter()
}

fn numbers(codes: &BTreeMap<String, u32>) -> Vec<String> {
    by_number(codes).map(|(_, number)| number.to_string()).collect()
}

/// Sets what the work leaves on the server.
fn outcome(change: &Change, action: &mut Endpoint) -> Result<(), Violation> {
    let Some(outcome) = &change.outcome else { return Ok(()) };
    if let Some(missing) = outcome.params().into_iter().find(|name| action.param(name).is_none()) {
        return Err(subject::unknown_param(action, missing, "/change/outcome".to_owned()));
    }
    action.outcome = Some(outcome.clone());
    Ok(())
}

/// Sets of which parameters a call needs at least one.
fn needs(change: &Change, action: &mut Endpoint) -> Result<(), Violation> {
    for (index, names) in change.any_of.iter().enumerate() {
        if let Some(missing) = names.iter().find(|name| action.param(name).is_none()) {
            let at = format!("/change/any_of/{index}");
            return Err(subject::unknown_param(action, missing, at));
        }
        action.needs.push(names.clone());
    }
    Ok(())
}

fn change(change: &Change, action: &mut Endpoint, api: &Api) -> Result<(), Violation> {
    if let Some(declared) = &change.rest_params {
        reroute(declared.as_deref(), action);
    }
    if let Some(through) = &change.through {
        action.action = Some(through.clone());
    }
    if let Some(verb) = change.verb.filter(|_| action.rest) {
        action.method = match verb {
            Verb::Get => Method::Get,
            Verb::Post => Method::Post,
        };
    }
    if let Some(answer) = &change.answer {
        action.response = response(answer, api)?;
    }
    if let Some(background) = change.background {
        action.background = background;
    }
    if let Some(repeatable) = change.repeatable {
        action.repeatable = repeatable;
    }
    if let Some(paging) = &change.paging {
        action.page_item(paging, api).map_err(|why| violation(why, "/change/paging"))?;
        action.paging = Some(paging.clone());
    }
    if let Some(note) = &change.dead {
        action.unsupported = Some(note.clone());
    }
    if let Some(interface) = change.interface {
        action.interface = interface;
    }
    if let Some(name) = &change.rename {
        action.rust_name = Some(name.clone());
    }
    Ok(())
}

/// Gives the action another path, and moves its parameters into it and out of it.
fn reroute(declared: Option<&str>, action: &mut Endpoint) {
    for param in action.params.iter_mut().filter(|param| param.location.is_path()) {
        param.location = Location::Form;
    }
    action.rest = declared.is_some();
    let Some(declared) = declared else {
        action.method = Method::Post;
        return;
    };
    let mut params = Vec::new();
    for (name, location) in lower::rest_path(declared) {
        let existing = action.params.iter().position(|param| param.name == *name);
        let mut param = match existing {
            Some(index) => action.params.remove(index),
            None => new_param(name),
        };
        param.location = location;
        if location == Location::RestOfPath {
            (param.kind, param.style) = (Kind::Node, Style::Plain);
        }
        params.push(param);
    }
    params.append(&mut action.params);
    action.params = params;
}

fn response(answer: &Answer, api: &Api) -> Result<Response, Violation> {
    let of = |of: &Of| type_of(of, api, "/change/answer");
    Ok(match answer {
        Answer::Listing => Response::Listing,
        Answer::Envelope => Response::Envelope,
        Answer::Report => Response::EnvelopeOrNothing,
        Answer::Json => Response::Json(Type::Any),
        Answer::Xml => Response::Xml,
        Answer::Text => Response::Text,
        Answer::Bytes => Response::Bytes,
        Answer::Nothing => Response::Nothing,
        Answer::Redirect => Response::Head,
        Answer::Any => Response::Undeclared,
        Answer::Model(kind) => Response::Json(of(kind)?),
        Answer::List(kind) => Response::Json(Type::List(Box::new(of(kind)?))),
        Answer::Map(kind) => {
            Response::Json(Type::Lenient(Box::new(Type::Map(Box::new(of(kind)?)))))
        }
        Answer::Nullable(kind) => Response::Json(Type::Nullable(Box::new(of(kind)?))),
        Answer::OneOrMany(kind) => Response::OneOrMany(of(kind)?),
    })
}

/// Returns a type of JSON, by what is written at `pointer` of the entry.
fn type_of(of: &Of, api: &Api, pointer: &str) -> Result<Type, Violation> {
    let inner = |of: &Of| type_of(of, api, pointer).map(Box::new);
    Ok(match of {
        Of::Composed(Composed::List(of)) => Type::List(inner(of)?),
        Of::Composed(Composed::Map(of)) => Type::Map(inner(of)?),
        Of::Composed(Composed::Nullable(of)) => Type::Nullable(inner(of)?),
        Of::Named(name) => match name.as_str() {
            "text" => Type::Text,
            "integer" => Type::Integer,
            "time" => Type::Time,
            "rights" => Type::Rights,
            "number" => Type::Float,
            "boolean" => Type::Boolean,
            "json" => Type::Any,
            name => match api.model(EndpointKind::Action, name) {
                Some(_) => Type::Model(name.to_owned()),
                None => return Err(subject::no_model(name, pointer, api)),
            },
        },
    })
}
