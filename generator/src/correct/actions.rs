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

use std::{collections::BTreeMap, sync::Arc};

#[cfg(test)]
use schemars::JsonSchema;
use semver::Version;
use serde::{Deserialize, Deserializer, de::Error as _};

#[cfg(test)]
use super::schema::not_null;
use super::{
    Versions,
    format::{self, evidence, given},
};
use crate::{
    diagnostic::{Diagnostic, SourceFile},
    ir::{Api, Outcome, Paging, Transfer},
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

/// What the actions of a Pydio 6-8 server really take and return, where its manifests say otherwise.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(JsonSchema), schemars(title = "Corrections of actions", transform = not_null))]
pub(super) struct File {
    /// The version of this format.
    #[serde(rename = "corrections", deserialize_with = "first_format")]
    #[cfg_attr(test, schemars(extend("const" = 1)))]
    _corrections: u32,
    /// What the corrections are about.
    title: String,
    /// The corrections, in the order they are applied.
    actions: Vec<Entry>,
    #[serde(default, deserialize_with = "given")]
    transfer: Option<Roles>,
}

/// Which actions the runtime's file transfers call, and with which parameters. One file says it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(JsonSchema))]
struct Roles {
    versions: Versions,
    /// How it is known: names of recorded exchanges, a place in the server's source, a fact that
    /// was written down.
    #[serde(rename = "evidence", deserialize_with = "evidence")]
    #[cfg_attr(test, schemars(regex(pattern = r"\S")))]
    _evidence: String,
    roles: Transfer,
}

/// One correction. It has to find what it corrects in each version it claims, and to change it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(JsonSchema), schemars(transform = not_null))]
#[cfg_attr(test, schemars(extend("anyOf" = [{ "required": ["change"] }, { "required": ["params"] }])))]
struct Entry {
    /// The name of the action, or of a call that is added.
    #[cfg_attr(test, schemars(length(min = 1)))]
    action: String,
    /// The action that this call is a command of. The call is added: it starts as a copy of that
    /// action, whose name is sent.
    #[serde(default, deserialize_with = "given")]
    #[cfg_attr(test, schemars(length(min = 1)))]
    command_of: Option<String>,
    /// The id of the plugin that defines it. Without it, every definition of the action is
    /// corrected.
    #[serde(default, deserialize_with = "given")]
    #[cfg_attr(test, schemars(length(min = 1)))]
    plugin: Option<String>,
    /// The plugin whose definition `plugin` shares. `plugin` then gets a definition of its own, since
    /// its driver does something else.
    #[serde(default, deserialize_with = "given")]
    #[cfg_attr(test, schemars(length(min = 1)))]
    shared_with: Option<String>,
    versions: Versions,
    /// How it is known: names of recorded exchanges, a place in the server's source, a fact that
    /// was written down.
    #[serde(deserialize_with = "evidence")]
    #[cfg_attr(test, schemars(regex(pattern = r"\S")))]
    evidence: String,
    /// Why: how the server differs from the declaration.
    description: String,
    #[serde(default)]
    change: Change,
    #[serde(default)]
    params: ParamChanges,
}

/// What differs about the action itself.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(test, derive(JsonSchema), schemars(transform = not_null))]
struct Change {
    /// The parameters of the REST path: names in order, such as `/kind/file+`; with `+` the last
    /// one spans slashes, and `/` is a path without any. `null` takes the action off REST.
    #[serde(deserialize_with = "given")]
    #[cfg_attr(test, schemars(extend("nullable" = true)))]
    rest_params: Option<Option<String>>,
    /// The action that it is called through, as one of its commands: that action's name is sent,
    /// with a constant parameter that names the command.
    #[serde(deserialize_with = "given")]
    through: Option<String>,
    #[serde(deserialize_with = "given")]
    verb: Option<Verb>,
    #[serde(deserialize_with = "given")]
    answer: Option<Answer>,
    /// Whether the server continues the work after it has responded.
    #[serde(deserialize_with = "given")]
    background: Option<bool>,
    /// What the work leaves on the server, by which it can be verified.
    #[serde(deserialize_with = "given")]
    outcome: Option<Outcome>,
    /// Whether sending it twice is harmless.
    #[serde(deserialize_with = "given")]
    repeatable: Option<bool>,
    #[serde(deserialize_with = "given")]
    paging: Option<Paging>,
    /// Why it cannot work, and what to use instead. The call then fails before it is sent.
    #[serde(deserialize_with = "given")]
    dead: Option<String>,
    /// Whether only the web interface, the installer or the server itself calls it.
    #[serde(deserialize_with = "given")]
    interface: Option<bool>,
    /// Its name in Rust, where the one on the wire misleads.
    #[serde(deserialize_with = "given")]
    rename: Option<String>,
    /// Lists of parameters of which a call needs at least one.
    #[cfg_attr(test, schemars(inner(length(min = 2))))]
    any_of: Vec<Vec<String>>,
}

/// The method it is sent with.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[cfg_attr(test, derive(JsonSchema))]
enum Verb {
    Get,
    Post,
}

/// What the action returns.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(JsonSchema))]
enum Answer {
    /// A list of nodes.
    Listing,
    /// The XML envelope: messages, nodes, instructions.
    Envelope,
    /// The XML envelope, or an empty body.
    Report,
    /// JSON of no known shape.
    Json,
    /// XML other than the envelope.
    Xml,
    /// Text.
    Text,
    /// Bytes, as a stream.
    Bytes,
    /// Nothing that matters.
    Nothing,
    /// A redirect, which is not followed.
    Redirect,
    /// One of these, as the response itself shows.
    Any,
    /// A JSON document of this type.
    Model(Of),
    /// A JSON list of this type.
    List(Of),
    /// A JSON map of this type; an empty one may come as a list.
    Map(Of),
    /// A JSON document of this type, `null` or nothing.
    Nullable(Of),
    /// A document of this type for one node, and a map of them by path for several.
    OneOrMany(Of),
}

/// A type of JSON: a model, which a file that begins with `openapi` describes; `text`, `integer`,
/// `number`, `boolean` or `json`; or a list or a map of such a type.
#[derive(Debug, Deserialize)]
#[serde(
    untagged,
    expecting = "a type is the name of a model, `text`, `integer`, `number`, `boolean`, `json`, or \
                 one of `list`, `map` and `nullable` with a type"
)]
#[cfg_attr(test, derive(JsonSchema))]
enum Of {
    /// A model, or a word for a type.
    Named(#[cfg_attr(test, schemars(length(min = 1)))] String),
    /// A composed type.
    Composed(Composed),
}

/// A type that is composed of another.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(JsonSchema))]
enum Composed {
    /// A list.
    List(Box<Of>),
    /// A map with text keys.
    Map(Box<Of>),
    /// A value, or `null`.
    Nullable(Box<Of>),
}

/// What differs about the parameters. Parameters are first removed, then changed, then added.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(test, derive(JsonSchema), schemars(transform = not_null))]
struct ParamChanges {
    /// Those that the server does not read.
    remove: Vec<String>,
    /// Those that it reads and that are not declared.
    add: Vec<NewParam>,
    /// Those that are declared otherwise than they are read, by name.
    change: BTreeMap<String, ParamChange>,
    /// Whether the server reads no others.
    #[serde(deserialize_with = "given")]
    complete: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(from = "WrittenParam")]
#[cfg_attr(test, derive(JsonSchema))]
struct NewParam {
    name: String,
    change: ParamChange,
}

/// A parameter that is not declared: optional text, unless specified otherwise.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(JsonSchema), schemars(transform = not_null))]
struct WrittenParam {
    /// Its name on the wire.
    #[cfg_attr(test, schemars(length(min = 1)))]
    name: String,
    #[serde(rename = "type", default, deserialize_with = "given")]
    kind: Option<ParamType>,
    /// Whether every call needs it: then it is an argument of the function, not a setter.
    #[serde(default, deserialize_with = "given")]
    required: Option<bool>,
    /// What the server takes when it is not sent. Only documented, never sent.
    #[serde(default, deserialize_with = "given")]
    default: Option<String>,
    /// Where the server reads it, if it does not read it from a form as well.
    #[serde(default, rename = "in", deserialize_with = "given")]
    place: Option<Place>,
    /// Its name in Rust, where the one on the wire misleads.
    #[serde(default, deserialize_with = "given")]
    rename: Option<String>,
    /// Values that the server cannot take, each with the reason: they are refused before sending.
    #[serde(default)]
    refused: BTreeMap<String, String>,
}

impl From<WrittenParam> for NewParam {
    fn from(written: WrittenParam) -> Self {
        let WrittenParam { name, kind, required, default, place, rename, refused } = written;
        Self { name, change: ParamChange { kind, required, default, place, rename, refused } }
    }
}

/// What differs about a parameter.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(test, derive(JsonSchema), schemars(transform = not_null))]
struct ParamChange {
    #[serde(rename = "type", deserialize_with = "given")]
    kind: Option<ParamType>,
    /// Whether every call needs it: then it is an argument of the function, not a setter.
    #[serde(deserialize_with = "given")]
    required: Option<bool>,
    /// What the server takes when it is not sent. Only documented, never sent.
    #[serde(deserialize_with = "given")]
    default: Option<String>,
    /// Where the server reads it, if it does not read it from a form as well.
    #[serde(rename = "in", deserialize_with = "given")]
    place: Option<Place>,
    /// Its name in Rust, where the one on the wire misleads.
    #[serde(deserialize_with = "given")]
    rename: Option<String>,
    /// Values that the server cannot take, each with the reason: they are refused before sending.
    refused: BTreeMap<String, String>,
}

/// Where a parameter is read.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(JsonSchema))]
enum Place {
    /// Only from the query.
    Query,
}

/// What the parameter takes, and how it is encoded.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(JsonSchema))]
enum ParamType {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A point in time, sent as the seconds since 1970.
    Time,
    /// What somebody may do, sent as letters: `r` to read and `w` to write.
    Rights,
    /// Sent as `true`, or not at all.
    Flag,
    /// On unless it is sent as `false`.
    Switch,
    /// Sent as `on`, or not at all. Write it in quotes: YAML may read the bare word as a boolean.
    On,
    /// The path of a node.
    Node,
    /// The paths of several nodes, sent as `name[]`.
    Nodes,
    /// The paths of nodes: one under the name itself, several under `name_0`, `name_1` and so on.
    Selection,
    /// Several texts, sent as `name[]`.
    Texts,
    /// Text that is never shown, such as a password.
    Secret,
    /// Several texts: the first under the name itself, the next ones under `name_1`, `name_2` and so
    /// on.
    Series,
    /// A JSON document, sent as its text.
    Json,
    /// A JSON document of this type, sent as its text.
    JsonOf(Of),
    /// Any number of fields of any names.
    Fields,
    /// A family of names with a number: `user_[n]` stands for `user_0`, `user_1` and so on.
    Numbered,
    /// The number of a page, which the server expects at the end of the folder's path.
    Page,
    /// Text that is percent-encoded once more than others.
    Encoded,
    /// A file, as a part of the form.
    File,
    /// A whole number with named values, by name; others are not excluded.
    Codes(#[cfg_attr(test, schemars(length(min = 1)))] BTreeMap<String, u32>),
    /// A sum of whole numbers, by name: each is a bit.
    Bits(#[cfg_attr(test, schemars(length(min = 1)))] BTreeMap<String, u32>),
    /// One of several values; others are not excluded.
    Choice(#[cfg_attr(test, schemars(length(min = 1)))] Vec<String>),
    /// Always this text: no caller sets it.
    Constant(String),
}

fn first_format<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    match u32::deserialize(deserializer)? {
        1 => Ok(1),
        _ => Err(D::Error::custom("only the format `corrections: 1` is known")),
    }
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
