//! Applying one correction.

use super::{Answer, Applied, Change, Entry, NewParam, ParamChange, ParamType, Verb};
use crate::{
    docs::Docs,
    model::{self, Action, Api, Kind, Param, ParamPlace, ReturnKind, Route, Type},
};

/// Corrects every definition the entry is about, or says why it cannot.
pub(super) fn entry(entry: &Entry, api: &mut Api, docs: &Docs) -> Result<Vec<Applied>, String> {
    let models: Vec<String> = api.models.iter().map(|model| model.name.clone()).collect();
    let mut applied = Vec::new();
    for action in &mut api.actions {
        let is_meant = action.name == entry.action
            && entry.plugin.as_ref().is_none_or(|plugin| *plugin == action.owner);
        if !is_meant {
            continue;
        }
        let before = action.clone();
        params(entry, action, docs)?;
        change(&entry.change, action, docs, &models)?;
        if *action == before {
            return Err(format!("`{}` of `{}` is so already", action.name, action.owner));
        }
        applied.push(Applied {
            action: (action.name.clone(), action.owner.clone()),
            description: entry.description.clone(),
            evidence: entry.evidence.clone(),
        });
    }
    match applied.is_empty() {
        true => Err(format!("no definition of the action `{}` in this version", entry.action)),
        false => Ok(applied),
    }
}

fn params(entry: &Entry, action: &mut Action, docs: &Docs) -> Result<(), String> {
    let changes = &entry.params;
    for name in &changes.remove {
        let count = action.params.len();
        action.params.retain(|param| param.name != *name);
        if action.params.len() == count {
            return Err(format!("there is no parameter `{name}` to remove"));
        }
    }
    for (name, change) in &changes.change {
        let param = action.params.iter_mut().find(|param| param.name == *name);
        let param = param.ok_or_else(|| format!("there is no parameter `{name}` to change"))?;
        amend(param, change);
    }
    // What is required comes first, in the order it is added: the nodes before what is done to them.
    let stays_in_front = |param: &&Param| {
        param.place != ParamPlace::Field || matches!(param.kind, Kind::Nodes | Kind::Selection)
    };
    let mut front = action.params.iter().take_while(stays_in_front).count();
    for NewParam { name, change } in &changes.add {
        if action.params.iter().any(|param| param.name == *name) {
            return Err(format!("the parameter `{name}` to add is there already"));
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
    let documented = docs.action(&action.owner, &action.name);
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
        ParamType::Json => Kind::Json,
        ParamType::Fields => Kind::Fields,
        ParamType::Numbered => Kind::Numbered(name.trim_end_matches("[n]").to_owned()),
        ParamType::Page => Kind::Page,
        ParamType::Encoded => Kind::Encoded,
        ParamType::File => Kind::File,
        ParamType::Constant(value) => Kind::Constant(value.clone()),
        ParamType::Choice(words) => Kind::Choice(words.clone()),
    }
}

fn change(
    change: &Change,
    action: &mut Action,
    docs: &Docs,
    models: &[String],
) -> Result<(), String> {
    if let Some(declared) = &change.rest_params {
        reroute(declared.as_deref(), action, docs);
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

fn returns(answer: &Answer, models: &[String]) -> Result<ReturnKind, String> {
    let model = |name: &String| match models.contains(name) {
        true => Ok(Type::Model(name.clone())),
        false => Err(format!("no model `{name}`")),
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
