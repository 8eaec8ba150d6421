//! `inspect`: the model, for programs and the curious.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{
    Failure, Format, InputArgs, counted,
    terminal::{Terminal, print},
};
use crate::{
    diagnostic::printable,
    model::{Api, inspect},
    source::{self, Corrections},
};

/// Prints what was read: plugins, actions, parameters, rights and answers
#[derive(Args)]
pub(super) struct Inspect {
    /// Only what the manifests declare, before anything is corrected or completed
    #[arg(long, conflicts_with = "corrections")]
    raw: bool,

    /// Inspect this spec alone, of any server: Swagger 2.0 or OpenAPI 3, JSON or YAML
    #[arg(long, value_name = "FILE", conflicts_with_all = FOR_MANIFESTS)]
    spec: Option<PathBuf>,

    /// How to print it
    #[arg(long, value_enum, default_value = "human")]
    format: Format,

    // Last: its heading goes on.
    #[command(flatten)]
    input: InputArgs,
}

/// What says something of manifests or of the project's own corrections, and so nothing of a spec.
const FOR_MANIFESTS: [&str; 5] = ["pydio", "manifests", "version", "no_corrections", "raw"];

impl Inspect {
    pub(super) fn run(&self, terminal: Terminal) -> Result<(), Failure> {
        let api = match &self.spec {
            Some(path) => self.foreign(path, terminal)?,
            None => {
                let mut arguments = self.input.clone();
                arguments.no_corrections |= self.raw;
                let (api, account) = arguments.model(terminal)?;
                terminal.account(&account);
                api
            }
        };
        match self.format {
            Format::Json => print(&inspect(&api, self.raw)?),
            Format::Human => print(human(&api).trim_end()),
        }
    }

    fn foreign(&self, path: &Path, terminal: Terminal) -> Result<Api, Failure> {
        let files = self.input.corrections.clone();
        let foreign = source::read_foreign(path, &Corrections { without_own: true, files })?;
        terminal.report(&foreign.findings);
        Ok(Api::of_spec(foreign.title, foreign.version, foreign.model))
    }
}

/// One line a plugin, one an action.
fn human(api: &Api) -> String {
    let mut text = String::new();
    for plugin in api.plugins.iter().filter(|plugin| !plugin.actions.is_empty()) {
        let actions = counted(plugin.actions.len(), "action");
        text.push_str(&format!("{} ({actions})\n", printable(&plugin.id)));
        for action in plugin.actions.iter().map(|&index| &api.actions[index]) {
            let reach = action.rest_params.as_deref().unwrap_or("not over REST");
            text.push_str(&format!("  {:<32} {}\n", printable(&action.name), printable(reach)));
        }
    }
    if !api.spec.operations.is_empty() {
        let of = if api.spec.is_foreign() { &*api.title } else { "v2" };
        let operations = counted(api.spec.operations.len(), "operation");
        text.push_str(&format!("{} ({operations})\n", printable(of)));
    }
    for operation in &api.spec.operations {
        let address = format!("{} {}", operation.method, operation.full_path());
        text.push_str(&format!("  {:<32} {}\n", printable(&operation.id), printable(&address)));
    }
    text
}
