//! The module of a plugin, and the index of them all.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    action, call, choice, doc,
    feature::{Gates, only},
    ident,
    render::File,
    root, spec, transfer,
};
use crate::{
    model::{Api, Plugin},
    name::{Names, version_order},
};

/// The modules of all plugins that have actions, and the one above them.
pub(super) fn files<'m>(api: &'m Api, names: &'m Names, gates: &'m Gates) -> Vec<File<'m>> {
    let plugins = api.plugins.iter().filter(|plugin| !plugin.actions.is_empty());
    let mut files: Vec<File<'m>> = plugins
        .map(|one| File {
            path: format!("src/v1/{}.rs", names.modules[&one.id]),
            header: root::plugin_header(api, one),
            parts: vec![Box::new(move || plugin(api, names, one))],
        })
        .collect();
    if !api.models.is_empty() {
        files.push(File {
            path: "src/v1/models.rs".to_owned(),
            header: root::version_header(api),
            parts: spec::models("What actions answer.", &api.models, &names.models),
        });
    }
    files.push(File {
        path: "src/v1.rs".to_owned(),
        header: root::version_header(api),
        parts: vec![Box::new(|| index(api, names, gates))],
    });
    files
}

/// Emits the module of one plugin.
pub(super) fn plugin(api: &Api, names: &Names, plugin: &Plugin) -> TokenStream {
    let mut docs = doc::Doc::default();
    docs.paragraph(&format!("The actions of the plugin `{}`.", plugin.id.replace('`', "'")));
    if let Some(text) = &plugin.doc {
        docs.paragraph(text);
    }
    let docs = docs.inner();
    let owned: Vec<_> = plugin
        .actions
        .iter()
        .filter_map(|&index| Some((index, names.actions.get(&index)?)))
        .filter(|(index, _)| api.actions[*index].owner == plugin.id)
        .collect();
    let has_params = owned.iter().any(|(index, _)| !api.actions[*index].params.is_empty());
    let runtime = (!owned.is_empty()).then(|| call::uses(has_params));
    let exports = exports(api, names, plugin);
    let actions = owned.iter().map(|(index, own)| {
        let action = &api.actions[*index];
        let emitted = action::emit(action, own, &names.models);
        let choices = choice::emit(action, own);
        quote!(#emitted #choices)
    });
    quote!(#docs #runtime #exports #(#actions)*)
}

/// The definitions that are at home in other plugins, one `use` for each of those.
fn exports(api: &Api, names: &Names, plugin: &Plugin) -> TokenStream {
    let mut by_owner: BTreeMap<&str, Vec<(Order, TokenStream)>> = BTreeMap::new();
    for &index in &plugin.actions {
        let owner = &*api.actions[index].owner;
        let Some(export) = names.exports.get(&(plugin.id.clone(), index)) else { continue };
        let Some(home) = names.actions.get(&index) else { continue };
        let items = by_owner.entry(&names.modules[owner]).or_default();
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
        let module = ident(module);
        let items = items.into_iter().map(|(_, tokens)| tokens);
        quote!(pub use super::#module::{#(#items),*};)
    });
    quote!(#(#uses)*)
}

/// The order rustfmt keeps names in: types before functions.
type Order = (bool, String);

fn item(name: &str, alias: &str) -> (Order, TokenStream) {
    let order = (name.starts_with(|c: char| c.is_ascii_lowercase()), name.to_owned());
    let (name, alias) = (ident(name), ident(alias));
    (order, if name == alias { quote!(#name) } else { quote!(#name as #alias) })
}

/// Emits the module that holds the modules of all plugins.
pub(super) fn index(api: &Api, names: &Names, gates: &Gates) -> TokenStream {
    let mut docs = doc::Doc::default();
    docs.paragraph(&format!("Every action of {}, one module a plugin.", api.title));
    docs.paragraph(
        "Plugins share most of their actions: a definition is in the module of the plugin it is \
         at home in, and the others re-export it. Which plugins are active, and so which actions \
         a workspace has, is up to the server.",
    );
    let docs = docs.inner();
    // In the order that rustfmt keeps, which is not that of the ids.
    let models = (!api.models.is_empty()).then_some("models");
    let modules: BTreeSet<_> = names.modules.values().map(String::as_str).chain(models).collect();
    let modules = modules.into_iter().map(|module| {
        let only = only([gates.module(module)]);
        let module = ident(module);
        quote!(#only pub mod #module;)
    });
    let version = &api.version;
    let paths = ident(root::path_rules(&api.version));
    let transfer::Emitted { uses, setting, item } = transfer::emit(api, names, gates);
    let bindings_docs = doc::paragraph("What these bindings were generated from.");
    quote! {
        #docs
        #(#modules)*
        #uses
        #bindings_docs
        pub static BINDINGS: pydio_runtime::Bindings =
            pydio_runtime::Bindings::pydio(#version, pydio_runtime::PathRules::#paths) #setting;
        #item
    }
}
