//! `explain`: the declaration of an action or operation, its corrections, and the resulting call.

use clap::Args;
use serde_json::json;

use super::{
    Failure, Format, InputArgs,
    terminal::{Terminal, print},
};
use crate::explain;

/// Explains an action or operation, and shows what is sent for it
///
/// Shows the declaration, which corrections apply and why, and the resulting call and request.
#[derive(Args)]
pub(super) struct Explain {
    /// An action, as its name or as `plugin/action`, or the id of an operation
    #[arg(value_name = "ACTION|OPERATION")]
    name: String,

    /// The output format
    #[arg(long, value_enum, default_value = "human")]
    format: Format,

    // Last, because its heading applies to everything after it.
    #[command(flatten)]
    input: InputArgs,
}

impl Explain {
    pub(super) fn run(&self, terminal: Terminal) -> Result<(), Failure> {
        let input = self.input.read(terminal)?;
        for path in input.read_from() {
            terminal.detail("read", &path);
        }
        let explanations = explain::explain(&input, &self.name)?;
        match self.format {
            Format::Human => print(&explain::human(&explanations)),
            Format::Json => {
                let all =
                    json!({ "format": 1, "version": input.version, "explanations": explanations });
                print(&serde_json::to_string_pretty(&all)?)
            }
        }
    }
}
