//! The root of the emitted crate, and the headers of emitted files.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    MARK, access, cli, doc,
    feature::{self, Gates, only},
    front, ident, module,
};
use crate::{
    ir::{Api, EndpointKind, Group},
    names::Names,
};

/// Returns the header of files that depend on everything in `api`.
pub(super) fn version_header(api: &Api) -> String {
    let is_spec = api.is_external();
    kind_header(api, if is_spec { EndpointKind::Operation } else { EndpointKind::Action })
}

/// Returns the header of files about all endpoints of one kind.
pub(super) fn kind_header(api: &Api, kind: EndpointKind) -> String {
    let title = doc::one_line(&api.title);
    match kind {
        EndpointKind::Action => header(&format!("from the declarations of {title}")),
        EndpointKind::Operation => header(&format!("from the spec of {title}")),
    }
}

/// Returns the header of the module of a plugin or a tag.
pub(super) fn group_header(api: &Api, group: &Group) -> String {
    let (id, title) = (doc::one_line(&group.id), doc::one_line(&api.title));
    match group.kind {
        EndpointKind::Action => header(&format!("from plugins/{id}/manifest.xml of {title}")),
        EndpointKind::Operation => kind_header(api, group.kind),
    }
}

fn header(origin: &str) -> String {
    format!("// {MARK} {origin}.\n// Do not edit: regenerate.\n")
}

/// Returns the origin statement of a file without comments.
pub(super) fn origin(api: &Api) -> String {
    format!("{MARK} from the declarations of {}", doc::one_line(&api.title))
}

/// Returns the settings with which rustfmt keeps the layout of prettyplease.
pub(super) fn rustfmt() -> String {
    format!("# {MARK}: prettyplease formats the emitted files.\ndisable_all_formatting = true\n")
}

