//! Operations of an OpenAPI spec: the v2 API, or that of another server.

mod style;

use std::{borrow::Cow, fmt, ops::RangeBounds};

use crate::{
    Answer, Body, Error, FilePart, Json, NodePath, Response, Site, answer::Span, json::ToJson,
};

pub(crate) use style::Kind as StyleKind;
pub use style::Style;

/// An operation as a spec declares it.
#[derive(Debug)]
pub struct Operation {
    /// Its `operationId`.
    pub id: &'static str,
    /// Whose operation it is.
    pub server: Server,
    /// The servers of the spec.
    pub site: &'static Site,
    /// The server of this operation, where it has its own: a path on the host of the others, or
    /// the address of another host.
    pub own_server: Option<&'static str>,
    /// The HTTP method.
    pub method: Method,
    /// The path below the server, with `{name}` for a segment and `{name+}` for a part that spans
    /// slashes.
    pub path: &'static str,
    /// What is always sent in the query.
    pub query: &'static [(&'static str, &'static str)],
    /// The media types to ask for; `None` for what the type of the response says.
    pub accept: Option<&'static str>,
    /// The media types that the spec declares for a success and that the type of the response does
    /// not read: such a response is an error, never read as something else.
    pub unread: &'static [&'static str],
    /// Whether a redirect is the response, and is not followed.
    pub returns_redirect: bool,
    /// Why the server cannot do it, and what to use instead: such a call fails before it is sent.
    pub retired: Option<&'static str>,
}

impl Operation {
    /// An operation of which nothing is set. Bindings set what they have, and take the rest from
    /// here.
    pub const UNSET: Self = Self {
        id: "",
        server: Server::Other,
        site: &Site::NONE,
        own_server: None,
        method: Method::Get,
        path: "/",
        query: &[],
        accept: None,
        unread: &[],
        returns_redirect: false,
        retired: None,
    };

    /// Refuses a response of a media type that the type of the response does not read.
    pub(crate) fn readable(&self, response: Response) -> Result<Response, Error> {
        let media_type = response.media_type();
        if !self.unread.contains(&&*media_type) {
            return Ok(response);
        }
        let message = format!(
            "the response is `{media_type}`, which the spec declares and this call does not read; \
             it asked for `{}`",
            self.accept.unwrap_or("application/json")
        );
        Err(Error::Malformed(response.origin.failure(message)))
    }
}

/// Whose habits an operation has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Server {
    /// A Pydio 6–8, which reports failures in a success.
    Pydio,
    /// Any other, which keeps to its statuses.
    Other,
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Method {
    Get,
    Put,
    Post,
    Delete,
    Options,
    Head,
    Patch,
    Trace,
}

impl Method {
    pub(crate) fn http(self) -> http::Method {
        match self {
            Self::Get => http::Method::GET,
            Self::Put => http::Method::PUT,
            Self::Post => http::Method::POST,
            Self::Delete => http::Method::DELETE,
            Self::Options => http::Method::OPTIONS,
            Self::Head => http::Method::HEAD,
            Self::Patch => http::Method::PATCH,
            Self::Trace => http::Method::TRACE,
        }
    }
}

/// A call of an operation that can be sent.
///
/// Bindings implement it for one type an operation.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no operation of a spec",
    note = "actions are called on a workspace, which `Pydio::workspace` or `Session::workspace` makes"
)]
pub trait OperationCall {
    /// The operation that is called.
    const OPERATION: &'static Operation;
    /// What a success answers.
    type Answer: Answer;

    /// The operation with its arguments, ready to be sent.
    fn into_request(self) -> OperationRequest;

    /// Returns a copy of the call, to be sent once more; `None` when its body, or a file in it, is a
    /// stream, which is read once.
    fn try_clone(&self) -> Option<Self>
    where
        Self: Clone,
    {
        let copy = self.clone();
        (!copy.clone().into_request().is_incomplete).then_some(copy)
    }
}

