//! The parameters of an endpoint: where a value goes, what it is, and how it is encoded.

mod kind;

use super::Style;

pub use kind::{Kind, Location, ParamEncoding};

/// A parameter of an [`Endpoint`](crate::Endpoint).
///
/// ```
/// use pydio_runtime::{Kind, Location, Param};
///
/// const NODES: Param = Param::form("nodes").nodes().brackets().required();
///
/// assert_eq!((NODES.name(), NODES.location(), NODES.kind()), ("nodes", Location::Form, Kind::Nodes));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Param {
    /// Its name in requests, which differs from the name on the wire when two parameters of an
    /// endpoint share that.
    pub(crate) key: &'static str,
    pub(crate) name: &'static str,
    pub(crate) location: Location,
    pub(crate) kind: Kind,
    pub(crate) encoding: ParamEncoding,
    pub(crate) is_required: bool,
    pub(crate) refuses_root: bool,
    pub(crate) is_secret: bool,
    /// The media type of a part of a form, or of the body.
    pub(crate) content_type: Option<&'static str>,
    /// Values that the server cannot take, each with the reason.
    pub(crate) refused: &'static [(&'static str, &'static str)],
    /// JSON pointers to what a document must have.
    pub(crate) requires: &'static [&'static str],
    /// What a document must not have.
    pub(crate) refused_in: &'static [RefusedIn],
}

/// A place in a document at which the server cannot take any value, or a certain one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RefusedIn {
    /// A JSON pointer.
    pub(crate) pointer: &'static str,
    /// The text that is refused there; any value if there is none.
    pub(crate) value: Option<&'static str>,
    pub(crate) reason: &'static str,
}

impl RefusedIn {
    /// Refuses any value at a JSON pointer.
    pub const fn any(pointer: &'static str, reason: &'static str) -> Self {
        Self { pointer, value: None, reason }
    }

    /// Refuses a text at a JSON pointer.
    pub const fn text(pointer: &'static str, value: &'static str, reason: &'static str) -> Self {
        Self { pointer, value: Some(value), reason }
    }
}

impl Param {
    const fn new(name: &'static str, location: Location) -> Self {
        Self {
            key: name,
            name,
            location,
            kind: Kind::Text,
            encoding: ParamEncoding::Plain,
            is_required: false,
            refuses_root: false,
            is_secret: false,
            content_type: None,
            refused: &[],
            requires: &[],
            refused_in: &[],
        }
    }

    /// Describes a segment of the path.
    pub const fn path(name: &'static str) -> Self {
        Self::new(name, Location::Path)
    }

    /// Describes the rest of the path, slashes included: a node.
    pub const fn rest_of_path(name: &'static str) -> Self {
        Self::new(name, Location::RestOfPath).node()
    }

    /// Describes a parameter of the query.
    pub const fn query(name: &'static str) -> Self {
        Self::new(name, Location::Query)
    }

    /// Describes a header.
    pub const fn header(name: &'static str) -> Self {
        Self::new(name, Location::Header)
    }

    /// Describes a cookie.
    pub const fn cookie(name: &'static str) -> Self {
        Self::new(name, Location::Cookie)
    }

    /// Describes a field: see [`Location::Form`].
    pub const fn form(name: &'static str) -> Self {
        Self::new(name, Location::Form)
    }

    /// Describes a part of a form that may hold files.
    pub const fn part(name: &'static str) -> Self {
        Self::new(name, Location::Part)
    }

    /// Describes the body.
    pub const fn body(name: &'static str) -> Self {
        Self::new(name, Location::Body)
    }

    /// Sets the name that requests use, where two parameters share a name on the wire.
    #[must_use]
    pub const fn key(mut self, key: &'static str) -> Self {
        self.key = key;
        self
    }

    const fn kind_of(mut self, kind: Kind) -> Self {
        self.kind = kind;
        self
    }

    const fn encoded(mut self, encoding: ParamEncoding) -> Self {
        self.encoding = encoding;
        self
    }

    /// Takes text, as parameters do unless set.
    #[must_use]
    pub const fn text(self) -> Self {
        self.kind_of(Kind::Text)
    }

    /// Takes a whole number.
    #[must_use]
    pub const fn integer(self) -> Self {
        self.kind_of(Kind::Integer)
    }

    /// Takes a whole number from 0.
    #[must_use]
    pub const fn unsigned(self) -> Self {
        self.kind_of(Kind::Unsigned)
    }

    /// Takes a number.
    #[must_use]
    pub const fn float(self) -> Self {
        self.kind_of(Kind::Float)
    }

    /// Takes a boolean that is sent as `true` or `false`.
    #[must_use]
    pub const fn boolean(self) -> Self {
        self.kind_of(Kind::Boolean)
    }

    /// Takes a boolean that is sent as `true`, or not sent.
    #[must_use]
    pub const fn flag(self) -> Self {
        self.kind_of(Kind::Flag)
    }

    /// Takes a boolean that is sent as `on`, or not sent.
    #[must_use]
    pub const fn on(self) -> Self {
        self.kind_of(Kind::On)
    }

