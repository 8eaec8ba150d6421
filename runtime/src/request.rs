//! A call with its arguments, before any way in has spelt it.

use std::{borrow::Cow, fmt, ops::RangeBounds};

use http::HeaderValue;

use crate::{
    Action, FilePart, Json, NodePath, PathRules, Verb,
    answer::Span,
    path::{encode_segment, refuse_blanked},
};

/// An [`Action`] with the arguments of one call.
///
/// Bindings fill it; how an argument is spelt (path segment, `nodes[]`, `--file_0=`) is decided
/// by the connection it is sent on. [`Debug`](fmt::Debug) shows the names of the arguments and
/// never their values, since passwords are among them.
pub struct Request {
    action: &'static Action,
    arguments: Vec<Argument>,
    page: Option<u32>,
    verb: Verb,
    retired: Option<&'static str>,
    pub(crate) attached: Attached,
    /// Whether it is a copy that lacks a stream of the original.
    is_incomplete: bool,
}

/// What goes with a call besides its arguments.
#[derive(Default)]
pub(crate) struct Attached {
    pub(crate) files: Files,
    /// The bytes that are asked for.
    pub(crate) span: Option<Span>,
    /// The version of the file that they are asked of: all of another one is asked for.
    pub(crate) if_range: Option<HeaderValue>,
}

