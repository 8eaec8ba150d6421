//! The modules of plugins and tags, and the modules above them.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    access,
    doc::{self, code},
    endpoint::Emitter,
    feature::{Gates, only},
    ident, model,
    render::{File, Part},
    root, transfer,
};
use crate::{
    ir::{Api, EndpointKind, Group, Model, Shape},
    names::{Names, version_order},
};

/// The number of models that are rendered at a time.
const CHUNK: usize = 16;

/// Returns the modules of plugins below `v1`, those of a Pydio's tags below `v2`, and those of
/// another server at the root.
pub(super) fn files<'m>(
    api: &'m Api,
    names: &'m Names,
    crate_name: &'m str,
    gates: &'m Gates,
) -> Vec<File<'m>> {
    let mut files = Vec::new();
    for group in api.groups.iter().filter(|group| !group.endpoints.is_empty()) {
        let module = names.module(group.kind, &group.id).unwrap_or_default();
        files.push(File {
            path: format!("{}/{module}.rs", below(api, group.kind)),
            header: root::group_header(api, group),
            parts: vec![Box::new(move || self::group(api, names, crate_name, group))],
        });
    }
    let shared = api.shared_models();
    for kind in [EndpointKind::Action, EndpointKind::Operation] {
        let (shared, models): (Vec<_>, Vec<_>) = api
            .models_of(kind)
            .partition(|model| kind == EndpointKind::Operation && shared.contains(&model.name));
        if !shared.is_empty() || !models.is_empty() {
            let path = format!("{}/models.rs", below(api, kind));
            let header = root::kind_header(api, kind);
            if models.iter().any(|model| !matches!(model.shape, Shape::Alias(_))) {
                files.push(File {
                    path: format!("{}/models/serde.rs", below(api, kind)),
                    header: header.clone(),
                    parts: serde(models.clone(), names),
                });
            }
            let shared: Part<'m> = Box::new(move || model::shared(&shared, names));
            let own = self::models(kind, models, names);
            files.push(File { path, header, parts: own.into_iter().chain([shared]).collect() });
        }
    }
    if let Some(auth) = &names.auth {
        let part: Part<'m> = Box::new(|| access::security(api, names));
        let path = format!("{}/{auth}.rs", below(api, EndpointKind::Operation));
        let header = root::kind_header(api, EndpointKind::Operation);
        files.push(File { path, header, parts: vec![part] });
    }
    for (kind, is_there) in [
        (EndpointKind::Action, api.has_plugins()),
        (EndpointKind::Operation, api.has_spec() && !api.is_external()),
    ] {
        if is_there {
            let path = format!("{}.rs", below(api, kind));
            let part: Part<'m> = Box::new(move || index(api, names, gates, kind));
            files.push(File { path, header: root::kind_header(api, kind), parts: vec![part] });
        }
    }
    files
}

/// Returns the directory of the modules.
fn below(api: &Api, kind: EndpointKind) -> &'static str {
    match kind {
        EndpointKind::Action => "src/v1",
        EndpointKind::Operation if api.is_external() => "src",
        EndpointKind::Operation => "src/v2",
    }
}

