//! `openapi`: prints the model as an OpenAPI document.

use std::path::PathBuf;

use clap::Args;

use super::{
    Failure, InputArgs,
    terminal::{Terminal, print},
};
use crate::{export, write};

/// Prints everything that REST reaches as an OpenAPI 3.1 document, for other languages and tools
///
/// Contains the actions of REST v1 and the operations of v2, with corrections applied, as JSON. The
/// project validates the document of each bundled release, and compares those of three releases with
/// the responses of its test server.
#[derive(Args)]
pub(super) struct OpenApi {
    /// Write to this file instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,

    // Last, because its heading applies to everything after it.
    #[command(flatten)]
    input: InputArgs,
}

impl OpenApi {
    pub(super) fn run(&self, terminal: Terminal) -> Result<(), Failure> {
        let (api, mut account) = self.input.model(terminal)?;
        account.leave_unreachable(&api);
        terminal.account(&account);
        let text = serde_json::to_string_pretty(&export::openapi(&api))?;
        match &self.out {
            Some(path) => {
                write::write(&[(path.clone(), text + "\n")])?;
                terminal.say(&format!("{}: written to {}", api.title, path.display()));
            }
            None => print(&text)?,
        }
        terminal.left_out(&account.left_out, 0);
        Ok(())
    }
}
