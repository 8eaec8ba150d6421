//! The surface of bindings: everything a program can see of them, which is every call with its
//! parameters and its response, and every model with its fields.
//!
//! Generated crates contain theirs in [`FILE`], so that they can be compared with one another.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    diagnostic::{Diagnostic, SourceFile, is_bidi},
    input,
    ir::{
        Api, Endpoint, EndpointKind, Kind, Location, Model, Outcome, PagedBy, Paging, Param,
        Response, Rights, Shape, StatusResponse, Style, Type,
    },
    openapi::read_own,
};

/// The help for a file that this tool did not write.
const AGAIN: &str = "generate the crate again with this version of the tool";

/// The format of [`Surface::to_text`].
const FORMAT: u32 = 1;

/// The name of the file in a generated crate.
pub const FILE: &str = "api.json";

/// Everything that can be called, and the models that calls use.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Surface {
    /// The format version of the file.
    pub format: u32,
    /// The title of the API, such as `Pydio 8.2.5`.
    pub title: String,
    /// The server version.
    pub version: String,
    /// By `plugin/action`.
    pub actions: BTreeMap<String, EndpointSurface>,
    /// By id.
    pub operations: BTreeMap<String, EndpointSurface>,
    /// By name; those of the spec begin with `v2::`.
    pub models: BTreeMap<String, ModelSurface>,
}

/// The visible parts of an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct EndpointSurface {
    /// The `restParams` of an action that REST v1 reaches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rest: Option<String>,
    /// The module of an operation.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tag: String,
    /// The method and the path of an operation.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// Its parameters, in order, including its body.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<ParamSurface>,
    /// What it returns.
    pub answer: String,
    /// Who may call it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rights: BTreeMap<String, String>,
    /// Whether the server continues after it has responded.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub background: bool,
    /// What its work leaves, for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<String>,
    /// How its list comes in pages, if its items are read one by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paging: Option<String>,
    /// Why it is not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retired: Option<String>,
}

impl EndpointSurface {
    /// Returns whether its work can be waited for, which the type of its response shows.
    pub const fn is_awaitable(&self) -> bool {
        self.background || self.outcome.is_some()
    }
}

/// The visible parts of a parameter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ParamSurface {
    /// Its name on the wire.
    pub name: String,
    /// What it takes.
    pub kind: String,
    /// Its known values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// Whether it is an argument rather than a setter.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// The server's default.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Where it is sent.
    pub place: String,
}

/// The visible parts of a model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelSurface {
    /// Its kind: `object`, `choice`, or the type that it is an alias for.
    pub shape: String,
    /// Its fields, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, FieldSurface>,
    /// Its values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// Whether it keeps undeclared fields.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub open: bool,
    /// Whether it is sent.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub sent: bool,
    /// Whether it is received.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub received: bool,
}

/// The visible parts of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldSurface {
    /// What it holds.
    pub kind: String,
    /// Whether it is always present.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
}

impl Surface {
    /// Returns the surface of a model.
    pub fn of(api: &Api) -> Self {
        let actions = api.plugins().flat_map(|plugin| {
            let members = api.members(plugin);
            members.map(|one| (format!("{}/{}", plugin.id, one.id), endpoint(one)))
        });
        let models = api.models.iter().map(|one| match one.kind {
            EndpointKind::Action => (one.name.clone(), model(one)),
            EndpointKind::Operation => (format!("v2::{}", one.name), model(one)),
        });
        Self {
            format: FORMAT,
            title: api.title.clone(),
            version: api.version.clone(),
            actions: actions.collect(),
            operations: api.operations().map(|one| (one.id.clone(), endpoint(one))).collect(),
            models: models.collect(),
        }
    }

    /// Formats the surface as the text of a file, one item per line, which [`Surface::parse`] reads
    /// back; `origin` is the statement of its author.
    ///
    /// # Errors
    ///
    /// No error is known: the types are plain data.
    pub fn to_text(&self, origin: &str) -> serde_json::Result<String> {
        let mut text = format!(
            "{{\n\"x-origin\": {},\n\"format\": {},\n\"title\": {},\n\"version\": {},\n",
            serde_json::to_string(origin)?,
            self.format,
            serde_json::to_string(&self.title)?,
            serde_json::to_string(&self.version)?,
        );
        text.push_str(&lines("actions", &self.actions)?);
        text.push_str(",\n");
        text.push_str(&lines("operations", &self.operations)?);
        text.push_str(",\n");
        text.push_str(&lines("models", &self.models)?);
        text.push_str("\n}\n");
        Ok(escaped(&text))
    }

