//! The feature that gates each module of the emitted crate.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;

use super::doc::one_line;
use crate::{
    ir::{Api, EndpointKind},
    names::Names,
};

/// The feature of the operations of the v2 API.
pub(super) const V2: &str = "v2";

/// The feature of everything that sends calls. Without it, only types remain.
pub(super) const CLIENT: &str = "client";

/// A feature that is one of the runtime as well.
pub(super) struct OfRuntime {
    pub(super) name: &'static str,
    /// The feature of the crate that it needs.
    pub(super) needs: Option<&'static str>,
    pub(super) about: &'static str,
}

impl OfRuntime {
    const fn new(name: &'static str, needs: &'static str, about: &'static str) -> Self {
        Self { name, needs: Some(needs), about }
    }
}

/// The features that choose how a server is reached, each of which includes those before it, except
/// that one of the last two is enough. The first of the last two is a default.
pub(super) const CONNECTION: [OfRuntime; 4] = [
    OfRuntime {
        name: CLIENT,
        needs: None,
        about: "connections, sessions and transfers, over your own `Transport`",
    },
    OfRuntime::new("http", CLIENT, "the HTTP client `reqwest`, without TLS"),
    OfRuntime::new(RUSTLS, "http", "HTTPS with `rustls` and the certificates of the platform"),
    OfRuntime::new("native-tls", "http", "HTTPS with the TLS library of the operating system"),
];

/// The feature of HTTPS that is a default.
pub(super) const RUSTLS: &str = "rustls";

/// Features of the crate that are not those of groups of plugins.
const TAKEN: [&str; 15] = [
    "blocking",
    "cli",
    CLIENT,
    "cmd",
    "default",
    "http",
    "jiff",
    "native-tls",
    "other",
    RUSTLS,
    "serde",
    "test",
    "time",
    "tracing",
    V2,
];

/// Returns the feature of a plugin: the kind of plugin that its id begins with. Small kinds are
/// counted among those that they work with.
fn group(plugin: &str) -> &str {
    let sort = plugin.split_once('.').map_or("", |(sort, _)| sort);
    match sort {
        "uploader" => "access",
        "cypher" => "action",
        "authfront" => "auth",
        "boot" | "cache" | "conf" | "feed" | "gui" | "log" | "mailer" | "mq" | "shorten"
        | "sms" => "core",
        "index" | "metastore" => "meta",
        sort if is_feature(sort) && !TAKEN.contains(&sort) => sort,
        _ => "other",
    }
}

