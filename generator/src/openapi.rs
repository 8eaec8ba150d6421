//! Reading specs: Swagger 2.0 and OpenAPI 3.0 and 3.1, as JSON or YAML, become OpenAPI 3.0.
//!
//! [`parse`] reads the text, overlays correct what it says, [`select`] leaves out what is not asked
//! for, and [`to_openapi`] makes one form of the rest:
//!
//! 1. `strip` takes out what nothing is generated from, `link` makes references lead to where
//!    things of their kind are defined, other files among them;
//! 2. `repair` takes out what does not fit the tables of what may stand where (`shape`), in the
//!    smallest part that is not concerned with the rest, and says so; what refers to a thing that
//!    is no schema gives way to it;
//! 3. `swagger2` rewrites its dialect as 3.0, `schemas` what schemas say in other words, `plain`
//!    and `parameters` what else 3.0 lets one write in several ways;
//! 4. `typed` makes the types of `openapiv3` of it.
//!
//! One thing that cannot be expressed never stops the rest: it is a finding, and the operation that
//! it concerns is marked with [`UNSUPPORTED`], or the schema is free JSON.
//!
//! The conversion from Swagger 2.0 is our own, for what it has to do here: form parameters of a GET
//! go in the query, since that is where the server reads them, and every part keeps the position it
//! has in the file. One crate that converts was examined (`roas`), and it is made for other ends
//! than these.
//!
//! Maps are sorted all the way, so the order of keys in a file changes nothing.

mod circles;
mod files;
mod link;
mod locate;
mod origin;
mod parameters;
mod plain;
mod pointer;
mod reduce;
mod repair;
mod run;
mod schemas;
mod security;
mod select;
mod shape;
mod source;
mod spec;
mod strip;
mod swagger2;
mod tame;
mod template;
#[cfg(test)]
mod tests;
mod tree;
mod typed;
mod version;

use serde_json::Value;

pub use reduce::reduce;
pub use run::{into_openapi, to_openapi};
pub use select::select;
pub(crate) use source::read_own;
pub use source::{Anchor, Format, Source, parse, parse_in};
pub use spec::{Dialect, Spec};

pub(crate) use locate::offset_of_character;
pub(crate) use pointer::{At, join, tokens};
pub(crate) use shape::{Kind, Violation, described};

use self::shape::{Shape, openapi3, swagger2 as shape2};

/// The extensions that say what OpenAPI has no words for.
pub const EXTENSIONS: [&str; 11] = [
    "x-pydio-action",
    "x-pydio-answer",
    "x-pydio-flag",
    "x-pydio-json",
    "x-pydio-lenient",
    "x-pydio-node",
    "x-pydio-not-root",
    "x-pydio-path",
    "x-pydio-plugin",
    "x-pydio-query",
    "x-pydio-retired",
];

/// The extension by which this module marks an operation that cannot be expressed. What is wrong
/// with it is among [`Spec::findings`]; what is left of it is there to be judged, and not to be
/// called.
pub const UNSUPPORTED: &str = "x-pydio-unsupported";

/// The name of the schema that a reference in [`Spec::api`] stands for.
pub fn schema_name(reference: &str) -> Option<String> {
    let pointer = pointer::of_reference(reference)?;
    let name = pointer.strip_prefix("/components/schemas/")?;
    pointer::tokens(&format!("/{name}")).next()
}

/// Shows every object of a spec to `see`, an outer one before what is in it; nothing of what is
/// no spec.
pub(crate) fn walk(document: &Value, see: &mut dyn FnMut(Kind, &Value, &At<'_>)) {
    if let Ok((dialect, _)) = version::dialect(document) {
        shape::walk(document, shape_of(dialect), see);
    }
}

/// The table that a document is to be read by.
fn shape_of(dialect: Dialect) -> &'static Shape {
    match dialect {
        Dialect::Swagger2 => &shape2::DOCUMENT,
        Dialect::OpenApi30 | Dialect::OpenApi31 => &openapi3::DOCUMENT,
    }
}

/// Where things of a kind are defined in OpenAPI 3.
fn home(kind: Kind) -> Option<&'static str> {
    match kind {
        Kind::Schema => Some("/components/schemas"),
        Kind::Response => Some("/components/responses"),
        Kind::Parameter => Some("/components/parameters"),
        Kind::Example => Some("/components/examples"),
        Kind::RequestBody => Some("/components/requestBodies"),
        Kind::Header => Some("/components/headers"),
        Kind::SecurityScheme => Some("/components/securitySchemes"),
        Kind::PathItem => Some("/components/pathItems"),
        _ => None,
    }
}