/// Returns the parts of a module of models.
fn models<'m>(kind: EndpointKind, models: Vec<&'m Model>, names: &'m Names) -> Vec<Part<'m>> {
    let text = match kind {
        EndpointKind::Action => "The types that actions take and return.",
        EndpointKind::Operation => "The types that operations take and return.",
    };
    let inexact = Arc::new(model::inexact(&models));
    let items = |chunk: &[&'m Model]| -> Part<'m> {
        let (chunk, inexact) = (chunk.to_vec(), Arc::clone(&inexact));
        Box::new(move || model::items(&chunk, names, &inexact))
    };
    let items: Vec<_> = models.chunks(CHUNK).map(items).collect();
    let head: Part<'m> = Box::new(move || model::head(text, &models));
    [head].into_iter().chain(items).collect()
}

/// Returns the parts of the module that the feature `serde` of the runtime adds to one of models.
fn serde<'m>(models: Vec<&'m Model>, names: &'m Names) -> Vec<Part<'m>> {
    let items = |chunk: &[&'m Model]| -> Part<'m> {
        let chunk = chunk.to_vec();
        Box::new(move || model::serde_items(&chunk, names))
    };
    let items: Vec<_> = models.chunks(CHUNK).map(items).collect();
    let head: Part<'m> = Box::new(move || model::serde_head(&models, names));
    [head].into_iter().chain(items).collect()
}

/// Emits the module of a plugin or a tag.
fn group(api: &Api, names: &Names, crate_name: &str, group: &Group) -> TokenStream {
    let mut docs = doc::Doc::default();
    match group.kind {
        EndpointKind::Action => {
            docs.paragraph(&format!("The actions of the plugin {}.", code(&group.id)));
            group.doc.iter().for_each(|text| docs.paragraph(text));
        }
        EndpointKind::Operation => {
            docs.paragraph(&format!("The operations of {}.", code(&group.id)));
            group.doc.iter().for_each(|text| docs.external(text));
        }
    }
    let docs = docs.inner();
    let own: Vec<_> = group
        .endpoints
        .iter()
        .map(|&index| (index, &api.endpoints[index], &names.endpoints[index]))
        .filter(|(_, endpoint, _)| endpoint.group == group.id)
        .collect();
    let has_params = own.iter().any(|(_, endpoint, _)| !endpoint.params.is_empty());
    let params = has_params.then(|| quote!(, Param as P));
    let runtime = (!own.is_empty()).then(|| {
        quote!(
            use pydio_runtime::{self as rt, Call as _ #params};
        )
    });
    let exports = exports(api, names, group);
    let endpoints = own.iter().map(|&(index, endpoint, own)| {
        Emitter { endpoint, own, names, api, index, crate_name }.emit()
    });
    let choices = own.iter().flat_map(|(_, _, own)| own.choices.values());
    let choices: BTreeSet<_> =
        choices.filter(|choice| !choice.is_shared).map(|choice| &*choice.name).collect();
    let choices = choices.into_iter().map(ident);
    let serde = (choices.len() > 0).then(|| quote!(rt::serde_enums! { #(#choices),* }));
    quote!(#docs #runtime #exports #(#endpoints)* #serde)
}

/// Emits the re-exports of other plugins' definitions, one `use` per plugin.
fn exports(api: &Api, names: &Names, plugin: &Group) -> TokenStream {
    let mut by_owner: BTreeMap<&str, Vec<(Order, TokenStream)>> = BTreeMap::new();
    let mut deprecated = BTreeSet::new();
    for &index in &plugin.endpoints {
        let owner = names.module(plugin.kind, &api.endpoints[index].group).unwrap_or_default();
        let Some(export) = names.exports.get(&(plugin.id.clone(), index)) else { continue };
        let home = &names.endpoints[index];
        if api.endpoints[index].unsupported.is_some() || api.endpoints[index].deprecated {
            deprecated.insert(owner);
        }
        let items = by_owner.entry(owner).or_default();
        items.push(item(&home.call, &export.call));
        items.push(item(&home.function, &export.function));
        items.extend(
            export
                .choices
                .iter()
                .filter_map(|(index, alias)| Some(item(&home.choices.get(index)?.name, alias))),
        );
    }
    let mut by_owner: Vec<_> = by_owner.into_iter().collect();
    by_owner.sort_by(|(a, _), (b, _)| version_order(a, b));
    let uses = by_owner.into_iter().map(|(module, mut items)| {
        items.sort_by(|((a_last, a), _), ((b_last, b), _)| {
            a_last.cmp(b_last).then_with(|| version_order(a, b))
        });
        let allow = deprecated.contains(module).then(|| quote!(#[allow(deprecated)]));
        let module = ident(module);
        let items = items.into_iter().map(|(_, tokens)| tokens);
        quote!(#allow pub use super::#module::{#(#items),*};)
    });
    quote!(#(#uses)*)
}

/// rustfmt's order of names: types before functions.
type Order = (bool, String);

fn item(name: &str, alias: &str) -> (Order, TokenStream) {
    let order = (name.starts_with(|c: char| c.is_ascii_lowercase()), name.to_owned());
    let (name, alias) = (ident(name), ident(alias));
    (order, if name == alias { quote!(#name) } else { quote!(#name as #alias) })
}

/// Emits the parent module of those of plugins or tags.
fn index(api: &Api, names: &Names, gates: &Gates, kind: EndpointKind) -> TokenStream {
    let mut docs = doc::Doc::default();
    if kind == EndpointKind::Action {
        docs.paragraph(&format!("All actions of {}, with one module for each plugin.", api.title));
        docs.paragraph(
            "Plugins share most of their actions: the module of one plugin defines an action, and \
             the others re-export it. The server decides which plugins are active, and so which \
             actions a workspace has.",
        );
    } else {
        docs.paragraph(&format!(
            "The operations of the v2 API of {}, with one module for each tag.",
            api.title
        ));
    }
    let docs = docs.inner();
    let modules = modules(api, names, gates, kind);
    let transfer = match kind {
        EndpointKind::Action => transfer::emit(api, names, gates),
        EndpointKind::Operation => None,
    };
    let bindings = root::bindings(api, transfer.is_some());
    quote! {
        #docs
        #modules
        use pydio_runtime as rt;
        #bindings
        #transfer
    }
}

/// Emits the declarations of the modules, in the order of their names.
pub(super) fn modules(api: &Api, names: &Names, gates: &Gates, kind: EndpointKind) -> TokenStream {
    let models = api.models_of(kind).next().map(|_| "models");
    let auth = names.auth.as_deref().filter(|_| kind == EndpointKind::Operation);
    let modules = names.modules(kind).map(|(_, module)| module);
    let modules: BTreeSet<_> = modules.chain(models).chain(auth).collect();
    let modules = modules.into_iter().map(|module| {
        let gate = match kind {
            EndpointKind::Action => Some(gates.module(module)),
            // It makes credentials.
            EndpointKind::Operation => (auth == Some(module)).then(|| gates.client()),
        };
        let (only, module) = (only(gate), ident(module));
        quote!(#only pub mod #module;)
    });
    quote!(#(#modules)*)
}
