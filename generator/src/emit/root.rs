//! The root of the emitted crate, and how emitted files begin.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    MARK, Options, access, cli, doc,
    feature::{self, Gates, only},
    front::{self, Block},
    spec,
};
use crate::{
    ir::{Api, Group},
    names::Names,
};

/// The header of files that no single plugin stands behind.
pub(super) fn version_header(api: &Api) -> String {
    if api.is_external() {
        return spec_header(api);
    }
    header(&format!("from the declarations of {}", doc::one_line(&api.title)))
}

/// The header of a plugin's module.
pub(super) fn plugin_header(api: &Api, plugin: &Group) -> String {
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

/// The settings with which rustfmt agrees with the emitted files.
pub(super) fn rustfmt() -> String {
    format!(
        "# {MARK}: the layout of the emitted files.\nmax_width = 89\nuse_small_heuristics = \"Max\"\n\
         struct_lit_width = 0\n"
    )
}

/// The rules by which a server version takes the path of a REST v1 call apart.
pub(super) fn path_rules(version: &str) -> &'static str {
    let mut numbers = version.split(['.', '-']).map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || numbers.next().unwrap_or(0);
    match (next(), next(), next()) {
        (..=5, ..) | (6, ..=4, _) => "SplitThenDecode",
        (6, ..) | (7, 0, ..=3) => "DecodeTwice",
        _ => "DecodeThenSplit",
    }
}

/// Emits `lib.rs`.
pub(super) fn library(
    api: &Api,
    names: &Names,
    options: &Options,
    gates: &Gates,
    declared: &BTreeSet<String>,
) -> TokenStream {
    let is_foreign = api.is_external();
    let docs = docs(api, names, options, declared);
    let labels = gates.any().then(|| labels(api, declared));
    let v1 = (api.has_plugins()).then(|| {
        quote!(
            pub mod v1;
        )
    });
    let v2 = match (is_foreign, !api.has_spec()) {
        (true, _) => spec::modules(api, names),
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
    let session = (api.has_plugins()).then(|| {
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
    let servers = is_foreign.then(|| access::servers(api, names));
    quote! {
        #docs
        #labels
        #![deny(missing_docs)]
        #![forbid(unsafe_code)]
        #cli
        #v1
        #v2
        pub use pydio_runtime::{
            Body, Builder, Call, Credentials, Diagnosis, Error, Failure, FilePart, Json, NodePath,
            OperationCall, Pydio, RestCall, Verb, Workspace, answer, cmd, json, keystore, transfer,
            transport,
        };
        #session
        #guide
        #servers
    }
}

/// The attributes of a crate with features: labels in the documentation, and a front page that may
/// name what is left out.
fn labels(api: &Api, declared: &BTreeSet<String>) -> TokenStream {
    let features = feature::features(api);
    let features = features.keys().filter(|feature| declared.contains(*feature));
    let left_out: Vec<_> = features.map(|feature| quote!(not(feature = #feature))).collect();
    // As rustfmt lays it out, which differs for the inverse.
    let left_out = match &left_out[..] {
        [only] => quote!(#only),
        several => quote!(any(#(#several),*)),
    };
    quote! {
        #![cfg_attr(docsrs, feature(doc_cfg))]
        #![cfg_attr(#left_out, allow(rustdoc::broken_intra_doc_links))]
    }
}

/// The front page.
fn docs(api: &Api, names: &Names, options: &Options, declared: &BTreeSet<String>) -> TokenStream {
    let mut page = TokenStream::new();
    let mut docs = match api.is_external() {
        true => spec::external_docs(api),
        false => summary(api),
    };
    for block in front::blocks(api, names, &options.crate_name) {
        match block {
            Block::Text(text) => docs.lines(text.lines().map(str::to_owned)),
            Block::Code(lines, None) => docs.lines(lines),
            Block::Code(lines, Some(feature)) => {
                docs.lines([]);
                page.extend(std::mem::take(&mut docs).inner());
                page.extend(fence(feature, declared));
                docs.lines(lines.into_iter().skip(1));
            }
        }
    }
    features(api, declared, &mut docs);
    page.extend(docs.inner());
    page
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

fn summary(api: &Api) -> doc::Doc {
    let mut docs = doc::Doc::default();
    let (what, module) = match !api.has_plugins() {
        true => ("operation of the v2 API", "tag"),
        false => ("action", "plugin"),
    };
    docs.paragraph(&format!("Typed calls of every {what} of a {} server.", api.title));
    docs.paragraph(&format!(
        "A call is made by a function of the module of its {module}, takes its optional parameters \
         by methods, and does nothing until it is sent on a connection. Below: the ways in, \
         credentials, and which call does what. The [`guide`] has the longer matters.",
    ));
    docs
}

fn features(api: &Api, declared: &BTreeSet<String>, docs: &mut doc::Doc) {
    let mut texts = feature::texts(api);
    texts.retain(|(name, _)| declared.contains(name));
    if texts.is_empty() {
        return;
    }
    docs.lines(["# Features".to_owned()]);
    docs.paragraph(
        "What is not needed can be left out, with `default-features = false` and these features:",
    );
    docs.list(texts.iter().map(|(name, text)| format!("`{name}`: {text}")));
    if api.transfer.is_some() {
        docs.paragraph(
            "Transfers of files take what they find: without `meta` no checksums of the server, \
             without `core` no limit that it says an upload has, without `v2` no uploads of a \
             bare stream.",
        );
    }
    let others = [
        (front::CMD, "calls through `php cmd.php`: the module [`cmd`]"),
        (cli::FEATURE, "the command line `pydio`"),
    ];
    let others = others.iter().filter(|(name, _)| declared.contains(*name));
    let others: Vec<_> = others.map(|(name, text)| format!("`{name}`: {text}")).collect();
    if !others.is_empty() {
        docs.paragraph("These are off unless they are asked for:");
        docs.list(others);
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
