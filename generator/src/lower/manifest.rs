//! Manifests: deduplicates definitions, finds their plugins, and assigns locations to parameters.

use std::collections::{BTreeMap, HashMap};

use crate::{
    ir::{
        Api, Declaration, Docs, Endpoint, EndpointKind, Group, Kind, Location, Method, Param,
        Response, Rights, Style, Text, Type,
    },
    manifest::{self, Callback, ManifestSet},
};

/// A definition with the plugins that have it.
struct Definition<'m> {
    action: &'m manifest::Action,
    callback: &'m Callback,
    plugins: Vec<&'m str>,
}

impl Definition<'_> {
    /// Returns the plugin whose file declares it, or else the first that has it.
    fn owner(&self) -> &str {
        let home = &*self.action.declared_in;
        if self.plugins.contains(&home) { home } else { self.plugins[0] }
    }
}

/// Converts the actions that `set` declares, for the server `version`.
pub fn lower(version: &str, set: &ManifestSet) -> Api {
    let mut definitions = distinct(set);
    definitions.sort_by(|a, b| {
        let key = |one: &Definition<'_>| (one.owner().to_owned(), one.action.name.clone());
        key(a).cmp(&key(b)).then_with(|| a.plugins[0].cmp(b.plugins[0]))
    });
    let endpoints: Vec<_> = definitions.iter().map(endpoint).collect();
    let groups = set.plugins.iter().map(|plugin| Group {
        kind: EndpointKind::Action,
        id: plugin.id.clone(),
        doc: None,
        endpoints: members(&endpoints, &plugin.id),
        client_only: client_only(plugin),
    });
    Api {
        title: format!("Pydio {version}"),
        version: version.to_owned(),
        groups: groups.collect(),
        endpoints,
        ..Api::default()
    }
}

/// Returns the distinct definitions of actions with a server callback.
fn distinct(set: &ManifestSet) -> Vec<Definition<'_>> {
    let mut definitions: Vec<Definition<'_>> = Vec::new();
    let mut known: HashMap<String, usize> = HashMap::new();
    for plugin in &set.plugins {
        for action in &plugin.actions {
            let Some(callback) = &action.callback else { continue };
            let index = *known.entry(identity(action, callback)).or_insert_with(|| {
                definitions.push(Definition { action, callback, plugins: Vec::new() });
                definitions.len() - 1
            });
            definitions[index].plugins.push(&plugin.id);
        }
    }
    definitions
}

/// Returns all facts of a declaration, without locations and descriptions: two declarations with
/// the same facts are one definition.
fn identity(action: &manifest::Action, callback: &Callback) -> String {
    let params = callback.params.iter().map(|p| (&p.name, &p.kind, p.mandatory, &p.default));
    let facts = (
        (&action.name, &action.rights),
        (&callback.method, &callback.rest_params, &callback.preferred_http),
        (callback.check_params, &callback.output),
        params.collect::<Vec<_>>(),
    );
    format!("{facts:?}")
}

fn members(endpoints: &[Endpoint], plugin: &str) -> Vec<usize> {
    let mut indices: Vec<_> =
        (0..endpoints.len()).filter(|&index| endpoints[index].is_in(plugin)).collect();
    indices.sort_by(|&a, &b| endpoints[a].id.cmp(&endpoints[b].id));
    indices
}

fn client_only(plugin: &manifest::Plugin) -> Vec<String> {
    let actions = plugin.actions.iter().filter(|action| action.callback.is_none());
    actions.map(|action| action.name.clone()).collect()
}

fn endpoint(definition: &Definition<'_>) -> Endpoint {
    let Definition { action, callback, plugins } = definition;
    let owner = definition.owner();
    let others = plugins.iter().filter(|id| **id != owner);
    let response = response_of(callback.output.as_deref());
    // Actions that only read are called with GET.
    let reads = callback.preferred_http.as_deref() == Some("GET") || response == Response::Bytes;
    let rest = callback.rest_params.is_some();
    let rights = action.rights.as_ref();
    let rights = rights.map(|rights| Rights(rights.iter().cloned().collect::<BTreeMap<_, _>>()));
    Endpoint {
        shared_with: others.map(|id| (*id).to_owned()).collect(),
        rest,
        params: params(callback),
        response,
        rights,
        docs: Docs { summary: callback.comment.clone(), external: true, ..Docs::default() },
        declared: Declaration {
            callback: callback.method.clone(),
            rest_params: callback.rest_params.clone(),
            check_params: callback.check_params,
            output: callback.output.clone(),
        },
        ..Endpoint::new(
            EndpointKind::Action,
            action.name.clone(),
            owner.to_owned(),
            if rest && reads { Method::Get } else { Method::Post },
        )
    }
}