/// The files of a form, by name.
pub(crate) type Files = Vec<(&'static str, FilePart)>;

impl Attached {
    /// The same once more, unless a file is a stream.
    pub(crate) fn copy(&self) -> Option<Self> {
        let files = copies(&self.files)?;
        Some(Self { files, span: self.span, if_range: self.if_range.clone() })
    }
}

/// The same files once more, unless one is a stream.
pub(crate) fn copies(files: &Files) -> Option<Files> {
    files.iter().map(|(name, file)| Some((*name, file.copy()?))).collect()
}

#[derive(Clone)]
pub(crate) struct Argument {
    pub(crate) name: Cow<'static, str>,
    pub(crate) value: Value,
    /// Whether it names nodes by their paths.
    pub(crate) is_node: bool,
}

impl Argument {
    fn refused_path(&self, rules: PathRules) -> Option<String> {
        let refuse = |path: &str| {
            // Measured on 6.0.8 and 6.4.2: `lt<x>` names `lt` there. Right from 6.5.5 on.
            if rules == PathRules::SplitThenDecode && path.contains(['<', '>']) {
                return Err("releases before 6.5 cut names at `<` and change `>`");
            }
            refuse_blanked(path)
        };
        let refused = match &self.value {
            Value::Text(path) => refuse(path),
            Value::List(paths) => paths.iter().try_for_each(|path| refuse(path)),
        };
        refused.err().map(|why| format!("`{}` cannot be sent: {why}", self.name))
    }
}

#[derive(Clone)]
pub(crate) enum Value {
    Text(String),
    /// `name[]=a&name[]=b` over HTTP.
    List(Vec<String>),
}

impl Request {
    /// A call of `action` without arguments.
    pub const fn new(action: &'static Action) -> Self {
        Self {
            action,
            arguments: Vec::new(),
            page: None,
            verb: action.verb,
            retired: None,
            attached: Attached { files: Vec::new(), span: None, if_range: None },
            is_incomplete: false,
        }
    }

    /// Returns a copy of the call, to be sent once more; `None` when a file in it is a stream, which
    /// is read once.
    pub fn try_clone(&self) -> Option<Self> {
        let copy = self.clone();
        (!copy.is_incomplete).then_some(copy)
    }

    /// The action that is called.
    pub const fn action(&self) -> &'static Action {
        self.action
    }

    /// Sets a text argument.
    pub fn text(self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.set(name.into(), Value::Text(value.into()))
    }

    /// Sets a text argument that the server decodes once more than others: it is sent
    /// percent-encoded.
    pub fn encoded(self, name: &'static str, value: impl AsRef<str>) -> Self {
        self.text(name, encode_segment(value.as_ref()))
    }

    /// Sends a file along, as a part of the form.
    pub fn file(mut self, name: &'static str, file: impl Into<FilePart>) -> Self {
        self.attached.files.retain(|(other, _)| *other != name);
        self.attached.files.push((name, file.into()));
        self
    }

    /// Sets a whole number.
    pub fn integer(self, name: &'static str, value: i64) -> Self {
        self.text(name, value.to_string())
    }

    /// Switches something on with `true`, or leaves it out.
    ///
    /// Some actions compare with exactly `true`, others only look whether the argument is there,
    /// so `false` is never sent.
    pub fn flag(mut self, name: &'static str, value: bool) -> Self {
        self.arguments.retain(|argument| argument.name != name);
        if value { self.text(name, "true") } else { self }
    }

    /// Switches something on with `on`, or leaves it out.
    pub fn on(mut self, name: &'static str, value: bool) -> Self {
        self.arguments.retain(|argument| argument.name != name);
        if value { self.text(name, "on") } else { self }
    }

    /// Sets a boolean that is on unless it is sent as `false`.
    pub fn switch(self, name: &'static str, value: bool) -> Self {
        self.text(name, if value { "true" } else { "false" })
    }

    /// Sets the path of a node.
    pub fn node(self, name: &'static str, node: impl Into<NodePath>) -> Self {
        self.set_nodes(name.into(), Value::Text(node.into().into()))
    }

    /// Sets a selection of nodes.
    pub fn nodes<N: Into<NodePath>>(
        self,
        name: &'static str,
        nodes: impl IntoIterator<Item = N>,
    ) -> Self {
        let nodes = nodes.into_iter().map(|node| node.into().into()).collect();
        self.set_nodes(Cow::Borrowed(name), Value::List(nodes))
    }

    /// Sets a list of texts; none of them is the same as leaving it out.
    pub fn texts<T: Into<String>>(
        mut self,
        name: &'static str,
        values: impl IntoIterator<Item = T>,
    ) -> Self {
        let values: Vec<String> = values.into_iter().map(Into::into).collect();
        self.arguments.retain(|argument| argument.name != name);
        if values.is_empty() { self } else { self.set(Cow::Borrowed(name), Value::List(values)) }
    }

    /// Sets nodes that the server reads from `name`, or from `name_0`, `name_1` … when they are
    /// several.
    ///
    /// Where `name` is a path parameter of the action, it takes the first of them, and the others
    /// are numbered: the server adds those to the one in the path.
    pub fn selection<N: Into<NodePath>>(
        self,
        name: &'static str,
        nodes: impl IntoIterator<Item = N>,
    ) -> Self {
        self.select(name, nodes.into_iter().map(|node| node.into().into()).collect())
    }

    /// As [`Self::selection`], compiled once for all types of nodes.
    fn select(mut self, name: &'static str, mut nodes: Vec<String>) -> Self {
        self.arguments.retain(|argument| !is_of_family(&argument.name, name));
        if self.action.route().is_some_and(|route| route.names.contains(&name)) && nodes.len() > 1 {
            let first = nodes.remove(0);
            self = self.set_nodes(name.into(), Value::Text(first));
            return self.number(name, nodes);
        }
        match (nodes.pop(), nodes.is_empty()) {
            (Some(only), true) => self.set_nodes(name.into(), Value::Text(only)),
            (Some(last), false) => {
                nodes.push(last);
                self.number(name, nodes)
            }
            // Refused when it is sent: the server would take the root.
            (None, _) => self.set_nodes(name.into(), Value::List(Vec::new())),
        }
    }

    fn number(self, name: &'static str, nodes: Vec<String>) -> Self {
        nodes.into_iter().enumerate().fold(self, |request, (index, node)| {
            request.set_nodes(format!("{name}_{index}").into(), Value::Text(node))
        })
    }

    /// Asks for a page of a folder, counted from 1. The server reads its number off the end of the
    /// folder's path.
    pub fn page(mut self, number: u32) -> Self {
        self.page = Some(number);
        self
    }

    /// Asks for some of the bytes only, where bytes are answered: `100..200`, or `100..` for the
    /// rest of the file.
    ///
    /// The server takes the end of a range for the one before it, so the call asks for all that
    /// follows the first byte, and the answer ends where the range does. It sends the wrong bytes for
    /// a range that begins past 2,000,000,000, so such a call asks for all from just below, and skips
    /// what comes first.
    pub fn range(mut self, range: impl RangeBounds<u64>) -> Self {
        self.attached.span = Some(Span::of(range));
        self
    }

    /// Asks for the range of that version of the file only, by its `ETag` or `Last-Modified`.
    pub(crate) fn if_range(mut self, validator: Option<HeaderValue>) -> Self {
        self.attached.if_range = validator;
        self
    }

    /// Sends the call by this method rather than by the one of its action: over REST both work.
    pub fn verb(mut self, verb: Verb) -> Self {
        self.verb = verb;
        self
    }

    /// Refuses to send the call, since the server cannot do it.
    pub fn retired(mut self, note: &'static str) -> Self {
        self.retired = Some(note);
        self
    }

    /// Sets a JSON argument, sent as its text.
    pub fn json(self, name: &'static str, value: &Json) -> Self {
        self.text(name, value.to_string())
    }

    /// Sets one of a numbered family of arguments: `user_0`, `user_1` …
    pub fn numbered(self, prefix: &'static str, index: usize, value: impl Into<String>) -> Self {
        self.text(format!("{prefix}{index}"), value)
    }

    /// Sets arguments whose names the manifest leaves open.
    pub fn fields<K: Into<String>, V: Into<String>>(
        self,
        fields: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        fields.into_iter().fold(self, |request, (name, value)| request.text(name.into(), value))
    }

    pub(crate) fn arguments(&self) -> &[Argument] {
        &self.arguments
    }

    /// The call without an argument.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.arguments.retain(|argument| argument.name != name);
        self
    }

    /// The value of an argument that is text.
    pub(crate) fn text_of(&self, name: &str) -> Option<&str> {
        match self.arguments.iter().find(|argument| argument.name == name) {
            Some(Argument { value: Value::Text(value), .. }) => Some(value),
            _ => None,
        }
    }

    /// Why the call cannot be sent, whatever carries it.
    pub(crate) fn why_not_sent(&self) -> Option<String> {
        match self.retired {
            Some(note) => Some(format!("the server cannot do this: {note}")),
            None if self.is_incomplete => {
                Some("a stream is sent once, and this is a copy".to_owned())
            }
            None => self.misnamed_node(),
        }
    }

    /// Refuses the path of a node that the server would take for another one.
    fn misnamed_node(&self) -> Option<String> {
        let in_path = self.action.node_parameter();
        let rules = self.action.bindings.paths;
        let mut nodes = self.arguments.iter().filter(|a| a.is_node || in_path == Some(&*a.name));
        nodes.find_map(|node| node.refused_path(rules))
    }

    pub(crate) const fn sent_by(&self) -> Verb {
        self.verb
    }

    /// The page that is asked for.
    pub(crate) const fn page_number(&self) -> Option<u32> {
        self.page
    }

    /// What the path of a folder ends with when one of its pages is asked for.
    pub(crate) fn page_suffix(&self) -> Option<String> {
        self.page.map(|number| format!("%23{number}"))
    }

    fn set(self, name: Cow<'static, str>, value: Value) -> Self {
        self.put(Argument { name, value, is_node: false })
    }

    fn set_nodes(self, name: Cow<'static, str>, value: Value) -> Self {
        self.put(Argument { name, value, is_node: true })
    }

    fn put(mut self, new: Argument) -> Self {
        match self.arguments.iter_mut().find(|argument| argument.name == new.name) {
            Some(argument) => *argument = new,
            None => self.arguments.push(new),
        }
        self
    }
}