/// Where a parameter goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The path.
    Path,
    /// The query.
    Query,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
    /// A form body. A Pydio is sent it in the query where PHP reads no form.
    Form,
    /// A part of a form that may hold files, `multipart/form-data`.
    Part,
}

/// An [`Operation`] with the arguments of one call.
///
/// [`Debug`](fmt::Debug) shows the names of the arguments and never their values, since passwords
/// are among them.
pub struct OperationRequest {
    operation: &'static Operation,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) content: Content,
    /// The media type of the body, where it is not that of [`Self::content`].
    pub(crate) media_type: Option<Cow<'static, str>>,
    /// The media types of parts of a form, by name.
    pub(crate) part_types: Vec<(&'static str, &'static str)>,
    /// The bytes that are asked for.
    pub(crate) span: Option<Span>,
    /// Why the call cannot be sent, as soon as an argument tells.
    pub(crate) refused: Option<String>,
    /// Whether this is a copy without the stream of the original.
    is_incomplete: bool,
}

pub(crate) struct Argument {
    pub(crate) place: Place,
    pub(crate) name: Cow<'static, str>,
    pub(crate) value: Value,
}

pub(crate) enum Value {
    Text(String),
    /// The path of a node, which begins with a slash.
    Node(String),
    /// The text of a JSON document.
    Json(String),
    /// What is encoded by a style.
    Styled(Style, Json),
    File(FilePart),
}

impl Value {
    /// The value as text, to tell one call from another. Of a file there is none.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Text(text) | Self::Node(text) | Self::Json(text) => Cow::Borrowed(text),
            Self::Styled(_, json) => Cow::Owned(json.to_string()),
            Self::File(_) => Cow::Borrowed(""),
        }
    }

    /// The same once more, unless it is a stream.
    fn copy(&self) -> Option<Self> {
        Some(match self {
            Self::Text(text) => Self::Text(text.clone()),
            Self::Node(path) => Self::Node(path.clone()),
            Self::Json(text) => Self::Json(text.clone()),
            Self::Styled(style, json) => Self::Styled(*style, json.clone()),
            Self::File(file) => Self::File(file.copy()?),
        })
    }
}

pub(crate) enum Content {
    /// Nothing but what the form arguments make.
    None,
    Json(Json),
    Text(String),
    Raw(Body),
}

impl Content {
    /// The same once more, unless it is a stream.
    fn copy(&self) -> Option<Self> {
        Some(match self {
            Self::None => Self::None,
            Self::Json(json) => Self::Json(json.clone()),
            Self::Text(text) => Self::Text(text.clone()),
            Self::Raw(body) => Self::Raw(body.copy()?),
        })
    }
}

impl OperationRequest {
    /// A call of `operation` without arguments.
    pub const fn new(operation: &'static Operation) -> Self {
        Self {
            operation,
            arguments: Vec::new(),
            content: Content::None,
            media_type: None,
            part_types: Vec::new(),
            span: None,
            refused: None,
            is_incomplete: false,
        }
    }

    /// The operation that is called.
    pub const fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Sets an argument.
    pub fn set(self, place: Place, name: &'static str, value: impl Into<String>) -> Self {
        self.put(place, name, Value::Text(value.into()))
    }

    /// Switches something on with `true`, or leaves it out.
    pub fn flag(mut self, place: Place, name: &'static str, value: bool) -> Self {
        self.remove(place, name);
        if value {
            self.add(place, name, Value::Text("true".to_owned()));
        }
        self
    }

    /// Sets the path of a node; in the path of the operation its first slash is the one that is
    /// already there.
    pub fn node(self, place: Place, name: &'static str, node: impl Into<NodePath>) -> Self {
        self.put(place, name, Value::Node(String::from(node.into())))
    }

