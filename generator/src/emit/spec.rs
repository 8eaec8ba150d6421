//! The files of a spec: its models, a module a tag, and the module above them.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    access, doc,
    example::Example,
    ident, model, operation,
    render::{File, Part},
    root,
};
use crate::{
    model::{Api, Dialect, Model, Operation, Reply},
    name::{OperationNames, SpecNames},
};

/// How many models are rendered at a time.
const CHUNK: usize = 16;

/// The modules of a spec: those of Pydio's own below `v2`, those of another at the root.
pub(super) fn files<'m>(api: &'m Api, names: &'m SpecNames) -> Vec<File<'m>> {
    let spec = &api.spec;
    let below = match spec.dialect {
        Dialect::Php => "src/v2",
        Dialect::Plain => "src",
    };
    let file =
        |path: String, parts: Vec<Part<'m>>| File { path, header: root::spec_header(api), parts };
    let mut files = Vec::new();
    if !spec.models.is_empty() {
        let text = "What operations send and answer.";
        files.push(file(format!("{below}/models.rs"), models(text, &spec.models, names)));
    }
    for (tag, module) in &names.modules {
        let part: Part<'m> = Box::new(move || operation::module(spec, names, tag));
        files.push(file(format!("{below}/{module}.rs"), vec![part]));
    }
    if let Some(auth) = &names.auth {
        let part: Part<'m> = Box::new(|| access::security(api, names));
        files.push(file(format!("{below}/{auth}.rs"), vec![part]));
    }
    if spec.dialect == Dialect::Php {
        files.push(file("src/v2.rs".to_owned(), vec![Box::new(|| index(api, names))]));
    }
    files
}

/// The parts of a module of models.
pub(super) fn models<'m>(
    text: &'m str,
    models: &'m [Model],
    names: &'m SpecNames,
) -> Vec<Part<'m>> {
    let mut parts: Vec<Part<'m>> = vec![Box::new(move || model::head(text, models))];
    for chunk in models.chunks(CHUNK) {
        parts.push(Box::new(move || model::items(chunk, names)));
    }
    parts
}

fn index(api: &Api, names: &SpecNames) -> TokenStream {
    let text = format!("The operations of the v2 API of {}, one module a tag.", api.title);
    let docs = doc::inner_paragraph(&text);
    let modules = modules(names);
    let (version, paths) = (&api.version, ident(root::path_rules(&api.version)));
    quote! {
        #docs
        #modules
        /// What these bindings were generated from.
        pub static BINDINGS: pydio_runtime::Bindings =
            pydio_runtime::Bindings::pydio(#version, pydio_runtime::PathRules::#paths);
    }
}

/// The declarations of the modules, in the order of their names.
pub(super) fn modules(names: &SpecNames) -> TokenStream {
    let mut modules: Vec<_> = names.modules.values().map(String::as_str).collect();
    if !names.models.is_empty() {
        modules.push("models");
    }
    modules.extend(names.auth.as_deref());
    modules.sort_unstable();
    let modules = modules.into_iter().map(ident);
    quote!(#(pub mod #modules;)*)
}

/// The operations that read something and need nothing, with their names.
pub(super) fn plain<'m>(
    api: &'m Api,
    names: &'m SpecNames,
) -> impl Iterator<Item = (&'m Operation, &'m OperationNames)> {
    let is_plain = |operation: &Operation| {
        operation.method == "GET"
            && !operation.deprecated
            && operation.retired.is_none()
            && operation.params.iter().all(|param| !param.required)
            && matches!(operation.answer, Reply::Json(_))
    };
    let operations = api.spec.operations.iter().zip(&names.operations);
    operations.filter(move |(operation, _)| is_plain(operation))
}

/// An example with one of them, where there is one.
pub(super) fn example(api: &Api, names: &SpecNames) -> Option<Example> {
    let (operation, own) = plain(api, names).next()?;
    let (module, function) = (&names.modules[&operation.tag], &own.function);
    let credentials = access::example(&api.spec, names);
    let mut uses = vec!["Pydio"];
    let address = match access::has_address(&api.spec) {
        true => "SERVER",
        false => "\"https://example.org\"",
    };
    uses.extend(access::has_address(&api.spec).then_some("SERVER"));
    uses.extend(names.auth.as_deref().filter(|_| !credentials.is_empty()));
    uses.extend([module.as_str()]);
    let credentials = match credentials.is_empty() {
        true => ".token(\"secret\")".to_owned(),
        false => credentials.iter().map(|one| format!(".credentials({one})")).collect(),
    };
    Some(Example {
        uses: uses.join(", "),
        lines: vec![
            format!("let server = Pydio::builder({address}){credentials}.build()?;"),
            format!("let answer = server.call({module}::{function}()).await?;"),
        ],
        end: "# let _ = answer; Ok(())",
    })
}
