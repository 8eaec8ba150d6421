//! The second half of the model: operations of an OpenAPI document, and the models they exchange.

use serde::Serialize;

use super::{Docs, Requirement};

/// An operation of a spec.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Operation {
    /// `operationId`, or what stands in for it.
    pub id: String,
    /// The tag it is grouped under.
    pub tag: String,
    /// The server action behind it (`x-pydio-action`).
    pub action: Option<String>,
    /// The HTTP method, in upper case.
    pub method: &'static str,
    /// The path of its server, which comes before its own.
    pub base: String,
    /// Its server, where that is another one than the spec has for all: the path of one on the
    /// same host, or an address.
    pub own_server: Option<String>,
    /// The path with `{name}` for a segment and `{name+}` for a part that spans slashes, below the
    /// server.
    pub path: String,
    /// Parameters that are always sent in the query.
    pub query: Vec<(String, String)>,
    /// Its parameters, those of the path first.
    pub params: Vec<OperationParam>,
    /// What is sent along.
    pub body: Option<Body>,
    /// As what the fields of a form are sent, where that is not what it usually is.
    pub form_type: Option<String>,
    /// What comes back.
    pub answer: Reply,
    /// The media types to ask for, where that is not what the type of the response says.
    pub accept: Option<String>,
    /// The media types that are declared of successes and that the type of the response does not
    /// read.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unread: Vec<String>,
    /// What is in the bodies of errors, as far as that is declared.
    pub errors: Vec<ErrorBody>,
    /// The security schemes it wants, where those are not the ones of the spec: any one
    /// requirement is enough.
    pub security: Option<Vec<Requirement>>,
    /// Why it cannot work, and what to use instead.
    pub retired: Option<String>,
    /// Whether the spec advises against it.
    pub deprecated: bool,
    /// What it does.
    pub docs: Docs,
}

impl Operation {
    /// The path with that of its server.
    pub fn full_path(&self) -> String {
        format!("{}{}", self.base, self.path)
    }

    /// Whether a redirect is what it returns.
    pub fn returns_redirect(&self) -> bool {
        self.answer == Reply::Head && self.method != "HEAD"
    }
}

/// A parameter of an operation.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OperationParam {
    /// Its name on the wire.
    pub name: String,
    /// Where it goes.
    pub place: OperationPlace,
    /// What it takes.
    pub kind: Type,
    /// How it is spelt.
    pub spelling: Spelling,
    /// As what a part of a form is sent, where that is declared.
    pub part_type: Option<String>,
    /// Whether a call without it makes no sense.
    pub required: bool,
    /// The default, as declared.
    pub default: Option<String>,
    /// The values that are declared of it, where they are not words.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<DeclaredValue>,
    /// Whether the root of the workspace is refused.
    pub not_root: bool,
    /// Whether the spec advises against it.
    pub deprecated: bool,
    /// What it means.
    pub doc: Option<Words>,
}

/// A value that a spec declares among others, and what it calls that.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeclaredValue {
    /// The value.
    pub value: String,
    /// Its name: `x-enum-varnames` and the like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it means: `x-enum-descriptions` and the like.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doc: Option<String>,
}

/// Where a parameter of an operation goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OperationPlace {
    /// The path.
    Path,
    /// The query.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
    /// A form body.
    Form,
    /// A part of a form that may hold files.
    Part,
}

impl OperationPlace {
    /// What it is called, for people.
    pub fn text(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::Form | Self::Part => "form",
        }
    }
}

