//! Applying one correction.

use super::{
    Answer, Applied, Change, Entry, NewParam, ParamChange, ParamType, Verb, effect,
    subject::{self, misfit},
};
use crate::{
    docs::Docs,
    model::{self, Action, Api, Kind, Param, ParamPlace, ReturnKind, Route, Type},
    openapi::{Anchor, Misfit},
};

/// Corrects every definition the entry is about, and says where it cannot: such a definition is
/// left as it is.
pub(super) fn entry(
    entry: &Entry,
    api: &mut Api,
    docs: &Docs,
    at: &Anchor,
    is_known: Option<&dyn Fn(&str) -> bool>,
) -> (Vec<Applied>, Vec<Misfit>) {
    let models: Vec<String> = api.models.iter().map(|model| model.name.clone()).collect();
    let meant: Vec<usize> = (0..api.actions.len())
        .filter(|&index| subject::is_meant(entry, &api.actions[index]))
        .filter(|&index| is_known.is_none_or(|is_known| is_known(&api.actions[index].owner)))
        .collect();
    if meant.is_empty() && is_known.is_some() {
        return (Vec::new(), Vec::new());
    }
    if meant.is_empty() {
        return (Vec::new(), vec![subject::missing(entry, api)]);
    }
    if let Some(through) = &entry.change.through
        && !api.actions.iter().any(|action| action.name == *through)
    {
        let message = format!("no action `{through}` to be called through in this version");
        return (Vec::new(), vec![misfit(message, "/through")]);
    }
    let (mut applied, mut misfits) = (Vec::new(), Vec::new());
    for index in meant {
        let mut action = api.actions[index].clone();
        if let Err(misfit) = definition(entry, &mut action, docs, &models) {
            misfits.push(misfit);
            continue;
        }
        applied.push(Applied {
            action: (action.name.clone(), action.owner.clone()),
            description: entry.description.clone(),
            evidence: entry.evidence.clone(),
            at: at.clone(),
            effects: effect::between(&api.actions[index], &action),
        });
        api.actions[index] = action;
    }
    (applied, misfits)
}

fn definition(
    entry: &Entry,
    action: &mut Action,
    docs: &Docs,
    models: &[String],
) -> Result<(), Misfit> {
    let before = action.clone();
    params(entry, action, docs)?;
    change(&entry.change, action, docs, models)?;
    if *action != before {
        return Ok(());
    }
    let message = format!("`{}` of `{}` is so already", action.name, action.owner);
    Err(misfit(message, "")
        .help("take the entry out, name the `plugin` it is true of, or limit its `versions`"))
}

