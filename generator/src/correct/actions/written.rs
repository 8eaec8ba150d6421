//! The format of a file of corrections.

use std::collections::BTreeMap;

#[cfg(test)]
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de::Error as _};

#[cfg(test)]
use crate::correct::schema::not_null;
use crate::{
    correct::{
        Versions,
        format::{evidence, given},
    },
    ir::{Outcome, Paging, Transfer},
};

/// What the actions of a Pydio 6-8 server really take and return, where its manifests say otherwise.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(JsonSchema), schemars(title = "Corrections of actions", transform = not_null))]
pub(in crate::correct) struct File {
    /// The version of this format.
    #[serde(rename = "corrections", deserialize_with = "first_format")]
    #[cfg_attr(test, schemars(extend("const" = 1)))]
    pub(super) _corrections: u32,
    /// What the corrections are about.
    pub(super) title: String,
    /// The corrections, in the order they are applied.
    pub(super) actions: Vec<Entry>,
    #[serde(default, deserialize_with = "given")]
    pub(super) transfer: Option<Roles>,
}

/// Which actions the runtime's file transfers call, and with which parameters. One file says it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct Roles {
    pub(super) versions: Versions,
    /// How it is known: names of recorded exchanges, a place in the server's source, a fact that
    /// was written down.
    #[serde(rename = "evidence", deserialize_with = "evidence")]
    #[cfg_attr(test, schemars(regex(pattern = r"\S")))]
    pub(super) _evidence: String,
    pub(super) roles: Transfer,
}

/// One correction. It has to find what it corrects in each version it claims, and to change it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(JsonSchema), schemars(transform = not_null))]
#[cfg_attr(test, schemars(extend("anyOf" = [{ "required": ["change"] }, { "required": ["params"] }])))]
pub(super) struct Entry {
    /// The name of the action, or of a call that is added.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(super) action: String,
    /// The action that this call is a command of. The call is added: it starts as a copy of that
    /// action, whose name is sent.
    #[serde(default, deserialize_with = "given")]
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(super) command_of: Option<String>,
    /// The id of the plugin that defines it. Without it, every definition of the action is
    /// corrected.
    #[serde(default, deserialize_with = "given")]
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(super) plugin: Option<String>,
    /// The plugin whose definition `plugin` shares. `plugin` then gets a definition of its own, since
    /// its driver does something else.
    #[serde(default, deserialize_with = "given")]
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(super) shared_with: Option<String>,
    pub(super) versions: Versions,
    /// How it is known: names of recorded exchanges, a place in the server's source, a fact that
    /// was written down.
    #[serde(deserialize_with = "evidence")]
    #[cfg_attr(test, schemars(regex(pattern = r"\S")))]
    pub(super) evidence: String,
    /// Why: how the server differs from the declaration.
    pub(super) description: String,
    #[serde(default)]
    pub(super) change: Change,
    #[serde(default)]
    pub(super) params: ParamChanges,
}

/// What differs about the action itself.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[cfg_attr(test, derive(JsonSchema), schemars(transform = not_null))]
pub(super) struct Change {
    /// The parameters of the REST path: names in order, such as `/kind/file+`; with `+` the last
    /// one spans slashes, and `/` is a path without any. `null` takes the action off REST.
    #[serde(deserialize_with = "given")]
    #[cfg_attr(test, schemars(extend("nullable" = true)))]
    pub(super) rest_params: Option<Option<String>>,
    /// The action that it is called through, as one of its commands: that action's name is sent,
    /// with a constant parameter that names the command.
    #[serde(deserialize_with = "given")]
    pub(super) through: Option<String>,
    #[serde(deserialize_with = "given")]
    pub(super) verb: Option<Verb>,
    #[serde(deserialize_with = "given")]
    pub(super) answer: Option<Answer>,
    /// Whether the server continues the work after it has responded.
    #[serde(deserialize_with = "given")]
    pub(super) background: Option<bool>,
    /// What the work leaves on the server, by which it can be verified.
    #[serde(deserialize_with = "given")]
    pub(super) outcome: Option<Outcome>,
    /// Whether sending it twice is harmless.
    #[serde(deserialize_with = "given")]
    pub(super) repeatable: Option<bool>,
    #[serde(deserialize_with = "given")]
    pub(super) paging: Option<Paging>,
    /// Why it cannot work, and what to use instead. The call then fails before it is sent.
    #[serde(deserialize_with = "given")]
    pub(super) dead: Option<String>,
    /// Whether only the web interface, the installer or the server itself calls it.
    #[serde(deserialize_with = "given")]
    pub(super) interface: Option<bool>,
    /// Its name in Rust, where the one on the wire misleads.
    #[serde(deserialize_with = "given")]
    pub(super) rename: Option<String>,
    /// Lists of parameters of which a call needs at least one.
    #[cfg_attr(test, schemars(inner(length(min = 2))))]
    pub(super) any_of: Vec<Vec<String>>,
}

