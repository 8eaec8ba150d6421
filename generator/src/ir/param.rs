//! Parameters: where they are sent, what they take, and how that is encoded.

use serde::{Deserialize, Serialize};

use super::{Releases, Text, Type, is_secret};

/// A parameter of an endpoint. A body is a parameter, and so is each field of a form.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Param {
    /// Its name on the wire.
    pub name: String,
    /// Where it is sent.
    pub location: Location,
    /// What it takes.
    pub kind: Kind,
    /// How the value is encoded.
    pub style: Style,
    /// The media type of a body or of a part of a form, if known.
    pub content_type: Option<String>,
    /// Whether every call needs it.
    pub required: bool,
    /// The default, as declared.
    pub default: Option<String>,
    /// The declared values, if they are not those of an enumeration.
    pub values: Vec<DeclaredValue>,
    /// Whether the root of the workspace is refused.
    pub not_root: bool,
    /// Whether the value is never shown, such as a password.
    pub secret: bool,
    /// Values that the server cannot take, each with the reason.
    pub refused: Vec<(String, String)>,
    /// Its name in Rust, if it is not derived from the name on the wire.
    pub rust_name: Option<String>,
    /// Whether the spec marks it as deprecated.
    pub deprecated: bool,
    /// The releases that declare it, where not all do that declare the call.
    #[serde(skip_serializing_if = "Releases::is_empty")]
    pub releases: Releases,
    /// What it means.
    pub doc: Option<Text>,
    /// Its `type` in a manifest, as declared.
    pub declared: Option<String>,
    /// Its index among the declared parameters of an action, counted from 0.
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
            secret: false,
            refused: Vec::new(),
            rust_name: None,
            deprecated: false,
            releases: Releases::default(),
            doc: None,
            declared: None,
            position: None,
        }
    }

    /// Returns whether every call sends it with a value that the caller cannot choose.
    pub fn is_constant(&self) -> bool {
        matches!(self.kind, Kind::Constant(_))
    }

    /// Returns whether it is an argument of the function rather than a setter: the path has to be
    /// complete, and every call needs the required parameters.
    pub fn is_argument(&self) -> bool {
        let fits = !self.is_constant() && !matches!(self.style, Style::Indexed(_));
        fits && (self.required || self.location.is_path())
    }

    /// Returns the name on the wire; for a family, the prefix of its members.
    pub fn wire_name(&self) -> &str {
        match &self.style {
            Style::Indexed(prefix) => prefix,
            _ => &self.name,
        }
    }

    /// Returns the name that its name in Rust is derived from: `user_` for `user_[n]`.
    pub fn stem(&self) -> &str {
        self.rust_name.as_deref().unwrap_or_else(|| self.wire_name())
    }

    /// Returns the values of an enumeration that the parameter itself declares.
    pub fn choice(&self) -> Option<&[String]> {
        match &self.kind {
            Kind::Choice(values) => Some(values),
            _ => None,
        }
    }

    /// Returns whether its value is never shown.
    pub fn is_secret(&self) -> bool {
        let is_text =
            self.kind == Kind::TEXT && matches!(self.style, Style::Plain | Style::EncodedTwice);
        self.secret || is_text && is_secret(&self.name)
    }

    /// Returns whether it is the whole body or a whole part of it.
    pub fn is_body(&self) -> bool {
        self.location == Location::Body && !matches!(self.kind, Kind::MediaType { .. })
    }
}

/// Where a parameter is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    /// A segment of the path.
    Path,
    /// The rest of the path, including slashes.
    RestOfPath,
    /// The query.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
    /// A field of a form. For an action, a GET sends it in the query.
    Form,
    /// A part of a form that may hold files.
    Part,
    /// The body.
    Body,
}

impl Location {
    /// Returns whether it is in the path.
    pub fn is_path(self) -> bool {
        matches!(self, Self::Path | Self::RestOfPath)
    }

