//! The effects of a correction on an action.

use std::fmt;

use serde::Serialize;

use crate::ir::{Endpoint, Location, Param};

/// One thing that a correction changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// The call was added, as a command of this action.
    CommandOf(String),
    /// The parameters of the path, or whether there is a path at all.
    Path,
    /// The method.
    Verb,
    /// What the action returns.
    Answer,
    /// Whether the server continues in the background.
    Background,
    /// What that work leaves on the server.
    Outcome,
    /// Whether the action may be repeated.
    Repeatable,
    /// How its list comes in pages.
    Paging,
    /// Whether the action works at all.
    Dead,
    /// Whether it belongs to the web interface.
    Interface,
    /// Its name in Rust.
    Renamed,
    /// Which parameters belong together.
    Needs,
    /// Whether the parameters are all there are.
    Complete,
    /// A parameter that was removed.
    Removed(String),
    /// A parameter that was added.
    Added(String),
    /// What a parameter takes.
    Type(String),
    /// Whether a parameter is required.
    Required(String),
    /// The default of a parameter.
    Default(String),
    /// Where a parameter is read, its name in Rust, or values of it that are refused.
    Details(String),
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandOf(action) => write!(f, "a separate call, sent as `{action}`"),
            Self::Interface => f.write_str("that it belongs to the web interface"),
            Self::Renamed => f.write_str("the name in Rust"),
            Self::Needs => f.write_str("which parameters it needs one of"),
            Self::Complete => f.write_str("that there are no other parameters"),
            Self::Details(name) => write!(f, "the details of `{name}`"),
            Self::Path => f.write_str("the path"),
            Self::Verb => f.write_str("the method"),
            Self::Answer => f.write_str("the answer"),
            Self::Background => f.write_str("continuing in the background"),
            Self::Outcome => f.write_str("the result of its work"),
            Self::Repeatable => f.write_str("that it is safe to repeat"),
            Self::Paging => f.write_str("how it is paged"),
            Self::Dead => f.write_str("working at all"),
            Self::Removed(name) => write!(f, "without `{name}`"),
            Self::Added(name) => write!(f, "with `{name}`"),
            Self::Type(name) => write!(f, "the type of `{name}`"),
            Self::Required(name) => write!(f, "whether `{name}` is required"),
            Self::Default(name) => write!(f, "the default of `{name}`"),
        }
    }
}

/// Returns the differences between `before` and `after`.
pub(super) fn between(before: &Endpoint, after: &Endpoint) -> Vec<Effect> {
    let both_reachable = before.rest && after.rest;
    let whole = [
        (before.rest_params() != after.rest_params(), Effect::Path),
        (both_reachable && before.method != after.method, Effect::Verb),
        (before.response != after.response, Effect::Answer),
        (before.background != after.background, Effect::Background),
        (before.outcome != after.outcome, Effect::Outcome),
        (before.repeatable != after.repeatable, Effect::Repeatable),
        (before.paging != after.paging, Effect::Paging),
        (before.unsupported != after.unsupported, Effect::Dead),
        (before.interface != after.interface, Effect::Interface),
        (before.rust_name != after.rust_name, Effect::Renamed),
        (before.needs != after.needs, Effect::Needs),
        (before.complete != after.complete, Effect::Complete),
    ];
    let mut effects: Vec<_> = whole.into_iter().filter_map(|(is, e)| is.then_some(e)).collect();
    let missing = |param: &&Param, from: &Endpoint| from.param(&param.name).is_none();
    let removed = before.params.iter().filter(|param| missing(param, after));
    effects.extend(removed.map(|param| Effect::Removed(param.name.clone())));
    for param in &after.params {
        match before.param(&param.name) {
            Some(old) => changed(old, param, &mut effects),
            None => effects.push(Effect::Added(param.name.clone())),
        }
    }
    effects
}

fn changed(before: &Param, after: &Param, effects: &mut Vec<Effect>) {
    let name = || after.name.clone();
    if (&before.kind, &before.style) != (&after.kind, &after.style) {
        effects.push(Effect::Type(name()));
    }
    if before.required != after.required {
        effects.push(Effect::Required(name()));
    }
    if before.default != after.default {
        effects.push(Effect::Default(name()));
    }
    let is_query = |param: &Param| param.location == Location::Query;
    if (before.secret, &before.refused, &before.rust_name, is_query(before))
        != (after.secret, &after.refused, &after.rust_name, is_query(after))
    {
        effects.push(Effect::Details(name()));
    }
}
