//! Endpoints and the groups that they are in.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use serde::Serialize;

use super::{
    Docs, ErrorBody, Kind, Location, Outcome, Paging, Param, Releases, Requirement, Response,
};

/// What declares an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum EndpointKind {
    /// An action, declared by the manifest of a plugin.
    Action,
    /// An operation, declared by a spec.
    Operation,
}

/// Endpoints in one module: the actions of a plugin, or the operations of a tag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Group {
    /// The kind of the endpoints.
    pub kind: EndpointKind,
    /// The id of the plugin, such as `access.fs`, or the tag.
    pub id: String,
    /// What it is for.
    pub doc: Option<String>,
    /// Indices into [`Api::endpoints`](super::Api::endpoints), ordered by id.
    pub endpoints: Vec<usize>,
    /// The names of actions that run only in the web interface.
    pub client_only: Vec<String>,
}

/// Something that can be called.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Endpoint {
    /// What declares it.
    pub kind: EndpointKind,
    /// The name of an action on the wire; the `operationId` of an operation, or a substitute.
    pub id: String,
    /// The plugin that defines an action, from which others re-export it; the tag of an operation.
    pub group: String,
    /// The other plugins that have the same definition.
    pub shared_with: Vec<String>,
    /// The server action that runs it, if its name differs from that of the endpoint.
    pub action: Option<String>,
    /// Whether it is a command of that action, which no manifest declares.
    pub is_command: bool,
    /// Whether REST reaches it.
    pub rest: bool,
    /// The default method of requests.
    pub method: Method,
    /// The path of an operation's server, which precedes its own.
    pub base: String,
    /// The server of an operation, where it differs from that of the spec: a path on the same host,
    /// or a URL.
    pub own_server: Option<String>,
    /// The path of an operation below its server, with `{name}` for a segment and `{name+}` for
    /// several. That of an action is built from its [path parameters](Endpoint::path_params).
    pub path: String,
    /// Its parameters: those of the path first, in order.
    pub params: Vec<Param>,
    /// The media type of a form, if it is not the usual one.
    pub content_type: Option<String>,
    /// What it returns.
    pub response: Response,
    /// The media types to request, if the response does not imply them.
    pub accept: Option<String>,
    /// The media types of successes that the type of the response cannot hold.
    pub unread: Vec<String>,
    /// The declared bodies of errors.
    pub errors: Vec<ErrorBody>,
    /// The required security schemes, where they differ from those of the spec.
    pub security: Option<Vec<Requirement>>,
    /// Who may call it; `None` if the manifest does not say.
    pub rights: Option<Rights>,
    /// Whether the server may continue the work after it has responded.
    pub background: bool,
    /// What the work leaves on the server, if it can be verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// Whether it is safe to send it twice.
    pub repeatable: bool,
    /// How the list that it returns comes in pages; `None` where it is not a list, or it is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paging: Option<Paging>,
    /// Lists of parameters of which a call needs at least one, though none of them is required.
    pub needs: Vec<Vec<String>>,
    /// Whether only the web interface, the installer or the server itself calls it.
    pub interface: bool,
    /// Whether the server is known to read no other parameters.
    pub complete: bool,
    /// Its name in Rust, if it is not derived from its id.
    pub rust_name: Option<String>,
    /// Why it cannot work, and what to use instead.
    pub unsupported: Option<String>,
    /// Whether the spec marks it as deprecated.
    pub deprecated: bool,
    /// The releases that declare it, where not all of them do.
    #[serde(skip_serializing_if = "Releases::is_empty")]
    pub releases: Releases,
    /// What it does.
    pub docs: Docs,
    /// What else a manifest declares.
    pub declared: Declaration,
}

/// The attributes of a server callback, as declared.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Declaration {
    /// The method of the plugin's class that runs it.
    pub callback: String,
    /// The `restParams`.
    pub rest_params: Option<String>,
    /// Whether the server drops undeclared parameters.
    pub check_params: bool,
    /// The type of the `output`.
    pub output: Option<String>,
}

impl Endpoint {
    /// Describes the lists of parameters of which a call needs at least one, a sentence for each.
    pub fn needs_texts(&self) -> impl Iterator<Item = String> {
        let lists = self.needs.iter();
        lists.map(|names| format!("At least one of `{}` is required.", names.join("`, `")))
    }

    /// Returns whether its work can be waited for: it may go on after the response, or it is known
    /// what it leaves.
    pub const fn is_awaitable(&self) -> bool {
        self.background || self.outcome.is_some()
    }

