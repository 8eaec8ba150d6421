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
mod transfer;

use std::{collections::BTreeMap, sync::Arc};

use semver::Version;
use serde::{Deserialize, Deserializer};

use super::Versions;
use crate::{
    diagnostic::{Diagnostic, SourceFile},
    docs::Docs,
    model::{Api, Transfer},
    openapi::{self, Source, join},
};

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

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ParamChange {
    #[serde(rename = "type")]
    kind: Option<ParamType>,
    required: Option<bool>,
    default: Option<String>,
}

/// How a parameter is spelt.
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
    Json,
    Fields,
    Numbered,
    Page,
    Encoded,
    File,
    Constant(String),
    Choice(Vec<String>),
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
}

impl ActionCorrections {
    /// Reads a file of corrections, in YAML or JSON.
    ///
    /// # Errors
    ///
    /// The first thing in it that is not understood.
    pub fn parse(file: &Arc<SourceFile>) -> Result<Self, Diagnostic> {
        let source = openapi::parse(file)?;
        for (index, entry) in source.value["actions"].as_array().into_iter().flatten().enumerate() {
            if let Err(error) = Entry::deserialize(entry) {
                let at = join("/actions", &index.to_string());
                return Err(source.error("corrections-malformed", error.to_string(), &at));
            }
        }
        let written = Written::deserialize(&source.value)
            .map_err(|error| source.error("corrections-malformed", error.to_string(), ""))?;
        if written.corrections != 1 {
            let message = "only the format `corrections: 1` is known";
            return Err(source.error("corrections-malformed", message, "/corrections"));
        }
        let Written { title, actions: entries, transfer, .. } = written;
        Ok(Self { title, entries, transfer, source })
    }

    /// Applies the corrections that are of `version` to the actions of `api`, in order.
    ///
    /// # Errors
    ///
    /// One for each correction that finds nothing, changes nothing, or does not fit.
    pub fn apply(
        &self,
        api: &mut Api,
        version: &Version,
        docs: &Docs,
    ) -> Result<Vec<Applied>, Vec<Diagnostic>> {
        let (mut applied, mut failed) = (Vec::new(), Vec::new());
        for (index, entry) in self.entries.iter().enumerate() {
            if !entry.versions.include(version) {
                continue;
            }
            match apply::entry(entry, api, docs) {
                Ok(corrected) => applied.extend(corrected),
                Err(message) => {
                    let at = join("/actions", &index.to_string());
                    failed.push(
                        self.source
                            .error("correction", message, &at)
                            .help("mend the entry, or give it `versions` without this one"),
                    );
                }
            }
        }
        if let Some(Roles { roles, .. }) =
            self.transfer.as_ref().filter(|roles| roles.versions.include(version))
            && let Err(message) = transfer::assign(roles, api)
        {
            failed.push(self.source.error("correction", message, "/transfer"));
        }
        if failed.is_empty() { Ok(applied) } else { Err(failed) }
    }
}

#[cfg(test)]
mod tests;
