//! Emits the model as Rust source: one module per plugin, one type per definition.

mod access;
mod checks;
mod choice;
mod cli;
mod description;
mod doc;
mod endpoint;
mod example;
mod facts;
mod feature;
mod front;
mod model;
mod module;
mod package;
mod page;
mod readme;
mod render;
mod response;
mod root;
mod surface;
mod tasks;
mod template;
mod transfer;
mod types;

use std::collections::BTreeSet;

use proc_macro2::TokenStream;

use self::{feature::Gates, render::File, tasks::Tasks};
use crate::{
    ir::Api,
    names::Names,
    surface::FILE,
    threads::both,
    write::{Files, MARK},
};
pub use feature::features;
pub use package::{Package, TEST_SERVER, as_module, cargo_toml, emit_crate, test_server};
pub use readme::FILE as README;
pub use surface::surface;

/// Options for what is emitted besides the calls themselves.
#[derive(Clone, Debug)]
pub struct Options {
    /// The name of the crate, as its users write it in `Cargo.toml`.
    pub crate_name: String,
}

/// Emits the bindings for `api`, without features and without a command line.
///
/// # Errors
///
/// Returns the file that is not valid Rust, which is a bug in this crate and not in the input.
pub fn emit(api: &Api, options: &Options) -> Result<Files, EmitError> {
    emit_behind(api, &Names::assign(api), options, &BTreeSet::new())
}

/// Emits the bindings, with the parts that belong to these features behind them.
fn emit_behind(
    api: &Api,
    names: &Names,
    options: &Options,
    features: &BTreeSet<String>,
) -> Result<Files, EmitError> {
    let gates = Gates::of(api, names, features);
    let has_cli = cli::is_wanted(api, features);
    let page = front::page(api, names, &options.crate_name, features)?;
    let tasks = Tasks::of(api, names, &gates);
    let traits = tasks.traits();
    let plan =
        plan(&Emitted { api, names, options, features, gates: &gates }, &page, &tasks, &traits)?;
    let (others, files) = both(|| tables(api, names, options, has_cli), || render::render(&plan));
    let mut files = files?;
    files.append(&mut others?);
    files.insert("rustfmt.toml".to_owned(), root::rustfmt());
    Ok(files)
}

/// Returns the tokens of the code, file by file, before they are laid out: without the text of the
/// crate docs. Two models with the same tokens have the same code.
///
/// # Errors
///
/// Returns the errors of [`emit`].
#[doc(hidden)]
pub fn tokens(api: &Api, options: &Options) -> Result<Vec<(String, TokenStream)>, EmitError> {
    let (names, features) = (Names::assign(api), BTreeSet::new());
    let gates = Gates::of(api, &names, &features);
    let tasks = Tasks::of(api, &names, &gates);
    let (page, traits) = ((String::new(), None), tasks.traits());
    let emitted = Emitted { api, names: &names, options, features: &features, gates: &gates };
    let plan = plan(&emitted, &page, &tasks, &traits)?;
    let tokens = plan.iter().map(|file| {
        (file.path.clone(), file.parts.iter().map(|part| part()).collect::<TokenStream>())
    });
    Ok(tokens.collect())
}

/// Returns the tests of every call.
///
/// # Errors
///
/// Returns the errors of [`emit`].
#[doc(hidden)]
pub fn tests(api: &Api, options: &Options) -> Result<Files, EmitError> {
    let names = Names::assign(api);
    let gates = Gates::of(api, &names, &BTreeSet::new());
    checks::files(api, &names, &options.crate_name, &gates)
}

/// What is emitted, and how.
struct Emitted<'m> {
    api: &'m Api,
    names: &'m Names,
    options: &'m Options,
    features: &'m BTreeSet<String>,
    gates: &'m Gates,
}

/// Returns the files with code.
fn plan<'m>(
    emitted: &Emitted<'m>,
    page: &'m (String, Option<String>),
    tasks: &Tasks,
    traits: &'m [&'static str],
) -> Result<Vec<File<'m>>, EmitError> {
    let Emitted { api, names, options, features, gates } = *emitted;
    let mut plan = vec![File {
        path: "src/lib.rs".to_owned(),
        header: root::version_header(api),
        parts: vec![Box::new(move || root::library(api, names, page, gates, features, traits))],
    }];
    plan.extend(module::files(api, names, &options.crate_name, gates));
    if !traits.is_empty() {
        let source = tasks.source(&options.crate_name, features.contains(front::BLOCKING))?;
        let header = root::version_header(api);
        let parts: Vec<render::Part<'_>> =
            vec![Box::new(move || source.parse().unwrap_or_default())];
        plan.push(File { path: tasks::MODULE.to_owned(), header, parts });
    }
    Ok(plan)
}

/// Emits the tables of everything that can be called, for this tool and for the command line.
fn tables(api: &Api, names: &Names, options: &Options, has_cli: bool) -> Result<Files, EmitError> {
    let text = surface::of(api, names).to_text(&root::origin(api));
    let refused = |error: serde_json::Error| EmitError::new(FILE, error);
    let mut files = Files::from([(FILE.to_owned(), text.map_err(refused)?)]);
    if has_cli {
        files.insert(cli::MODULE.to_owned(), cli::table(api, names));
        files.insert(cli::BINARY.to_owned(), cli::binary(api, &options.crate_name));
    }
    Ok(files)
}

/// An emitted file that is not valid.
#[derive(Debug, thiserror::Error)]
#[error(
    "the emitted {file} is malformed: {source}; please report this, with the manifests that it \
     was generated from"
)]
pub struct EmitError {
    file: String,
    source: Box<dyn std::error::Error + Send + Sync>,
}

impl EmitError {
    fn new(
        file: impl Into<String>,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { file: file.into(), source: source.into() }
    }
}

/// Creates an identifier from a name in [`Names`], which are always valid.
fn ident(name: &str) -> proc_macro2::Ident {
    proc_macro2::Ident::new(name, proc_macro2::Span::call_site())
}

/// Emits the attribute of a function with more arguments than clippy accepts by default.
fn allow_arguments(count: usize) -> Option<proc_macro2::TokenStream> {
    const FEW: usize = 7;
    (count > FEW).then(|| quote::quote!(#[allow(clippy::too_many_arguments)]))
}