/// Returns the path parameters in their order, declared or not, then the others as declared.
fn params(callback: &Callback) -> Vec<Param> {
    let path = callback.rest_params.as_deref().map(rest_path).unwrap_or_default();
    let declared =
        |name: &str| callback.params.iter().enumerate().find(|(_, declared)| declared.name == name);
    let in_path = path.iter().map(|(name, location)| param(name, *location, declared(name)));
    let is_field = |name: &str| path.iter().all(|(known, _)| *known != name);
    let fields = callback.params.iter().enumerate().filter(|(_, param)| is_field(&param.name));
    in_path.chain(fields.map(|(i, p)| param(&p.name, Location::Form, Some((i, p))))).collect()
}

/// Returns the names in `/a/b/c+` with their locations: the last one spans slashes when `+` follows
/// it.
pub fn rest_path(declared: &str) -> Vec<(&str, Location)> {
    let (names, spans) = match declared.strip_suffix('+') {
        Some(names) => (names, true),
        None => (declared, false),
    };
    let names = names.split('/').filter(|name| !name.is_empty());
    let mut path: Vec<_> = names.map(|name| (name, Location::Path)).collect();
    if let Some((_, location)) = path.last_mut().filter(|_| spans) {
        *location = Location::RestOfPath;
    }
    path
}

fn param(name: &str, location: Location, declared: Option<(usize, &manifest::Param)>) -> Param {
    let (position, declared) = declared.unzip();
    let default = declared.and_then(|param| param.default.clone());
    let (kind, style) = match declared {
        Some(param) => kind_of(name, &param.kind, default.as_deref()),
        None => (Kind::TEXT, Style::Plain),
    };
    // A path holds only one value: a node if it spans slashes, else text.
    let (kind, style) = match (location, kind, style) {
        (Location::RestOfPath, ..) => (Kind::Node, Style::Plain),
        (Location::Path, Kind::Nodes | Kind::Fields, _) => (Kind::TEXT, Style::Plain),
        (Location::Path, _, Style::Indexed(_)) => (Kind::TEXT, Style::Plain),
        (_, kind, style) => (kind, style),
    };
    Param {
        declared: declared.map(|param| param.kind.clone()),
        position,
        required: declared.is_some_and(|param| param.mandatory),
        default,
        doc: Text::external(declared.and_then(|param| param.description.as_deref())),
        ..Param::new(name, location, kind, style)
    }
}

/// Returns what a parameter of a declared type takes, and how that is encoded.
pub fn kind_of(name: &str, declared: &str, default: Option<&str>) -> (Kind, Style) {
    if let Some(prefix) = indexed_prefix(name) {
        return (Kind::TEXT, Style::Indexed(prefix.to_owned()));
    }
    if declared.contains('|') {
        let values = declared.split('|').map(str::trim).filter(|value| !value.is_empty());
        return (Kind::choice(values), Style::Plain);
    }
    match declared {
        "AJXP_NODE" => (Kind::Node, Style::Plain),
        "AJXP_NODE[]" => (Kind::Nodes, Style::Brackets),
        "JSON" => (Kind::Value(Type::Any), Style::Json),
        "ANY" | "FORM_DATA" => (Kind::Fields, Style::Plain),
        // One release writes it this way.
        "boolean" | "boolen" if default == Some("true") => {
            (Kind::Value(Type::Boolean), Style::Plain)
        }
        "boolean" | "boolen" => (Kind::Flag, Style::Plain),
        "integer" => (Kind::Value(Type::Integer), Style::Plain),
        _ => (Kind::TEXT, Style::Plain),
    }
}

/// Returns the prefix of a family: `user_` of `user_[n]`, `file_` of `file_0...N`.
fn indexed_prefix(name: &str) -> Option<&str> {
    name.strip_suffix("[n]").or_else(|| name.strip_suffix("0...N")).filter(|p| !p.is_empty())
}

/// Returns the response that an `output` type declares.
pub fn response_of(output: Option<&str>) -> Response {
    match output.map(str::to_ascii_lowercase).as_deref() {
        Some("ajxp_node[]") => Response::Listing,
        // Where both are offered, JSON is the format with types in it.
        Some("json" | "application/json" | "json|xml") => Response::Json(Type::Any),
        Some("xml") => Response::Xml,
        Some("html") => Response::Text,
        Some("stream") => Response::Bytes,
        _ => Response::Undeclared,
    }
}
