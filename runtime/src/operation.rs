//! Operations of an OpenAPI spec: the v2 API, or that of another server.

use std::{borrow::Cow, fmt, ops::RangeBounds};

use crate::{Answer, Body, Json, NodePath, Site, answer::Span, json::ToJson};

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
        returns_redirect: false,
        retired: None,
    };
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
    /// A form body. A Pydio is sent it in the query where PHP reads no form.
    Form,
}

/// An [`Operation`] with the arguments of one call.
///
/// [`Debug`](fmt::Debug) shows the names of the arguments and never their values, since passwords
/// are among them.
pub struct OperationRequest {
    operation: &'static Operation,
    pub(crate) arguments: Vec<Argument>,
    pub(crate) content: Content,
    /// The bytes that are asked for.
    pub(crate) span: Option<Span>,
    /// Why the call cannot be sent, as soon as an argument tells.
    pub(crate) refused: Option<String>,
}

#[derive(Clone)]
pub(crate) struct Argument {
    pub(crate) place: Place,
    pub(crate) name: Cow<'static, str>,
    pub(crate) value: String,
    /// Whether the value is the path of a node, which begins with a slash.
    pub(crate) is_node: bool,
}

pub(crate) enum Content {
    /// Nothing but what the form arguments make.
    None,
    Json(Json),
    Raw(Body),
}

impl OperationRequest {
    /// A call of `operation` without arguments.
    pub const fn new(operation: &'static Operation) -> Self {
        Self { operation, arguments: Vec::new(), content: Content::None, span: None, refused: None }
    }

    /// The operation that is called.
    pub const fn operation(&self) -> &'static Operation {
        self.operation
    }

    /// Sets an argument.
    pub fn set(mut self, place: Place, name: &'static str, value: impl Into<String>) -> Self {
        self.remove(place, name);
        self.add(place, name, value.into());
        self
    }

    /// Switches something on with `true`, or leaves it out.
    pub fn flag(mut self, place: Place, name: &'static str, value: bool) -> Self {
        self.remove(place, name);
        if value {
            self.add(place, name, "true".to_owned());
        }
        self
    }

    /// Sets the path of a node; in the path of the operation its first slash is the one that is
    /// already there.
    pub fn node(mut self, place: Place, name: &'static str, node: impl Into<NodePath>) -> Self {
        self.remove(place, name);
        let (name, value) = (Cow::Borrowed(name), String::from(node.into()));
        self.arguments.push(Argument { place, name, value, is_node: true });
        self
    }

    /// Refuses to send the call when the path argument `name` is the root: of a workspace, or of
    /// whatever else the server has below it.
    pub fn not_root(mut self, name: &'static str) -> Self {
        let is_it = |argument: &&Argument| argument.place == Place::Path && argument.name == name;
        let value = self.arguments.iter().find(is_it);
        if value.is_none_or(|argument| argument.value.trim_matches('/').is_empty()) {
            self.refused = Some(format!("`{name}` is the root, and this is not done to all of it"));
        }
        self
    }

    /// Sets an argument whose text is a JSON document.
    pub fn json(self, place: Place, name: &'static str, value: &impl ToJson) -> Self {
        self.set(place, name, value.to_json().to_string())
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
            self.add(place, name, value.into());
        }
        self
    }

    /// Sets an argument that holds all values in one text.
    pub fn joined<V: Into<String>>(
        self,
        place: Place,
        name: &'static str,
        separator: &str,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        let values: Vec<String> = values.into_iter().map(Into::into).collect();
        self.set(place, name, values.join(separator))
    }

    /// Sends a JSON document along.
    pub fn body(mut self, value: &impl ToJson) -> Self {
        self.content = Content::Json(value.to_json());
        self
    }

    /// Sends bytes along.
    pub fn upload(mut self, body: impl Into<Body>) -> Self {
        self.content = Content::Raw(body.into());
        self
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

    fn add(&mut self, place: Place, name: &'static str, value: String) {
        let name = Cow::Borrowed(name);
        self.arguments.push(Argument { place, name, value, is_node: false });
    }

    fn remove(&mut self, place: Place, name: &str) {
        self.arguments.retain(|argument| argument.place != place || argument.name != name);
    }
}

/// A copy of a call; what is sent along must not be a stream, since that is read once.
impl Clone for OperationRequest {
    fn clone(&self) -> Self {
        let mut refused = self.refused.clone();
        let content = match &self.content {
            Content::None => Content::None,
            Content::Json(json) => Content::Json(json.clone()),
            Content::Raw(body) => match body.copy() {
                Some(body) => Content::Raw(body),
                None => {
                    refused = Some("a stream is sent once, and this is a copy".to_owned());
                    Content::None
                }
            },
        };
        let (operation, arguments) = (self.operation, self.arguments.clone());
        Self { operation, arguments, content, span: self.span, refused }
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
