//! A call with its arguments, before any way in has spelt it.

use std::{borrow::Cow, fmt};

use crate::{Action, Json, NodePath};

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
    retired: Option<&'static str>,
}

#[derive(Clone)]
pub(crate) struct Argument {
    pub(crate) name: Cow<'static, str>,
    pub(crate) value: Value,
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
        Self { action, arguments: Vec::new(), page: None, retired: None }
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
        self.text(name, node.into())
    }

    /// Sets a selection of nodes.
    pub fn nodes<N: Into<NodePath>>(
        self,
        name: &'static str,
        nodes: impl IntoIterator<Item = N>,
    ) -> Self {
        let nodes = nodes.into_iter().map(|node| node.into().into()).collect();
        self.set(Cow::Borrowed(name), Value::List(nodes))
    }

    /// Sets nodes that the server reads from `name`, or from `name_0`, `name_1` … when they are
    /// several.
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
        match (nodes.pop(), nodes.is_empty()) {
            (Some(only), true) => self.text(name, only),
            (Some(last), false) => {
                nodes.push(last);
                let family = format!("{name}_");
                let numbered = nodes.into_iter().enumerate();
                numbered.fold(self, |request, (index, node)| {
                    request.text(format!("{family}{index}"), node)
                })
            }
            // Refused when it is sent: the server would take the root.
            (None, _) => self.set(Cow::Borrowed(name), Value::List(Vec::new())),
        }
    }

    /// Asks for a page of a folder, counted from 1. The server reads its number off the end of the
    /// folder's path.
    pub fn page(mut self, number: u32) -> Self {
        self.page = Some(number);
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

    pub(crate) fn why_not_sent(&self) -> Option<&'static str> {
        self.retired
    }

    /// What the path of a folder ends with when one of its pages is asked for.
    pub(crate) fn page_suffix(&self) -> Option<String> {
        self.page.map(|number| format!("%23{number}"))
    }

    fn set(mut self, name: Cow<'static, str>, value: Value) -> Self {
        match self.arguments.iter_mut().find(|argument| argument.name == name) {
            Some(argument) => argument.value = value,
            None => self.arguments.push(Argument { name, value }),
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
