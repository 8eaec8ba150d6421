//! The endpoints of bindings with their documentation, from which the command line is built.

use pydio_runtime::{Endpoint, Location, Param};

/// All endpoints, as listed in the bindings.
#[derive(Debug)]
pub struct Table {
    pub(crate) title: &'static str,
    pub(crate) groups: &'static [Group],
    pub(crate) entries: &'static [Entry],
}

impl Table {
    /// Creates a table of `groups` that share `entries`. The title names the server, such as
    /// `Pydio 8.2.5`.
    pub const fn new(
        title: &'static str,
        groups: &'static [Group],
        entries: &'static [Entry],
    ) -> Self {
        Self { title, groups, entries }
    }

    /// Returns every endpoint: actions first, then operations.
    pub fn endpoints(&self) -> impl Iterator<Item = &'static Endpoint> {
        self.entries.iter().map(|entry| &entry.endpoint)
    }

    /// Returns the groups of one API.
    pub(crate) fn groups(&self, api: Api) -> impl Iterator<Item = &'static Group> {
        self.groups.iter().filter(move |group| group.api == api)
    }

    /// Returns the endpoints of a group.
    pub(crate) fn of(&self, group: &Group) -> impl Iterator<Item = &'static Entry> {
        group.entries.iter().filter_map(|&index| self.entries.get(usize::from(index)))
    }

    /// Returns the endpoint that is called by these commands.
    pub(crate) fn find(&self, api: Api, group: &str, name: &str) -> Option<&'static Entry> {
        let group = self.groups(api).find(|one| one.name == group)?;
        self.of(group).find(|entry| entry.name == name)
    }
}

/// The API that an endpoint belongs to: the command above its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Api {
    V1,
    V2,
}

/// A plugin with its actions, or a tag with its operations.
#[derive(Debug)]
pub struct Group {
    pub(crate) api: Api,
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    pub(crate) entries: &'static [u16],
}

impl Group {
    /// Creates the group of a plugin, such as `access.fs`. Its actions are given by their indices
    /// in the table, ordered by name.
    pub const fn plugin(id: &'static str, about: &'static str, actions: &'static [u16]) -> Self {
        Self { api: Api::V1, name: id, about, entries: actions }
    }

    /// Creates the group of a tag, by its name as a command: `user-account`.
    pub const fn tag(name: &'static str, about: &'static str, operations: &'static [u16]) -> Self {
        Self { api: Api::V2, name, about, entries: operations }
    }
}

/// An endpoint with its documentation.
#[derive(Debug)]
pub struct Entry {
    pub(crate) name: &'static str,
    pub(crate) endpoint: Endpoint,
    pub(crate) about: &'static str,
    pub(crate) details: &'static str,
    docs: &'static [ParamDoc],
}

impl Entry {
    /// Creates an entry. The name is that of the command, which may differ from the name that is
    /// sent; `about` is one sentence.
    pub const fn new(
        name: &'static str,
        endpoint: Endpoint,
        about: &'static str,
        details: &'static str,
        docs: &'static [ParamDoc],
    ) -> Self {
        Self { name, endpoint, about, details, docs }
    }

    /// Returns the parameters with their documentation.
    pub(crate) fn params(&'static self) -> impl Iterator<Item = Documented> {
        const NONE: &ParamDoc = &ParamDoc::new("");
        let docs = self.docs.iter().chain(std::iter::repeat(NONE));
        self.endpoint.parameters().iter().zip(docs).map(|(param, doc)| Documented { param, doc })
    }
}

/// A parameter with its documentation.
#[derive(Clone, Copy)]
pub(crate) struct Documented {
    pub(crate) param: &'static Param,
    pub(crate) doc: &'static ParamDoc,
}

impl Documented {
    /// Returns the name that requests and options use.
    pub(crate) fn name(self) -> &'static str {
        self.param.request_name()
    }

    /// Returns whether it goes into the path.
    pub(crate) fn is_in_path(self) -> bool {
        matches!(self.param.location(), Location::Path | Location::RestOfPath)
    }
}

/// The documentation of a parameter.
#[derive(Debug)]
pub struct ParamDoc {
    pub(crate) text: &'static str,
    pub(crate) fields: &'static [Field],
}

impl ParamDoc {
    /// Creates the documentation of a parameter.
    pub const fn new(text: &'static str) -> Self {
        Self { text, fields: &[] }
    }

    /// Sets the known fields of a JSON document, which become options of their own.
    #[must_use]
    pub const fn fields(mut self, fields: &'static [Field]) -> Self {
        self.fields = fields;
        self
    }
}

/// A field of a document.
#[derive(Debug)]
pub struct Field {
    pub(crate) name: &'static str,
    pub(crate) kind: Option<Simple>,
    pub(crate) required: bool,
    pub(crate) secret: bool,
    pub(crate) doc: &'static str,
}

impl Field {
    /// Creates a field. Its kind is `None` if it cannot be written as one argument.
    pub const fn new(name: &'static str, kind: Option<Simple>, doc: &'static str) -> Self {
        Self { name, kind, required: false, secret: false, doc }
    }

    /// Marks a field that the document requires.
    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// Marks a field whose value must not be shown.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.secret = true;
        self
    }
}

/// The type of a field that is written as one argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Simple {
    /// Text.
    Text,
    /// A whole number.
    Integer,
    /// A number.
    Float,
    /// `true` or `false`.
    Boolean,
    /// One of these values, or a value that is not declared.
    Enum(&'static [&'static str]),
}
