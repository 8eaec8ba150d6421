//! The intermediate representation: everything that can be called, whatever declared it.
//!
//! It is pure, ordered and serialisable data. `lower` builds it from manifests and specs; passes
//! correct, document and select it; emission and all views read it.

mod access;
mod direction;
mod endpoint;
mod model;
mod outcome;
mod paging;
mod param;
mod releases;
mod response;
mod shared;
mod text;
mod transfer;

use serde::Serialize;

pub use access::{
    KeyLocation, RequiredScheme, Requirement, SchemeKind, SecurityScheme, Server, ServerVariable,
    Site,
};
pub(crate) use direction::{mark, prune};
pub use endpoint::{Calls, Declaration, Endpoint, EndpointKind, Group, Method, Rights};
pub use model::{Access, Code, Field, Model, RefusedIn, Shape, Type};
pub(crate) use model::{is_nullable, is_optional};
pub use outcome::{Copied, Created, Outcome, Placed};
pub use paging::{Echoes, PageItem, PagedBy, Paging};
pub use param::{DeclaredValue, Kind, Location, OpenApiStyle, Param, Style, StyleName};
pub use releases::{Releases, Span};
pub use response::{ErrorBody, Response, StatusResponse};
pub use text::{Docs, ExampleData, Text};
pub(crate) use text::{code, is_secret, non_empty, sentence};
pub use transfer::{ActionRef, Transfer};

/// Everything that can be called on one server version.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Api {
    /// The name of the server and its version, such as `Pydio 8.2.5`.
    pub title: String,
    /// The server version, such as `8.2.5`.
    pub version: String,
    /// The releases whose declarations are known, oldest first: an endpoint or parameter that is not
    /// in all of them says so.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub known_releases: Vec<String>,
    /// Which conventions the server follows.
    pub dialect: Dialect,
    /// The description of the spec as a whole.
    pub about: Option<String>,
    /// Plugins ordered by id, then tags ordered by name.
    pub groups: Vec<Group>,
    /// Actions ordered by plugin and name, then operations ordered by tag and id. Plugins share
    /// most of their actions: each definition is stored once.
    pub endpoints: Vec<Endpoint>,
    /// The models of actions, then those of operations, both ordered by name.
    pub models: Vec<Model>,
    /// The servers of the operations.
    pub site: Site,
    /// The security schemes that requests can carry, ordered by name.
    pub schemes: Vec<SecurityScheme>,
    /// The names of the security schemes that want a client certificate.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub certificates: Vec<String>,
    /// The security schemes that operations require by default.
    pub security: Vec<Requirement>,
    /// The actions that file transfers use, if known.
    pub transfer: Option<Transfer>,
    /// The operations of the spec that are not generated, in the file's order.
    pub skipped: Vec<SkippedOperation>,
    /// Locations without a declared type, as JSON pointers into the spec; those in another file
    /// follow its name and a `#`.
    pub untyped: Vec<String>,
}

impl Api {
    /// Adds the operations and models of a spec.
    #[must_use]
    pub fn with_spec(mut self, spec: Self) -> Self {
        let first = self.endpoints.len();
        self.groups.extend(spec.groups.into_iter().map(|mut group| {
            group.endpoints.iter_mut().for_each(|index| *index += first);
            group
        }));
        self.endpoints.extend(spec.endpoints);
        self.models.extend(spec.models);
        let Self { dialect, about, site, schemes, certificates, .. } = spec;
        let Self { security, skipped, untyped, .. } = spec;
        Self { dialect, about, site, schemes, certificates, security, skipped, untyped, ..self }
    }

    /// Returns whether the server is something other than a Pydio 6-8.
    pub fn is_external(&self) -> bool {
        self.dialect == Dialect::Other
    }

    /// Returns the endpoints of one kind, with their indices.
    pub fn of_kind(&self, kind: EndpointKind) -> impl Iterator<Item = (usize, &Endpoint)> {
        self.endpoints.iter().enumerate().filter(move |(_, one)| one.kind == kind)
    }

    /// Returns the actions.
    pub fn actions(&self) -> impl Iterator<Item = &Endpoint> {
        self.of_kind(EndpointKind::Action).map(|(_, one)| one)
    }

    /// Returns the operations.
    pub fn operations(&self) -> impl Iterator<Item = &Endpoint> {
        self.of_kind(EndpointKind::Operation).map(|(_, one)| one)
    }

    /// Returns whether there are operations.
    pub fn has_operations(&self) -> bool {
        self.operations().next().is_some()
    }

    /// Returns the groups of one kind.
    pub fn groups_of(&self, kind: EndpointKind) -> impl Iterator<Item = &Group> {
        self.groups.iter().filter(move |group| group.kind == kind)
    }