    /// Refuses to send the call when the path argument `name` is the root: of a workspace, or of
    /// whatever else the server has below it.
    pub fn not_root(mut self, name: &'static str) -> Self {
        let is_it = |argument: &&Argument| argument.place == Place::Path && argument.name == name;
        let is_root = |argument: &Argument| match &argument.value {
            Value::Text(path) | Value::Node(path) => path.trim_matches('/').is_empty(),
            Value::Json(_) | Value::Styled(..) | Value::File(_) => false,
        };
        if self.arguments.iter().find(is_it).is_none_or(is_root) {
            self.refused = Some(format!("`{name}` is the root, and this is not done to all of it"));
        }
        self
    }

    /// Sets an argument whose text is a JSON document.
    pub fn json(self, place: Place, name: &'static str, value: &impl ToJson) -> Self {
        self.put(place, name, Value::Json(value.to_json().to_string()))
    }

    /// Sets an argument that is encoded by a style: a list, an object, or one value.
    pub fn styled(
        self,
        place: Place,
        name: &'static str,
        style: Style,
        value: &impl ToJson,
    ) -> Self {
        self.put(place, name, Value::Styled(style, value.to_json()))
    }

    /// Sets an argument to a list of texts that is encoded by a style.
    pub fn items<V: Into<String>>(
        self,
        place: Place,
        name: &'static str,
        style: Style,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values = values.into_iter().map(|value| Json::String(value.into())).collect();
        self.put(place, name, Value::Styled(style, values))
    }

    /// Sets an argument that is sent once for each value.
    pub fn list<V: Into<String>>(
        mut self,
        place: Place,
        name: &'static str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.remove(place, name);
        for value in values {
            self.add(place, name, Value::Text(value.into()));
        }
        self
    }

    /// Sets an argument that holds all values in one text, which the server decodes before it
    /// takes the text apart: a value that holds the separator is refused.
    pub fn joined<V: Into<String>>(
        mut self,
        place: Place,
        name: &'static str,
        separator: &str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values: Vec<String> = values.into_iter().map(Into::into).collect();
        self.refuse_separator(name, separator, &values);
        self.set(place, name, values.join(separator))
    }

    /// Sets an argument to a list of lists of texts: the outer one is encoded by a style, and each
    /// inner one is one text with `between` between its items. An item that holds that is refused.
    pub fn nested<L: IntoIterator<Item = V>, V: Into<String>>(
        mut self,
        place: Place,
        name: &'static str,
        style: Style,
        between: &str,
        lists: impl IntoIterator<Item = L>,
    ) -> Self {
        let mut texts = Vec::new();
        for list in lists {
            let items: Vec<String> = list.into_iter().map(Into::into).collect();
            self.refuse_separator(name, between, &items);
            texts.push(items.join(between));
        }
        self.items(place, name, style, texts)
    }

    /// The same with a list of lists of numbers or booleans.
    pub fn nested_numbers<L: IntoIterator<Item = V>, V: ToString>(
        self,
        place: Place,
        name: &'static str,
        style: Style,
        between: &str,
        lists: impl IntoIterator<Item = L>,
    ) -> Self {
        let texts = |list: L| list.into_iter().map(|item| item.to_string()).collect::<Vec<_>>();
        self.nested(place, name, style, between, lists.into_iter().map(texts))
    }

    /// Refuses to send a list with an item that holds what stands between the items.
    fn refuse_separator(&mut self, name: &str, separator: &str, items: &[String]) {
        if items.iter().any(|item| item.contains(separator)) {
            let why = format!("an item holds {separator:?}, which stands between the items");
            self.refused = Some(format!("`{name}` cannot be sent: {why}"));
        }
    }

    /// Adds a field that the spec does not name.
    pub fn field(
        mut self,
        place: Place,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        let (name, value) = (Cow::Owned(name.into()), Value::Text(value.into()));
        self.arguments.push(Argument { place, name, value });
        self
    }

    /// Sets a file, as a part of the form.
    pub fn file(self, name: &'static str, file: impl Into<FilePart>) -> Self {
        self.put(Place::Part, name, Value::File(file.into()))
    }

