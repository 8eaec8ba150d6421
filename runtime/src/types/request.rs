//! An endpoint with the values of one call.

mod check;

use std::{borrow::Cow, fmt, ops::RangeBounds};

use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};

use super::{
    Body, Endpoint, FilePart, Given, Kind, Method, NodePath, NodePaths, Span, Timestamp, Value,
};
use crate::json::ToJson;

/// An [`Endpoint`] with the values of one call.
///
/// Bindings fill it, by the names of parameters. Where a value goes and how it is encoded (path
/// segment, `nodes[]`, `--file_0=`) is up to the endpoint and the transport it is sent over.
/// [`Debug`](fmt::Debug) shows the names of the parameters and never their values, since passwords
/// are among them.
///
/// ```
/// use pydio_runtime::{Bindings, Endpoint, Method, Param, Request};
///
/// static BINDINGS: Bindings = Bindings::pydio("8.2.5");
/// static MKDIR: Endpoint = Endpoint::action(&BINDINGS, Method::Post, "access.fs", "mkdir")
///     .params(&[Param::rest_of_path("file"), Param::form("ignore_exists").flag()]);
///
/// let request = Request::new(&MKDIR).node("file", "/photos").flag("ignore_exists", true);
/// assert_eq!(request.endpoint().id(), "mkdir");
/// ```
pub struct Request {
    endpoint: &'static Endpoint,
    pub(crate) values: Vec<Given>,
    page: Option<u32>,
    method: Method,
    media_type: Option<String>,
    /// The requested bytes.
    pub(crate) span: Option<Span>,
    /// The version of the file that they are requested from; if the file has changed, all of it is
    /// requested.
    pub(crate) if_range: Option<HeaderValue>,
    /// Whether it is a copy that lacks a stream of the original.
    is_incomplete: bool,
}

impl Request {
    /// Creates a call of `endpoint` without values.
    pub const fn new(endpoint: &'static Endpoint) -> Self {
        Self {
            endpoint,
            values: Vec::new(),
            page: None,
            method: endpoint.method,
            media_type: None,
            span: None,
            if_range: None,
            is_incomplete: false,
        }
    }

