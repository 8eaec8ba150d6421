//! A call with its arguments, before any way in has spelt it.

use std::{borrow::Cow, fmt};

use crate::{Action, Json, NodePath, Verb};

/// An [`Action`] with the arguments of one call.
///
/// Bindings fill it; how an argument is spelt (path segment, `nodes[]`, `--file_0=`) is decided
/// by the connection it is sent on. [`Debug`](fmt::Debug) shows the names of the arguments and
/// never their values, since passwords are among them.
#[derive(Clone)]
pub struct Request {
    action: &'static Action,
    arguments: Vec<Argument>,
    page: Option<u32>,
    verb: Verb,
    retired: Option<&'static str>,
}

#[derive(Clone)]
pub(crate) struct Argument {
    pub(crate) name: Cow<'static, str>,
    pub(crate) value: Value,
    /// Whether it names nodes by their paths.
    pub(crate) is_node: bool,
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
        Self { action, arguments: Vec::new(), page: None, verb: action.verb, retired: None }
    }

    /// The action that is called.
    pub const fn action(&self) -> &'static Action {
        self.action
    }

    /// Sets a text argument.
    pub fn text(self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.set(name.into(), Value::Text(value.into()))
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
    pub fn selection<N: Into<NodePath>>(
        mut self,
        name: &'static str,
        nodes: impl IntoIterator<Item = N>,
    ) -> Self {
        let mut nodes: Vec<String> = nodes.into_iter().map(|node| node.into().into()).collect();
        self.arguments.retain(|argument| !is_of_family(&argument.name, name));
        match (nodes.pop(), nodes.is_empty()) {
            (Some(only), true) => self.set_nodes(name.into(), Value::Text(only)),
            (Some(last), false) => {
                nodes.push(last);
                let family = format!("{name}_");
                let numbered = nodes.into_iter().enumerate();
                numbered.fold(self, |request, (index, node)| {
                    let name = format!("{family}{index}");
                    request.set_nodes(name.into(), Value::Text(node))
                })
            }
            // Refused when it is sent: the server would take the root.
            (None, _) => self.set_nodes(name.into(), Value::List(Vec::new())),
        }
    }

    /// Asks for a page of a folder, counted from 1. The server reads its number off the end of the
    /// folder's path.
    pub fn page(mut self, number: u32) -> Self {
        self.page = Some(number);
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

    pub(crate) const fn sent_by(&self) -> Verb {
        self.verb
    }

    pub(crate) fn why_not_sent(&self) -> Option<&'static str> {
        self.retired
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
fn is_of_family(argument: &str, name: &str) -> bool {
    argument.strip_prefix(name).is_some_and(|rest| {
        rest.is_empty()
            || rest.strip_prefix('_').is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()))
    })
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
