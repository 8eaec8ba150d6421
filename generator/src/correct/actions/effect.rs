//! What a correction did to an action.

use std::fmt;

use serde::Serialize;

use crate::model::{Action, Param};

/// One thing that is otherwise after a correction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The parameters of the path, or whether there is a path at all.
    Path,
    /// The method.
    Verb,
    /// What the action answers.
    Answer,
    /// Whether it goes on in the background.
    Background,
    /// Whether it may be repeated.
    Repeatable,
    /// Whether it works at all.
    Dead,
    /// A parameter that is there no more.
    Removed(String),
    /// A new parameter.
    Added(String),
    /// What a parameter takes.
    Type(String),
    /// Whether a parameter is required.
    Required(String),
    /// The default of a parameter.
    Default(String),
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Path => f.write_str("the path"),
            Self::Verb => f.write_str("the method"),
            Self::Answer => f.write_str("the answer"),
            Self::Background => f.write_str("going on in the background"),
            Self::Repeatable => f.write_str("being safe to repeat"),
            Self::Dead => f.write_str("working at all"),
            Self::Removed(name) => write!(f, "without `{name}`"),
            Self::Added(name) => write!(f, "with `{name}`"),
            Self::Type(name) => write!(f, "the type of `{name}`"),
            Self::Required(name) => write!(f, "whether `{name}` is required"),
            Self::Default(name) => write!(f, "the default of `{name}`"),
        }
    }
}

/// What is otherwise in `after` than it was in `before`.
pub(super) fn between(before: &Action, after: &Action) -> Vec<Effect> {
    let path = |action: &Action| action.route.as_ref().map(|route| route.declared());
    let verb = |action: &Action| action.route.as_ref().map(|route| route.verb);
    let both_reachable = before.route.is_some() && after.route.is_some();
    let whole = [
        (path(before) != path(after), Effect::Path),
        (both_reachable && verb(before) != verb(after), Effect::Verb),
        (before.returns != after.returns, Effect::Answer),
        (before.background != after.background, Effect::Background),
        (before.repeatable != after.repeatable, Effect::Repeatable),
        (before.retired != after.retired, Effect::Dead),
    ];
    let mut effects: Vec<_> = whole.into_iter().filter_map(|(is, e)| is.then_some(e)).collect();
    let missing = |param: &&Param, from: &Action| from.params.iter().all(|p| p.name != param.name);
    let removed = before.params.iter().filter(|param| missing(param, after));
    effects.extend(removed.map(|param| Effect::Removed(param.name.clone())));
    for param in &after.params {
        match before.params.iter().find(|old| old.name == param.name) {
            Some(old) => changed(old, param, &mut effects),
            None => effects.push(Effect::Added(param.name.clone())),
        }
    }
    effects
}

fn changed(before: &Param, after: &Param, effects: &mut Vec<Effect>) {
    let name = || after.name.clone();
    if before.kind != after.kind {
        effects.push(Effect::Type(name()));
    }
    if before.required != after.required {
        effects.push(Effect::Required(name()));
    }
    if before.default != after.default {
        effects.push(Effect::Default(name()));
    }
}
