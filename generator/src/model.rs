//! The one intermediate representation: what can be called, with everything emission needs.
//!
//! Pure, ordered and serialisable data: `inspect` prints it, snapshots pin it. Built by
//! [`Api::build`] from a [`ManifestSet`](crate::manifest::ManifestSet) and the documentation.

mod access;
mod build;
mod inspect;
mod kind;
mod schema;
mod select;
mod spec;
mod transfer;

use serde::Serialize;

pub use access::{
    KeyPlace, RequiredScheme, Requirement, SchemeKind, SecurityScheme, Server, ServerVariable, Site,
};
pub use inspect::inspect;
pub use kind::{Kind, ReturnKind};
pub use schema::{
    Access, Body, Content, DeclaredValue, ErrorBody, Field, MediaType, Model, Operation,
    OperationParam, OperationPlace, Reply, Shape, Spelling, StatusReply, Style, StyleKind, Type,
    Words,
};
pub use select::{Calls, Selection};
pub use spec::{Dialect, SkippedOperation, SpecModel, build as build_spec};
pub use transfer::{Role, Transfer};

/// Everything one server version can be asked.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Api {
    /// What it is the model of, such as `Pydio 8.2.5`.
    pub title: String,
    /// The server version, such as `8.2.5`.
    pub version: String,
    /// Its plugins, ordered by id.
    pub plugins: Vec<Plugin>,
    /// The distinct definitions of its actions. Plugins share most of theirs.
    pub actions: Vec<Action>,
    /// The models that actions answer, which no manifest declares.
    pub models: Vec<Model>,
    /// What transfers of files are made of, where that is known.
    pub transfer: Option<Transfer>,
    /// The operations and models of its spec.
    pub spec: SpecModel,
}

impl Api {
    /// The same with the operations and models of a spec.
    #[must_use]
    pub fn with_spec(self, spec: SpecModel) -> Self {
        Self { spec, ..self }
    }

    /// The same with models for actions to answer.
    #[must_use]
    pub fn with_models(self, models: Vec<Model>) -> Self {
        Self { models, ..self }
    }

    /// The model of a spec by itself.
    pub fn of_spec(title: String, version: String, spec: SpecModel) -> Self {
        Self {
            title,
            version,
            plugins: Vec::new(),
            actions: Vec::new(),
            models: Vec::new(),
            transfer: None,
            spec,
        }
    }

    /// The definition that a plugin has of an action.
    pub fn action(&self, role: &Role) -> Option<&Action> {
        self.index_of(role).map(|index| &self.actions[index])
    }

    /// Where that definition is among the actions.
    pub fn index_of(&self, role: &Role) -> Option<usize> {
        self.actions.iter().position(|action| {
            let mut plugins = std::iter::once(&action.owner).chain(&action.also);
            action.name == role.action && plugins.any(|plugin| *plugin == role.plugin)
        })
    }
}

/// A plugin and the actions it has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Plugin {
    /// Its id, such as `access.fs`.
    pub id: String,
    /// What it is for.
    pub doc: Option<String>,
    /// Its actions with a server callback, ordered by name: indices into [`Api::actions`].
    pub actions: Vec<usize>,
    /// The names of actions that the web interface has for itself.
    pub client_only: Vec<String>,
}

/// One definition of an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Action {
    /// Its name on the wire.
    pub name: String,
    /// The plugin the definition is at home in; the others that have it re-export it.
    pub owner: String,
    /// The other plugins that have the very same definition.
    pub also: Vec<String>,
    /// The method of the plugin's class that runs it.
    pub callback: String,
    /// How it is reached over REST v1.
    pub route: Option<Route>,
    /// The action that it is called through, where it is not called by its own name.
    pub through: Option<String>,
    /// `restParams`, as declared.
    pub rest_params: Option<String>,
    /// Who may call it; `None` where the manifest says nothing.
    pub rights: Option<Rights>,
    /// Whether the server drops parameters that are not declared.
    pub check_params: bool,
    /// Its parameters: those of the path in their order, then the others as declared.
    pub params: Vec<Param>,
    /// The `output` type, as declared.
    pub output: Option<String>,
    /// What comes back.
    pub returns: ReturnKind,
    /// Whether the server goes on with the work after it has answered.
    pub background: bool,
    /// Whether sending it twice does no harm.
    pub repeatable: bool,
    /// Why it cannot work, and what to use instead.
    pub retired: Option<String>,
    /// What it does.
    pub docs: Docs,
}

impl Action {
    /// Whether the plugin has this definition.
    pub fn is_in(&self, plugin: &str) -> bool {
        self.owner == plugin || self.also.iter().any(|other| other == plugin)
    }

    /// The name that is sent.
    pub fn sent_name(&self) -> &str {
        self.through.as_deref().unwrap_or(&self.name)
    }
}

/// The REST v1 address of an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Route {
    /// The method the call is sent with by default.
    pub verb: Verb,
    /// The names of the path parameters, in order.
    pub path: Vec<String>,
    /// Whether the last one spans slashes.
    pub catch_all: bool,
}

impl Route {
    /// `/a/b/c+`: names in order, the last one a path of its own when `+` follows it.
    pub fn parse(declared: &str, verb: Verb) -> Self {
        let (names, catch_all) = match declared.strip_suffix('+') {
            Some(names) => (names, true),
            None => (declared, false),
        };
        let path = names.split('/').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        Self { verb, path, catch_all }
    }

    /// The path parameters as `restParams` spells them: `/a/b+`.
    pub fn declared(&self) -> String {
        format!("/{}{}", self.path.join("/"), if self.catch_all { "+" } else { "" })
    }
}

/// A method of REST v1. Both work for every action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Verb {
    /// Parameters in the query.
    Get,
    /// Parameters in a form body.
    Post,
}

/// `rightsContext`: who may call an action. Attribute values are kept as declared, since the
/// server compares them as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Rights(pub std::collections::BTreeMap<String, String>);

impl Rights {
    /// Whether the attribute `name` is `true`.
    pub fn has(&self, name: &str) -> bool {
        self.0.get(name).is_some_and(|value| value == "true")
    }

    /// Whether a user has to be logged in.
    pub fn needs_login(&self) -> bool {
        matches!(self.0.get("userLogged").map(String::as_str), Some("only" | "true"))
    }
}

/// A parameter of an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Param {
    /// Its name on the wire.
    pub name: String,
    /// Where it goes over REST v1.
    pub place: ParamPlace,
    /// Its `type`, as declared; `None` for a path parameter that is not declared.
    pub declared: Option<String>,
    /// Which of the declared parameters it is, counted from 0.
    pub position: Option<usize>,
    /// What it takes.
    pub kind: Kind,
    /// Whether a call without it makes no sense.
    pub required: bool,
    /// The default, as declared.
    pub default: Option<String>,
    /// What it means.
    pub doc: Option<String>,
    /// Whether `doc` is the words of the input rather than ours: it is escaped when emitted.
    pub foreign: bool,
}

/// Where a parameter goes over REST v1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ParamPlace {
    /// A segment of the path.
    Path,
    /// The rest of the path, slashes included.
    CatchAll,
    /// The query or the form body, as the method has it.
    Field,
}

/// What an action, operation or model is, in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Docs {
    /// One sentence.
    pub summary: Option<String>,
    /// What else a caller should know.
    pub details: Option<String>,
    /// What a success answers.
    pub answer: Option<String>,
    /// Whether these are the words of the input rather than ours: they are escaped when emitted.
    pub foreign: bool,
}
