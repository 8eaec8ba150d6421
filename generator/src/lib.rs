//! Generates typed Rust bindings for the APIs of a Pydio 6–8 server from the server's own
//! declarations.
//!
//! It does not run or copy anything of a server; it reads only the declarations. For servers other
//! than Pydio, it reads the OpenAPI spec.
//!
//! # On the command line
//!
//! ```sh
//! pydio-codegen generate --pydio /var/www/pydio --out ../my-pydio
//! ```
//!
//! writes a crate with a function for every action and operation of that server. The program is in
//! this package: run `cargo install --path generator` in a clone of the repository.
//!
//! | command | what it does |
//! |---|---|
//! | `generate` | writes bindings, or checks with `--check` whether they are up to date |
//! | `import` | reduces an installation to the facts that generation needs, to keep them |
//! | `explain access.fs/ls` | explains one call, and shows what is sent |
//! | `lint` | reports problems in the declarations, with their location and correction |
//! | `learn traffic.har` | proposes corrections from recorded traffic |
//! | `diff 7.0.4 8.2.5` | lists what changes for programs from one release to another |
//! | `inspect`, `openapi` | print the model for people and programs, and as OpenAPI |
//!
//! Each command has examples in its `--help`.
//!
//! # In a build script
//!
//! [`Generator`] does the same as `generate`, and [`Settings`] holds what a project keeps in
//! `pydio-codegen.toml`.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use pydio_codegen::Generator;
//!
//! let out = std::env::var("OUT_DIR")?;
//! Generator::new().installation("server/pydio").rest_only().write_module(out)?;
//! # Ok(())
//! # }
//! ```
//!
//! # From declarations to files
//!
//! The modules form a pipeline of plain data. Each module uses those above it in this table and
//! none below:
//!
//! | module | what it does |
//! |---|---|
//! | `input` | bytes and versions: bundled releases, installations, archives, running servers |
//! | `manifest`, `openapi` | XML to effective actions; Swagger 2.0 and OpenAPI 3 to one document; both with positions |
//! | `ir` | the intermediate representation: groups, endpoints, models |
//! | `lower` | manifests and specs to the intermediate representation: the only module that depends on both |
//! | `correct`, `docs`, `select` | passes over it; overlays correct a spec before it is lowered |
//! | `names`, `surface` | every Rust name; everything of the bindings that a program can see, as data |
//! | `diff` | what changes between two surfaces, and whether it breaks |
//! | `emit`, `write` | Rust source; files on disk, compared and written |
//! | `pipeline` | calls these in order, for `Generator` and the command line |
//! | `explain`, `export`, `inspect`, `learn`, `lint` | views of the intermediate representation |
//! | `cli` | the command line |
//!
//! The modules are not part of the interface of this crate, and change without notice. Findings
//! about inputs are [`Diagnostic`]s with a location.

#[doc(hidden)]
pub mod cli;
#[doc(hidden)]
pub mod correct;
#[doc(hidden)]
pub mod diagnostic;
#[doc(hidden)]
pub mod diff;
#[doc(hidden)]
pub mod docs;
#[doc(hidden)]
pub mod emit;
#[doc(hidden)]
pub mod example;
#[doc(hidden)]
pub mod explain;
mod export;
#[doc(hidden)]
pub mod import;
#[doc(hidden)]
pub mod input;
#[doc(hidden)]
pub mod inspect;
#[doc(hidden)]
pub mod ir;
mod learn;
#[doc(hidden)]
pub mod lint;
#[doc(hidden)]
pub mod lower;
#[doc(hidden)]
pub mod manifest;
#[doc(hidden)]
pub mod names;
#[doc(hidden)]
pub mod openapi;
#[doc(hidden)]
pub mod pipeline;
mod releases;
mod sarif;
mod select;
mod settings;
mod shell;
mod suggest;
#[doc(hidden)]
pub mod surface;
mod threads;
mod version;
#[doc(hidden)]
pub mod write;

pub use diagnostic::{Diagnostic, Severity};
pub use emit::EmitError;
pub use pipeline::{Account, GenerateError, Generator, LeftOut, Modelled, Report, Skipped};
pub use settings::Settings;
pub use write::OutputError;
