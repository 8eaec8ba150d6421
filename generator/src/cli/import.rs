//! `import`: writes a bundle from an installation.

pub(super) mod live;

use std::path::{Path, PathBuf};

use clap::Args;

use super::{Failure, count, here, refuse, terminal::Terminal};
use crate::{
    diagnostic::{Diagnostic, Severity},
    import::{Import, import},
    input::{self, Library},
    pipeline::{LeftOut, nothing_left, strict},
    write::Plan,
};

/// Extracts the declarations of an installation, and writes them as a bundle
#[derive(Args)]
pub(super) struct ImportCommand {
    /// The directory of the installation, a checkout with `core/src`, the `plugins` folder, or the
    /// archive of a release
    #[arg(value_name = "DIR|ARCHIVE", required_unless_present = "url", conflicts_with = "url")]
    installation: Option<PathBuf>,

    /// Ask the running server with this web interface what is active there
    ///
    /// What the server does not report is taken from the nearest bundle.
    #[arg(long, value_name = "URL", requires = "user")]
    url: Option<String>,

    /// The login of an administrator of that server
    ///
    /// The password is read from the environment variable `PYDIO_PASSWORD`; without it, the tool
    /// prompts for the password.
    #[arg(long, value_name = "LOGIN", requires = "url")]
    user: Option<String>,

    /// Send the password over plain `http://`, where anyone on the network path can read it
    ///
    /// This option is not needed for a server on this machine.
    #[arg(long, requires = "url")]
    allow_http: bool,

    /// The version, if the installation does not declare it
    #[arg(long, value_name = "X.Y.Z")]
    version: Option<String>,

    /// Where to write the bundle; by default, to `manifests/<version>` in the project
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,

    /// Keep the comments and descriptions of the manifests, which are under the vendor's licence
    #[arg(long)]
    keep_docs: bool,

    /// Fail on any warning about the import, and write nothing
    #[arg(long)]
    strict: bool,

    /// No effect: whatever cannot be read is skipped anyway
    #[arg(long, hide = true)]
    keep_going: bool,
}

impl ImportCommand {
    pub(super) fn run(&self, terminal: Terminal) -> Result<(), Failure> {
        let given = self.version.as_deref();
        let (version, import) = match (&self.url, &self.user, &self.installation) {
            (Some(url), Some(user), _) => {
                input::live::refuse_plain(url, self.allow_http)?;
                let learnt = live::learn(url, user, given, terminal)?;
                (learnt.version, learnt.import)
            }
            (_, _, Some(directory)) => self.installed(directory, terminal)?,
            _ => (String::new(), Import::default()),
        };
        let mut import = import;
        let refused = if self.strict { strict(&import.diagnostics) } else { None };
        if refused.is_some() {
            import.diagnostics.iter_mut().for_each(Diagnostic::deny);
        }
        terminal.report(&import.diagnostics);
        let is_rest = import.files.keys().any(|path| path.starts_with("plugins/"));
        let shown = self.installation.as_deref().unwrap_or(Path::new("the server"));
        refuse(refused)?;
        refuse((!is_rest).then(|| nothing_left(&shown.display().to_string())))?;
        let out = self.out(&version)?;
        let plan = Plan::new(&out, &import.files)?;
        plan.apply()?;
        let bytes: usize = import.files.values().map(String::len).sum();
        for (path, _) in &plan.changed {
            terminal.detail("written", &out.join(path).display().to_string());
        }
        for path in &plan.stale {
            terminal.detail("removed", &out.join(path).display().to_string());
        }
        terminal.say(&format!(
            "Pydio {version}: {} files, {} kB, {} changed in {}",
            import.files.len(),
            bytes.div_ceil(1000),
            plan.changed.len() + plan.stale.len(),
            out.display(),
        ));
        let notes = count(&import.diagnostics, Severity::Note);
        terminal.left_out(&LeftOut::of_import(import.failed, import.skipped), notes);
        Ok(())
    }

    /// Returns the version and the reduced files of an installation.
    fn installed(&self, directory: &Path, terminal: Terminal) -> Result<(String, Import), Failure> {
        let installation = input::open(directory)?;
        let mut findings = Vec::new();
        let given = self.version.as_deref();
        let version = input::version_of(directory, &installation, given, &mut findings)?;
        terminal.report(&findings);
        terminal.detail("read", installation.name());
        Ok((version, import(&installation, self.keep_docs)?))
    }

    fn out(&self, version: &str) -> Result<PathBuf, Failure> {
        if let Some(out) = &self.out {
            return Ok(out.clone());
        }
        let here = here()?;
        let library = Library::above(&here);
        if self.url.is_some() {
            return Ok(live::default_out(&library, &here, version));
        }
        Ok(library.project().unwrap_or(&here).join("manifests").join(version))
    }
}
