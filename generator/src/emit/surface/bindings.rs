//! The surface of the bindings as a whole, and of their modules.

use super::{
    super::{
        access,
        feature::{self, Gates},
        tasks::Tasks,
        transfer,
    },
    call::json,
};
use crate::{
    ir::{ActionRef, Api, Dialect, EndpointKind, Group, SchemeKind, SecurityScheme, Transfer},
    names::Names,
    surface::{Item, Part, Property},
};

/// Returns the item of a module.
pub(super) fn module(group: &Group, names: &Names, gates: &Gates) -> Item {
    let mut item = Item::default();
    let module = names.module(group.kind, &group.id).unwrap_or_default();
    item.text(Property::Module, Some(module));
    if group.kind == EndpointKind::Action {
        item.words(Property::Gate, gates.module(module).features());
    }
    item
}

/// Returns the item of the bindings.
pub(super) fn item(api: &Api, names: &Names, gates: &Gates) -> Item {
    let mut item = Item::default();
    let dialect = if api.dialect == Dialect::Pydio { "Pydio" } else { "another server" };
    item.text(Property::Dialect, Some(dialect));
    item.words(Property::Features, feature::features(api).into_keys());
    let v2 = api.has_spec() && !api.is_external();
    let apis =
        [(api.has_plugins(), "v1"), (v2, "v2")].into_iter().filter(|(is_there, _)| *is_there);
    item.words(Property::Apis, apis.map(|(_, name)| name.to_owned()));
    item.words(Property::Tasks, Tasks::of(api, names, gates).methods());
    let transfer = api.transfer.as_ref().filter(|_| transfer::is_possible(api));
    item.text(Property::Transfer, transfer.map(|transfer| transfers(transfer, api)));
    item.text(Property::AuthModule, names.auth.as_ref());
    if names.auth.is_some() || !api.certificates.is_empty() {
        let wanted = access::wanted(&api.security, api, names, "");
        item.text(Property::Security, Some(wanted));
    }
    servers(api, names, &mut item);
    for (scheme, function) in api.schemes.iter().zip(&names.schemes) {
        item.part(Part::Scheme, &scheme.name, self::scheme(scheme, function));
    }
    item
}

fn servers(api: &Api, names: &Names, item: &mut Item) {
    if !api.is_external() {
        return;
    }
    let addresses: Vec<_> = access::addresses(api).map(|(_, address)| address).collect();
    item.text(Property::ServerAddress, addresses.first());
    if addresses.len() > 1 {
        item.words(Property::Addresses, addresses);
    }
    if access::is_needed(api) {
        item.text(Property::Base, Some(&api.site.base));
        item.words(Property::Servers, api.site.servers.iter().map(|server| server.url.clone()));
    }
    for (server, own) in api.site.servers.iter().zip(&names.servers) {
        let Some(own) = own else { continue };
        let mut one = Item::default();
        one.text(Property::Function, Some(&own.function));
        one.words(Property::Arguments, own.variables.iter().cloned());
        item.part(Part::Server, &server.url, one);
    }
}

fn scheme(scheme: &SecurityScheme, function: &str) -> Item {
    let mut item = Item::default();
    let arguments = match &scheme.kind {
        SchemeKind::Key { .. } => "key",
        SchemeKind::Basic => "login, password",
        SchemeKind::Bearer => "token",
        SchemeKind::Http { .. } => "credentials",
    };
    let number = arguments.split(", ").map(|_| "impl Into<String>").collect::<Vec<_>>();
    item.text(Property::Function, Some(function));
    item.text(Property::Declared, Some(number.join(", ")));
    item.text(Property::Style, Some(json(&scheme.kind)));
    item
}

/// Describes the actions that transfers use, as far as the server has them.
fn transfers(transfer: &Transfer, api: &Api) -> String {
    let is_there = |action: &ActionRef| api.index_of(action).is_some();
    let raw = api.operation(&transfer.raw.operation);
    let raw = raw.is_some_and(|(_, operation)| operation.unsupported.is_none());
    let optional = (is_there(&transfer.hash), is_there(&transfer.limit.role), raw);
    json(&(transfer, optional))
}
