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
    /// What comes back.
    pub answer: Reply,
    /// The media types to ask for, where that is not what the type of the response says.
    pub accept: Option<String>,
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
    /// Whether a call without it makes no sense.
    pub required: bool,
    /// The default, as declared.
    pub default: Option<String>,
    /// Whether the root of the workspace is refused.
    pub not_root: bool,
    /// Whether the spec advises against it.
    pub deprecated: bool,
    /// What it means.
    pub doc: Option<Words>,
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
    /// A form body.
    Form,
}

/// How a value is written as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
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
    /// The items in one text, with this between them.
    Joined(char),
}

/// What is sent along with an operation.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Body {
    /// A JSON document.
    Json {
        /// Its type.
        kind: Type,
        /// Whether it has to be there.
        required: bool,
        /// The name it has in the spec.
        name: String,
        /// What it means.
        doc: Option<Words>,
    },
    /// A stream of bytes.
    Raw {
        /// The name it has in the spec.
        name: String,
        /// What it means.
        doc: Option<Words>,
    },
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
    pub values: Vec<String>,
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