    /// Returns what is called.
    pub const fn endpoint(&self) -> &'static Endpoint {
        self.endpoint
    }

    /// Sets a text. A name that is not declared is sent as a field.
    pub fn text(self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.set(name.into(), Value::Text(value.into()))
    }

    /// Sets text that is never shown, such as a password. It is wiped from memory when the request
    /// is dropped, though not from the body that was sent.
    pub fn secret(self, name: &'static str, value: impl Into<SecretString>) -> Self {
        self.set(name.into(), Value::Secret(value.into()))
    }

    /// Sets a number, or a boolean that is sent as `true` or `false`.
    pub fn number(self, name: &'static str, value: impl ToString) -> Self {
        self.text(name, value.to_string())
    }

    /// Sets a point in time, which is sent as the whole seconds since 1970.
    pub fn time(self, name: &'static str, value: impl Into<Timestamp>) -> Self {
        self.number(name, value.into().as_secs())
    }

    /// Switches something on, or leaves it out. Some actions compare with exactly `true`, others
    /// check only whether the parameter is present, so `false` is never sent.
    pub fn flag(mut self, name: &'static str, value: bool) -> Self {
        if !value {
            self.remove(name);
            return self;
        }
        let is_on = self.endpoint.param(name).is_some_and(|param| param.kind == Kind::On);
        self.text(name, if is_on { "on" } else { "true" })
    }

    /// Sets the path of a node.
    pub fn node(self, name: &'static str, node: impl Into<NodePath>) -> Self {
        self.set(name.into(), Value::Node(node.into().into()))
    }

    /// Sets the paths of nodes.
    ///
    /// Where an endpoint numbers them and has one in its path, that takes the first, and the
    /// server adds the others to it.
    pub fn nodes(self, name: &'static str, nodes: impl Into<NodePaths>) -> Self {
        let nodes = nodes.into().into_iter().map(String::from).collect();
        self.set(name.into(), Value::Nodes(nodes))
    }

    /// Sets a list of texts. An empty one is the same as leaving it out, unless the encoding of the
    /// parameter says otherwise.
    pub fn texts<T: Into<String>>(
        self,
        name: &'static str,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        let values = values.into_iter().map(Into::into).collect();
        self.set(name.into(), Value::Texts(values))
    }

    /// Sets a list of numbers or booleans.
    pub fn numbers<T: ToString>(
        self,
        name: &'static str,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        self.texts(name, values.into_iter().map(|value| value.to_string()))
    }

    /// Sets a list of lists of texts.
    pub fn lists<L: IntoIterator<Item = T>, T: Into<String>>(
        self,
        name: &'static str,
        lists: impl IntoIterator<Item = L>,
    ) -> Self {
        let texts = |list: L| list.into_iter().map(Into::into).collect();
        self.set(name.into(), Value::Lists(lists.into_iter().map(texts).collect()))
    }

    /// Sets a list of lists of numbers or booleans.
    pub fn number_lists<L: IntoIterator<Item = T>, T: ToString>(
        self,
        name: &'static str,
        lists: impl IntoIterator<Item = L>,
    ) -> Self {
        let texts = |list: L| list.into_iter().map(|item| item.to_string()).collect::<Vec<_>>();
        self.lists(name, lists.into_iter().map(texts))
    }

    /// Sets a JSON document: sent as its text, by the style of the parameter, or as the body.
    pub fn json(self, name: &'static str, value: &impl ToJson) -> Self {
        self.set(name.into(), Value::Json(value.to_json()))
    }

    /// Sets a file, as a part of a form.
    pub fn file(self, name: &'static str, file: impl Into<FilePart>) -> Self {
        self.set(name.into(), Value::File(file.into()))
    }

    /// Sets files that are parts of a form under one name.
    pub fn files<F: Into<FilePart>>(
        self,
        name: &'static str,
        files: impl IntoIterator<Item = F>,
    ) -> Self {
        let files = files.into_iter().map(Into::into).collect();
        self.set(name.into(), Value::Files(files))
    }

    /// Sets one of a family of parameters: `user_0`, `user_1` … of `user_`.
    pub fn indexed(self, name: &'static str, index: usize, value: impl Into<String>) -> Self {
        let prefix = self.endpoint.param(name).map_or(name, |param| param.name);
        self.field(name, format!("{prefix}{index}"), value)
    }

    /// Sets a field that is not declared, where `param` takes such fields.
    pub fn field(
        mut self,
        param: &'static str,
        name: impl Into<String>,
        value: impl Into<String>,
    ) -> Self {
        self.add_field(param, name.into(), Value::Text(value.into()));
        self
    }

    /// Sets fields that are not declared, where `param` takes such fields.
    pub fn fields<K: Into<String>, V: Into<String>>(
        self,
        param: &'static str,
        fields: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        fields.into_iter().fold(self, |request, (name, value)| request.field(param, name, value))
    }

    /// Sets a file that is not declared, where `param` takes such files.
    pub fn file_field(
        mut self,
        param: &'static str,
        name: impl Into<String>,
        file: impl Into<FilePart>,
    ) -> Self {
        self.add_field(param, name.into(), Value::File(file.into()));
        self
    }

    /// Sets bytes as the body.
    pub fn bytes(self, name: &'static str, body: impl Into<Body>) -> Self {
        self.set(name.into(), Value::Bytes(body.into()))
    }

    /// Sets the media type of the body. Unless set, it is the declared one, or
    /// `application/json` for JSON, `text/plain` for text, and `application/octet-stream` for bytes.
    pub fn media_type(mut self, media_type: impl Into<String>) -> Self {
        self.media_type = Some(media_type.into());
        self
    }

    /// Asks for a page of a folder, counted from 1. The server reads its number off the end of the
    /// folder's path.
    pub fn page(mut self, number: u32) -> Self {
        self.page = Some(number);
        self
    }

    /// Asks for some of the bytes only, where bytes are returned: `100..200`, or `100..` for the
    /// rest of the file.
    ///
    /// The server takes the end of a range for the one before it, so the call asks for all that
    /// follows the first byte, and the response ends where the range does. It sends the wrong bytes
    /// for a range that begins past 2,000,000,000, so such a call asks for all from just below, and
    /// skips what comes first.
    pub fn range(mut self, range: impl RangeBounds<u64>) -> Self {
        self.span = Some(Span::of(range));
        self
    }

    /// Sends the call with this method rather than the one of its endpoint. Over REST v1, `GET` and
    /// `POST` both work for every action.
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }

    /// Returns a copy of the call, to send it again; `None` if it contains a stream, which is read
    /// once.
    pub fn try_clone(&self) -> Option<Self> {
        let copy = self.clone();
        (!copy.is_incomplete).then_some(copy)
    }

    /// Asks for the range of that version of the file only, by its `ETag` or `Last-Modified`.
    pub(crate) fn if_range(mut self, validator: Option<HeaderValue>) -> Self {
        self.if_range = validator;
        self
    }

    /// Makes it a call of another endpoint.
    #[cfg(test)]
    pub(crate) fn declared_as(mut self, endpoint: Endpoint) -> Self {
        self.endpoint = Box::leak(Box::new(endpoint));
        self
    }

    /// Removes a value.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.remove(name);
        self
    }

    /// Takes the files out of the call.
    pub(crate) fn take_files(&mut self) -> Vec<FilePart> {
        let is_file = |given: &mut Given| given.value.is_file();
        let files = self.values.extract_if(.., is_file).flat_map(|given| match given.value {
            Value::File(file) => vec![file],
            Value::Files(files) => files,
            _ => Vec::new(),
        });
        files.collect()
    }

    /// Returns whether a file goes with the call.
    #[cfg(feature = "cmd")]
    pub(crate) fn has_files(&self) -> bool {
        self.values.iter().any(|given| given.value.is_file())
    }

    pub(crate) const fn sent_method(&self) -> Method {
        self.method
    }

    pub(crate) fn take_media_type(&mut self) -> Option<String> {
        self.media_type.take()
    }

    /// Returns whether it has every stream it was given.
    pub(crate) const fn is_complete(&self) -> bool {
        !self.is_incomplete
    }

    /// Returns the requested page.
    pub(crate) const fn page_number(&self) -> Option<u32> {
        self.page
    }

    /// Returns a value that is text or the path of a node.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        match self.values.iter().find(|given| given.name == name) {
            Some(Given { value: Value::Text(value) | Value::Node(value), .. }) => Some(value),
            _ => None,
        }
    }

    /// Returns the values as text, apart from those that are sent as files or bytes.
    pub(crate) fn texts_given(&self) -> impl Iterator<Item = Cow<'_, str>> {
        self.values.iter().flat_map(|given| -> Vec<Cow<'_, str>> {
            match &given.value {
                Value::Text(text) | Value::Node(text) => vec![Cow::from(text)],
                Value::Nodes(list) | Value::Texts(list) => list.iter().map(Cow::from).collect(),
                Value::Lists(lists) => lists.iter().flatten().map(Cow::from).collect(),
                Value::Json(json) => vec![Cow::from(json.to_string())],
                Value::Secret(text) => vec![Cow::from(text.expose_secret())],
                Value::File(_) | Value::Files(_) | Value::Bytes(_) => Vec::new(),
            }
        })
    }

    /// Returns the nodes of a list.
    pub(crate) fn listed_nodes(&self) -> impl Iterator<Item = &String> {
        let lists = self.values.iter().filter_map(|given| match &given.value {
            Value::Nodes(nodes) => Some(nodes),
            _ => None,
        });
        lists.flatten()
    }

    /// Returns the node in the path.
    pub(crate) fn node_in_path(&self) -> Option<&str> {
        let is_action = !self.endpoint.is_operation();
        let mut in_path = self.values.iter().filter(|given| given.is_in_path());
        in_path.find_map(|given| match (&given.value, given.nodes(is_action)) {
            (Value::Node(_) | Value::Text(_), [path]) => Some(&**path),
            _ => None,
        })
    }

    fn set(mut self, key: Cow<'static, str>, value: Value) -> Self {
        let param = self.endpoint.param(&key);
        let name = param.map_or(key, |param| Cow::Borrowed(param.name));
        self.put(Given { name, param, value });
        self
    }

    /// Adds a field that is not declared. PHP keeps the last one of a name, also of a name that is
    /// declared; the form of an operation may repeat it.
    fn add_field(&mut self, param: &str, name: String, value: Value) {
        let param = self.endpoint.param(param);
        if self.endpoint.is_operation() {
            self.values.push(Given { name: name.into(), param, value });
            return;
        }
        let declared = self.endpoint.params.iter().find(|param| param.name == name);
        self.put(Given { name: name.into(), param: declared.or(param), value });
    }

    /// Adds a value, in place of those of the same name and location.
    fn put(&mut self, new: Given) {
        let place = self.values.iter().position(|given| given.is_same(&new));
        self.values.retain(|given| !given.is_same(&new));
        self.values.insert(place.unwrap_or(self.values.len()), new);
    }

    fn remove(&mut self, key: &str) {
        let is_it = |given: &Given| match given.param {
            Some(param) => param.key == key || param.kind == Kind::Fields && given.name == key,
            None => given.name == key,
        };
        self.values.retain(|given| !is_it(given));
    }
}

/// Copies a call. A copy of a call with a stream is refused when it is sent, since a stream is read
/// once: [`Request::try_clone`] tells at once.
impl Clone for Request {
    fn clone(&self) -> Self {
        let copied = |given: &Given| {
            let Given { name, param, value } = given;
            Some(Given { name: name.clone(), param: *param, value: value.copy()? })
        };
        let values: Vec<_> = self.values.iter().filter_map(copied).collect();
        Self {
            is_incomplete: self.is_incomplete || values.len() < self.values.len(),
            values,
            media_type: self.media_type.clone(),
            if_range: self.if_range.clone(),
            ..*self
        }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("endpoint", &self.endpoint.to_string())
            .field("parameters", &self.values.iter().map(|given| &given.name).collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