    /// Returns the plugins.
    pub fn plugins(&self) -> impl Iterator<Item = &Group> {
        self.groups_of(EndpointKind::Action)
    }

    /// Returns whether there are plugins.
    pub fn has_plugins(&self) -> bool {
        self.plugins().next().is_some()
    }

    /// Returns the models of one kind of endpoint.
    pub fn models_of(&self, kind: EndpointKind) -> impl Iterator<Item = &Model> {
        self.models.iter().filter(move |model| model.kind == kind)
    }

    /// Returns whether operations or their models were declared.
    pub fn has_spec(&self) -> bool {
        self.has_operations() || self.models_of(EndpointKind::Operation).next().is_some()
    }

    /// Returns a model by name among those of one kind of endpoint.
    pub fn model(&self, kind: EndpointKind, name: &str) -> Option<&Model> {
        self.models_of(kind).find(|model| model.name == name)
    }

    /// Returns the members of a group.
    pub fn members<'a>(&'a self, group: &'a Group) -> impl Iterator<Item = &'a Endpoint> {
        group.endpoints.iter().map(|&index| &self.endpoints[index])
    }

    /// Returns a plugin's definition of an action.
    pub fn action(&self, action: &ActionRef) -> Option<&Endpoint> {
        self.index_of(action).map(|index| &self.endpoints[index])
    }

    /// Returns the index of that definition.
    pub fn index_of(&self, action: &ActionRef) -> Option<usize> {
        let is_meant =
            |endpoint: &Endpoint| endpoint.id == action.action && endpoint.is_in(&action.plugin);
        self.of_kind(EndpointKind::Action).find(|(_, one)| is_meant(one)).map(|(index, _)| index)
    }

    /// Gives a plugin a definition of its own of an action whose definition it shares; does nothing
    /// if it does not share it.
    pub(crate) fn separate(&mut self, name: &str, owner: &str, plugin: &str) {
        let is_shared = |one: &Endpoint| {
            one.is_action() && one.id == name && one.group == owner && one.is_in(plugin)
        };
        let found = self.endpoints.iter().position(is_shared).filter(|_| owner != plugin);
        let Some(index) = found else { return };
        let shared = &mut self.endpoints[index];
        shared.shared_with.retain(|other| other != plugin);
        let own = Endpoint { group: plugin.to_owned(), shared_with: Vec::new(), ..shared.clone() };
        let is_of = |group: &Group| group.kind == EndpointKind::Action && group.id == plugin;
        for group in self.groups.iter_mut().filter(|group| is_of(group)) {
            group.endpoints.retain(|endpoint| *endpoint != index);
        }
        self.add_action(own);
    }

    /// Adds an action in its place by plugin and name.
    pub(crate) fn add_action(&mut self, action: Endpoint) {
        let key = |one: &Endpoint| (one.group.clone(), one.id.clone());
        let follows = |one: &Endpoint| !one.is_action() || key(one) > key(&action);
        let index = self.endpoints.iter().position(follows).unwrap_or(self.endpoints.len());
        for group in &mut self.groups {
            group.endpoints.iter_mut().filter(|own| **own >= index).for_each(|own| *own += 1);
            if group.kind == EndpointKind::Action && action.is_in(&group.id) {
                group.endpoints.push(index);
            }
        }
        self.endpoints.insert(index, action);
        let Self { groups, endpoints, .. } = self;
        for group in groups.iter_mut().filter(|group| group.kind == EndpointKind::Action) {
            group.endpoints.sort_by(|&a, &b| endpoints[a].id.cmp(&endpoints[b].id));
        }
    }

    /// Returns the operation with this id, and its index.
    pub fn operation(&self, id: &str) -> Option<(usize, &Endpoint)> {
        self.of_kind(EndpointKind::Operation).find(|(_, one)| one.id == id)
    }

    /// Returns the names of everything that can be called.
    pub fn calls(&self) -> Calls {
        let of = |plugin: &Group| {
            let names = self.members(plugin).map(|one| format!("{}/{}", plugin.id, one.id));
            names.collect::<Vec<_>>()
        };
        Calls {
            actions: self.plugins().flat_map(of).collect(),
            operations: self.operations().map(|one| one.id.clone()).collect(),
        }
    }
}

/// An operation that cannot be expressed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SkippedOperation {
    /// Its `operationId`, or its method and path if it has none.
    pub id: String,
    /// Where it is declared: a JSON pointer into the file.
    pub pointer: String,
}

/// Which conventions a server follows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// A Pydio 6-8, written in PHP: list names end in `[]`, and a success may report a failure.
    #[default]
    Pydio,
    /// Any other server.
    Other,
}
