//! The summary of processing an input.

use serde::Serialize;

use super::{Corrected, External, Input, Skipped, Unselected};
use crate::{
    correct::{actions, overlay},
    diagnostic::{Diagnostic, Place},
    ir::{Api, Calls, Group},
    openapi::Anchor,
};

/// The reason for an action without a function: it has no method on the server.
const CLIENT_ONLY: &str = "of the web interface only";

/// The reason for something unreadable.
const UNREADABLE: &str = "that cannot be read";

/// The reason for something that cannot be expressed.
const UNSUPPORTED: &str = "that is not supported";

/// What was read, corrected and skipped.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// The files and directories that were read, for display.
    pub read: Vec<String>,
    /// The corrections that were applied, in order.
    pub corrected: Vec<Correction>,
    /// What was not generated, by reason.
    pub left_out: Vec<LeftOut>,
}

/// A correction that was applied.
#[derive(Clone, Debug)]
pub struct Correction {
    /// What it corrects: an action as `plugin/action`, or a location in the spec with the number of
    /// others.
    pub of: String,
    at: Anchor,
}

impl Correction {
    /// Returns where it is written.
    pub fn place(&self) -> Place {
        self.at.place()
    }
}

/// Things that were skipped for the same reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The kind of thing: an action, an operation, a plugin, an include or a correction.
    pub what: &'static str,
    /// The reason, as a phrase that follows the kind.
    pub why: &'static str,
    /// Their names.
    pub names: Vec<String>,
}

impl LeftOut {
    /// Returns the unreadable plugins and actions of an import.
    pub(crate) fn of_import(plugins: Vec<String>, actions: Vec<String>) -> Vec<Self> {
        let all = [("plugin", plugins), ("action", actions)];
        let all = all.into_iter().filter(|(_, names)| !names.is_empty());
        all.map(|(what, names)| Self::new(what, UNREADABLE, names)).collect()
    }

    /// Returns the operations that cannot be expressed.
    fn unsupported(api: &Api) -> Self {
        let names = api.skipped.iter().map(|skipped| skipped.id.clone()).collect();
        Self::new("operation", UNSUPPORTED, names)
    }

    fn new(what: &'static str, why: &'static str, names: Vec<String>) -> Self {
        Self { what, why, names }
    }

    /// Formats their number and the reason: `1 plugin that cannot be read (access.ftp)`.
    pub fn summary(&self) -> String {
        let Self { what, why, names } = self;
        let (plural, why) = match names.len() {
            1 => ("", (*why).to_owned()),
            _ => ("s", why.replace("that is ", "that are ")),
        };
        let named = match self.is_short() {
            true => format!(" ({})", names.join(", ")),
            false => String::new(),
        };
        format!("{} {what}{plural} {why}{named}", names.len())
    }

    /// Returns whether they are few enough for [`LeftOut::summary`] to list them.
    pub fn is_short(&self) -> bool {
        self.names.iter().map(String::len).sum::<usize>() < 60
    }
}

impl Account {
    /// Creates the summary of an installation or a bundle.
    pub fn of(input: &Input, corrected: &Corrected) -> Self {
        let mut account = Self { read: input.read_from(), ..Self::default() };
        let of_actions = corrected.applied.iter().map(of_action);
        account.corrected = input.overlaid.iter().map(of_spec).chain(of_actions).collect();
        let Corrected { api, skipped, inactive, .. } = corrected;
        account.leave(LeftOut::new("plugin", UNREADABLE, input.set.failed.clone()));
        account.leave(LeftOut::new("action", UNREADABLE, input.skipped_actions()));
        account.leave(LeftOut::new("include", UNREADABLE, input.skipped_includes()));
        account.leave(LeftOut::new(
            "spec",
            UNREADABLE,
            input.unread_spec.iter().cloned().collect(),
        ));
        account.leave(LeftOut::new(
            "correction",
            "that do not fit the installation",
            places(skipped),
        ));
        account.leave(LeftOut::new("action", "not active on the server", inactive.clone()));
        account.leave(LeftOut::new("action", CLIENT_ONLY, client_only(api)));
        account.leave(LeftOut::unsupported(api));
        account
    }

    /// Creates the summary of a spec without an installation.
    pub(super) fn of_spec(external: &External) -> Self {
        let corrected = external.overlaid.iter().map(of_spec).collect();
        let mut account = Self { read: external.files.clone(), corrected, left_out: Vec::new() };
        account.leave(LeftOut::unsupported(&external.api));
        account
    }

    /// Returns what could not be read or expressed.
    pub(super) fn skipped(&self) -> Vec<Skipped> {
        let lost = self.left_out.iter().filter(|one| matches!(one.why, UNREADABLE | UNSUPPORTED));
        lost.flat_map(|one| {
            one.names.iter().map(move |name| Skipped { kind: one.what, name: name.clone() })
        })
        .collect()
    }

    /// Adds what is missing from the model because it was not requested.
    pub(super) fn leave_unselected(&mut self, before: &Calls, unselected: &Unselected, api: &Api) {
        let (actions, mut operations) = before.not_in(&api.calls());
        operations.extend_from_slice(&unselected.operations);
        operations.sort_unstable();
        self.left_out.retain(|left| left.why != CLIENT_ONLY);
        self.leave(LeftOut::new("action", "not selected", actions));
        self.leave(LeftOut::new("operation", "not selected", operations));
        self.leave(LeftOut::new("action", CLIENT_ONLY, client_only(api)));
    }

    /// Adds the actions that only sessions and the command line reach.
    pub(crate) fn leave_unreachable(&mut self, api: &Api) {
        let names = api.plugins().flat_map(|plugin| {
            let unreachable = api.members(plugin).filter(|action| !action.rest);
            unreachable.map(move |action| format!("{}/{}", plugin.id, action.id))
        });
        let names = names.collect();
        self.leave(LeftOut::new("action", "that REST v1 does not reach", names));
    }

    fn leave(&mut self, left: LeftOut) {
        if !left.names.is_empty() {
            self.left_out.push(left);
        }
    }
}

fn of_spec(applied: &overlay::Applied) -> Correction {
    let of = match &applied.pointers[..] {
        [] => String::new(),
        [one] => one.clone(),
        [one, others @ ..] => format!("{one} and {} more", others.len()),
    };
    Correction { of, at: applied.at.clone() }
}

fn of_action(applied: &actions::Applied) -> Correction {
    let (action, plugin) = &applied.action;
    Correction { of: format!("{plugin}/{action}"), at: applied.at.clone() }
}

/// Returns where the findings are.
pub(super) fn places(violations: &[Diagnostic]) -> Vec<String> {
    violations.iter().filter_map(|violation| Some(violation.place.as_ref()?.to_string())).collect()
}

fn client_only(api: &Api) -> Vec<String> {
    let of = |plugin: &Group| {
        let names = plugin.client_only.iter();
        names.map(|name| format!("{}/{name}", plugin.id)).collect::<Vec<_>>()
    };
    api.plugins().flat_map(of).collect()
}
