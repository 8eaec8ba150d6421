//! `versions`: lists the bundled versions.

use clap::Args;
use serde::Serialize;

use super::{
    Failure, Format, here,
    terminal::{Terminal, print},
};
use crate::{
    input::Library,
    pipeline::{self, Corrected, Input, Request},
};

/// Lists the bundled server versions, and what each contains
#[derive(Args)]
pub(super) struct Versions {
    /// The output format
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

/// What a bundle contains, after corrections.
#[derive(Serialize)]
struct Bundle {
    version: String,
    plugins: usize,
    actions: usize,
    rest_actions: usize,
    definitions: usize,
    operations: usize,
    corrections: usize,
}

impl Versions {
    pub(super) fn run(&self, terminal: Terminal) -> Result<(), Failure> {
        let here = here()?;
        let library = Library::above(&here);
        let mut bundles = Vec::new();
        for version in library.versions() {
            let from = here.clone();
            let input =
                pipeline::read(&Request { version: Some(version), from, ..Request::default() })?;
            bundles.push(bundle(&input)?);
        }
        if self.format == Format::Json {
            return print(&serde_json::to_string_pretty(&bundles)?);
        }
        print("version  plugins  actions  over REST  definitions  operations  corrections")?;
        for bundle in &bundles {
            let Bundle { version, plugins, actions, rest_actions, .. } = bundle;
            let Bundle { definitions, operations, corrections, .. } = bundle;
            print(&format!(
                "{version:<7}{plugins:>9}{actions:>9}{rest_actions:>11}{definitions:>13}\
                 {operations:>12}{corrections:>13}"
            ))?;
        }
        terminal.say(&format!("bundles {}", library.name()));
        Ok(())
    }
}

fn bundle(input: &Input) -> Result<Bundle, Failure> {
    let Corrected { api, applied, .. } = input.corrected()?;
    let actions = || api.plugins().flat_map(|plugin| api.members(plugin));
    Ok(Bundle {
        version: input.version.clone(),
        plugins: api.plugins().filter(|plugin| !plugin.endpoints.is_empty()).count(),
        actions: actions().count(),
        rest_actions: actions().filter(|action| action.rest).count(),
        definitions: api.actions().count(),
        operations: api.operations().count(),
        corrections: applied.len() + input.overlaid.len(),
    })
}
