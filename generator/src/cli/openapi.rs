//! `openapi`: the model for other tools.

use std::{fs, path::PathBuf};

use clap::Args;

use super::{Failure, InputArgs, print};
use crate::export;

/// Prints the actions that REST v1 reaches and the operations of v2, as corrected, as one OpenAPI
/// 3.1 document in JSON: for other languages, for mocks, for a browser of APIs.
#[derive(Args)]
pub(super) struct OpenApi {
    #[command(flatten)]
    input: InputArgs,

    /// Write to this file instead.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl OpenApi {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let api = self.input.read()?.api()?;
        let text = serde_json::to_string_pretty(&export::openapi(&api))?;
        match &self.out {
            Some(path) => fs::write(path, text + "\n").map_err(|error| {
                Failure::Other(format!("`{}` cannot be written: {error}", path.display()))
            }),
            None => print(&text),
        }
    }
}