    /// Reads the file of a generated crate.
    ///
    /// # Errors
    ///
    /// Returns an error when it cannot be read, or was written by another version of this tool.
    pub fn read(path: &Path) -> Result<Self, Diagnostic> {
        Self::parse(&input::read_file(path)?)
    }

    /// Parses the output of [`Surface::to_text`].
    ///
    /// # Errors
    ///
    /// Returns an error when it is something else, or in a format that only a later version of this
    /// tool supports.
    pub fn parse(file: &Arc<SourceFile>) -> Result<Self, Diagnostic> {
        let surface: Self = read_own(file).map_err(|error| error.help(AGAIN))?;
        match surface.format {
            FORMAT => Ok(surface),
            other => {
                let message =
                    format!("`{}` is of the format {other}; this tool knows {FORMAT}", file.path());
                Err(Diagnostic::error("no-surface", message).help(AGAIN))
            }
        }
    }
}

/// Escapes characters that would control a terminal or hide other text.
fn escaped(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b'\n' | b' '..=b'~')) {
        return text.to_owned();
    }
    let acts = |c: char| is_bidi(c) || (c.is_control() && c != '\n');
    let shown = |c: char| if acts(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    match text.contains(acts) {
        true => text.chars().map(shown).collect(),
        false => text.to_owned(),
    }
}

fn lines<T: Serialize>(name: &str, things: &BTreeMap<String, T>) -> serde_json::Result<String> {
    let mut text = format!("{name:?}: {{");
    for (index, (name, thing)) in things.iter().enumerate() {
        text.push_str(if index == 0 { "\n" } else { ",\n" });
        text.push_str(&serde_json::to_string(name)?);
        text.push_str(": ");
        text.push_str(&serde_json::to_string(thing)?);
    }
    text.push_str("\n}");
    Ok(text)
}

fn endpoint(endpoint: &Endpoint) -> EndpointSurface {
    let is_action = endpoint.is_action();
    let is_shown = |param: &&Param| {
        is_action || !matches!(param.kind, Kind::Constant(_) | Kind::MediaType { .. })
    };
    let params = endpoint.params.iter().filter(is_shown);
    let rights = endpoint.rights.as_ref().map(|Rights(rights)| rights.clone());
    let (tag, address) = match is_action {
        true => (String::new(), String::new()),
        false => {
            let address = format!("{} {}", endpoint.method, endpoint.full_path());
            (endpoint.group.clone(), address)
        }
    };
    EndpointSurface {
        rest: endpoint.rest_params().filter(|_| is_action),
        tag,
        address,
        params: params.map(|one| param(one, is_action)).collect(),
        answer: returned(&endpoint.response, is_action),
        rights: rights.unwrap_or_default(),
        background: endpoint.background,
        outcome: endpoint.outcome.as_ref().map(Outcome::text),
        paging: endpoint.paging.as_ref().map(paging),
        retired: endpoint.unsupported.clone(),
    }
}

fn paging(paging: &Paging) -> String {
    let (how, name) = match &paging.by {
        PagedBy::Whole => return "whole".to_owned(),
        PagedBy::Page(name) => ("page", name),
        PagedBy::Suffix(name) => ("suffix", name),
        PagedBy::Offset(name) => ("offset", name),
        PagedBy::Sequence(name) => ("sequence", name),
    };
    format!("{how} in {name}")
}

fn param(param: &Param, is_action: bool) -> ParamSurface {
    ParamSurface {
        name: param.name.clone(),
        kind: if is_action { action_kind(param) } else { operation_kind(param) },
        words: param.choice().unwrap_or_default().to_vec(),
        required: param.required,
        default: param.default.clone(),
        place: location(param, is_action).to_owned(),
    }
}

/// Describes the location. Those of an action are in its path or a field.
pub(crate) fn location(param: &Param, is_action: bool) -> &'static str {
    match param.location {
        Location::RestOfPath if is_action => "rest of the path",
        Location::Path | Location::RestOfPath => "path",
        Location::Form if is_action => "field",
        Location::Query => "query",
        Location::Header => "header",
        Location::Cookie => "cookie",
        Location::Form | Location::Part => "form",
        Location::Body => "body",
    }
}

