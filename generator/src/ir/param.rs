//! Parameters: where they go, what they take, and how that is encoded.

use serde::Serialize;

use super::{Text, Type};

/// A parameter of an endpoint. A body is one, and so is each field of a form.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Param {
    /// Its name on the wire.
    pub name: String,
    /// Where it goes.
    pub location: Location,
    /// What it takes.
    pub kind: Kind,
    /// How that is encoded.
    pub style: Style,
    /// The media type of a body or of a part of a form, where it is known.
    pub content_type: Option<String>,
    /// Whether a call without it makes no sense.
    pub required: bool,
    /// The default, as declared.
    pub default: Option<String>,
    /// The declared values, where they are not those of an enumeration.
    pub values: Vec<DeclaredValue>,
    /// Whether the root of the workspace is refused.
    pub not_root: bool,
    /// Whether the spec marks it as deprecated.
    pub deprecated: bool,
    /// What it means.
    pub doc: Option<Text>,
    /// Its `type` in a manifest, as declared.
    pub declared: Option<String>,
    /// Which of the declared parameters of an action it is, counted from 0.
    pub position: Option<usize>,
}

impl Param {
    /// Creates an optional parameter.
    pub fn new(name: impl Into<String>, location: Location, kind: Kind, style: Style) -> Self {
        Self {
            name: name.into(),
            location,
            kind,
            style,
            content_type: None,
            required: false,
            default: None,
            values: Vec::new(),
            not_root: false,
            deprecated: false,
            doc: None,
            declared: None,
            position: None,
        }
    }

    /// Whether every call sends it, and its caller has no choice.
    pub fn is_constant(&self) -> bool {
        matches!(self.kind, Kind::Constant(_))
    }

    /// Whether it is an argument of the function rather than a setter: the path has to be sent
    /// whole, and a call without a required parameter makes no sense.
    pub fn is_argument(&self) -> bool {
        let fits = !self.is_constant() && !matches!(self.style, Style::Indexed(_));
        fits && (self.required || self.location.is_path())
    }

    /// The values of an enumeration that the parameter itself declares.
    pub fn choice(&self) -> Option<&[String]> {
        match &self.kind {
            Kind::Choice(values) => Some(values),
            _ => None,
        }
    }

    /// The type of the value, where it has one.
    pub fn value_type(&self) -> Option<&Type> {
        match &self.kind {
            Kind::Value(kind) => Some(kind),
            _ => None,
        }
    }

    /// Whether it is the body or a part of it as a whole.
    pub fn is_body(&self) -> bool {
        self.location == Location::Body && !matches!(self.kind, Kind::MediaType { .. })
    }
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    /// A segment of the path.
    Path,
    /// The rest of the path, slashes included.
    RestOfPath,
    /// The query.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
    /// A field of a form. Those of an action are in the query of a GET.
    Form,
    /// A part of a form that may hold files.
    Part,
    /// The body.
    Body,
}

impl Location {
    /// Whether it is in the path.
    pub fn is_path(self) -> bool {
        matches!(self, Self::Path | Self::RestOfPath)
    }

    /// Whether it is a field of a form.
    pub fn is_form(self) -> bool {
        matches!(self, Self::Form | Self::Part)
    }
}

/// What a parameter takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A value of a type.
    Value(Type),
    /// One of several values, others not excluded.
    Choice(Vec<String>),
    /// `true`, or not sent.
    Flag,
    /// `on`, or not sent.
    On,
    /// The path of a node.
    Node,
    /// The paths of several nodes.
    Nodes,
    /// The number of a page, which the server wants at the end of the folder's path.
    Page,
    /// The content of a file.
    File,
    /// The content of any number of files, all under one name.
    Files,
    /// A stream of bytes.
    Bytes,
    /// Any number of fields whose names are not declared.
    Fields,
    /// Any number of files under names that are not declared.
    FileFields,
    /// The media type of the body.
    MediaType {
        /// The one that is sent unless another is set.
        default: Option<String>,
        /// The name of the model that lists them; any is allowed where there is none.
        choice: Option<String>,
    },
    /// Always sent, and always this.
    Constant(String),
}

impl Kind {
    /// Text of any kind.
    pub const TEXT: Self = Self::Value(Type::Text);

    /// Whether the value may be a stream in a form, which can only be read once.
    pub fn is_file(&self) -> bool {
        matches!(self, Self::File | Self::Files | Self::FileFields)
    }
}

/// How a value is encoded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// As the text that it is.
    Plain,
    /// Percent-encoded once more than other text.
    EncodedTwice,
    /// As the text of a JSON document.
    Json,
    /// Each item by itself under the same name.
    Repeated,
    /// Each item by itself under the name with `[]`, as PHP reads lists.
    Brackets,
    /// One item under the name, several as `name_0`, `name_1` …
    Numbered,
    /// A family `prefix0`, `prefix1` …
    Indexed(String),
    /// The items in one text, with this between them.
    Joined(char),
    /// One text or a list of texts, by a style of OpenAPI.
    Styled(OpenApiStyle),
    /// A list of lists of texts by a style of OpenAPI, with the character between the items of each
    /// list.
    Nested(OpenApiStyle, char),
    /// A value of any depth, by a style of OpenAPI.
    Flattened(OpenApiStyle),
}

impl Style {
    /// Whether the value is written from its JSON, so that its model can be sent.
    pub fn is_json(&self) -> bool {
        matches!(self, Self::Json | Self::Flattened(_))
    }

    /// The style of OpenAPI that it is by.
    pub fn open_api(&self) -> Option<OpenApiStyle> {
        match self {
            Self::Styled(style) | Self::Nested(style, _) | Self::Flattened(style) => Some(*style),
            _ => None,
        }
    }
}

/// A style of OpenAPI, with what goes with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct OpenApiStyle {
    /// `style`.
    pub name: StyleName,
    /// `explode`.
    pub explode: bool,
    /// `allowReserved`.
    pub reserved: bool,
    /// `allowEmptyValue`, of a list or an object.
    pub empty: bool,
}

/// The styles of OpenAPI, and the one that only Swagger 2.0 has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum StyleName {
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

impl StyleName {
    /// The name in OpenAPI.
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

/// A value that a spec declares among others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeclaredValue {
    /// The value.
    pub value: String,
    /// Its name: `x-enum-varnames` and the like.
    pub name: Option<String>,
    /// What it means: `x-enum-descriptions` and the like.
    pub doc: Option<String>,
}