/// How a value is written as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Spelling {
    /// As it is.
    Plain,
    /// `true`, or not at all.
    Flag,
    /// The path of a node.
    Node,
    /// The text of a JSON document.
    Json,
    /// Each item by itself under the same name.
    Repeated,
    /// Each item by itself under the name with `[]`, as PHP wants it.
    Brackets,
    /// The items in one text, with this between them, as PHP takes it apart.
    Joined(char),
    /// One text, or a list of texts, by a style of OpenAPI.
    Styled(Style),
    /// A list of lists of texts by a style of OpenAPI, each list in one text with that between
    /// its items.
    Nested(Style, char),
    /// A value of any depth, by a style of OpenAPI.
    Flattened(Style),
    /// The content of a file.
    File,
    /// The content of any number of files, all under one name.
    Files,
    /// Any number of fields that are not declared.
    Fields,
    /// Any number of files under names that are not declared.
    FileFields,
}

impl Spelling {
    /// Whether the value is written from its JSON, so that its model has to be.
    pub fn is_json(&self) -> bool {
        matches!(self, Self::Json | Self::Flattened(_))
    }

    /// Whether the value may be a stream, which is read once.
    pub fn is_file(&self) -> bool {
        matches!(self, Self::File | Self::Files | Self::FileFields)
    }
}

/// A style of OpenAPI, with what goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Style {
    /// `style`.
    pub kind: StyleKind,
    /// `explode`.
    pub explode: bool,
    /// `allowReserved`.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub reserved: bool,
    /// `allowEmptyValue`, of a list or an object.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub empty: bool,
}

/// The styles of OpenAPI, and the one that only Swagger 2.0 has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum StyleKind {
    /// `blue,black`.
    Simple,
    /// `.blue,black`.
    Label,
    /// `;color=blue,black`.
    Matrix,
    /// `color=blue,black`.
    Form,
    /// `color=blue%20black`.
    SpaceDelimited,
    /// `color=blue|black`.
    PipeDelimited,
    /// `color=blue%09black`.
    TabDelimited,
    /// `color[R]=100`.
    DeepObject,
}

impl StyleKind {
    /// What OpenAPI calls it.
    pub fn text(self) -> &'static str {
        match self {
            Self::Simple => "simple",
            Self::Label => "label",
            Self::Matrix => "matrix",
            Self::Form => "form",
            Self::SpaceDelimited => "spaceDelimited",
            Self::PipeDelimited => "pipeDelimited",
            Self::TabDelimited => "tabDelimited",
            Self::DeepObject => "deepObject",
        }
    }
}

/// What is sent along with an operation as a whole. The fields of a form are parameters.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Body {
    /// What it is.
    pub content: Content,
    /// As what it is sent.
    pub media_type: MediaType,
    /// Whether it has to be there.
    pub required: bool,
    /// The name it has in the spec.
    pub name: String,
    /// What it means.
    pub doc: Option<Words>,
}

/// What a body is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// A JSON document.
    Json(Type),
    /// Text.
    Text,
    /// A stream of bytes.
    Raw,
}

impl Content {
    /// The type of a JSON document.
    pub fn json(&self) -> Option<&Type> {
        match self {
            Self::Json(kind) => Some(kind),
            Self::Text | Self::Raw => None,
        }
    }

    /// The media type that the runtime sends unless another is said.
    pub fn usual(&self) -> &'static str {
        match self {
            Self::Json(_) => "application/json",
            Self::Text => "text/plain",
            Self::Raw => "application/octet-stream",
        }
    }
}

/// The media type of a body.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum MediaType {
    /// Always this one.
    Fixed(String),
    /// This one, unless another of a model's is chosen.
    Default {
        /// The one that is sent.
        media_type: String,
        /// The name of the model that lists all of them.
        choice: String,
    },
    /// One of those that the model of this name lists.
    Chosen(String),
    /// Any: the spec has a range.
    Any,
}

impl MediaType {
    /// The name of the model that lists them.
    pub fn choice(&self) -> Option<&str> {
        match self {
            Self::Default { choice, .. } | Self::Chosen(choice) => Some(choice),
            Self::Fixed(_) | Self::Any => None,
        }
    }
}

impl Operation {
    /// The types of what it sends as parameters or as its body.
    pub fn sent(&self) -> impl Iterator<Item = &Type> {
        let body = self.body.as_ref().and_then(|body| body.content.json());
        self.params.iter().map(|param| &param.kind).chain(body)
    }

