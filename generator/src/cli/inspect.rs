//! `inspect`: prints the model.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{
    Failure, Format, InputArgs, counted,
    terminal::{Terminal, print},
};
use crate::{
    diagnostic::printable,
    inspect::inspect,
    ir::Api,
    pipeline::{self, Corrections},
};

/// Prints what the declarations contain: plugins, actions, parameters, rights and responses
#[derive(Args)]
pub(super) struct Inspect {
    /// Print only what the manifests declare, before corrections and additions
    #[arg(long, conflicts_with = "corrections")]
    raw: bool,

    /// Inspect only this spec, of any server: Swagger 2.0 or OpenAPI 3, JSON or YAML
    #[arg(long, value_name = "FILE", conflicts_with_all = FOR_MANIFESTS)]
    spec: Option<PathBuf>,

    /// The output format
    #[arg(long, value_enum, default_value = "human")]
    format: Format,

    // Last, because its heading applies to everything after it.
    #[command(flatten)]
    input: InputArgs,
}

/// Options about manifests or the project's own corrections, which do not apply to a spec.
const FOR_MANIFESTS: [&str; 5] = ["pydio", "manifests", "version", "no_corrections", "raw"];

impl Inspect {
    pub(super) fn run(&self, terminal: Terminal) -> Result<(), Failure> {
        let api = match &self.spec {
            Some(path) => self.external(path, terminal)?,
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

    fn external(&self, path: &Path, terminal: Terminal) -> Result<Api, Failure> {
        let files = self.input.corrections.clone();
        let external = pipeline::read_external(path, &Corrections { without_own: true, files })?;
        terminal.report(&external.findings);
        Ok(external.api)
    }
}

/// Formats the model as one line per group and one per endpoint.
fn human(api: &Api) -> String {
    let mut text = String::new();
    let mut line = |text_of: &str| text.push_str(&format!("{}\n", printable(text_of)));
    for plugin in api.plugins().filter(|plugin| !plugin.endpoints.is_empty()) {
        line(&format!("{} ({})", plugin.id, counted(plugin.endpoints.len(), "action")));
        for action in api.members(plugin) {
            let reach = action.declared.rest_params.as_deref().unwrap_or("not over REST");
            line(&format!("  {:<32} {reach}", action.id));
        }
    }
    if api.has_operations() {
        let of = if api.is_external() { &*api.title } else { "v2" };
        line(&format!("{of} ({})", counted(api.operations().count(), "operation")));
    }
    for operation in api.operations() {
        line(&format!("  {:<32} {} {}", operation.id, operation.method, operation.full_path()));
    }
    text
}