fn is_feature(sort: &str) -> bool {
    sort.starts_with(|c: char| c.is_ascii_lowercase())
        && sort.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// Returns the features of the bindings, each with the plugins it is for: none but for the v2 API.
/// The bindings of an external spec have none.
pub fn features(api: &Api) -> BTreeMap<String, Vec<String>> {
    let mut features: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for plugin in api.plugins().filter(|plugin| !plugin.endpoints.is_empty()) {
        features.entry(group(&plugin.id).to_owned()).or_default().push(plugin.id.clone());
    }
    if api.has_spec() && !api.is_external() {
        features.insert(V2.to_owned(), Vec::new());
    }
    features
}

/// Describes the features.
pub(super) fn texts(api: &Api) -> Vec<(String, String)> {
    let texts = features(api).into_iter().map(|(name, plugins)| {
        let sorts: BTreeSet<_> = plugins
            .iter()
            .map(|plugin| match plugin.split_once('.') {
                Some((sort, _)) => format!("`{}.*`", sort.replace('`', "'")),
                None => format!("`{}`", plugin.replace('`', "'")),
            })
            .collect();
        let sorts: Vec<_> = sorts.into_iter().collect();
        let text = match sorts.split_last() {
            None => "the operations of the v2 API".to_owned(),
            Some((only, [])) => format!("the plugins {only}"),
            Some((last, others)) => format!("the plugins {} and {last}", others.join(", ")),
        };
        (name, one_line(&text))
    });
    texts.collect()
}

/// The features that gate each module.
#[derive(Default)]
pub(super) struct Gates {
    modules: BTreeMap<String, Gate>,
    v2: Gate,
    client: Gate,
}

/// The features of which any one is enough. An empty gate is always open.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Gate(BTreeSet<String>);

impl Gate {
    /// Returns the features.
    pub(super) fn features(&self) -> impl Iterator<Item = String> {
        self.0.iter().cloned()
    }
}

impl Gates {
    /// Creates the gates of a crate that declares these features. Parts of an undeclared feature
    /// are always compiled.
    pub(super) fn of(api: &Api, names: &Names, declared: &BTreeSet<String>) -> Self {
        let gate = |feature: &str| Gate(declared.get(feature).cloned().into_iter().collect());
        let modules = names.modules(EndpointKind::Action);
        let modules = modules.map(|(id, module)| (module.to_owned(), gate(group(id))));
        let mut gates = Self { modules: modules.collect(), v2: gate(V2), client: gate(CLIENT) };
        let uses = uses(api, names);
        while uses.iter().any(|(user, home)| gates.open(user, home)) {}
        gates
    }

    /// Opens the gate of a definition's module for a module that re-exports it. Returns whether
    /// that changed anything.
    fn open(&mut self, user: &str, home: &str) -> bool {
        let Some(user) = self.modules.get(user).cloned() else { return false };
        let Some(home) = self.modules.get_mut(home) else { return false };
        if home.0.is_empty() || user.0.is_subset(&home.0) && !user.0.is_empty() {
            return false;
        }
        match user.0.is_empty() {
            true => home.0.clear(),
            false => home.0.extend(user.0),
        }
        true
    }

    /// Returns whether anything is behind a feature.
    pub(super) fn any(&self) -> bool {
        self.modules.values().chain([&self.v2, &self.client]).any(|gate| !gate.0.is_empty())
    }

    /// Returns the gate of a plugin's module.
    pub(super) fn module(&self, module: &str) -> Gate {
        self.modules.get(module).cloned().unwrap_or_default()
    }

    /// Returns the gate of what sends calls.
    pub(super) fn client(&self) -> Gate {
        self.client.clone()
    }

    /// Returns the gate of the operations of the v2 API.
    pub(super) fn v2(&self) -> Gate {
        self.v2.clone()
    }
}

/// Returns the modules that re-export from another, each with that other.
fn uses<'n>(api: &Api, names: &'n Names) -> BTreeSet<(&'n str, &'n str)> {
    let uses = names.exports.keys().filter_map(|(plugin, index)| {
        let home = names.module(EndpointKind::Action, &api.endpoints[*index].group)?;
        Some((names.module(EndpointKind::Action, plugin)?, home))
    });
    uses.collect()
}

/// Emits the attribute of an item that is compiled when all of the gates are open.
pub(super) fn only(gates: impl IntoIterator<Item = Gate>) -> TokenStream {
    condition(gates).map(|condition| quote!(#[cfg(#condition)])).unwrap_or_default()
}

/// Emits the attribute of an item that is compiled when one of the gates is closed; `None` if all
/// are always open.
pub(super) fn unless(gates: impl IntoIterator<Item = Gate>) -> Option<TokenStream> {
    condition(gates).map(|condition| quote!(#[cfg(not(#condition))]))
}

fn condition(gates: impl IntoIterator<Item = Gate>) -> Option<TokenStream> {
    let gates: BTreeSet<_> = gates.into_iter().filter(|gate| !gate.0.is_empty()).collect();
    let all = gates.iter().map(|Gate(features)| {
        let any = features.iter().map(|feature| quote!(feature = #feature));
        if features.len() == 1 { quote!(#(#any)*) } else { quote!(any(#(#any),*)) }
    });
    match gates.len() {
        0 => None,
        1 => Some(quote!(#(#all)*)),
        _ => Some(quote!(all(#(#all),*))),
    }
}

#[cfg(test)]
mod tests {
    use super::group;

    #[test]
    fn plugins_are_grouped_by_the_kind_in_their_id() {
        for (plugin, feature) in [
            ("access.fs", "access"),
            ("uploader.http", "access"),
            ("authfront.keystore", "auth"),
            ("conf.sql", "core"),
            ("index.lucene", "meta"),
            ("acme.private", "acme"),
            ("default.x", "other"),
            ("v2.x", "other"),
            ("Été.x", "other"),
            ("alone", "other"),
            (".x", "other"),
        ] {
            assert_eq!(group(plugin), feature, "{plugin}");
        }
    }
}
