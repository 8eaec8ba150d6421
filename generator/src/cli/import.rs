//! `import`: from an installation to a bundle.

use std::path::PathBuf;

use clap::Args;

use super::{Failure, print, report};
use crate::{diagnostic::Diagnostic, import::import, output::Plan};

/// Reduces an installation to the facts that generation needs, as a bundle to keep.
#[derive(Args)]
pub(super) struct ImportCommand {
    /// The directory of the installation: the one with `plugins` in it.
    #[arg(value_name = "PYDIO DIR")]
    installation: PathBuf,

    /// Which version it is: the bundle is written to `manifests/<version>` unless `--out` is given.
    #[arg(long, value_name = "X.Y.Z")]
    version: String,

    /// Where to write the bundle.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Keep the comments and descriptions of the manifests, for a bundle of your own server. They
    /// are under the vendor's licence.
    #[arg(long)]
    keep_docs: bool,

    /// Leave out plugins that cannot be read, instead of giving up.
    #[arg(long)]
    keep_going: bool,
}

impl ImportCommand {
    pub(super) fn run(&self) -> Result<(), Failure> {
        let import = import(&self.installation, self.keep_docs)?;
        report(&import.diagnostics);
        if !import.failed.is_empty() && !self.keep_going {
            let message = format!("not imported: {} cannot be read", import.failed.join(", "));
            return Err(Diagnostic::error("plugins-failed", message)
                .help("mend them, or pass `--keep-going` to go on without")
                .into());
        }
        let default = || PathBuf::from("manifests").join(&self.version);
        let out = self.out.clone().unwrap_or_else(default);
        let plan = Plan::new(&out, &import.files)?;
        plan.apply()?;
        let bytes: usize = import.files.values().map(String::len).sum();
        let missing = match import.failed.is_empty() {
            true => String::new(),
            false => format!("; without {}", import.failed.join(", ")),
        };
        print(&format!(
            "Pydio {}: {} files, {} kB, {} changed in {}{missing}",
            self.version,
            import.files.len(),
            bytes.div_ceil(1000),
            plan.changed.len() + plan.stale.len(),
            out.display()
        ))
    }
}