/// Describes what a parameter of an action takes, in the terms of corrections.
pub(crate) fn action_kind(param: &Param) -> String {
    let kind = match (&param.kind, &param.style) {
        (_, Style::Indexed(prefix)) => return format!("numbered {prefix}"),
        (Kind::Constant(value), _) => return format!("constant({value:?})"),
        (_, Style::EncodedTwice) => "encoded",
        (Kind::Value(Type::Any), Style::Json) => "json",
        (Kind::Value(kind), Style::Json) => return format!("json of {}", typed(kind)),
        (_, Style::Series) => "series",
        (_, Style::Sum) => "bits",
        (Kind::Value(Type::Text), _) if param.secret => "secret",
        (Kind::Value(Type::Integer), _) => "integer",
        (Kind::Value(Type::Time), _) => "time",
        (Kind::Value(Type::Boolean), _) => "switch",
        (Kind::Value(Type::List(_)), _) => "texts",
        (Kind::Choice(_), _) => "choice",
        (Kind::Flag, _) => "flag",
        (Kind::On, _) => "on",
        (Kind::Node, _) => "node",
        (Kind::Nodes, Style::Numbered) => "selection",
        (Kind::Nodes, _) => "nodes",
        (Kind::Page, _) => "page",
        (Kind::File, _) => "file",
        (Kind::Fields, _) => "fields",
        _ => "text",
    };
    kind.to_owned()
}

/// Describes what a parameter of an operation takes: the type in the spec, however it is sent.
fn operation_kind(param: &Param) -> String {
    match &param.kind {
        Kind::Value(kind) => typed(kind),
        Kind::Bytes => "bytes".to_owned(),
        Kind::Flag => "boolean".to_owned(),
        _ => "text".to_owned(),
    }
}

fn returned(response: &Response, is_action: bool) -> String {
    let text = match response {
        Response::Json(Type::Any) if is_action => "json",
        Response::Json(kind) => return typed(kind),
        Response::OneOrMany(kind) => return format!("one or many of {}", typed(kind)),
        Response::ByStatus(all) => return by_status(all),
        Response::Listing => "listing",
        Response::Xml => "xml",
        Response::Text => "text",
        Response::Bytes if is_action => "stream",
        Response::Bytes => "bytes",
        Response::Envelope => "envelope",
        Response::EnvelopeOrNothing => "report",
        Response::Nothing => "nothing",
        Response::Head => "headers",
        Response::Undeclared => "any",
    };
    text.to_owned()
}

/// Describes the response for each status.
fn by_status(all: &[StatusResponse]) -> String {
    let one = |one: &StatusResponse| {
        let kinds: Vec<_> = one.response.types().into_iter().map(typed).collect();
        format!("{}: {}", one.status, kinds.join(" "))
    };
    all.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn model(model: &Model) -> ModelSurface {
    let Model { shape, sent, received, .. } = model;
    let surface = ModelSurface { sent: *sent, received: *received, ..ModelSurface::default() };
    match shape {
        Shape::Struct { fields, open } => ModelSurface {
            shape: "object".to_owned(),
            fields: fields
                .iter()
                .map(|field| {
                    let kind = typed(&field.kind);
                    (field.name.clone(), FieldSurface { kind, required: field.required })
                })
                .collect(),
            open: *open,
            ..surface
        },
        Shape::Choice(words) => {
            ModelSurface { shape: "choice".to_owned(), words: words.clone(), ..surface }
        }
        Shape::Codes(codes) => {
            let words = codes.iter().map(|one| format!("{}={}", one.value, one.name)).collect();
            ModelSurface { shape: "codes".to_owned(), words, ..surface }
        }
        Shape::Alias(kind) => ModelSurface { shape: typed(kind), ..surface },
    }
}

fn typed(kind: &Type) -> String {
    match kind {
        Type::List(inner) => format!("list of {}", typed(inner)),
        Type::Map(inner) => format!("map of {}", typed(inner)),
        Type::Nullable(inner) => format!("{} or null", typed(inner)),
        // Lenient reading is not visible.
        Type::Lenient(inner) => typed(inner),
        Type::Model(name) => format!("model {name}"),
        Type::IntegerText => "integer".to_owned(),
        Type::UnsignedText => "unsigned".to_owned(),
        other => format!("{other:?}").to_ascii_lowercase(),
    }
}
