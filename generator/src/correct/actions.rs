//! Corrections to actions, in a format of this project, modelled on overlays.
//!
//! ```yaml
//! corrections: 1
//! title: Selecting nodes
//! actions:
//!   - action: delete
//!     plugin: access.fs
//!     versions: ">=6.0.0, <9"
//!     evidence: v1/ops/delete_file_0.json
//!     description: Only `file` and `file_N` select what is deleted.
//!     change: { rest_params: "/", answer: envelope }
//!     params:
//!       remove: [nodes]
//!       add: [{ name: file, type: selection, required: true }]
//! ```
//!
//! `transfer` also declares which actions and parameters file transfers use.
//!
//! An entry corrects every definition of its action, or that of one plugin. It has to find one in
//! each version it claims, and to change it.

mod apply;
mod effect;
mod subject;
mod transfer;
mod written;

use std::sync::Arc;

use semver::Version;

use super::{Versions, format};
use crate::{
    diagnostic::{Diagnostic, SourceFile},
    ir::Api,
    openapi::{self, Anchor, Source, join},
};

pub use effect::Effect;
pub(super) use written::File;
use written::{Entry, Roles};

/// A file of corrections.
#[derive(Debug)]
pub struct ActionCorrections {
    /// What they are about.
    pub title: String,
    entries: Vec<Entry>,
    transfer: Option<Roles>,
    source: Source,
}

/// A correction that was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The action, and the plugin that its definition belongs to.
    pub action: (String, String),
    /// What it corrects, as text.
    pub description: String,
    /// The evidence for it.
    pub evidence: String,
    /// Where it is written.
    pub at: Anchor,
    /// What it changed.
    pub effects: Vec<Effect>,
}

/// The code of every finding about the format of a file.
const CODE: &str = "corrections-malformed";

impl ActionCorrections {
    /// Reads a file of corrections, in YAML or JSON.
    ///
    /// # Errors
    ///
    /// Returns the first thing in it that is not understood.
    pub fn parse(file: &Arc<SourceFile>) -> Result<Self, Diagnostic> {
        Self::of(openapi::parse(file)?)
    }

    /// Creates corrections from a file that was read.
    ///
    /// # Errors
    ///
    /// Returns the first thing in it that is not understood.
    pub fn of(source: Source) -> Result<Self, Diagnostic> {
        source.without_repeated_keys()?;
        let File { title, actions: entries, transfer, .. } =
            format::read(&source, &source.value, CODE, |_| None)?;
        Ok(Self { title, entries, transfer, source })
    }

    /// Returns the version ranges of the corrections, and where each is written.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = (&Versions, Anchor)> {
        let entries = self.entries.iter().enumerate();
        let entries = entries.map(|(index, entry)| {
            (&entry.versions, self.source.at(format!("/actions/{index}/versions")))
        });
        let roles = self.transfer.iter();
        entries.chain(roles.map(|roles| (&roles.versions, self.source.at("/transfer/versions"))))
    }

    /// Applies the corrections for `version` to the actions of `api`, in order.
    ///
    /// # Errors
    ///
    /// Returns an error for each correction that finds nothing, changes nothing, or does not fit.
    pub fn apply(&self, api: &mut Api, version: &Version) -> Result<Vec<Applied>, Vec<Diagnostic>> {
        let (applied, failed) = self.apply_each(api, version, None);
        if failed.is_empty() { Ok(applied) } else { Err(failed) }
    }

    /// Applies what fits to the plugins that `is_known` accepts, and returns what does not fit.
    /// This is for an installation that is not one of the releases which the corrections were made
    /// for: it may lack an action, and its own plugins may use a name for something else.
    pub fn apply_where_it_fits(
        &self,
        api: &mut Api,
        version: &Version,
        is_known: &dyn Fn(&str) -> bool,
    ) -> (Vec<Applied>, Vec<Diagnostic>) {
        self.apply_each(api, version, Some(is_known))
    }

    fn apply_each(
        &self,
        api: &mut Api,
        version: &Version,
        is_known: Option<&dyn Fn(&str) -> bool>,
    ) -> (Vec<Applied>, Vec<Diagnostic>) {
        let (mut applied, mut failed) = (Vec::new(), Vec::new());
        for (index, entry) in self.entries.iter().enumerate() {
            if !entry.versions.include(version) {
                continue;
            }
            let at = join("/actions", &index.to_string());
            let (done, violations) = apply::entry(entry, api, &self.source.at(&*at), is_known);
            applied.extend(done);
            failed.extend(violations.into_iter().map(|violation| {
                let at = format!("{at}{}", violation.pointer);
                let help = violation.help.unwrap_or_else(|| {
                    "fix the entry, or give it `versions` without this one".to_owned()
                });
                self.source.error(violation.code, violation.message, &at).help(help)
            }));
        }
        let roles = self.transfer.as_ref().filter(|roles| roles.versions.include(version));
        if let Some(roles) = roles
            && let Err(message) = transfer::assign(&roles.roles, api, is_known.is_none())
        {
            failed.push(self.source.error("correction", message, "/transfer"));
        }
        (applied, failed)
    }
}

#[cfg(test)]
mod tests;
