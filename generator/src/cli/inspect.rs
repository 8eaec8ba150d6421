//! `inspect`: the model, for programs and the curious.

use clap::Args;

use super::{
    Failure, Format, InputArgs,
    terminal::{Terminal, print},
};
use crate::{
    diagnostic::printable,
    model::{Api, inspect},
};

/// Prints what was read: plugins, actions, parameters, rights and answers
#[derive(Args)]
pub(super) struct Inspect {
    /// Only what the manifests declare, before anything is corrected or completed
    #[arg(long, conflicts_with = "corrections")]
    raw: bool,

    /// How to print it
    #[arg(long, value_enum, default_value = "human")]
    format: Format,

    // Last: its heading goes on.
    #[command(flatten)]
    input: InputArgs,
}

impl Inspect {
    pub(super) fn run(&self, terminal: Terminal) -> Result<(), Failure> {
        let mut arguments = self.input.clone();
        arguments.no_corrections |= self.raw;
        let (api, account) = arguments.model(terminal)?;
        terminal.account(&account);
        match self.format {
            Format::Json => print(&inspect(&api, self.raw)?),
            Format::Human => print(human(&api).trim_end()),
        }
    }
}

/// One line a plugin, one an action.
fn human(api: &Api) -> String {
    let mut text = String::new();
    for plugin in api.plugins.iter().filter(|plugin| !plugin.actions.is_empty()) {
        let actions = match plugin.actions.len() {
            1 => "1 action".to_owned(),
            many => format!("{many} actions"),
        };
        text.push_str(&format!("{} ({actions})\n", printable(&plugin.id)));
        for action in plugin.actions.iter().map(|&index| &api.actions[index]) {
            let reach = action.rest_params.as_deref().unwrap_or("not over REST");
            text.push_str(&format!("  {:<32} {}\n", printable(&action.name), printable(reach)));
        }
    }
    if !api.spec.operations.is_empty() {
        text.push_str(&format!("v2 ({} operations)\n", api.spec.operations.len()));
    }
    for operation in &api.spec.operations {
        let address = format!("{} {}", operation.method, operation.path);
        text.push_str(&format!("  {:<32} {}\n", printable(&operation.id), printable(&address)));
    }
    text
}
