//! Reading specs: Swagger 2.0 and OpenAPI 3.0 and 3.1, as JSON or YAML, become OpenAPI 3.0.
//!
//! [`parse`] reads the text, overlays correct what it says, [`to_openapi`] makes one form of it:
//!
//! 1. tables of what may stand where (`shape`) refuse whatever is not known, so that nothing is
//!    dropped on the way, and `reference` whatever leads nowhere;
//! 2. `swagger2` and `version31` rewrite their dialect as 3.0, as JSON values;
//! 3. `plain` puts what 3.0 lets one write in several ways into one of them.
//!
//! The conversion from Swagger 2.0 is our own, for what it has to do here: form parameters of a GET
//! go in the query, since that is where the server reads them; whatever is not understood is
//! refused rather than left out; and every part keeps the position it has in the file. One crate
//! that converts was examined (`roas`), and it is made for other ends than these.
//!
//! Maps are sorted all the way, so the order of keys in a file changes nothing.

mod locate;
mod origin;
mod plain;
mod pointer;
mod reduce;
mod reference;
mod shape;
mod source;
mod spec;
mod swagger2;
#[cfg(test)]
mod tests;
mod tree;
mod typed;
mod version31;

use std::sync::Arc;

use serde_json::Value;

pub use reduce::reduce;
pub(crate) use source::read_own;
pub use source::{Anchor, Format, Source, parse};
pub use spec::{Dialect, Spec};

pub(crate) use pointer::{At, join, tokens};
pub(crate) use shape::{Kind, Misfit, Object, Shape, check};

use self::{
    origin::Origins,
    shape::{openapi3, swagger2 as shape2},
};
use crate::diagnostic::Diagnostic;

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
/// with it is among [`Spec::findings`], and nothing else of it is left.
pub const UNSUPPORTED: &str = "x-pydio-unsupported";

/// Makes OpenAPI 3.0 of a spec.
///
/// # Errors
///
/// Everything in it that is wrong or not supported, each with its place.
pub fn to_openapi(source: &Source) -> Result<Spec, Vec<Diagnostic>> {
    let Plain { dialect, document, origins } = plain(source)?;
    let api = typed::read(document).or_else(|misfit| {
        // What was read is gone: it is made once more, to say what is wrong with it.
        let misfit = typed::blame(&plain(source)?.document).unwrap_or(misfit);
        let [last, first] = &origins;
        Err(vec![diagnostic(source, misfit, &[last, first])])
    })?;
    let (file, format) = (Arc::clone(&source.file), source.format);
    Ok(Spec { file, dialect, api, findings: Vec::new(), format, origins })
}

/// A spec as OpenAPI 3.0 that says everything in one way.
struct Plain {
    dialect: Dialect,
    document: Value,
    /// From the last conversion to the first.
    origins: [Origins; 2],
}

fn plain(source: &Source) -> Result<Plain, Vec<Diagnostic>> {
    let refused = |misfits: Vec<Misfit>, origins: &[&Origins]| -> Vec<Diagnostic> {
        misfits.into_iter().map(|misfit| diagnostic(source, misfit, origins)).collect()
    };
    let dialect = dialect(&source.value).map_err(|misfit| refused(vec![misfit], &[]))?;
    let (document, converted) = match dialect {
        Dialect::Swagger2 => swagger2::convert(&source.value),
        Dialect::OpenApi30 => {
            version31::refuse(&source.value).map(|same| (same, Origins::default()))
        }
        Dialect::OpenApi31 => version31::convert(&source.value),
    }
    .map_err(|misfits| refused(misfits, &[]))?;
    let (document, plain) = plain::rewrite(document)
        .map_err(|(misfits, plain)| refused(misfits, &[&plain, &converted]))?;
    Ok(Plain { dialect, document, origins: [plain, converted] })
}

/// The name of the schema that a reference in [`Spec::api`] stands for.
pub fn schema_name(reference: &str) -> Option<String> {
    let pointer = pointer::of_reference(reference)?;
    let name = pointer.strip_prefix("/components/schemas/")?;
    pointer::tokens(&format!("/{name}")).next()
}

fn dialect(value: &Value) -> Result<Dialect, Misfit> {
    let misfit = |message: String, key: Option<&str>| {
        let pointer = key.map_or_else(String::new, |key| join("", key));
        Misfit::new("spec-version", message, &pointer)
    };
    let (key, version) = match (value.get("swagger"), value.get("openapi")) {
        (Some(version), None) => ("swagger", version),
        (None, Some(version)) => ("openapi", version),
        (None, None) => {
            let message = "neither `swagger` nor `openapi`: this is no spec".to_owned();
            return Err(misfit(message, None));
        }
        (Some(_), Some(_)) => {
            let message = "`swagger` and `openapi` in one document".to_owned();
            return Err(misfit(message, Some("openapi")));
        }
    };
    let Some(version) = version.as_str() else {
        let message = format!("`{key}` is not text");
        return Err(misfit(message, Some(key)).help("put the version in quotes"));
    };
    let minor = version.rsplit_once('.').map_or(version, |(minor, _)| minor);
    match (key, version, minor) {
        ("swagger", "2.0", _) => Ok(Dialect::Swagger2),
        ("openapi", _, "3.0") => Ok(Dialect::OpenApi30),
        ("openapi", _, "3.1") => Ok(Dialect::OpenApi31),
        _ => {
            let message = format!(
                "version `{version}` is not supported: Swagger 2.0, OpenAPI 3.0 and 3.1 are"
            );
            Err(misfit(message, Some(key)))
        }
    }
}

/// The finding about what is now somewhere, shown where the file says it.
fn diagnostic(source: &Source, misfit: Misfit, origins: &[&Origins]) -> Diagnostic {
    let pointer = origins.iter().fold(misfit.pointer, |pointer, origins| origins.of(&pointer));
    let diagnostic = source.error(misfit.code, misfit.message, &pointer);
    match misfit.help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// Shows every object of a spec to `see`, an outer one before what is in it; nothing of what is
/// no spec.
pub(crate) fn walk(document: &Value, see: &mut dyn FnMut(Kind, &Value, &At<'_>)) {
    if let Ok(dialect) = dialect(document) {
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
        Kind::Link => Some("/components/links"),
        Kind::Callback => Some("/components/callbacks"),
        _ => None,
    }
}
