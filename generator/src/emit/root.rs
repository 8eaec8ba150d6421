//! The root of the emitted crate, and how emitted files begin.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    MARK, access, cli, doc,
    feature::{self, Gates, only},
    front, spec,
};
use crate::{
    model::{Api, Plugin},
    name::Names,
    version,
};

/// The header of files that no single plugin stands behind.
pub(super) fn version_header(api: &Api) -> String {
    if api.spec.is_foreign() {
        return spec_header(api);
    }
    header(&format!("from the declarations of {}", doc::one_line(&api.title)))
}

/// The header of a plugin's module.
pub(super) fn plugin_header(api: &Api, plugin: &Plugin) -> String {
    let (id, title) = (doc::one_line(&plugin.id), doc::one_line(&api.title));
    header(&format!("from plugins/{id}/manifest.xml of {title}"))
}

/// The header of what a spec makes.
pub(super) fn spec_header(api: &Api) -> String {
    header(&format!("from the spec of {}", doc::one_line(&api.title)))
}

fn header(origin: &str) -> String {
    format!("// {MARK} {origin}.\n// Do not edit: regenerate.\n")
}

/// What a file without comments says of where it is from.
pub(super) fn origin(api: &Api) -> String {
    format!("{MARK} from the declarations of {}", doc::one_line(&api.title))
}

/// The settings with which rustfmt leaves the emitted files as prettyplease lays them out.
pub(super) fn rustfmt() -> String {
    format!("# {MARK}: prettyplease formats the emitted files.\ndisable_all_formatting = true\n")
}

/// The rules by which a server version takes the path of a REST v1 call apart.
pub(super) fn path_rules(version: &str) -> &'static str {
    let version = version::lenient(version);
    match (version.major, version.minor, version.patch) {
        (..=5, ..) | (6, ..=4, _) => "SplitThenDecode",
        (6, ..) | (7, 0, ..=3) => "DecodeTwice",
        _ => "DecodeThenSplit",
    }
}

/// Emits `lib.rs`.
pub(super) fn library(
    api: &Api,
    names: &Names,
    page: &(String, Option<String>),
    gates: &Gates,
    declared: &BTreeSet<String>,
) -> TokenStream {
    let is_foreign = api.spec.is_foreign();
    let docs = docs(page, declared);
    let labels = gates.any().then(|| labels(api, declared));
    let v1 = (!api.plugins.is_empty()).then(|| {
        quote!(
            pub mod v1;
        )
    });
    let v2 = match (is_foreign, api.spec.is_empty()) {
        (true, _) => spec::modules(&names.spec),
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
    // Operations of a spec are not called on one.
    let session = (!api.plugins.is_empty()).then(|| {
        quote!(
            pub use pydio_runtime::{
                Captcha, Challenge, LoginError, LoginResult, Session, SessionBuilder,
                SessionWorkspace,
            };
        )
    });
    let guide = (!is_foreign).then(|| {
        quote!(
            pub use pydio_runtime::guide;
        )
    });
    let servers = is_foreign.then(|| access::servers(api, &names.spec));
    quote! {
        #docs
        #labels
        #![deny(missing_docs)]
        #![forbid(unsafe_code)]
        #cli
        #v1
        #v2
        pub use pydio_runtime::{
            ActionCall, Body, Builder, Call, Credentials, Diagnosis, Error, ErrorKind, FilePart, Json,
            Method, NodePath, OperationCall, Pydio, RestCall, Workspace, cmd, json, keystore, response,
            transfer, transport,
        };
        #session
        #guide
        #servers
    }
}

/// The attributes of a crate with features: labels in the documentation, and crate docs that may name
/// what is left out.
fn labels(api: &Api, declared: &BTreeSet<String>) -> TokenStream {
    let features = feature::features(api);
    let features = features.keys().filter(|feature| declared.contains(*feature));
    let left_out: Vec<_> = features.map(|feature| quote!(not(feature = #feature))).collect();
    // Clippy refuses `any` of a single condition.
    let left_out = match &left_out[..] {
        [only] => quote!(#only),
        several => quote!(any(#(#several),*)),
    };
    quote! {
        #![cfg_attr(docsrs, feature(doc_cfg))]
        #![cfg_attr(#left_out, allow(rustdoc::broken_intra_doc_links))]
    }
}

/// The crate docs.
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

/// How code begins that compiles with a feature alone.
fn fence(feature: &str, declared: &BTreeSet<String>) -> TokenStream {
    match declared.contains(feature) {
        true => quote! {
            #![cfg_attr(feature = #feature, doc = " ```no_run")]
            #![cfg_attr(not(feature = #feature), doc = " ```ignore")]
        },
        false => quote!(#![doc = " ```ignore"]),
    }
}

#[cfg(test)]
mod tests {
    use super::path_rules;

    #[test]
    fn each_version_has_its_rules() {
        for (version, rules) in [
            ("6.0.0", "SplitThenDecode"),
            ("6.4.2", "SplitThenDecode"),
            ("6.5.1", "DecodeTwice"),
            ("7.0.3", "DecodeTwice"),
            ("7.0.4", "DecodeThenSplit"),
            ("8.2.5", "DecodeThenSplit"),
        ] {
            assert_eq!(path_rules(version), rules, "{version}");
        }
    }
}
