//! Corrections to actions, in files of our own shape, in the spirit of overlays.
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
//! `transfer` says besides which actions and parameters transfers of files are made of.
//!
//! An entry corrects every definition of its action, or that of one plugin; it has to find one in
//! each version it claims, and to change it.

mod apply;
mod effect;
mod subject;
pub(super) mod table;
mod transfer;

use std::{collections::BTreeMap, sync::Arc};

use semver::Version;
use serde::{Deserialize, Deserializer};

use super::Versions;
use crate::{
    diagnostic::{Diagnostic, SourceFile},
    ir::{Api, Transfer},
    openapi::{self, Anchor, Source, join},
};

pub use effect::Effect;

/// A file of corrections.
#[derive(Debug)]
pub struct ActionCorrections {
    /// What they are about.
    pub title: String,
    entries: Vec<Entry>,
    transfer: Option<Roles>,
    source: Source,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    corrections: u32,
    title: String,
    actions: Vec<Entry>,
    transfer: Option<Roles>,
}

/// Which actions transfers are made of.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Roles {
    versions: Versions,
    #[serde(rename = "evidence")]
    _evidence: String,
    roles: Transfer,
}

/// One correction.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    action: String,
    plugin: Option<String>,
    versions: Versions,
    evidence: String,
    description: String,
    #[serde(default)]
    change: Change,
    #[serde(default)]
    params: ParamChanges,
}

/// What is otherwise about the action itself.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Change {
    /// `Some(None)` takes the action off REST.
    #[serde(deserialize_with = "present")]
    rest_params: Option<Option<String>>,
    /// The action that it is called through, as one of its commands: what is sent is that action's
    /// name, with a constant that names the command.
    through: Option<String>,
    verb: Option<Verb>,
    answer: Option<Answer>,
    background: Option<bool>,
    repeatable: Option<bool>,
    dead: Option<String>,
}

/// Tells `key: null` from a key that is not there.
fn present<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<String>>, D::Error> {
    Option::deserialize(deserializer).map(Some)
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Verb {
    Get,
    Post,
}

/// What the action answers.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Listing,
    Envelope,
    Report,
    Json,
    Xml,
    Text,
    Bytes,
    Nothing,
    Any,
    Model(String),
    List(String),
    Map(String),
    OneOrMany(String),
}

/// What is otherwise about the parameters.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct ParamChanges {
    remove: Vec<String>,
    add: Vec<NewParam>,
    change: BTreeMap<String, ParamChange>,
}

#[derive(Debug, Deserialize)]
struct NewParam {
    name: String,
    #[serde(flatten)]
    change: ParamChange,
}

/// Keys that are none of these are refused by the table: serde cannot refuse them where this is
/// part of a [`NewParam`].
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ParamChange {
    #[serde(rename = "type")]
    kind: Option<ParamType>,
    required: Option<bool>,
    default: Option<String>,
}

/// How a parameter is spelt, in the words of [`Kind`](crate::ir::Kind).
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
enum ParamType {
    Text,
    Integer,
    Flag,
    Switch,
    On,
    Node,
    Nodes,
    Selection,
    Texts,
    Json,
    Fields,
    Numbered,
    Page,
    Encoded,
    File,
    Choice(Vec<String>),
    Constant(String),
}

/// A correction that was applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Applied {
    /// The action and the plugin its definition is at home in.
    pub action: (String, String),
    /// What it corrects, in words.
    pub description: String,
    /// How that is known.
    pub evidence: String,
    /// Where it stands.
    pub at: Anchor,
    /// What it changed.
    pub effects: Vec<Effect>,
}

impl ActionCorrections {
    /// Reads a file of corrections, in YAML or JSON.
    ///
    /// # Errors
    ///
    /// The first thing in it that is not understood.
    pub fn parse(file: &Arc<SourceFile>) -> Result<Self, Diagnostic> {
        Self::of(openapi::parse(file)?)
    }

    /// Makes corrections of a file that was read.
    ///
    /// # Errors
    ///
    /// The first thing in it that is not understood.
    pub fn of(source: Source) -> Result<Self, Diagnostic> {
        source.without_repeated_keys()?;
        table::read(source)
    }

    /// The ranges of versions of the corrections, and where each stands.
    pub(crate) fn ranges(&self) -> impl Iterator<Item = (&Versions, Anchor)> {
        let entries = self.entries.iter().enumerate();
        let entries = entries.map(|(index, entry)| {
            (&entry.versions, self.source.at(format!("/actions/{index}/versions")))
        });
        let roles = self.transfer.iter();
        entries.chain(roles.map(|roles| (&roles.versions, self.source.at("/transfer/versions"))))
    }

    /// Applies the corrections that are of `version` to the actions of `api`, in order.
    ///
    /// # Errors
    ///
    /// One for each correction that finds nothing, changes nothing, or does not fit.
    pub fn apply(&self, api: &mut Api, version: &Version) -> Result<Vec<Applied>, Vec<Diagnostic>> {
        let (applied, failed) = self.apply_each(api, version, None);
        if failed.is_empty() { Ok(applied) } else { Err(failed) }
    }

    /// Applies what fits to the plugins that `is_known`, and tells what does not fit: for an
    /// installation that is not one of the releases which the corrections were made for. It is no
    /// fault that it lacks an action, and what its own plugins mean by a name nobody else knows.
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
            let (done, misfits) = apply::entry(entry, api, &self.source.at(&*at), is_known);
            applied.extend(done);
            failed.extend(misfits.into_iter().map(|misfit| {
                let at = format!("{at}{}", misfit.pointer);
                let help = misfit.help.unwrap_or_else(|| {
                    "mend the entry, or give it `versions` without this one".to_owned()
                });
                self.source.error(misfit.code, misfit.message, &at).help(help)
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