fn params(entry: &Entry, action: &mut Action, docs: &Docs) -> Result<(), Misfit> {
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
    // What is required comes first, in the order it is added: the nodes before what is done to them.
    let stays_in_front = |param: &&Param| {
        param.place != ParamPlace::Field || matches!(param.kind, Kind::Nodes | Kind::Selection)
    };
    let mut front = action.params.iter().take_while(stays_in_front).count();
    for (index, NewParam { name, change }) in changes.add.iter().enumerate() {
        if action.params.iter().any(|param| param.name == *name) {
            let message = format!("the parameter `{name}` to add is there already");
            return Err(misfit(message, format!("/params/add/{index}/name")));
        }
        let mut param = new_param(name, action, docs);
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

fn new_param(name: &str, action: &Action, docs: &Docs) -> Param {
    let documented = docs.action(&action.owner, &action.also, &action.name);
    Param {
        name: name.to_owned(),
        place: ParamPlace::Field,
        declared: None,
        position: None,
        kind: Kind::Text,
        required: false,
        default: None,
        doc: documented.and_then(|docs| docs.params.get(name)).cloned(),
        foreign: false,
    }
}

fn amend(param: &mut Param, change: &ParamChange) {
    if let Some(kind) = &change.kind {
        param.kind = kind_of(kind, &param.name);
    }
    if let Some(required) = change.required {
        param.required = required;
    }
    if let Some(default) = &change.default {
        param.default = Some(default.clone());
    }
}

fn kind_of(kind: &ParamType, name: &str) -> Kind {
    match kind {
        ParamType::Text => Kind::Text,
        ParamType::Integer => Kind::Integer,
        ParamType::Flag => Kind::Flag,
        ParamType::Switch => Kind::Switch,
        ParamType::On => Kind::On,
        ParamType::Node => Kind::Node,
        ParamType::Nodes => Kind::Nodes,
        ParamType::Selection => Kind::Selection,
        ParamType::Texts => Kind::Texts,
        ParamType::Json => Kind::Json,
        ParamType::Fields => Kind::Fields,
        ParamType::Numbered => Kind::Numbered(name.trim_end_matches("[n]").to_owned()),
        ParamType::Page => Kind::Page,
        ParamType::Encoded => Kind::Encoded,
        ParamType::File => Kind::File,
        ParamType::Choice(words) => Kind::Choice(words.clone()),
        ParamType::Constant(value) => Kind::Constant(value.clone()),
    }
}

fn change(
    change: &Change,
    action: &mut Action,
    docs: &Docs,
    models: &[String],
) -> Result<(), Misfit> {
    if let Some(declared) = &change.rest_params {
        reroute(declared.as_deref(), action, docs);
    }
    if let Some(through) = &change.through {
        action.through = Some(through.clone());
    }
    if let (Some(verb), Some(route)) = (change.verb, &mut action.route) {
        route.verb = match verb {
            Verb::Get => model::Verb::Get,
            Verb::Post => model::Verb::Post,
        };
    }
    if let Some(answer) = &change.answer {
        action.returns = returns(answer, models)?;
    }
    if let Some(background) = change.background {
        action.background = background;
    }
    if let Some(repeatable) = change.repeatable {
        action.repeatable = repeatable;
    }
    if let Some(note) = &change.dead {
        action.retired = Some(note.clone());
    }
    Ok(())
}

/// Gives the action another path: its parameters move into it and out of it.
fn reroute(declared: Option<&str>, action: &mut Action, docs: &Docs) {
    let verb = action.route.as_ref().map_or(model::Verb::Post, |route| route.verb);
    action.route = declared.map(|declared| Route::parse(declared, verb));
    for param in &mut action.params {
        if param.place != ParamPlace::Field {
            param.place = ParamPlace::Field;
        }
    }
    let Some(route) = action.route.clone() else { return };
    let mut params = Vec::new();
    for (index, name) in route.path.iter().enumerate() {
        let existing = action.params.iter().position(|param| param.name == *name);
        let mut param = match existing {
            Some(index) => action.params.remove(index),
            None => new_param(name, action, docs),
        };
        let is_catch_all = route.catch_all && index + 1 == route.path.len();
        param.place = if is_catch_all { ParamPlace::CatchAll } else { ParamPlace::Path };
        if is_catch_all {
            param.kind = Kind::Node;
        }
        params.push(param);
    }
    params.append(&mut action.params);
    action.params = params;
}

fn returns(answer: &Answer, models: &[String]) -> Result<ReturnKind, Misfit> {
    let model = |name: &String| match models.contains(name) {
        true => Ok(Type::Model(name.clone())),
        false => Err(subject::no_model(name, models)),
    };
    Ok(match answer {
        Answer::Listing => ReturnKind::Listing,
        Answer::Envelope => ReturnKind::Envelope,
        Answer::Report => ReturnKind::Report,
        Answer::Json => ReturnKind::Json,
        Answer::Xml => ReturnKind::Xml,
        Answer::Text => ReturnKind::Text,
        Answer::Bytes => ReturnKind::Stream,
        Answer::Nothing => ReturnKind::Nothing,
        Answer::Any => ReturnKind::Any,
        Answer::Model(name) => ReturnKind::Typed(model(name)?),
        Answer::List(name) => ReturnKind::Typed(Type::List(Box::new(model(name)?))),
        Answer::Map(name) => {
            ReturnKind::Typed(Type::Lenient(Box::new(Type::Map(Box::new(model(name)?)))))
        }
        Answer::OneOrMany(name) => ReturnKind::OneOrMany(model(name)?),
    })
}