/// Emits the static that declares which server the endpoints belong to.
pub(super) fn bindings(api: &Api, has_transfer: bool) -> Option<TokenStream> {
    let docs = doc::paragraph("The server that these bindings were generated from.");
    if api.is_external() {
        let site = access::is_needed(api).then(|| quote!(.site(&SITE)));
        return (!api.endpoints.is_empty()).then(|| {
            quote! {
                #docs
                pub static BINDINGS: pydio_runtime::Bindings =
                    pydio_runtime::Bindings::other() #site;
            }
        });
    }
    let version = &api.version;
    let transfer = has_transfer.then(|| quote!(.transfer(TRANSFERS)));
    Some(quote! {
        #docs
        pub static BINDINGS: rt::Bindings =
            rt::Bindings::pydio(#version) #transfer;
    })
}

/// Emits `lib.rs`.
pub(super) fn library(
    api: &Api,
    names: &Names,
    page: &(String, Option<String>),
    gates: &Gates,
    declared: &BTreeSet<String>,
    tasks: &[&str],
) -> TokenStream {
    let is_external = api.is_external();
    let docs = docs(page, declared);
    let labels = gates.any().then(|| labels(api, declared));
    let modules = modules(api, names, gates, declared);
    let client = only([gates.client()]);
    let blocking = declared.contains(front::BLOCKING).then(|| blocking(tasks));
    let tasks = (!tasks.is_empty()).then(|| {
        let traits = tasks.iter().map(|name| ident(name));
        quote!(
            #client
            pub mod tasks;
            #client
            pub use tasks::{#(#traits),*};
        )
    });
    // Operations of a spec are not called in a session.
    let session = api.has_plugins().then(|| {
        quote!(
            #client
            pub use pydio_runtime::{
                Captcha, Challenge, LoginError, LoginResult, Session, SessionBuilder,
                SessionWorkspace, background,
            };
            pub use pydio_runtime::{Release, ServerRelease};
        )
    });
    let guide = (!is_external).then(|| {
        quote!(
            pub use pydio_runtime::guide;
        )
    });
    let servers = is_external.then(|| {
        let (bindings, servers) = (bindings(api, false), access::servers(api, names));
        quote!(#bindings #servers)
    });
    quote! {
        #docs
        #labels
        #![deny(missing_docs)]
        #![forbid(unsafe_code)]
        #modules
        #tasks
        pub use pydio_runtime::{
            ActionCall, Body, Call, ChangesCall, Error, ErrorKind, FilePart, Json, Method,
            NodePath, OperationCall, PagedCall, Request, RestCall, Rights, Timestamp, json, response,
        };
        #client
        pub use pydio_runtime::{
            Builder, CallOptions, ChangeFeed, Credentials, Diagnosis, Items, Pydio, RetryPolicy,
            Workspace, cmd, hook, keystore, transfer, transport,
        };
        #blocking
        #session
        #guide
        #servers
    }
}

/// Emits the modules of the calls, and of the command line.
fn modules(api: &Api, names: &Names, gates: &Gates, declared: &BTreeSet<String>) -> TokenStream {
    let v1 = api.has_plugins().then(|| {
        quote!(
            pub mod v1;
        )
    });
    let v2 = match (api.is_external(), !api.has_spec()) {
        (true, _) => module::modules(api, names, gates, EndpointKind::Operation),
        (false, false) => {
            let only = only([gates.v2()]);
            quote!(#only pub mod v2;)
        }
        (false, true) => quote!(),
    };
    let cli = cli::is_wanted(api, declared).then(|| {
        quote!(
            #[cfg(feature = "cli")]
            pub mod cli;
        )
    });
    quote!(#cli #v1 #v2)
}

/// Emits the module of calls without `async`: that of the runtime, with the tasks.
fn blocking(tasks: &[&str]) -> TokenStream {
    if !tasks.contains(&"Files") {
        return quote!(
            #[cfg(feature = "blocking")]
            pub use pydio_runtime::blocking;
        );
    }
    let docs = doc::paragraph("Calls and tasks without `async`: see [`pydio_runtime::blocking`].");
    quote!(
        #docs
        #[cfg(feature = "blocking")]
        pub mod blocking {
            pub use pydio_runtime::blocking::{
                ChangeFeed, Items, Nodes, Pydio, Reader, Session, SessionWorkspace, Workspace,
            };
            pub use super::tasks::blocking::Files;
        }
    )
}

/// Emits the attributes of a crate with features: labels in the documentation, and crate docs that
/// may name what is not compiled.
fn labels(api: &Api, declared: &BTreeSet<String>) -> TokenStream {
    let features = feature::features(api);
    let features = features.keys().map(String::as_str).chain([feature::CLIENT]);
    let features = features.filter(|feature| declared.contains(*feature));
    let left_out: Vec<_> = features.map(|feature| quote!(not(feature = #feature))).collect();
    // Clippy rejects `any` of a single condition.
    let left_out = match &left_out[..] {
        [only] => quote!(#only),
        several => quote!(any(#(#several),*)),
    };
    quote! {
        #![cfg_attr(docsrs, feature(doc_cfg))]
        #![cfg_attr(#left_out, allow(rustdoc::broken_intra_doc_links))]
    }
}

/// Emits the crate docs.
fn docs((before, after): &(String, Option<String>), declared: &BTreeSet<String>) -> TokenStream {
    let inner = |text: &str| {
        let mut docs = doc::Doc::default();
        docs.lines(text.lines().map(str::to_owned));
        docs.inner()
    };
    let mut docs = inner(before);
    if let Some(after) = after {
        docs.extend(fence(front::CMD, declared));
        docs.extend(inner(after));
    }
    docs
}

/// Emits the opening fence of a code block that compiles only with a feature.
fn fence(feature: &str, declared: &BTreeSet<String>) -> TokenStream {
    match declared.contains(feature) {
        true => quote! {
            #![cfg_attr(feature = #feature, doc = " ```no_run")]
            #![cfg_attr(not(feature = #feature), doc = " ```ignore")]
        },
        false => quote!(#![doc = " ```ignore"]),
    }
}
