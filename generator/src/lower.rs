//! Makes the intermediate representation of inputs: the only modules that know both.

mod manifest;
mod openapi;

pub use manifest::{kind_of, lower as manifests, response_of, rest_path};
pub use openapi::lower as spec;