    /// Returns whether it is a field of a form.
    pub fn is_form(self) -> bool {
        matches!(self, Self::Form | Self::Part)
    }
}

/// What a parameter takes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A value of a type.
    Value(Type),
    /// One of several values, without excluding others.
    Choice(Vec<String>),
    /// `true`, or not sent.
    Flag,
    /// `on`, or not sent.
    On,
    /// The path of a node.
    Node,
    /// The paths of several nodes.
    Nodes,
    /// The number of a page, which the server expects at the end of the folder's path.
    Page,
    /// The content of a file.
    File,
    /// The content of any number of files, all under one name.
    Files,
    /// A stream of bytes.
    Bytes,
    /// Any number of fields with undeclared names.
    Fields,
    /// Any number of files with undeclared names.
    FileFields,
    /// The media type of the body.
    MediaType {
        /// The default media type.
        default: Option<String>,
        /// The name of the model that lists them; any is allowed if there is none.
        choice: Option<String>,
    },
    /// Always sent, with this value.
    Constant(String),
}

impl Kind {
    /// Text of any kind.
    pub const TEXT: Self = Self::Value(Type::Text);

    /// One of these texts. A repeated one counts once: variants of the same text could not be told
    /// apart.
    pub fn choice<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Self {
        let mut choice: Vec<String> = Vec::new();
        for text in texts {
            let text = text.as_ref();
            if !choice.iter().any(|known| known == text) {
                choice.push(text.to_owned());
            }
        }
        Self::Choice(choice)
    }

    /// Returns whether the value may be a stream in a form, which can only be read once.
    pub fn is_file(&self) -> bool {
        matches!(self, Self::File | Self::Files | Self::FileFields)
    }
}

/// How a value is encoded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Style {
    /// As plain text.
    Plain,
    /// Percent-encoded once more than other text.
    EncodedTwice,
    /// As the text of a JSON document.
    Json,
    /// One field per item, all under the same name.
    Repeated,
    /// One field per item, under the name with `[]`, as PHP reads lists.
    Brackets,
    /// One item under the name, several as `name_0`, `name_1` …
    Numbered,
    /// A family `prefix0`, `prefix1` …
    Indexed(String),
    /// The first item under the name, the next ones under `name_1`, `name_2` …
    Series,
    /// Numbers, as their sum: each is a bit.
    Sum,
    /// The items in one text, separated by this character.
    Joined(char),
    /// One text or a list of texts, in an OpenAPI style.
    Styled(OpenApiStyle),
    /// A list of lists of texts in an OpenAPI style, with the separator of the items of each inner
    /// list.
    Nested(OpenApiStyle, char),
    /// A value of any depth, in an OpenAPI style.
    Flattened(OpenApiStyle),
}

impl Style {
    /// Returns whether the value is serialised through JSON, which requires its model to be sent.
    pub fn is_json(&self) -> bool {
        matches!(self, Self::Json | Self::Flattened(_))
    }

    /// Returns its OpenAPI style.
    pub fn open_api(&self) -> Option<OpenApiStyle> {
        match self {
            Self::Styled(style) | Self::Nested(style, _) | Self::Flattened(style) => Some(*style),
            _ => None,
        }
    }
}

/// An OpenAPI style with its options.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct OpenApiStyle {
    /// The `style`.
    pub name: StyleName,
    /// The `explode`.
    pub explode: bool,
    /// The `allowReserved`.
    pub reserved: bool,
    /// The `allowEmptyValue` of a list or an object.
    pub empty: bool,
}

/// The OpenAPI styles, and the one that only Swagger 2.0 has.
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
    /// Returns the name in OpenAPI.
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

/// One of the values that a spec declares.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DeclaredValue {
    /// The value.
    pub value: String,
    /// Its name, from `x-enum-varnames` and similar extensions.
    pub name: Option<String>,
    /// What it means, from `x-enum-descriptions` and similar extensions.
    pub doc: Option<String>,
}