    /// Takes one of these values, or one that is not declared.
    #[must_use]
    pub const fn choice(self, values: &'static [&'static str]) -> Self {
        self.kind_of(Kind::Enum(values))
    }

    /// Takes the path of a node.
    #[must_use]
    pub const fn node(self) -> Self {
        self.kind_of(Kind::Node)
    }

    /// Takes the paths of nodes.
    #[must_use]
    pub const fn nodes(self) -> Self {
        self.kind_of(Kind::Nodes)
    }

    /// Takes a list of texts.
    #[must_use]
    pub const fn texts(self) -> Self {
        self.kind_of(Kind::Texts)
    }

    /// Takes the number of a page of the folder in the path.
    #[must_use]
    pub const fn page(self) -> Self {
        self.kind_of(Kind::Page)
    }

    /// Takes a JSON document.
    #[must_use]
    pub const fn json(self) -> Self {
        self.kind_of(Kind::Json)
    }

    /// Takes a file.
    #[must_use]
    pub const fn file(self) -> Self {
        self.kind_of(Kind::File)
    }

    /// Takes files.
    #[must_use]
    pub const fn files(self) -> Self {
        self.kind_of(Kind::Files)
    }

    /// Takes bytes.
    #[must_use]
    pub const fn bytes(self) -> Self {
        self.kind_of(Kind::Bytes)
    }

    /// Takes fields whose names are not declared.
    #[must_use]
    pub const fn fields(self) -> Self {
        self.kind_of(Kind::Fields)
    }

    /// Takes files under names that are not declared.
    #[must_use]
    pub const fn file_fields(self) -> Self {
        self.kind_of(Kind::FileFields)
    }

    /// Takes the media type of the body.
    #[must_use]
    pub const fn media_type(self, values: &'static [&'static str]) -> Self {
        self.kind_of(Kind::MediaType(values))
    }

    /// Percent-encodes the value once more than others.
    #[must_use]
    pub const fn encoded_twice(self) -> Self {
        self.encoded(ParamEncoding::EncodedTwice)
    }

    /// Sends each item under the same name.
    #[must_use]
    pub const fn repeated(self) -> Self {
        self.encoded(ParamEncoding::Repeated)
    }

    /// Sends each item under the name with `[]`.
    #[must_use]
    pub const fn brackets(self) -> Self {
        self.encoded(ParamEncoding::Brackets)
    }

    /// Sends one item under its own name, and several as `name_0`, `name_1` …
    #[must_use]
    pub const fn numbered(self) -> Self {
        self.encoded(ParamEncoding::Numbered)
    }

    /// Makes it a family `name0`, `name1` … whose index the caller chooses.
    #[must_use]
    pub const fn indexed(self) -> Self {
        self.encoded(ParamEncoding::Indexed)
    }

    /// Sends the first item under the name, and the next ones under `name_1`, `name_2` …
    #[must_use]
    pub const fn series(self) -> Self {
        self.kind_of(Kind::Texts).encoded(ParamEncoding::Series)
    }

    /// Takes several of the numbers that a choice declares, and sends their sum.
    #[must_use]
    pub const fn sum(self) -> Self {
        self.kind_of(Kind::Texts).encoded(ParamEncoding::Sum)
    }

    /// Sends the items in one text with that character between them.
    #[must_use]
    pub const fn joined(self, separator: char) -> Self {
        self.encoded(ParamEncoding::Joined(separator))
    }

    /// Encodes the value by a style of OpenAPI.
    #[must_use]
    pub const fn style(self, style: Style) -> Self {
        self.encoded(ParamEncoding::Styled(style))
    }

    /// Takes a list of lists, encoded by a style of OpenAPI, with that character between the items
    /// of an inner list.
    #[must_use]
    pub const fn nested(self, style: Style, separator: char) -> Self {
        self.kind_of(Kind::Lists).encoded(ParamEncoding::Nested(style, separator))
    }

    /// Sends this value with every call.
    #[must_use]
    pub const fn constant(self, value: &'static str) -> Self {
        self.encoded(ParamEncoding::Constant(value))
    }

    /// Marks a parameter without which a call makes no sense.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    /// Refuses the root of the workspace.
    #[must_use]
    pub const fn not_root(mut self) -> Self {
        self.refuses_root = true;
        self
    }

    /// Marks a value that must not be shown or logged.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.is_secret = true;
        self
    }

    /// Refuses these values before they are sent, each with the reason.
    #[must_use]
    pub const fn refused(mut self, values: &'static [(&'static str, &'static str)]) -> Self {
        self.refused = values;
        self
    }

    /// Sets what a document must have, as JSON pointers: a call without it fails before it is sent.
    #[must_use]
    pub const fn requires(mut self, pointers: &'static [&'static str]) -> Self {
        self.requires = pointers;
        self
    }

    /// Sets what a document must not have: a call with it fails before it is sent.
    #[must_use]
    pub const fn refused_in(mut self, places: &'static [RefusedIn]) -> Self {
        self.refused_in = places;
        self
    }

    /// Sets the media type of a part of a form, or of the body.
    #[must_use]
    pub const fn content_type(mut self, media_type: &'static str) -> Self {
        self.content_type = Some(media_type);
        self
    }

    /// Returns the name that requests use.
    pub const fn request_name(&self) -> &'static str {
        self.key
    }

    /// Returns the name on the wire.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// Returns where it goes.
    pub const fn location(&self) -> Location {
        self.location
    }

    /// Returns what it takes.
    pub const fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns how its value is encoded.
    pub const fn encoding(&self) -> ParamEncoding {
        self.encoding
    }

    /// Returns whether a call without it makes no sense.
    pub const fn is_required(&self) -> bool {
        self.is_required
    }

    /// Returns whether its value must not be shown or logged.
    pub const fn is_secret(&self) -> bool {
        self.is_secret
    }

    /// Returns whether the root of the workspace is refused.
    pub const fn refuses_root(&self) -> bool {
        self.refuses_root
    }

    /// Returns whether it goes into the path.
    pub(crate) fn is_in_path(&self) -> bool {
        self.location.is_in_path()
    }
}