/// Whether an argument is `name`, or a numbered one of its family.
pub fn is_of_family(argument: &str, name: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    argument
        .strip_prefix(name)
        .is_some_and(|rest| rest.is_empty() || rest.strip_prefix('_').is_some_and(is_number))
}

/// Copies a call. A copy of a call with a stream is refused when it is sent, since a stream is read
/// once: [`Self::try_clone`] says so at once.
impl Clone for Request {
    fn clone(&self) -> Self {
        let files = &self.attached.files;
        let copies: Files =
            files.iter().filter_map(|(name, file)| Some((*name, file.copy()?))).collect();
        let is_incomplete = self.is_incomplete || copies.len() < files.len();
        let Attached { span, ref if_range, .. } = self.attached;
        let attached = Attached { files: copies, span, if_range: if_range.clone() };
        Self { arguments: self.arguments.clone(), is_incomplete, attached, ..*self }
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request")
            .field("plugin", &self.action.plugin)
            .field("action", &self.action.name)
            .field("arguments", &self.arguments.iter().map(|a| &a.name).collect::<Vec<_>>())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use futures_util::stream;

    use super::is_of_family;
    use crate::{
        Action, Bindings, Body, Call as _, PathRules, Request,
        testing::{LS, MKDIR},
    };

    #[test]
    fn a_name_that_an_old_release_would_cut_is_not_sent() {
        static OLD: Bindings =
            Bindings { version: "6.4.2", paths: PathRules::SplitThenDecode, transfer: None };
        static OLD_LS: Action = Action { bindings: &OLD, ..LS };
        for name in ["/lt<x>", "/lt<x", "/gt>"] {
            let of = |action| Request::new(action).node("dir", name);
            let why = of(&OLD_LS).why_not_sent().unwrap_or_default();
            assert!(why.contains("releases before 6.5"), "{name}: {why}");
            assert_eq!(of(&LS).why_not_sent(), None);
        }
        assert_eq!(Request::new(&OLD_LS).node("dir", "/plain").why_not_sent(), None);
    }

    #[test]
    fn a_family_has_numbers() {
        for (argument, is_member) in [
            ("file", true),
            ("file_0", true),
            ("file_12", true),
            ("file_", false),
            ("file_x", false),
            ("file_1x", false),
            ("files", false),
            ("fil", false),
        ] {
            assert_eq!(is_of_family(argument, "file"), is_member, "{argument}");
        }
        let request = Request::new(&MKDIR).text("file_", "kept").selection("file", ["/a", "/b"]);
        assert_eq!(request.text_of("file_"), Some("kept"));
    }

    #[test]
    fn a_call_with_a_stream_has_no_copy() {
        let stream = stream::iter([Ok(Bytes::from_static(b"ab"))]);
        let call = |body: Body| Request::new(&MKDIR).file("userfile", body);
        assert!(call(Body::stream(2, stream)).try_clone().is_none());
        assert!(call(Body::from("ab")).try_clone().is_some());
        assert!(Request::new(&MKDIR).try_clone().is_some());
    }

    #[derive(Clone)]
    struct Made(Request);

    impl crate::Call for Made {
        const ACTION: &'static crate::Action = &MKDIR;
        type Answer = crate::answer::Nothing;

        fn into_request(self) -> Request {
            self.0
        }
    }

    #[test]
    fn a_call_of_bindings_with_a_stream_has_no_copy() {
        let stream = stream::iter([Ok(Bytes::from_static(b"ab"))]);
        let call = |body: Body| Made(Request::new(&MKDIR).file("userfile", body));
        assert!(call(Body::stream(2, stream)).try_clone().is_none());
        assert!(call(Body::from("ab")).try_clone().is_some());
    }
}
