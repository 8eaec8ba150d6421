//! The files of a spec: its models, a module a tag, and the module above them.

use proc_macro2::TokenStream;
use quote::quote;

use super::{
    access,
    doc::{self, code},
    example::Example,
    ident, model, operation,
    render::{File, Part},
    root,
};
use crate::{
    ir::{Api, Dialect, Endpoint, EndpointKind, Method, Model, Response},
    names::{EndpointNames, Names},
};

/// How many models are rendered at a time.
const CHUNK: usize = 16;

/// The modules of a spec: those of Pydio's own below `v2`, those of another at the root.
pub(super) fn files<'m>(api: &'m Api, names: &'m Names) -> Vec<File<'m>> {
    let below = match api.dialect {
        Dialect::Pydio => "src/v2",
        Dialect::Other => "src",
    };
    let file =
        |path: String, parts: Vec<Part<'m>>| File { path, header: root::spec_header(api), parts };
    let mut files = Vec::new();
    let all: Vec<_> = api.models_of(EndpointKind::Operation).collect();
    if !all.is_empty() {
        let text = "What operations send and answer.";
        files.push(file(format!("{below}/models.rs"), models(text, all, names)));
    }
    for group in api.groups_of(EndpointKind::Operation) {
        let module = names.module(group.kind, &group.id).unwrap_or_default();
        let part: Part<'m> = Box::new(move || operation::module(api, names, group));
        files.push(file(format!("{below}/{module}.rs"), vec![part]));
    }
    if let Some(auth) = &names.auth {
        let part: Part<'m> = Box::new(|| access::security(api, names));
        files.push(file(format!("{below}/{auth}.rs"), vec![part]));
    }
    if api.dialect == Dialect::Pydio {
        files.push(file("src/v2.rs".to_owned(), vec![Box::new(|| index(api, names))]));
    }
    files
}

/// The parts of a module of models.
pub(super) fn models<'m>(text: &'m str, models: Vec<&'m Model>, names: &'m Names) -> Vec<Part<'m>> {
    let chunks: Vec<Vec<&'m Model>> = models.chunks(CHUNK).map(<[_]>::to_vec).collect();
    let head: Part<'m> = Box::new(move || model::head(text, &models));
    let items = chunks
        .into_iter()
        .map(|chunk| -> Part<'m> { Box::new(move || model::items(&chunk, names)) });
    [head].into_iter().chain(items).collect()
}

fn index(api: &Api, names: &Names) -> TokenStream {
    let text = format!("The operations of the v2 API of {}, one module a tag.", api.title);
    let docs = doc::inner_paragraph(&text);
    let modules = modules(api, names);
    quote!(#docs #modules)
}

/// The declarations of the modules, in the order of their names.
pub(super) fn modules(api: &Api, names: &Names) -> TokenStream {
    let kind = EndpointKind::Operation;
    let mut modules: Vec<_> = names.modules(kind).map(|(_, module)| module).collect();
    if api.models_of(kind).next().is_some() {
        modules.push("models");
    }
    modules.extend(names.auth.as_deref());
    modules.sort_unstable();
    let modules = modules.into_iter().map(ident);
    quote!(#(pub mod #modules;)*)
}

/// What the crate of somebody else's spec says of itself.
pub(super) fn external_docs(api: &Api) -> doc::Doc {
    let mut docs = doc::Doc::default();
    docs.paragraph(&format!("Typed calls of every operation of {}.", code(&api.title)));
    docs.paragraph(
        "A call is made by a function of the module of its tag, takes its optional parameters by \
         methods, and does nothing until it is sent on a connection.",
    );
    if let Some(about) = &api.about {
        docs.external(about);
    }
    docs
}

/// The operations that read something and need nothing, with their names.
pub(super) fn plain<'m>(
    api: &'m Api,
    names: &'m Names,
) -> impl Iterator<Item = (&'m Endpoint, &'m EndpointNames)> {
    let is_plain = |operation: &Endpoint| {
        operation.method == Method::Get
            && !operation.deprecated
            && operation.unsupported.is_none()
            && operation.params.iter().all(|param| !param.required)
            && matches!(operation.response, Response::Json(_))
    };
    let operations = api.of_kind(EndpointKind::Operation);
    let operations = operations.map(|(index, operation)| (operation, &names.endpoints[index]));
    operations.filter(move |(operation, _)| is_plain(operation))
}

/// An example with one of them, where there is one.
pub(super) fn example(api: &Api, names: &Names) -> Option<Example> {
    let (operation, own) = plain(api, names).next()?;
    let module = names.module(operation.kind, &operation.group)?;
    let function = &own.function;
    let credentials = access::example(api, names);
    let mut uses = vec!["Pydio"];
    let address = match access::has_address(api) {
        true => "SERVER",
        false => "\"https://example.org\"",
    };
    uses.extend(access::has_address(api).then_some("SERVER"));
    uses.extend(names.auth.as_deref().filter(|_| !credentials.is_empty()));
    uses.push(module);
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