/// The method it is sent with.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[cfg_attr(test, derive(JsonSchema))]
pub(super) enum Verb {
    Get,
    Post,
}

/// What the action returns.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(JsonSchema))]
pub(super) enum Answer {
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
pub(super) enum Of {
    /// A model, or a word for a type.
    Named(#[cfg_attr(test, schemars(length(min = 1)))] String),
    /// A composed type.
    Composed(Composed),
}

/// A type that is composed of another.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(JsonSchema))]
pub(super) enum Composed {
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
pub(super) struct ParamChanges {
    /// Those that the server does not read.
    pub(super) remove: Vec<String>,
    /// Those that it reads and that are not declared.
    pub(super) add: Vec<NewParam>,
    /// Those that are declared otherwise than they are read, by name.
    pub(super) change: BTreeMap<String, ParamChange>,
    /// Whether the server reads no others.
    #[serde(deserialize_with = "given")]
    pub(super) complete: Option<bool>,
}

#[derive(Debug, Deserialize)]
#[serde(from = "WrittenParam")]
#[cfg_attr(test, derive(JsonSchema))]
pub(super) struct NewParam {
    pub(super) name: String,
    pub(super) change: ParamChange,
}

/// A parameter that is not declared: optional text, unless specified otherwise.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(test, derive(JsonSchema), schemars(transform = not_null))]
pub(super) struct WrittenParam {
    /// Its name on the wire.
    #[cfg_attr(test, schemars(length(min = 1)))]
    pub(super) name: String,
    #[serde(rename = "type", default, deserialize_with = "given")]
    pub(super) kind: Option<ParamType>,
    /// Whether every call needs it: then it is an argument of the function, not a setter.
    #[serde(default, deserialize_with = "given")]
    pub(super) required: Option<bool>,
    /// What the server takes when it is not sent. Only documented, never sent.
    #[serde(default, deserialize_with = "given")]
    pub(super) default: Option<String>,
    /// Where the server reads it, if it does not read it from a form as well.
    #[serde(default, rename = "in", deserialize_with = "given")]
    pub(super) place: Option<Place>,
    /// Its name in Rust, where the one on the wire misleads.
    #[serde(default, deserialize_with = "given")]
    pub(super) rename: Option<String>,
    /// Values that the server cannot take, each with the reason: they are refused before sending.
    #[serde(default)]
    pub(super) refused: BTreeMap<String, String>,
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
pub(super) struct ParamChange {
    #[serde(rename = "type", deserialize_with = "given")]
    pub(super) kind: Option<ParamType>,
    /// Whether every call needs it: then it is an argument of the function, not a setter.
    #[serde(deserialize_with = "given")]
    pub(super) required: Option<bool>,
    /// What the server takes when it is not sent. Only documented, never sent.
    #[serde(deserialize_with = "given")]
    pub(super) default: Option<String>,
    /// Where the server reads it, if it does not read it from a form as well.
    #[serde(rename = "in", deserialize_with = "given")]
    pub(super) place: Option<Place>,
    /// Its name in Rust, where the one on the wire misleads.
    #[serde(deserialize_with = "given")]
    pub(super) rename: Option<String>,
    /// Values that the server cannot take, each with the reason: they are refused before sending.
    pub(super) refused: BTreeMap<String, String>,
}

/// Where a parameter is read.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(JsonSchema))]
pub(super) enum Place {
    /// Only from the query.
    Query,
}

/// What the parameter takes, and how it is encoded.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(JsonSchema))]
pub(super) enum ParamType {
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
