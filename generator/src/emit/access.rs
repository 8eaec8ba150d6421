//! The addresses of the servers of a spec, and the functions of its security schemes.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    allow_arguments,
    doc::{self, Doc, code},
    ident,
};
use crate::{
    ir::{
        Api, KeyLocation, RequiredScheme, Requirement, SchemeKind, SecurityScheme, Server,
        ServerVariable, sentence,
    },
    names::{Names, ServerNames},
};

/// Emits the addresses of the servers, for callers and for the operations.
pub(super) fn servers(api: &Api, names: &Names) -> TokenStream {
    let site = &api.site;
    let own = is_needed(api).then(|| {
        let base = &site.base;
        let urls = site.servers.iter().map(|server| &server.url);
        quote! {
            /// The servers of the operations.
            pub(crate) static SITE: pydio_runtime::Site =
                pydio_runtime::Site::new(#base, &[#(#urls),*]);
        }
    });
    let hosts: Vec<(&Server, String)> = addresses(api).collect();
    let first = hosts.first().map(|(server, address)| {
        let docs = address_docs(server);
        quote!(#docs pub const SERVER: &str = #address;)
    });
    let all = (hosts.len() > 1).then(|| {
        let mut docs = Doc::default();
        docs.paragraph("The URLs of all servers that the spec names:");
        docs.list(hosts.iter().map(|(server, address)| described(server, &code(address))));
        let docs = docs.outer();
        let count = proc_macro2::Literal::usize_unsuffixed(hosts.len());
        let urls = hosts.iter().map(|(_, address)| address);
        quote!(#docs pub const SERVERS: [&str; #count] = [#(#urls),*];)
    });
    let chosen = api.site.servers.iter().zip(&names.servers);
    let chosen = chosen.filter_map(|(server, own)| Some(chosen_url(server, own.as_ref()?)));
    quote!(#own #first #all #(#chosen)*)
}

/// Returns whether operations have to know the servers: not when all are at the root of one host.
pub(super) fn is_needed(api: &Api) -> bool {
    let has_own = || api.operations().any(|operation| operation.own_server.is_some());
    !api.site.base.is_empty() || api.site.servers.len() > 1 || has_own()
}

/// Returns the servers with a host, and their addresses.
pub(super) fn addresses(api: &Api) -> impl Iterator<Item = (&Server, String)> {
    let hosts = api.site.servers.iter().filter(|server| server.has_host());
    hosts.filter_map(|server| Some((server, server.address()?)))
}

/// Returns whether there is a constant with the address of a server.
pub(super) fn has_address(api: &Api) -> bool {
    addresses(api).next().is_some()
}

fn address_docs(server: &Server) -> TokenStream {
    let mut docs = Doc::default();
    docs.paragraph(&described(server, "The URL of the server that the spec names"));
    if !server.variables.is_empty() {
        docs.paragraph("Its variables have their default values.");
    }
    docs.paragraph("Pass it, or the URL of another server, to [`Pydio::builder`].");
    docs.outer()
}

fn described(server: &Server, what: &str) -> String {
    match &server.description {
        Some(text) => format!("{what}: {}", sentence(&doc::escape(&doc::one_line(text)))),
        None => format!("{what}."),
    }
}

/// Emits the function that builds an address.
fn chosen_url(server: &Server, names: &ServerNames) -> TokenStream {
    let mut docs = Doc::default();
    docs.paragraph(&format!("Returns the URL {} with these values.", code(&server.url)));
    if let Some(text) = &server.description {
        docs.external(text);
    }
    docs.paragraph("# Arguments");
    let named = server.variables.iter().zip(&names.variables);
    docs.list(named.map(|(variable, name)| format!("`{name}`: {}", variable_text(variable))));
    let docs = docs.outer();
    let function = ident(&names.function);
    let inputs = names.variables.iter().map(|name| ident(name));
    let many = allow_arguments(names.variables.len());
    let parts = parts(server, &names.variables);
    quote! {
        #docs
        #many
        pub fn #function(#(#inputs: &str),*) -> String {
            [#(#parts),*].concat()
        }
    }
}

/// Returns the pieces of an address, in order.
fn parts(server: &Server, names: &[String]) -> Vec<TokenStream> {
    let mut parts = Vec::new();
    let mut rest = &*server.url;
    while let Some((before, (name, after))) =
        rest.split_once('{').and_then(|(before, rest)| Some((before, rest.split_once('}')?)))
    {
        if !before.is_empty() {
            parts.push(quote!(#before));
        }
        let known = server.variables.iter().position(|variable| variable.name == name);
        parts.extend(known.map(|index| {
            let name = ident(&names[index]);
            quote!(#name)
        }));
        rest = after;
    }
    if !rest.is_empty() {
        parts.push(quote!(#rest));
    }
    parts
}

fn variable_text(variable: &ServerVariable) -> String {
    let ServerVariable { name, default, values, description } = variable;
    let mut text = match description {
        Some(text) => sentence(&doc::escape(&doc::one_line(text))),
        None => format!("The value of {}.", code(name)),
    };
    if let Some(default) = default.as_ref().filter(|default| !default.is_empty()) {
        text += &format!(" Declared default: {}.", code(default));
    }
    if !values.is_empty() {
        let values: Vec<_> = values.iter().map(|value| code(value)).collect();
        text += &format!(" One of {}.", values.join(", "));
    }
    text
}

/// Emits the module with a function for each security scheme.
pub(super) fn security(api: &Api, names: &Names) -> TokenStream {
    let mut docs = Doc::default();
    docs.paragraph(&format!("The credentials that {} accepts.", code(&api.title)));
    docs.paragraph(
        "Pass what is made here to [`Builder::credentials`](super::Builder::credentials). Keys add \
         up where several are wanted together.",
    );
    docs.paragraph(&wanted(&api.security, api, names, ""));
    let docs = docs.inner();
    let functions = api.schemes.iter().zip(&names.schemes);
    let functions = functions.map(|(scheme, name)| constructor(scheme, name));
    quote!(#docs use pydio_runtime as rt; #(#functions)*)
}

fn constructor(scheme: &SecurityScheme, name: &str) -> TokenStream {
    let mut docs = Doc::default();
    docs.paragraph(&scheme_text(scheme));
    if let Some(text) = &scheme.description {
        docs.external(text);
    }
    if !scheme.urls.is_empty() {
        let urls: Vec<_> = scheme.urls.iter().map(|url| code(url)).collect();
        docs.paragraph(&format!("Tokens are issued at {}.", urls.join(", ")));
    }
    let docs = docs.outer();
    let function = ident(name);
    match &scheme.kind {
        SchemeKind::Key { location, name } => {
            let place = match location {
                KeyLocation::Header => quote!(Header),
                KeyLocation::Query => quote!(Query),
                KeyLocation::Cookie => quote!(Cookie),
            };
            quote! {
                #docs
                pub fn #function(key: impl Into<String>) -> rt::Credentials {
                    let place = rt::KeyPlace::#place;
                    rt::Credentials::Key(rt::ApiKey::new(place, #name, key.into()))
                }
            }
        }
        SchemeKind::Basic => quote! {
            #docs
            pub fn #function(
                login: impl Into<String>,
                password: impl Into<String>,
            ) -> rt::Credentials {
                let password = password.into().into();
                rt::Credentials::Basic { login: login.into(), password }
            }
        },
        SchemeKind::Bearer => quote! {
            #docs
            pub fn #function(token: impl Into<String>) -> rt::Credentials {
                rt::Credentials::Bearer(token.into().into())
            }
        },
        SchemeKind::Http { scheme } => {
            let before = format!("{scheme} ");
            quote! {
                #docs
                pub fn #function(credentials: impl Into<String>) -> rt::Credentials {
                    let value = [#before, &credentials.into()].concat();
                    let place = rt::KeyPlace::Header;
                    rt::Credentials::Key(rt::ApiKey::new(place, "Authorization", value))
                }
            }
        }
    }
}

fn scheme_text(scheme: &SecurityScheme) -> String {
    let own = code(&scheme.name);
    match &scheme.kind {
        SchemeKind::Key { location, name } => {
            let place = match location {
                KeyLocation::Header => "the header",
                KeyLocation::Query => "the query parameter",
                KeyLocation::Cookie => "the cookie",
            };
            format!("The scheme {own}: a key, sent in {place} {}.", code(name))
        }
        SchemeKind::Basic => {
            format!("The scheme {own}: a login and its password, sent as HTTP Basic.")
        }
        SchemeKind::Bearer => {
            format!("The scheme {own}: a token, sent as `Authorization: Bearer`.")
        }
        SchemeKind::Http { scheme } => {
            let scheme = code(&format!("Authorization: {scheme}"));
            format!("The scheme {own}: the value that is sent after {scheme}.")
        }
    }
}

/// Describes the required authentication, with links to the functions, which are below `path`.
pub(super) fn wanted(requirements: &[Requirement], api: &Api, names: &Names, path: &str) -> String {
    let scheme = |name: &str| {
        let index = api.schemes.iter().position(|scheme| scheme.name == name);
        match index.and_then(|index| names.schemes.get(index)) {
            Some(function) => format!("[`{function}`]({path}{function}())"),
            None if api.certificates.iter().any(|own| own == name) => {
                format!("a client certificate, for {}", code(name))
            }
            None => format!("{}, which is not supported", code(name)),
        }
    };
    let one = |Requirement(all): &Requirement| {
        let all = all.iter().map(|one| {
            let scopes: Vec<_> = one.scopes.iter().map(|scope| code(scope)).collect();
            match scopes.is_empty() {
                true => scheme(&one.name),
                false => format!("{} for {}", scheme(&one.name), scopes.join(", ")),
            }
        });
        let all: Vec<_> = all.collect();
        if all.is_empty() { "none".to_owned() } else { all.join(" and ") }
    };
    let all: Vec<_> = requirements.iter().map(one).collect();
    if all.is_empty() {
        return "Required credentials: none.".to_owned();
    }
    let text = format!("Required credentials: {}.", all.join(", or "));
    let is_certificate = |one: &RequiredScheme| api.certificates.contains(&one.name);
    match requirements.iter().any(|Requirement(all)| all.iter().any(is_certificate)) {
        true => text + " Pass a certificate to `Builder::client_certificate`.",
        false => text,
    }
}

/// Returns the functions that satisfy the first requirement, with arguments for an example.
pub(super) fn example(api: &Api, names: &Names) -> Vec<String> {
    let first = api.security.iter().find_map(|Requirement(all)| {
        let indices = all
            .iter()
            .map(|one| api.schemes.iter().position(|scheme| scheme.name == one.name))
            .collect::<Option<Vec<_>>>()?;
        (!indices.is_empty()).then_some(indices)
    });
    let indices = first.unwrap_or_else(|| (0..api.schemes.len().min(1)).collect());
    let call = |index: usize| {
        let arguments = match api.schemes[index].kind {
            SchemeKind::Basic => "\"alice\", \"secret\"",
            SchemeKind::Key { .. } | SchemeKind::Bearer | SchemeKind::Http { .. } => "\"secret\"",
        };
        Some(format!("{}::{}({arguments})", names.auth.as_ref()?, names.schemes.get(index)?))
    };
    indices.into_iter().filter_map(call).collect()
}
