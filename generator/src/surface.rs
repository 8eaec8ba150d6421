//! What a program that uses bindings can see of them: every call with its parameters and its
//! answer, every model with its fields.
//!
//! Generated crates carry theirs in [`FILE`], so that they can be compared with one another.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use serde::{Deserialize, Serialize};

use crate::{
    diagnostic::{Diagnostic, SourceFile, is_bidi},
    model::{
        Action, Api, Body, Content, Kind, Model, Operation, Param, ParamPlace, Reply, ReturnKind,
        Rights, Shape, StatusReply, Type,
    },
    openapi::read_own,
    source,
};

/// What to do about a file that is not what this tool writes.
const AGAIN: &str = "generate the crate again with this version of the tool";

/// The format of [`Surface::to_text`].
const FORMAT: u32 = 1;

/// What the file is called in a generated crate.
pub const FILE: &str = "api.json";

/// Everything that can be called, and the models that are exchanged.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Surface {
    /// Of which format it is, as a file.
    pub format: u32,
    /// What it is of, such as `Pydio 8.2.5`.
    pub title: String,
    /// The server version.
    pub version: String,
    /// By `plugin/action`.
    pub actions: BTreeMap<String, ActionSurface>,
    /// By id.
    pub operations: BTreeMap<String, OperationSurface>,
    /// By name; those of the spec begin with `v2::`.
    pub models: BTreeMap<String, ModelSurface>,
}

/// What can be seen of an action.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ActionSurface {
    /// `restParams`, where REST v1 reaches it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rest: Option<String>,
    /// What it takes, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<ParamSurface>,
    /// What comes back.
    pub answer: String,
    /// Who may call it.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub rights: BTreeMap<String, String>,
    /// Whether the server goes on after it has answered.
    #[serde(skip_serializing_if = "is_false")]
    pub background: bool,
    /// Why it is not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retired: Option<String>,
}

/// What can be seen of an operation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OperationSurface {
    /// The module it is in.
    pub tag: String,
    /// The method and the path.
    pub address: String,
    /// What it takes, in order, its body among it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub params: Vec<ParamSurface>,
    /// What comes back.
    pub answer: String,
    /// Why it is not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retired: Option<String>,
}

/// What can be seen of a parameter.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ParamSurface {
    /// Its name on the wire.
    pub name: String,
    /// What it takes.
    pub kind: String,
    /// The words that it is known to take.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// Whether it is an argument rather than a setter.
    #[serde(skip_serializing_if = "is_false")]
    pub required: bool,
    /// What the server takes when it is not sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
    /// Where it goes.
    pub place: String,
}

/// What can be seen of a model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ModelSurface {
    /// What it is: `object`, `choice`, or another name for a type.
    pub shape: String,
    /// Its fields, by name.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, FieldSurface>,
    /// Its words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub words: Vec<String>,
    /// Whether it keeps fields that are not declared.
    #[serde(skip_serializing_if = "is_false")]
    pub open: bool,
    /// Whether it is sent.
    #[serde(skip_serializing_if = "is_false")]
    pub sent: bool,
    /// Whether it is received.
    #[serde(skip_serializing_if = "is_false")]
    pub received: bool,
}

/// What can be seen of a field.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FieldSurface {
    /// What it holds.
    pub kind: String,
    /// Whether it is always there.
    #[serde(skip_serializing_if = "is_false")]
    pub required: bool,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands references")]
fn is_false(value: &bool) -> bool {
    !value
}

impl Surface {
    /// The surface of a model.
    pub fn of(api: &Api) -> Self {
        let actions = api.plugins.iter().flat_map(|plugin| {
            plugin.actions.iter().map(|&index| {
                let action = &api.actions[index];
                (format!("{}/{}", plugin.id, action.name), self::action(action))
            })
        });
        let spec = api.spec.models.iter().map(|m| (format!("v2::{}", m.name), model(m)));
        let own = api.models.iter().map(|m| (m.name.clone(), model(m)));
        Self {
            format: FORMAT,
            title: api.title.clone(),
            version: api.version.clone(),
            actions: actions.collect(),
            operations: api.spec.operations.iter().map(|o| (o.id.clone(), operation(o))).collect(),
            models: own.chain(spec).collect(),
        }
    }

