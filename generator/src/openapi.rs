//! Reads specs: Swagger 2.0 and OpenAPI 3.0 and 3.1, as JSON or YAML, become OpenAPI 3.0.
//!
//! [`parse`] reads the text, overlays correct it, `select` drops the operations that are not
//! requested, and [`to_openapi`] normalises the rest in these steps:
//!
//! 1. `strip` removes everything from which nothing is generated, and `link` rewrites references
//!    to the definitions of their kind, including those into other files;
//! 2. `repair` removes and reports what does not match the tables of allowed content (`shape`), in
//!    the smallest part that the rest does not depend on, and replaces references to things other
//!    than schemas with their targets;
//! 3. `swagger2` converts its dialect to 3.0, `schemas` normalises schemas, and `plain` and
//!    `parameters` normalise what else 3.0 lets documents express in several ways;
//! 4. `typed` converts the result to the types of `openapiv3`.
//!
//! Something that cannot be expressed never stops the rest: it is a finding, and the operation
//! concerned is marked with [`UNSUPPORTED`], or the schema becomes free JSON.
//!
//! The conversion from Swagger 2.0 is our own, because it has special requirements: form parameters
//! of a GET go in the query, where the server reads them, and every part keeps its position in the
//! file. We examined one crate that converts (`roas`), and it has other goals.
//!
//! Maps are always sorted, so the order of keys in a file changes nothing.

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
pub(crate) use plain::{METHODS, MUTUAL_TLS};
pub(crate) use pointer::{At, join, tokens};
pub(crate) use shape::{Kind, Violation, described};

use self::shape::{Shape, openapi3, swagger2 as shape2};

/// The extensions that express what OpenAPI cannot.
pub const EXTENSIONS: [&str; 18] = [
    "x-pydio-action",
    "x-pydio-answer",
    "x-pydio-background",
    "x-pydio-flag",
    "x-pydio-json",
    "x-pydio-lenient",
    "x-pydio-name",
    "x-pydio-refused",
    "x-pydio-node",
    "x-pydio-none",
    "x-pydio-not-root",
    "x-pydio-outcome",
    "x-pydio-page",
    "x-pydio-paging",
    "x-pydio-path",
    "x-pydio-plugin",
    "x-pydio-query",
    "x-pydio-retired",
];

/// The extension by which this module marks an operation that cannot be expressed.
/// [`Spec::findings`] contains the reason; the rest of the operation is kept for checks, and not to
/// be called.
pub const UNSUPPORTED: &str = "x-pydio-unsupported";

/// Returns the name of the schema that a reference in [`Spec::api`] points to.
pub fn schema_name(reference: &str) -> Option<String> {
    let pointer = pointer::of_reference(reference)?;
    let name = pointer.strip_prefix("/components/schemas/")?;
    pointer::tokens(&format!("/{name}")).next()
}

/// Passes every object of a spec to `see`, an outer one before its members; nothing if the document
/// is not a spec.
pub(crate) fn walk(document: &Value, see: &mut dyn FnMut(Kind, &Value, &At<'_>)) {
    if let Ok((dialect, _)) = version::dialect(document) {
        shape::walk(document, shape_of(dialect), see);
    }
}

/// Returns the table of the allowed content of a document.
fn shape_of(dialect: Dialect) -> &'static Shape {
    match dialect {
        Dialect::Swagger2 => &shape2::DOCUMENT,
        Dialect::OpenApi30 | Dialect::OpenApi31 => &openapi3::DOCUMENT,
    }
}

/// Returns where OpenAPI 3 defines things of a kind.
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
