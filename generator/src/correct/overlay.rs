//! Overlays: corrections to a spec in the form of the OpenAPI Overlay Specification 1.0.
//!
//! An overlay is a list of actions, each of which merges something into the parts of the spec
//! that a JSONPath selects, or removes them. Ours say two things more about each action:
//!
//! * `x-versions`: of which releases it is true, as a requirement such as `>=8.0.2, <9` or a list
//!   of them; without it, of all;
//! * `x-evidence`: how that is known.
//!
//! An action that selects nothing, or that changes nothing, corrects something that is not there:
//! that is an error, so that no correction outlives what it corrects.

mod extensions;
mod merge;
pub(super) mod table;

use std::sync::Arc;

use semver::Version;
use serde_json::Value;
use serde_json_path::JsonPath;

use super::Versions;
use crate::{
    diagnostic::{Diagnostic, SourceFile},
    openapi::{self, Anchor, Source, join},
};

/// A list of corrections to a spec.
#[derive(Debug)]
pub struct Overlay {
    /// Its `info.title`.
    pub title: String,
    /// Its actions, in order.
    pub actions: Vec<Action>,
    source: Source,
}

/// One correction.
#[derive(Debug)]
pub struct Action {
    /// What it corrects, in words.
    pub description: Option<String>,
    /// How that is known.
    pub evidence: String,
    versions: Versions,
    target: JsonPath,
    change: Change,
}

#[derive(Debug)]
enum Change {
    Update(Value),
    Remove,
}

/// An action that was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// Which of the actions it is, counted from 0.
    pub index: usize,
    /// What it corrects, in words.
    pub description: Option<String>,
    /// How that is known.
    pub evidence: String,
    /// JSON pointers to what it was applied to, as they were then.
    pub pointers: Vec<String>,
    /// Where it stands.
    pub at: Anchor,
}

impl Action {
    /// Whether it is true of a release.
    pub fn is_of(&self, version: &Version) -> bool {
        self.versions.include(version)
    }
}

impl Overlay {
    /// Reads an overlay, in JSON or YAML.
    ///
    /// # Errors
    ///
    /// The first thing in it that is not understood.
    pub fn parse(file: &Arc<SourceFile>) -> Result<Self, Diagnostic> {
        table::read(openapi::parse(file)?)
    }

    /// Applies the actions that are of `version` to a spec, in order. Where it fails, the spec
    /// is as it was.
    ///
    /// # Errors
    ///
    /// One for each action that selects nothing, changes nothing or does not fit what it selects.
    pub fn apply(
        &self,
        spec: &mut Value,
        version: &Version,
    ) -> Result<Vec<Applied>, Vec<Diagnostic>> {
        self.apply_seen(spec, version, &mut |_, _| {})
    }

    /// The ranges of versions of the actions, and where each stands.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = (&Versions, Anchor)> {
        let actions = self.actions.iter().enumerate();
        actions.map(|(index, action)| {
            (&action.versions, self.source.at(format!("/actions/{index}/x-versions")))
        })
    }

    /// Does what [`Self::apply`] does, and shows the spec as it is after each action to `see`.
    ///
    /// # Errors
    ///
    /// Those of [`Self::apply`].
    pub(crate) fn apply_seen(
        &self,
        spec: &mut Value,
        version: &Version,
        see: &mut dyn FnMut(&Applied, &Value),
    ) -> Result<Vec<Applied>, Vec<Diagnostic>> {
        let mut corrected = spec.clone();
        let (mut applied, mut failed) = (Vec::new(), Vec::new());
        for (index, action) in self.actions.iter().enumerate() {
            if !action.is_of(version) {
                continue;
            }
            match self.apply_one(index, action, &mut corrected) {
                Ok(pointers) => {
                    let done = Applied {
                        index,
                        description: action.description.clone(),
                        evidence: action.evidence.clone(),
                        pointers,
                        at: self.source.at(format!("/actions/{index}")),
                    };
                    see(&done, &corrected);
                    applied.push(done);
                }
                Err(diagnostic) => failed.push(diagnostic),
            }
        }
        if failed.is_empty() {
            *spec = corrected;
            Ok(applied)
        } else {
            Err(failed)
        }
    }

    fn apply_one(
        &self,
        index: usize,
        action: &Action,
        spec: &mut Value,
    ) -> Result<Vec<String>, Diagnostic> {
        let at = join("/actions", &index.to_string());
        let selected = action.target.query_located(spec);
        let mut pointers: Vec<_> = selected.locations().map(|at| at.to_json_pointer()).collect();
        pointers.dedup();
        if pointers.is_empty() {
            let message = "the target selects nothing in this version";
            return Err(self.source.error("overlay-target", message, &join(&at, "target")).help(
                "correct the target, or give the action an `x-versions` without this version",
            ));
        }
        let before = spec.clone();
        let changed = match &action.change {
            Change::Remove => merge::remove(spec, &pointers),
            Change::Update(update) => {
                pointers.iter().try_for_each(|pointer| merge::update(spec, pointer, update))
            }
        };
        let key = if matches!(action.change, Change::Remove) { "remove" } else { "update" };
        let change_at = join(&at, key);
        changed.map_err(|message| self.source.error("overlay-merge", message, &change_at))?;
        if *spec == before {
            let message = "the action changes nothing in this version";
            return Err(self
                .source
                .error("overlay-unchanged", message, &change_at)
                .help("the spec says so already: take the action out, or limit its `x-versions`"));
        }
        Ok(pointers)
    }
}

#[cfg(test)]
mod tests;