    /// As the text of a file, one thing a line, that [`Surface::parse`] reads back; `origin` says
    /// in it who wrote it.
    ///
    /// # Errors
    ///
    /// None that is known: the types are plain data.
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
    /// When it cannot be read, or is of another version of this tool.
    pub fn read(path: &Path) -> Result<Self, Diagnostic> {
        Self::parse(&source::read_file(path)?)
    }

    /// Reads what [`Surface::to_text`] wrote.
    ///
    /// # Errors
    ///
    /// When it is not that, or of a format that only a later version of this tool knows.
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

/// The text with escapes for what would act on a terminal or hide what the rest says.
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

fn action(action: &Action) -> ActionSurface {
    ActionSurface {
        rest: action.route.as_ref().map(|route| route.declared()),
        params: action.params.iter().map(param).collect(),
        answer: returned(&action.returns),
        rights: action.rights.as_ref().map(|Rights(rights)| rights.clone()).unwrap_or_default(),
        background: action.background,
        retired: action.retired.clone(),
    }
}

fn param(param: &Param) -> ParamSurface {
    let (kind, words) = kind(&param.kind);
    let place = match param.place {
        ParamPlace::Path => "path",
        ParamPlace::CatchAll => "rest of the path",
        ParamPlace::Field => "field",
    };
    ParamSurface {
        name: param.name.clone(),
        kind,
        words,
        required: param.required,
        default: param.default.clone(),
        place: place.to_owned(),
    }
}

fn operation(operation: &Operation) -> OperationSurface {
    let params = operation.params.iter().map(|param| ParamSurface {
        name: param.name.clone(),
        kind: typed(&param.kind),
        words: Vec::new(),
        required: param.required,
        default: param.default.clone(),
        place: param.place.text().to_owned(),
    });
    OperationSurface {
        tag: operation.tag.clone(),
        address: format!("{} {}", operation.method, operation.full_path()),
        params: params.chain(operation.body.iter().map(body)).collect(),
        answer: match &operation.answer {
            Reply::Json(kind) => typed(kind),
            Reply::Envelope => "envelope".to_owned(),
            Reply::Stream => "bytes".to_owned(),
            Reply::Text => "text".to_owned(),
            Reply::Nothing => "nothing".to_owned(),
            Reply::Head => "headers".to_owned(),
            Reply::ByStatus(all) => by_status(all),
        },
        retired: operation.retired.clone(),
    }
}

/// What is answered with each status.
fn by_status(all: &[StatusReply]) -> String {
    let one = |one: &StatusReply| {
        let kinds: Vec<_> = one.reply.kinds().into_iter().map(typed).collect();
        format!("{}: {}", one.status, kinds.join(" "))
    };
    all.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn body(body: &Body) -> ParamSurface {
    let kind = match &body.content {
        Content::Json(kind) => typed(kind),
        Content::Text => "text".to_owned(),
        Content::Raw => "bytes".to_owned(),
    };
    ParamSurface {
        name: body.name.clone(),
        kind,
        required: body.required,
        place: "body".to_owned(),
        ..ParamSurface::default()
    }
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
        Shape::Alias(kind) => ModelSurface { shape: typed(kind), ..surface },
    }
}

/// What a parameter takes, and the words it is known to take.
fn kind(kind: &Kind) -> (String, Vec<String>) {
    match kind {
        Kind::Choice(words) => ("choice".to_owned(), words.clone()),
        Kind::Numbered(prefix) => (format!("numbered {prefix}"), Vec::new()),
        other => (snake(&format!("{other:?}")), Vec::new()),
    }
}

fn returned(returns: &ReturnKind) -> String {
    match returns {
        ReturnKind::Typed(kind) => typed(kind),
        ReturnKind::OneOrMany(kind) => format!("one or many of {}", typed(kind)),
        ReturnKind::Json => "json".to_owned(),
        other => snake(&format!("{other:?}")),
    }
}

fn typed(kind: &Type) -> String {
    match kind {
        Type::List(inner) => format!("list of {}", typed(inner)),
        Type::Map(inner) => format!("map of {}", typed(inner)),
        Type::Nullable(inner) => format!("{} or null", typed(inner)),
        // What is tolerated does not show.
        Type::Lenient(inner) => typed(inner),
        Type::Model(name) => format!("model {name}"),
        Type::IntegerText => "integer".to_owned(),
        Type::UnsignedText => "unsigned".to_owned(),
        other => snake(&format!("{other:?}")),
    }
}

/// `one_word` of `OneWord`.
fn snake(text: &str) -> String {
    let mut snake = String::new();
    for c in text.chars() {
        if c.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}
