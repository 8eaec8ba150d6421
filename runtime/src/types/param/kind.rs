//! Where a value goes, what it is, and how it is encoded.

use crate::types::Style;

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
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
    /// A field: in the query of a `GET`, in the form of a `POST`. PHP reads a form of a `POST`
    /// only, and takes the query for the same.
    Form,
    /// A part of a form that may hold files, `multipart/form-data`.
    Part,
    /// The body.
    Body,
}

impl Location {
    /// Returns whether it is in the path.
    pub(crate) const fn is_in_path(self) -> bool {
        matches!(self, Self::Path | Self::RestOfPath)
    }
}

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A whole number from 0.
    Unsigned,
    /// A number.
    Float,
    /// Sent as `true` or `false`.
    Boolean,
    /// Sent as `true`, or not sent.
    Flag,
    /// Sent as `on`, or not sent.
    On,
    /// One of these values, or a value that is not declared.
    Enum(&'static [&'static str]),
    /// The path of a node.
    Node,
    /// The paths of nodes.
    Nodes,
    /// A list of texts.
    Texts,
    /// A list of lists of texts.
    Lists,
    /// The number of a page of the folder in the path.
    Page,
    /// A JSON document.
    Json,
    /// A file.
    File,
    /// Files.
    Files,
    /// The bytes of the body.
    Bytes,
    /// Fields whose names are not declared.
    Fields,
    /// Files under names that are not declared.
    FileFields,
    /// The media type of the body: one of these, or one that is not declared.
    MediaType(&'static [&'static str]),
}

/// How the value of a parameter is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ParamEncoding {
    /// Unchanged.
    Plain,
    /// Percent-encoded once more than others, since the server decodes it once more.
    EncodedTwice,
    /// Each item under the same name.
    Repeated,
    /// Each item under the name with `[]`, as PHP reads lists.
    Brackets,
    /// One item under its own name, several as `name_0`, `name_1` …
    Numbered,
    /// A family `name0`, `name1` … whose index the caller chooses.
    Indexed,
    /// The first item under the name, the next ones under `name_1`, `name_2` …
    Series,
    /// Numbers, sent as their sum: each is a bit.
    Sum,
    /// The items in one text with this character between them.
    Joined(char),
    /// By a style of OpenAPI.
    Styled(Style),
    /// A list of lists by a style of OpenAPI, each inner list in one text with that character
    /// between its items.
    Nested(Style, char),
    /// Always sent with this value.
    Constant(&'static str),
}
