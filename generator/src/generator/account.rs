//! What became of an input on the way to the model.

use serde::Serialize;

use crate::{
    correct::{actions, overlay},
    diagnostic::{Diagnostic, Place},
    model::{Api, Calls, Plugin},
    openapi::Anchor,
    source::{Corrected, Foreign, Input},
};

/// Why an action has no function that no method of the server runs.
const CLIENT_ONLY: &str = "of the web interface alone";

/// What was read, what corrected it, and what was left out.
#[derive(Clone, Debug, Default)]
pub struct Account {
    /// The files and directories that were read, as a person names them.
    pub read: Vec<String>,
    /// The corrections that were applied, in order.
    pub corrected: Vec<Correction>,
    /// What no code is made of, by the reason.
    pub left_out: Vec<LeftOut>,
}

/// A correction that was applied.
#[derive(Clone, Debug)]
pub struct Correction {
    /// What it corrects: an action as `plugin/action`, or a place in the spec.
    pub of: String,
    at: Anchor,
}

impl Correction {
    /// Where it stands.
    pub fn place(&self) -> Place {
        self.at.place()
    }
}

/// Things that were left out for one reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// What each of them is: an action, an operation, a plugin or a correction.
    pub what: &'static str,
    /// The reason, in words that go behind that.
    pub why: &'static str,
    /// Which they are.
    pub names: Vec<String>,
}

impl LeftOut {
    /// How many there are, and why: `2 plugins that cannot be read`.
    pub fn summary(&self) -> String {
        let Self { what, why, names } = self;
        let plural = if names.len() == 1 { "" } else { "s" };
        format!("{} {what}{plural} {why}", names.len())
    }
}

impl Account {
    /// Of an installation or a bundle.
    pub fn of(input: &Input, corrected: &Corrected) -> Self {
        let mut account = Self { read: input.read_from(), ..Self::default() };
        let of_actions = corrected.applied.iter().map(of_action);
        account.corrected = input.overlaid.iter().map(of_spec).chain(of_actions).collect();
        let Corrected { api, skipped, inactive, .. } = corrected;
        account.leave("plugin", "that cannot be read", input.set.failed.clone());
        account.leave("correction", "that does not fit this installation", places(skipped));
        account.leave("action", "not active on the server", inactive.clone());
        account.leave("action", CLIENT_ONLY, client_only(api));
        account
    }

    /// Of a spec by itself.
    pub(super) fn of_spec(foreign: &Foreign) -> Self {
        let corrected = foreign.overlaid.iter().map(of_spec).collect();
        Self { read: foreign.files.clone(), corrected, left_out: Vec::new() }
    }

    /// Adds what is not in the model since it was not asked for.
    pub(super) fn leave_unselected(&mut self, before: &Calls, api: &Api) {
        let (actions, operations) = before.not_in(&api.calls());
        self.left_out.retain(|left| left.why != CLIENT_ONLY);
        self.leave("action", "not selected", actions);
        self.leave("operation", "not selected", operations);
        self.leave("action", CLIENT_ONLY, client_only(api));
    }

    fn leave(&mut self, what: &'static str, why: &'static str, names: Vec<String>) {
        if !names.is_empty() {
            self.left_out.push(LeftOut { what, why, names });
        }
    }
}

fn of_spec(applied: &overlay::Applied) -> Correction {
    Correction { of: applied.pointers.join(", "), at: applied.at.clone() }
}

fn of_action(applied: &actions::Applied) -> Correction {
    let (action, plugin) = &applied.action;
    Correction { of: format!("{plugin}/{action}"), at: applied.at.clone() }
}

fn places(misfits: &[Diagnostic]) -> Vec<String> {
    misfits.iter().filter_map(|misfit| Some(misfit.place.as_ref()?.to_string())).collect()
}

fn client_only(api: &Api) -> Vec<String> {
    let of = |plugin: &Plugin| {
        let names = plugin.client_only.iter();
        names.map(|name| format!("{}/{name}", plugin.id)).collect::<Vec<_>>()
    };
    api.plugins.iter().flat_map(of).collect()
}
