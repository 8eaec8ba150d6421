//! `openapi`: the model for other tools.

use std::path::PathBuf;

use clap::Args;

use super::{
    Failure, InputArgs,
    terminal::{Terminal, print},
};
use crate::{export, output};

/// Prints what REST reaches as an OpenAPI 3.1 document, for other languages and tools
///
/// The actions of REST v1 and the operations of v2, as corrected, in JSON.
#[derive(Args)]
pub(super) struct OpenApi {
    #[command(flatten)]
    input: InputArgs,

    /// Write to this file, and not to standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

impl OpenApi {
    pub(super) fn run(&self, terminal: Terminal) -> Result<(), Failure> {
        let api = self.input.model(terminal)?;
        let text = serde_json::to_string_pretty(&export::openapi(&api))?;
        match &self.out {
            Some(path) => {
                output::write(&[(path.clone(), text + "\n")])?;
                terminal.say(&format!("{}: written to {}", api.title, path.display()));
                Ok(())
            }
            None => print(&text),
        }
    }
}
