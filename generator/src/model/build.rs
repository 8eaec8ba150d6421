//! Building the model: definitions told apart, owners found, parameters put in their places.

use std::collections::{BTreeMap, HashMap};

use super::{
    Action, Api, Docs, Kind, Param, ParamPlace, Plugin, ReturnKind, Rights, Route, SpecModel, Verb,
};
use crate::{
    docs,
    manifest::{self, Callback, ManifestSet},
};

/// What makes two declarations of an action the same definition.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Identity(String);

/// A definition with the plugins that have it.
struct Definition<'m> {
    action: &'m manifest::Action,
    callback: &'m Callback,
    plugins: Vec<&'m str>,
}

impl Definition<'_> {
    /// The plugin whose file declares it, or the first that has it.
    fn owner(&self) -> &str {
        let home = &*self.action.declared_in;
        if self.plugins.contains(&home) { home } else { self.plugins[0] }
    }
}

impl Api {
    /// The model of what `set` declares, as the server `version` has it.
    pub fn build(version: &str, set: &ManifestSet, docs: &docs::Docs) -> Self {
        let definitions = distinct(set);
        let mut order: Vec<usize> = (0..definitions.len()).collect();
        order.sort_by_key(|&index| {
            let definition = &definitions[index];
            (definition.owner(), &*definition.action.name, definition.plugins[0])
        });
        let actions: Vec<_> =
            order.iter().map(|&index| action(&definitions[index], docs)).collect();
        let plugins = set.plugins.iter().map(|plugin| Plugin {
            id: plugin.id.clone(),
            doc: docs.plugin(&plugin.id).map(str::to_owned),
            actions: plugin_actions(&actions, &plugin.id),
            client_only: client_only(plugin),
        });
        Self {
            title: format!("Pydio {version}"),
            version: version.to_owned(),
            plugins: plugins.collect(),
            actions,
            models: Vec::new(),
            transfer: None,
            spec: SpecModel::default(),
        }
    }
}

/// The definitions of actions with a server callback, each once.
fn distinct(set: &ManifestSet) -> Vec<Definition<'_>> {
    let mut definitions: Vec<Definition<'_>> = Vec::new();
    let mut known: HashMap<Identity, usize> = HashMap::new();
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

/// All facts of a declaration, places and words aside.
fn identity(action: &manifest::Action, callback: &Callback) -> Identity {
    let params = callback.params.iter().map(|p| (&p.name, &p.kind, p.mandatory, &p.default));
    let facts = (
        (&action.name, &action.rights),
        (&callback.method, &callback.rest_params, &callback.preferred_http),
        (callback.check_params, &callback.output),
        params.collect::<Vec<_>>(),
    );
    Identity(format!("{facts:?}"))
}

fn plugin_actions(actions: &[Action], id: &str) -> Vec<usize> {
    let mut indices: Vec<_> =
        (0..actions.len()).filter(|&index| actions[index].is_in(id)).collect();
    indices.sort_by(|&a, &b| actions[a].name.cmp(&actions[b].name));
    indices
}

fn client_only(plugin: &manifest::Plugin) -> Vec<String> {
    let actions = plugin.actions.iter().filter(|action| action.callback.is_none());
    actions.map(|action| action.name.clone()).collect()
}

fn action(definition: &Definition<'_>, docs: &docs::Docs) -> Action {
    let Definition { action, callback, plugins } = definition;
    let owner = definition.owner();
    let also: Vec<_> =
        plugins.iter().filter(|id| **id != owner).map(|id| (*id).to_owned()).collect();
    let own_docs = docs.action(owner, &also, &action.name);
    let returns = ReturnKind::of(callback.output.as_deref());
    let route = callback.rest_params.as_deref().map(|declared| route(declared, callback, &returns));
    Action {
        name: action.name.clone(),
        owner: owner.to_owned(),
        also,
        callback: callback.method.clone(),
        through: None,
        rest_params: callback.rest_params.clone(),
        rights: action
            .rights
            .as_ref()
            .map(|rights| Rights(rights.iter().cloned().collect::<BTreeMap<String, String>>())),
        check_params: callback.check_params,
        params: params(route.as_ref(), callback, own_docs),
        route,
        output: callback.output.clone(),
        returns,
        background: false,
        repeatable: false,
        retired: None,
        docs: action_docs(callback, own_docs),
    }
}

/// The route of a callback: what reads is asked for with GET.
fn route(declared: &str, callback: &Callback, returns: &ReturnKind) -> Route {
    let reads = callback.preferred_http.as_deref() == Some("GET") || *returns == ReturnKind::Stream;
    Route::parse(declared, if reads { Verb::Get } else { Verb::Post })
}

/// The parameters of the path in their order, declared or not, then the others as declared.
fn params(
    route: Option<&Route>,
    callback: &Callback,
    docs: Option<&docs::ActionDocs>,
) -> Vec<Param> {
    let path = route.map_or(&[][..], |route| &route.path);
    let mut params = Vec::new();
    for (index, name) in path.iter().enumerate() {
        let is_catch_all = index + 1 == path.len() && route.is_some_and(|route| route.catch_all);
        let place = if is_catch_all { ParamPlace::CatchAll } else { ParamPlace::Path };
        let declared = callback.params.iter().enumerate().find(|(_, param)| param.name == *name);
        params.push(param(name, place, declared, docs));
    }
    let others = callback.params.iter().enumerate().filter(|(_, p)| !path.contains(&p.name));
    params.extend(others.map(|(i, p)| param(&p.name, ParamPlace::Field, Some((i, p)), docs)));
    params
}

fn param(
    name: &str,
    place: ParamPlace,
    declared: Option<(usize, &manifest::Param)>,
    docs: Option<&docs::ActionDocs>,
) -> Param {
    let (position, declared) = declared.unzip();
    let default = declared.and_then(|param| param.default.clone());
    let kind = declared.map_or(Kind::Text, |param| Kind::of(name, &param.kind, default.as_deref()));
    let doc = docs.and_then(|docs| docs.params.get(name)).cloned();
    let described = declared.and_then(|param| param.description.clone());
    Param {
        name: name.to_owned(),
        place,
        declared: declared.map(|param| param.kind.clone()),
        position,
        kind: in_path(kind, place),
        required: declared.is_some_and(|param| param.mandatory),
        default,
        foreign: doc.is_none(),
        doc: doc.or(described),
    }
}

/// A path has room for one value: a node where it spans slashes, else text.
fn in_path(kind: Kind, place: ParamPlace) -> Kind {
    match (place, kind) {
        (ParamPlace::CatchAll, _) => Kind::Node,
        (ParamPlace::Path, Kind::Nodes | Kind::Fields | Kind::Numbered(_)) => Kind::Text,
        (_, kind) => kind,
    }
}

fn action_docs(callback: &Callback, docs: Option<&docs::ActionDocs>) -> Docs {
    match docs {
        Some(docs) => Docs {
            summary: Some(docs.summary.clone()),
            details: docs.details.clone(),
            answer: docs.answer.clone(),
            foreign: false,
        },
        None => Docs { summary: callback.comment.clone(), foreign: true, ..Docs::default() },
    }
}
