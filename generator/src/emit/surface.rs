//! The surface of the bindings: the names, types and descriptions that are emitted, as data.

mod bindings;
mod call;
mod model;

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use super::feature::{self, Gates};
use crate::{
    ir::{Api, EndpointKind},
    names::Names,
    surface::{FORMAT, Surface},
};

/// Returns the surface of the bindings for `api`, with all of their features.
pub fn surface(api: &Api) -> Surface {
    of(api, &Names::assign(api))
}

/// Returns the surface of the bindings with these names.
pub(super) fn of(api: &Api, names: &Names) -> Surface {
    let features: BTreeSet<String> = feature::features(api).into_keys().collect();
    let gates = Gates::of(api, names, &features);
    let (mut modules, mut actions, mut operations) =
        (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for group in api.groups.iter().filter(|group| !group.endpoints.is_empty()) {
        let module = bindings::module(group, names, &gates);
        let kind = if group.kind == EndpointKind::Action { "plugin" } else { "tag" };
        modules.insert(format!("{kind} {}", group.id), module);
    }
    for (index, endpoint) in api.endpoints.iter().enumerate() {
        let item = call::item(api, names, index);
        if endpoint.is_action() {
            for plugin in api.plugins().filter(|plugin| plugin.endpoints.contains(&index)) {
                let own = call::exported(&item, endpoint, names, &plugin.id, index);
                actions.insert(format!("{}/{}", plugin.id, endpoint.id), own);
            }
        } else {
            operations.insert(endpoint.id.clone(), item);
        }
    }
    Surface {
        format: FORMAT,
        title: api.title.clone(),
        version: api.version.clone(),
        bindings: bindings::item(api, names, &gates),
        modules,
        actions,
        operations,
        models: model::items(api, names).collect(),
    }
}

/// Formats tokens like rustfmt, on one line.
fn line(tokens: TokenStream) -> String {
    let mut text = String::new();
    write(tokens, &mut text);
    text
}

fn write(tokens: TokenStream, text: &mut String) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                text.push_str(open);
                write(group.stream(), text);
                text.push_str(close);
            }
            TokenTree::Punct(mark) => match mark.as_char() {
                ',' => text.push_str(", "),
                ':' if !text.ends_with(':') && mark.spacing() == proc_macro2::Spacing::Alone => {
                    text.push_str(": ");
                }
                '=' => text.push_str(" = "),
                mark => text.push(mark),
            },
            word => {
                if text.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                    text.push(' ');
                }
                text.push_str(&word.to_string());
            }
        }
    }
}
