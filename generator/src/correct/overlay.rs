//! Overlays: corrections to a spec in the form of the OpenAPI Overlay Specification 1.0.
//!
//! An overlay is a list of actions, each of which merges something into the parts of the spec that
//! a JSONPath selects, or removes them. Three extensions add to each action:
//!
//! * `x-parameter`: the action is about the parameters of these names of the operations which the
//!   target selects, wherever they are declared: there, by a `$ref`, or for the whole path;
//! * `x-versions`: the releases that it applies to, as a requirement such as `>=8.0.2, <9` or a
//!   list of them; without it, all releases;
//! * `x-evidence`: the evidence for it.
//!
//! An action that selects nothing, or that changes nothing, is an error, so that no correction
//! outlives what it corrects.

mod file;
mod merge;
mod parameter;

use std::sync::Arc;

use semver::Version;
use serde_json::Value;
use serde_json_path::JsonPath;

#[cfg(test)]
pub(super) use self::file::File;
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
    /// What it corrects, as text.
    pub description: Option<String>,
    /// The evidence for it.
    pub evidence: String,
    versions: Versions,
    target: JsonPath,
    /// The names of the parameters that it is about, in the operations that the target selects.
    parameters: Vec<String>,
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
    /// The index of the action, counted from 0.
    pub index: usize,
    /// What it corrects, as text.
    pub description: Option<String>,
    /// The evidence for it.
    pub evidence: String,
    /// JSON pointers to what it was applied to, at the time.
    pub pointers: Vec<String>,
    /// Where it is written.
    pub at: Anchor,
}

impl Action {
    /// Returns whether it applies to a release.
    pub fn is_of(&self, version: &Version) -> bool {
        self.versions.include(version)
    }
}

/// The code of a target that selects nothing.
const NO_TARGET: &str = "overlay-target";

impl Overlay {
    /// Reads an overlay, in JSON or YAML.
    ///
    /// # Errors
    ///
    /// Returns the first thing in it that is not understood.
    pub fn parse(file: &Arc<SourceFile>) -> Result<Self, Diagnostic> {
        Self::of(openapi::parse(file)?)
    }

    /// Creates an overlay from a file that was read.
    ///
    /// # Errors
    ///
    /// Returns the first thing in it that is not understood.
    pub fn of(source: Source) -> Result<Self, Diagnostic> {
        source.without_repeated_keys()?;
        file::read(source)
    }

    /// Returns the file that it was read from.
    pub(crate) fn file(&self) -> &Arc<SourceFile> {
        &self.source.file
    }

    /// Applies the actions for `version` to a spec, in order. On failure, the spec is unchanged.
    ///
    /// # Errors
    ///
    /// Returns an error for each action that selects nothing, changes nothing or does not fit what
    /// it selects.
    pub fn apply(
        &self,
        spec: &mut Value,
        version: &Version,
    ) -> Result<Vec<Applied>, Vec<Diagnostic>> {
        let mut corrected = spec.clone();
        let (applied, failed) = self.apply_each(&mut corrected, version, &mut |_, _| {});
        if failed.is_empty() {
            *spec = corrected;
            Ok(applied)
        } else {
            Err(failed)
        }
    }

    /// Applies what fits, and returns what does not. This is for a spec that is not one of those
    /// which the overlay was made for: it may lack what a target names.
    pub fn apply_where_it_fits(
        &self,
        spec: &mut Value,
        version: &Version,
    ) -> (Vec<Applied>, Vec<Diagnostic>) {
        let (applied, mut violations) = self.apply_each(spec, version, &mut |_, _| {});
        violations.retain(|violation| violation.code != NO_TARGET);
        (applied, violations)
    }

    fn applied(&self, index: usize, pointers: Vec<String>) -> Applied {
        let action = &self.actions[index];
        Applied {
            index,
            description: action.description.clone(),
            evidence: action.evidence.clone(),
            pointers,
            at: self.source.at(format!("/actions/{index}")),
        }
    }

    /// Returns the version ranges of the actions, and where each is written.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = (&Versions, Anchor)> {
        let actions = self.actions.iter().enumerate();
        actions.map(|(index, action)| {
            (&action.versions, self.source.at(format!("/actions/{index}/x-versions")))
        })
    }

    /// Applies what fits and passes the spec to `see` after each action. Returns why the others do
    /// not fit.
    pub(crate) fn apply_each(
        &self,
        spec: &mut Value,
        version: &Version,
        see: &mut dyn FnMut(&Applied, &Value),
    ) -> (Vec<Applied>, Vec<Diagnostic>) {
        let (mut applied, mut failed) = (Vec::new(), Vec::new());
        for (index, action) in self.actions.iter().enumerate() {
            if !action.is_of(version) {
                continue;
            }
            match self.apply_one(index, action, spec) {
                Ok(pointers) => {
                    let done = self.applied(index, pointers);
                    see(&done, spec);
                    applied.push(done);
                }
                Err(diagnostic) => failed.push(diagnostic),
            }
        }
        (applied, failed)
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
        if !action.parameters.is_empty() {
            pointers = parameter::own(spec, &pointers, &action.parameters);
        }
        if pointers.is_empty() {
            let message = match &action.parameters[..] {
                [] => "the target selects nothing in this version".to_owned(),
                names => format!(
                    "no operation that the target selects has a parameter `{}` in this version",
                    names.join("` or `")
                ),
            };
            return Err(self.source.error(NO_TARGET, message, &join(&at, "target")).help(
                "correct the target, or give the action an `x-versions` without this version",
            ));
        }
        let changed = match &action.change {
            Change::Remove => merge::remove(spec, &pointers),
            Change::Update(update) => pointers.iter().try_fold(false, |changed, pointer| {
                Ok(merge::update(spec, pointer, update)? | changed)
            }),
        };
        let key = if matches!(action.change, Change::Remove) { "remove" } else { "update" };
        let change_at = join(&at, key);
        let changed =
            changed.map_err(|message| self.source.error("overlay-merge", message, &change_at))?;
        if !changed {
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