    /// Whether a call may hold a stream, which is read once.
    pub fn has_stream(&self) -> bool {
        let is_raw = |body: &Body| body.content == Content::Raw;
        self.body.as_ref().is_some_and(is_raw) || self.params.iter().any(|p| p.spelling.is_file())
    }
}

/// What an operation answers.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Reply {
    /// A JSON document.
    Json(Type),
    /// The XML envelope.
    Envelope,
    /// Bytes.
    Stream,
    /// Text.
    Text,
    /// Nothing that matters.
    Nothing,
    /// The status and the headers.
    Head,
    /// What depends on the status.
    ByStatus(Vec<StatusReply>),
}

impl Reply {
    /// The types that are read from JSON.
    pub fn kinds(&self) -> Vec<&Type> {
        match self {
            Self::Json(kind) => vec![kind],
            Self::ByStatus(all) => all.iter().flat_map(|one| one.reply.kinds()).collect(),
            _ => Vec::new(),
        }
    }
}

/// What an operation answers with one status.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StatusReply {
    /// The status, such as `200`; `2XX` for all others.
    pub status: String,
    /// What it answers.
    pub reply: Reply,
    /// What it means, in the words of the spec.
    pub doc: Option<String>,
}

/// What is in the bodies of errors.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ErrorBody {
    /// The statuses, such as `404`, `4XX` or `default`.
    pub statuses: Vec<String>,
    /// The type of the JSON document.
    pub kind: Type,
}

/// What a parameter, body or field means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Words {
    /// The text.
    pub text: String,
    /// Whether it is the words of the spec rather than ours: they are escaped when emitted.
    pub foreign: bool,
}

/// The type of a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Type {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A whole number from 0.
    Unsigned,
    /// A whole number, written as text.
    IntegerText,
    /// A whole number from 0, written as text.
    UnsignedText,
    /// A number.
    Float,
    /// True or false.
    Boolean,
    /// Any JSON.
    Any,
    /// An object whose fields are not declared.
    Object,
    /// A list.
    List(Box<Type>),
    /// A map by text.
    Map(Box<Type>),
    /// A value or `null`.
    Nullable(Box<Type>),
    /// A value for which PHP's habits are tolerated.
    Lenient(Box<Type>),
    /// A model, by its name in the spec.
    Model(String),
}

/// A model: a named type of a spec.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Model {
    /// Its name in the spec, or what stands in for it.
    pub name: String,
    /// What it consists of.
    pub shape: Shape,
    /// Whether it is sent.
    pub sent: bool,
    /// Whether it is received.
    pub received: bool,
    /// What it stands for.
    pub docs: Docs,
}

/// What a model consists of.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// An object.
    Struct {
        /// Its fields, ordered by name.
        fields: Vec<Field>,
        /// Whether there may be others.
        open: bool,
    },
    /// One of several words.
    Choice(Vec<String>),
    /// Another name for a type.
    Alias(Type),
}

/// A field of a model.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Field {
    /// Its name on the wire.
    pub name: String,
    /// What it holds.
    pub kind: Type,
    /// Whether it has to be there.
    pub required: bool,
    /// Whether it is held behind a pointer, since the model would contain itself.
    pub boxed: bool,
    /// The default, as declared.
    pub default: Option<String>,
    /// The values that are declared of it, where they are not words.
    pub values: Vec<DeclaredValue>,
    /// Whether the spec advises against it.
    pub deprecated: bool,
    /// Which way it goes.
    pub access: Access,
    /// What it means.
    pub doc: Option<Words>,
}

/// Which way a field goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Access {
    /// Both ways.
    #[default]
    Both,
    /// Only in answers: it is never asked for where the model is sent.
    ReadOnly,
    /// Only in what is sent: it is never expected where the model is received.
    WriteOnly,
}