    /// Sets files that are parts of the form under one name.
    pub fn files<F: Into<FilePart>>(
        mut self,
        name: &'static str,
        files: impl IntoIterator<Item = F>,
    ) -> Self {
        self.remove(Place::Part, name);
        for file in files {
            self.add(Place::Part, name, Value::File(file.into()));
        }
        self
    }

    /// Adds a file that the spec does not name, as a part of the form.
    pub fn file_field(mut self, name: impl Into<String>, file: impl Into<FilePart>) -> Self {
        let (name, value) = (Cow::Owned(name.into()), Value::File(file.into()));
        self.arguments.push(Argument { place: Place::Part, name, value });
        self
    }

    /// Says of which media type the parts of that name are, unless a file says it itself.
    pub fn part_type(mut self, name: &'static str, media_type: &'static str) -> Self {
        self.part_types.push((name, media_type));
        self
    }

    /// Sends a JSON document along.
    pub fn body(mut self, value: &impl ToJson) -> Self {
        self.content = Content::Json(value.to_json());
        self
    }

    /// Sends text along.
    pub fn text_body(mut self, text: impl Into<String>) -> Self {
        self.content = Content::Text(text.into());
        self
    }

    /// Says of which media type the body is: otherwise JSON is `application/json`, text is
    /// `text/plain`, and bytes are `application/octet-stream`.
    pub fn media_type(mut self, media_type: impl Into<Cow<'static, str>>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }

    /// Sends bytes along.
    pub fn upload(mut self, body: impl Into<Body>) -> Self {
        self.content = Content::Raw(body.into());
        self
    }

    /// Returns a copy of the call, to be sent once more; `None` when its body, or a file in it, is a
    /// stream, which is read once.
    pub fn try_clone(&self) -> Option<Self> {
        let copy = self.clone();
        (!copy.is_incomplete).then_some(copy)
    }

    /// Asks for some of the bytes only, where bytes are answered: `100..200`, or `100..` for the
    /// rest of the file.
    ///
    /// The server takes the end of a range for the one before it, so the call asks for all that
    /// follows the first byte, and the answer ends where the range does.
    pub fn range(mut self, range: impl RangeBounds<u64>) -> Self {
        self.span = Some(Span::of(range));
        self
    }

    fn put(mut self, place: Place, name: &'static str, value: Value) -> Self {
        self.remove(place, name);
        self.add(place, name, value);
        self
    }

    fn add(&mut self, place: Place, name: &'static str, value: Value) {
        self.arguments.push(Argument { place, name: Cow::Borrowed(name), value });
    }

    fn remove(&mut self, place: Place, name: &str) {
        self.arguments.retain(|argument| argument.place != place || argument.name != name);
    }
}

/// Copies a call. A copy of a call with a stream is refused when it is sent, since a stream is read
/// once: [`Self::try_clone`] says so at once.
impl Clone for OperationRequest {
    fn clone(&self) -> Self {
        let copied = |Argument { place, name, value }: &Argument| {
            Some(Argument { place: *place, name: name.clone(), value: value.copy()? })
        };
        let arguments: Vec<_> = self.arguments.iter().filter_map(copied).collect();
        let content = self.content.copy();
        let is_incomplete =
            self.is_incomplete || content.is_none() || arguments.len() < self.arguments.len();
        let refused = is_incomplete.then(|| "a stream is sent once, and this is a copy".to_owned());
        Self {
            operation: self.operation,
            arguments,
            content: content.unwrap_or(Content::None),
            media_type: self.media_type.clone(),
            part_types: self.part_types.clone(),
            span: self.span,
            refused: self.refused.clone().or(refused),
            is_incomplete,
        }
    }
}

impl fmt::Debug for OperationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OperationRequest")
            .field("operation", &self.operation.id)
            .field("arguments", &self.arguments.iter().map(|a| &a.name).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}
