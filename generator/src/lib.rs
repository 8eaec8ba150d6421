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
//! writes a crate with a function for every action and operation of that server. `pydio-codegen help`
//! tells of the rest, with examples: [`mod@explain`] one call, [`mod@lint`] the declarations, [`diff`]
//! two releases, [`mod@import`] an installation to keep.
//!
//! # In a build script
//!
//! [`generator::Generator`] does what `generate` does, and [`settings::Settings`] are what a project
//! keeps in `pydio-codegen.toml`.
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
pub mod generator;
pub mod import;
pub mod lint;
pub mod manifest;
pub mod model;
pub mod name;
pub mod openapi;
pub mod output;
pub mod settings;
pub mod source;
mod suggest;
pub mod surface;
