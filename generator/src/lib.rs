//! Generates typed Rust bindings for the APIs of a Pydio 6–8 server from the server's own
//! declarations.
//!
//! Most people want its program: `pydio-codegen generate --pydio /var/www/pydio --out ../my-pydio`
//! writes a crate with a function for every action and operation of that server, and
//! `pydio-codegen help` tells of the rest. Nothing of a server is run or copied, only what it
//! declares is read. Of servers that are no Pydio, it takes the OpenAPI spec.
//!
//! In a build script or an xtask, [`generator::Generator`] does the same.
//!
//! As a library it is a pipeline of plain data, one module a stage:
//!
//! * [`source`]: where the input comes from;
//! * [`manifest`]: XML to the effective actions of every plugin;
//! * [`docs`]: what they mean, in the project's own words;
//! * [`model`]: the one intermediate representation;
//! * [`name`]: every Rust name, given in one pass;
//! * [`emit`]: the model as Rust source;
//! * [`output`]: that source on disk, written or compared.
//!
//! [`diff`] compares two versions by their [`surface`], what a program can see of them.
//! [`correct`] makes the declarations true. [`import`] reduces an installation to the facts that
//! generation needs, [`lint`] lists what is odd in one, [`explain`] tells what a declaration comes
//! to. Findings about inputs are [`diagnostic::Diagnostic`]s with a place.

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
