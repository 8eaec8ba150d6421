//! Generates typed Rust bindings for the APIs of a Pydio 6–8 server from the server's own
//! declarations.
//!
//! Nothing of a server is run or copied, only what it declares is read. Of servers that are no
//! Pydio, it takes the OpenAPI spec.
//!
//! # As a program
//!
//! ```sh
//! pydio-codegen generate --pydio /var/www/pydio --out ../my-pydio
//! ```
//!
//! writes a crate with a function for every action and operation of that server. The program is in
//! this package: `cargo install --path generator`, in a clone of the repository.
//!
//! | command | what it does |
//! |---|---|
//! | `generate` | writes bindings, or with `--check` says whether they are up to date |
//! | `import` | reduces an installation to the facts that are needed, to keep them |
//! | `explain access.fs/ls` | all there is to one call, and what goes over the wire |
//! | `lint` | what is odd in the declarations, with its place, and what corrects it |
//! | `diff 7.0.4 8.2.5` | what changes for programs from one release to another |
//! | `inspect`, `openapi` | the model for people and programs, and as OpenAPI |
//!
//! Each has examples in its `--help`.
//!
//! # In a build script
//!
//! [`generator::Generator`] does what `generate` does, and [`settings::Settings`] are what a project
//! keeps in `pydio-codegen.toml`.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! use pydio_codegen::generator::Generator;
//!
//! let out = std::env::var("OUT_DIR")?;
//! Generator::new().installation("server/pydio").rest_only().write_module(out)?;
//! # Ok(())
//! # }
//! ```
//!
//! # As a library
//!
//! A pipeline of plain data, one module a stage:
//!
//! | stage | from | to |
//! |---|---|---|
//! | [`source`] | a bundled release, an installation, a spec | files |
//! | [`manifest`] | XML | the effective actions of every plugin |
//! | [`openapi`] | Swagger 2.0, OpenAPI 3, JSON or YAML | one form of it, with positions |
//! | [`correct`] | those two | the same, made true |
//! | [`docs`] | `manifests/docs` | what each call means, in the project's own words |
//! | [`model`] | all of these | the one intermediate representation |
//! | [`name`] | the model | every Rust name, given in one pass |
//! | [`emit`] | the model, the names | Rust source |
//! | [`output`] | that source | files on disk, written or compared |
//!
//! [`surface`] is what a program can see of the model, [`mod@export`] the model as OpenAPI. Findings
//! about inputs are [`diagnostic::Diagnostic`]s with a place.

pub mod cli;
pub mod correct;
pub mod diagnostic;
pub mod diff;
pub mod docs;
pub mod emit;
pub mod explain;
pub mod export;
pub mod import;
pub mod input;
pub mod inspect;
pub mod ir;
pub mod lint;
pub mod lower;
pub mod manifest;
pub mod names;
pub mod openapi;
pub mod pipeline;
pub mod select;
pub mod settings;
mod shell;
mod suggest;
pub mod surface;
mod threads;
mod version;
pub mod write;

pub use diagnostic::Diagnostic;
pub use pipeline::{GenerateError, Generator, Report};
pub use settings::Settings;
