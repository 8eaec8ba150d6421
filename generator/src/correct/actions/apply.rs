//! Applying one correction.

use super::{
    Answer, Applied, Change, Entry, NewParam, ParamChange, ParamType, Verb, effect,
    subject::{self, violation},
};
use crate::{
    ir::{Api, Endpoint, EndpointKind, Kind, Location, Method, Param, Response, Style, Type},
    lower,
    openapi::{Anchor, Violation},
};

/// Corrects every definition that the entry is about. A definition that it does not fit is reported
/// and left unchanged.
pub(super) fn entry(
    entry: &Entry,
    api: &mut Api,
    at: &Anchor,
    is_known: Option<&dyn Fn(&str) -> bool>,
) -> (Vec<Applied>, Vec<Violation>) {
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
        let message = format!("no action `{through}` to be called through in this version");
        return (Vec::new(), vec![violation(message, "/through")]);
    }
    let (mut applied, mut violations) = (Vec::new(), Vec::new());
    for index in meant {
        let before = &api.endpoints[index];
        let action = match definition(entry, before, api) {
            Ok(action) => action,
            Err(violation) => {
                violations.push(violation);
                continue;
            }
        };
        applied.push(Applied {
            action: (action.id.clone(), action.group.clone()),
            description: entry.description.clone(),
            evidence: entry.evidence.clone(),
            at: at.clone(),
            effects: effect::between(before, &action),
        });
        api.endpoints[index] = action;
    }
    (applied, violations)
}

/// Returns the corrected definition.
fn definition(entry: &Entry, before: &Endpoint, api: &Api) -> Result<Endpoint, Violation> {
    let mut action = before.clone();
    params(entry, &mut action)?;
    change(&entry.change, &mut action, api)?;
    if action != *before {
        return Ok(action);
    }
    let message = format!("`{}` of `{}` is so already", action.id, action.group);
    Err(violation(message, "")
        .help("take the entry out, name the `plugin` it is true of, or limit its `versions`"))
}

fn params(entry: &Entry, action: &mut Endpoint) -> Result<(), Violation> {
    let changes = &entry.params;
    for (index, name) in changes.remove.iter().enumerate() {
        let found = action.params.iter().position(|param| param.name == *name);
        let Some(found) = found else {
            return Err(subject::no_param(action, name, "remove", &index.to_string()));
        };
        action.params.remove(found);
    }
    for (name, change) in &changes.change {
        match action.params.iter_mut().find(|param| param.name == *name) {
            Some(param) => amend(param, change),
            None => return Err(subject::no_param(action, name, "change", name)),
        }
    }
    // Required parameters come first, in the order they are added: the nodes before what is done to
    // them.
    let stays_in_front = |param: &&Param| param.location.is_path() || param.kind == Kind::Nodes;
    let mut front = action.params.iter().take_while(stays_in_front).count();
    for (index, NewParam { name, change }) in changes.add.iter().enumerate() {
        if action.params.iter().any(|param| param.name == *name) {
            let message = format!("the parameter `{name}` to add is there already");
            return Err(violation(message, format!("/params/add/{index}/name")));
        }
        let mut param = new_param(name);
        amend(&mut param, change);
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

fn amend(param: &mut Param, change: &ParamChange) {
    if let Some(kind) = &change.kind {
        (param.kind, param.style) = kind_of(kind, &param.name);
    }
    if let Some(required) = change.required {
        param.required = required;
    }
    if let Some(default) = &change.default {
        param.default = Some(default.clone());
    }
}

fn kind_of(kind: &ParamType, name: &str) -> (Kind, Style) {
    let kind = match kind {
        ParamType::Text => Kind::TEXT,
        ParamType::Integer => Kind::Value(Type::Integer),
        ParamType::Flag => Kind::Flag,
        ParamType::Switch => Kind::Value(Type::Boolean),
        ParamType::On => Kind::On,
        ParamType::Node => Kind::Node,
        ParamType::Nodes => return (Kind::Nodes, Style::Brackets),
        ParamType::Selection => return (Kind::Nodes, Style::Numbered),
        ParamType::Texts => {
            return (Kind::Value(Type::List(Box::new(Type::Text))), Style::Brackets);
        }
        ParamType::Json => return (Kind::Value(Type::Any), Style::Json),
        ParamType::Fields => Kind::Fields,
        ParamType::Numbered => {
            let prefix = name.trim_end_matches("[n]").to_owned();
            return (Kind::TEXT, Style::Indexed(prefix));
        }
        ParamType::Page => Kind::Page,
        ParamType::Encoded => return (Kind::TEXT, Style::EncodedTwice),
        ParamType::File => Kind::File,
        ParamType::Choice(values) => Kind::Choice(values.clone()),
        ParamType::Constant(value) => Kind::Constant(value.clone()),
    };
    (kind, Style::Plain)
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
    if let Some(note) = &change.dead {
        action.unsupported = Some(note.clone());
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
    let model = |name: &String| match api.model(EndpointKind::Action, name) {
        Some(_) => Ok(Type::Model(name.clone())),
        None => Err(subject::no_model(name, api)),
    };
    Ok(match answer {
        Answer::Listing => Response::Listing,
        Answer::Envelope => Response::Envelope,
        Answer::Report => Response::EnvelopeOrNothing,
        Answer::Json => Response::Json(Type::Any),
        Answer::Xml => Response::Xml,
        Answer::Text => Response::Text,
        Answer::Bytes => Response::Bytes,
        Answer::Nothing => Response::Nothing,
        Answer::Any => Response::Undeclared,
        Answer::Model(name) => Response::Json(model(name)?),
        Answer::List(name) => Response::Json(Type::List(Box::new(model(name)?))),
        Answer::Map(name) => {
            Response::Json(Type::Lenient(Box::new(Type::Map(Box::new(model(name)?)))))
        }
        Answer::OneOrMany(name) => Response::OneOrMany(model(name)?),
    })
}
