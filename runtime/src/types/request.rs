//! An endpoint with the values of one call.

use std::{borrow::Cow, fmt, ops::RangeBounds};

use http::HeaderValue;
use secrecy::{ExposeSecret as _, SecretString};

use super::{
    Body, Dialect, Endpoint, FilePart, Given, Kind, Method, NodePath, NodePaths, Param, RefusedIn,
    ServerRelease, Span, Timestamp, Value,
};
use crate::json::{Json, ToJson};

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

    /// Refuses a call that cannot be sent over any transport.
    pub(crate) fn check(&self) -> Result<(), String> {
        if let Some(reason) = self.endpoint.unsupported {
            return Err(format!("the server cannot do this: {reason}"));
        }
        if self.is_incomplete {
            return Err("a stream is sent once, and this is a copy".to_owned());
        }
        self.check_nodes(&self.endpoint.bindings.dialect)?;
        self.check_needs()?;
        self.check_refused()?;
        self.endpoint.params.iter().filter(|param| param.refuses_root).try_for_each(|param| {
            let given = self
                .values
                .iter()
                .find(|given| given.param.is_some_and(|own| own.key == param.key));
            let path = match given.map(|given| &given.value) {
                Some(Value::Text(path) | Value::Node(path)) => path,
                _ => "",
            };
            match path.trim_matches('/').is_empty() {
                true => {
                    Err(format!("`{}` is the root, and this is not done to all of it", param.name))
                }
                false => Ok(()),
            }
        })
    }

    /// Refuses a call without any of the parameters of which it needs one.
    fn check_needs(&self) -> Result<(), String> {
        let mut missing =
            self.endpoint.needs.iter().filter(|names| !names.iter().any(|one| self.is_given(one)));
        match missing.next() {
            Some(names) => Err(format!("one of `{}` is needed", names.join("`, `"))),
            None => Ok(()),
        }
    }

    /// Returns whether a parameter, or a member of a family, has a value.
    fn is_given(&self, key: &str) -> bool {
        self.values.iter().any(|given| given.param.is_some_and(|param| param.key == key))
    }

    /// Refuses values that the server cannot take.
    fn check_refused(&self) -> Result<(), String> {
        for given in &self.values {
            let Some(param) = given.param else { continue };
            match &given.value {
                Value::Text(text) => {
                    let refused = param.refused.iter().find(|(value, _)| value == text);
                    if let Some((_, reason)) = refused {
                        return Err(format!("`{}` cannot be `{text}`: {reason}", given.name));
                    }
                }
                Value::Json(json) => check_document(param, json)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Refuses the path of a node that the server would take for another one, if it has told that it
    /// is of another release than the bindings.
    pub(crate) fn check_for(&self, server: Option<ServerRelease>) -> Result<(), String> {
        server.map_or(Ok(()), |server| self.check_nodes(&Dialect::of(server.oldest())))
    }

    /// Refuses the path of a node that a server would take for another one.
    fn check_nodes(&self, dialect: &Dialect) -> Result<(), String> {
        for given in &self.values {
            let unsendable = |why| format!("`{}` cannot be sent: {why}", given.name);
            let is_action = !self.endpoint.is_operation();
            given
                .nodes(is_action)
                .iter()
                .try_for_each(|path| dialect.refuse_node(path))
                .map_err(unsendable)?;
            if let Value::Text(value) | Value::Node(value) = &given.value {
                dialect
                    .refuse_new_name(self.endpoint.id, &given.name, value)
                    .map_err(unsendable)?;
            }
        }
        Ok(())
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

/// Refuses a document that lacks what the server needs, or has what it cannot take.
fn check_document(param: &Param, json: &Json) -> Result<(), String> {
    let dotted = |pointer: &str| pointer.trim_start_matches('/').replace('/', ".");
    if let Some(missing) = param.requires.iter().find(|pointer| json.pointer(pointer).is_none()) {
        return Err(format!("`{}` lacks `{}`", param.name, dotted(missing)));
    }
    for RefusedIn { pointer, value, reason } in param.refused_in {
        let found = json.pointer(pointer);
        if found.is_some_and(|found| value.is_none_or(|value| found == value)) {
            let what = value.map_or("be there".to_owned(), |value| format!("be `{value}`"));
            return Err(format!(
                "`{}` of `{}` cannot {what}: {reason}",
                dotted(pointer),
                param.name
            ));
        }
    }
    Ok(())
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
mod tests {
    use bytes::Bytes;
    use futures_util::stream;

    use crate::{
        call::Call as _,
        testing::{LS, MKDIR, Typed, action},
        types::{Bindings, Body, Endpoint, Envelope, Method, Param, RefusedIn, Request},
    };

    #[test]
    fn a_name_that_an_old_release_would_cut_is_not_sent() {
        static OLD: Bindings = Bindings::pydio("6.4.2");
        static OLD_LS: Endpoint = action(&OLD, "ls", Method::Get, &[Param::rest_of_path("dir")]);
        for name in ["/lt<x>", "/lt<x", "/gt>"] {
            let of = |endpoint| Request::new(endpoint).node("dir", name);
            let why = of(&OLD_LS).check().unwrap_err();
            assert!(why.contains("releases before 6.5"), "{name}: {why}");
            assert_eq!(of(&LS).check(), Ok(()));
        }
        assert_eq!(Request::new(&OLD_LS).node("dir", "/plain").check(), Ok(()));
    }

    #[test]
    fn a_call_with_a_stream_has_no_copy() {
        let stream = stream::iter([Ok(Bytes::from_static(b"ab"))]);
        let call = |body: Body| Request::new(&MKDIR).file("userfile", body);
        assert!(call(Body::stream(2, stream)).try_clone().is_none());
        assert!(call(Body::from("ab")).try_clone().is_some());
        assert!(Request::new(&MKDIR).try_clone().is_some());
    }

    #[test]
    fn a_call_of_bindings_with_a_stream_has_no_copy() {
        let stream = stream::iter([Ok(Bytes::from_static(b"ab"))]);
        let call = |body: Body| {
            Typed::<Envelope>(Request::new(&MKDIR).file("userfile", body), std::marker::PhantomData)
        };
        assert!(call(Body::stream(2, stream)).try_clone().is_none());
        assert!(call(Body::from("ab")).try_clone().is_some());
    }

    #[test]
    fn parameters_that_belong_together_are_checked() {
        static LSYNC: Endpoint = action(
            &crate::testing::BINDINGS,
            "lsync",
            Method::Post,
            &[Param::form("from").node(), Param::form("to").node()],
        )
        .needs(&[&["from", "to"]]);
        let lsync = || Request::new(&LSYNC);
        assert_eq!(lsync().check().unwrap_err(), "one of `from`, `to` is needed");
        assert_eq!(lsync().node("to", "/b").check(), Ok(()));
        assert_eq!(lsync().node("from", "/a").node("to", "/b").check(), Ok(()));
    }

    #[test]
    fn values_that_the_server_cannot_take_are_refused() {
        static PREFERENCES: Endpoint = action(
            &crate::testing::BINDINGS,
            "save_user_pref",
            Method::Post,
            &[Param::form("pref_name_").indexed().refused(&[("password", "it never answers")])],
        );
        let of = |name| Request::new(&PREFERENCES).indexed("pref_name_", 1, name);
        assert_eq!(of("lang").check(), Ok(()));
        let why = of("password").check().unwrap_err();
        assert_eq!(why, "`pref_name_1` cannot be `password`: it never answers");
    }

    #[test]
    fn documents_are_checked() {
        static SAVE: Endpoint = action(
            &crate::testing::BINDINGS,
            "post_json_role",
            Method::Post,
            &[Param::form("json_data").json().requires(&["/ROLE/APPLIES"]).refused_in(&[
                RefusedIn::any("/P/password", "it hangs"),
                RefusedIn::text("/K", "x", "no"),
            ])],
        );
        let of = |text: &str| {
            let json: crate::json::Json = serde_json::from_str(text).unwrap();
            Request::new(&SAVE).json("json_data", &json).check()
        };
        assert_eq!(of(r#"{"ROLE":{"APPLIES":[]},"K":"y"}"#), Ok(()));
        assert_eq!(of(r#"{"ROLE":{}}"#).unwrap_err(), "`json_data` lacks `ROLE.APPLIES`");
        let refused = of(r#"{"ROLE":{"APPLIES":[]},"P":{"password":1}}"#).unwrap_err();
        assert_eq!(refused, "`P.password` of `json_data` cannot be there: it hangs");
        let refused = of(r#"{"ROLE":{"APPLIES":[]},"K":"x"}"#).unwrap_err();
        assert_eq!(refused, "`K` of `json_data` cannot be `x`: no");
    }

    #[test]
    fn a_secret_is_sent_and_never_shown() {
        static LOGIN: Endpoint = action(
            &crate::testing::BINDINGS,
            "login",
            Method::Post,
            &[Param::form("password").secret()],
        );
        let request = Request::new(&LOGIN).secret("password", "hunter2");
        assert!(!format!("{request:?}").contains("hunter2"));
        assert_eq!(request.try_clone().unwrap().texts_given().collect::<Vec<_>>(), ["hunter2"]);
    }

    #[test]
    fn two_parameters_of_one_name_have_keys_of_their_own() {
        static TWICE: Endpoint = action(
            &crate::testing::BINDINGS,
            "x",
            Method::Post,
            &[Param::query("id"), Param::header("id").key("header_id")],
        );
        let request = Request::new(&TWICE).text("id", "a").text("header_id", "b").text("id", "c");
        let given: Vec<_> = request.texts_given().collect();
        assert_eq!(given, ["c", "b"]);
        assert_eq!(request.without("header_id").texts_given().collect::<Vec<_>>(), ["c"]);
    }

    #[test]
    fn a_family_is_named_by_its_prefix_whatever_its_key() {
        static SHARE: Endpoint = action(
            &crate::testing::BINDINGS,
            "share",
            Method::Post,
            &[Param::form("user_"), Param::form("user_").indexed().key("users")],
        );
        let request = Request::new(&SHARE).text("user_", "x").indexed("users", 3, "ada");
        let names: Vec<_> = request.values.iter().map(|given| &*given.name).collect();
        assert_eq!(names, ["user_", "user_3"]);
    }
}