    /// Creates an endpoint without parameters and with an undeclared response.
    pub fn new(kind: EndpointKind, id: String, group: String, method: Method) -> Self {
        Self {
            kind,
            id,
            group,
            method,
            shared_with: Vec::new(),
            action: None,
            is_command: false,
            rest: false,
            base: String::new(),
            own_server: None,
            path: String::new(),
            params: Vec::new(),
            content_type: None,
            response: Response::Undeclared,
            accept: None,
            unread: Vec::new(),
            errors: Vec::new(),
            security: None,
            rights: None,
            background: false,
            outcome: None,
            repeatable: false,
            paging: None,
            needs: Vec::new(),
            interface: false,
            complete: false,
            rust_name: None,
            unsupported: None,
            deprecated: false,
            releases: Releases::default(),
            docs: Docs::default(),
            declared: Declaration::default(),
        }
    }

    /// Returns whether it is an action.
    pub fn is_action(&self) -> bool {
        self.kind == EndpointKind::Action
    }

    /// Returns `plugin/action`, or the id of an operation.
    pub fn name(&self) -> String {
        match self.kind {
            EndpointKind::Action => format!("{}/{}", self.group, self.id),
            EndpointKind::Operation => self.id.clone(),
        }
    }

    /// Returns whether the group contains this definition.
    pub fn is_in(&self, group: &str) -> bool {
        self.groups().any(|one| one == group)
    }

    /// Returns the groups that contain this definition, starting with the one that defines it.
    pub fn groups(&self) -> impl Iterator<Item = &String> {
        std::iter::once(&self.group).chain(&self.shared_with)
    }

    /// Returns the name that its names in Rust are derived from.
    pub fn stem(&self) -> &str {
        self.rust_name.as_deref().unwrap_or(&self.id)
    }

    /// Returns the action name that requests contain.
    pub fn sent_name(&self) -> &str {
        self.action.as_deref().unwrap_or(&self.id)
    }

    /// Returns the parameter of that name.
    pub fn param(&self, name: &str) -> Option<&Param> {
        self.params.iter().find(|param| param.name == name)
    }

    /// Returns the parameters of the path, in order.
    pub fn path_params(&self) -> impl Iterator<Item = &Param> {
        self.params.iter().filter(|param| param.location.is_path())
    }

    /// Returns the path parameters of an action in the format of `restParams`, such as `/a/b+`;
    /// `None` if REST does not reach it.
    pub fn rest_params(&self) -> Option<String> {
        let name = |param: &Param| match param.location {
            Location::RestOfPath => format!("{}+", param.name),
            _ => param.name.clone(),
        };
        let names: Vec<_> = self.path_params().map(name).collect();
        self.rest.then(|| format!("/{}", names.join("/")))
    }

    /// Returns the path of an operation, including that of its server.
    pub fn full_path(&self) -> String {
        format!("{}{}", self.base, self.path)
    }

    /// Returns the method and the path for display; `None` if REST does not reach it.
    pub fn address(&self) -> Option<String> {
        if !self.rest {
            return None;
        }
        if !self.is_action() {
            return Some(format!("{} {}", self.method, self.full_path()).replace("+}", "…}"));
        }
        let mut address = format!("{} /api/{{workspace}}/{}", self.method, self.sent_name());
        for param in self.path_params() {
            address.push_str(&match (&param.kind, param.location) {
                (Kind::Constant(value), _) => format!("/{value}"),
                (_, Location::RestOfPath) => format!("/{{{}…}}", param.name),
                _ => format!("/{{{}}}", param.name),
            });
        }
        Some(address)
    }

    /// Returns whether a call sends a file as a part of a form.
    pub fn has_file(&self) -> bool {
        self.params.iter().any(|param| param.kind.is_file())
    }

    /// Returns whether it returns a redirect.
    pub fn returns_redirect(&self) -> bool {
        self.response == Response::Head && self.method != Method::Head
    }
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "they are those of HTTP")]
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
    /// All methods.
    pub const ALL: [Self; 8] = [
        Self::Get,
        Self::Put,
        Self::Post,
        Self::Delete,
        Self::Options,
        Self::Head,
        Self::Patch,
        Self::Trace,
    ];

    /// Returns the name in upper case.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Head => "HEAD",
            Self::Patch => "PATCH",
            Self::Trace => "TRACE",
        }
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The `rightsContext`: who may call an action. Attribute values are kept as declared, because the
/// server compares them as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Rights(pub BTreeMap<String, String>);

impl Rights {
    /// Returns whether the attribute `name` is `true`.
    pub fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| value == "true")
    }

    /// Returns whether a user has to be logged in.
    pub fn needs_login(&self) -> bool {
        matches!(self.0.get("userLogged").map(String::as_str), Some("only" | "true"))
    }
}

/// The names of everything that can be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Calls {
    /// Actions, as `plugin/action`.
    pub actions: BTreeSet<String>,
    /// Operations, by id.
    pub operations: BTreeSet<String>,
}

impl Calls {
    /// Returns the actions and the operations that `other` does not have.
    pub fn not_in(&self, other: &Self) -> (Vec<String>, Vec<String>) {
        let gone = |these: &BTreeSet<String>, others| these.difference(others).cloned().collect();
        (gone(&self.actions, &other.actions), gone(&self.operations, &other.operations))
    }
}
