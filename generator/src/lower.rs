//! Converts inputs to the intermediate representation: the only modules that depend on both.

mod manifest;
mod openapi;

pub use manifest::{kind_of, lower as manifests, response_of, rest_path};
pub use openapi::lower as spec;
