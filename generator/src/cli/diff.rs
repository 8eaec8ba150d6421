//! `diff`: what changes for a caller between two versions.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use super::{
    Failure, here,
    import::live,
    report,
    terminal::{Terminal, print},
};
use crate::{
    diagnostic::Diagnostic,
    diff::{self, Allowlist},
    input::{Library, live::refuse_plain},
    pipeline::{self, Corrections, Request, Side},
    suggest::did_you_mean,
    surface,
    write::Plan,
};

/// Compares two versions and reports what changes for a program, and whether it breaks
///
/// Compares what a Rust program sees of the bindings and what is sent over the network. Each change
/// has a code, which `explain-finding` explains. The exit status is 3 if a change breaks a program
/// and is not accepted.
#[derive(Args)]
pub(super) struct DiffCommand {
    /// The old side: a bundled version, an installation, an archive of a release, a bundle, a
    /// generated crate, or a spec file
    #[arg(value_name = "OLD")]
    from: String,

    /// The new side
    #[arg(value_name = "NEW", required_unless_present = "url", conflicts_with = "url")]
    to: Option<String>,

    /// Compare with what is active on a running server; pass the URL of its web interface
    ///
    /// What the server does not report is taken from the nearest bundle, as with `import --url`.
    #[arg(long, value_name = "URL", requires = "user")]
    url: Option<String>,

    /// The login of an administrator of that server
    ///
    /// The password is read from the environment variable `PYDIO_PASSWORD`, or from a prompt.
    #[arg(long, value_name = "LOGIN", requires = "url")]
    user: Option<String>,

    /// The version of that server, if it does not report it
    #[arg(long, value_name = "X.Y.Z", requires = "url")]
    version: Option<String>,

    /// Send the password over plain `http://`, where anyone on the network path can read it
    #[arg(long, requires = "url")]
    allow_http: bool,

    /// Compare the declarations as published, without the project's corrections
    #[arg(long)]
    no_corrections: bool,

    /// Accept the changes listed in this file, each with a reason and an expiry date
    ///
    /// The file is TOML with a table `[[allow]]` for each entry. An entry has a `fingerprint`, or a
    /// `code` and optionally a `name`, which may contain `*`, and a `member`. It also has a
    /// `reason` and a date, such as `expires = 2027-01-31`.
    #[arg(long, value_name = "FILE")]
    allow: Option<PathBuf>,

    /// The output format: for a terminal, as a section of a changelog, or for a program
    #[arg(long, value_enum, default_value = "human")]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    Human,
    Markdown,
    Json,
    Sarif,
}

impl DiffCommand {
    pub(super) fn run(&self, terminal: Terminal) -> Result<(), Failure> {
        let allowed = self.allow.as_deref().map(Allowlist::read).transpose()?;
        let old = self.side(&self.from, terminal)?;
        let new = match (&self.to, &self.url, &self.user) {
            (Some(name), ..) => self.side(name, terminal)?,
            (None, Some(url), Some(user)) => self.running(url, user, terminal)?,
            // The command line requires one of them.
            (None, ..) => self.side(&self.from, terminal)?,
        };
        let mut diff = old.diff(&new);
        if let Some(allowed) = allowed {
            terminal.report(&allowed.apply(&mut diff));
        }
        let text = match self.format {
            Format::Human => diff::human(&diff),
            Format::Markdown => diff::markdown(&diff),
            Format::Json => diff::json(&diff)?,
            Format::Sarif => serde_json::to_string_pretty(&diff::sarif(&diff))?,
        };
        print(text.trim_end())?;
        if diff.is_refused() { Err(Failure::Refused(None)) } else { Ok(()) }
    }

    fn side(&self, name: &str, terminal: Terminal) -> Result<Side, Failure> {
        let versions = Library::above(&here()?).versions();
        let path = Path::new(name);
        if versions.iter().any(|version| version == name) {
            let request = Request { version: Some(name.to_owned()), ..Request::default() };
            return self.declared(request, terminal);
        }
        if path.join(surface::FILE).is_file() {
            return Ok(Side::of_crate(path)?);
        }
        if is_spec(path) {
            let side = Side::of_spec(path)?;
            terminal.report(&side.findings);
            return Ok(side);
        }
        if !path.exists() {
            let message = format!("`{name}` is neither a bundled version nor a file or directory");
            let meant = did_you_mean(name, versions.iter().map(String::as_str));
            let help = meant.unwrap_or_else(|| format!("bundled: {}", versions.join(", ")));
            return Err(Diagnostic::error("no-side", message).help(help).into());
        }
        let request = Request { installation: Some(path.to_owned()), ..Request::default() };
        self.declared(request, terminal)
    }

    /// Reads what is active on a running server, by a bundle that is not kept.
    fn running(&self, url: &str, user: &str, terminal: Terminal) -> Result<Side, Failure> {
        refuse_plain(url, self.allow_http)?;
        let learnt = live::learn(url, user, self.version.as_deref(), terminal)?;
        let failed = |error: std::io::Error| {
            Diagnostic::error("output", format!("cannot create a bundle directory: {error}"))
        };
        let bundle = tempfile::tempdir().map_err(failed)?;
        Plan::new(bundle.path(), &learnt.import.files)?.apply()?;
        let installation = Some(bundle.path().to_owned());
        let version = Some(learnt.version);
        self.declared(Request { installation, version, ..Request::default() }, terminal)
    }

    fn declared(&self, request: Request, terminal: Terminal) -> Result<Side, Failure> {
        let corrections = Corrections { without_own: self.no_corrections, files: Vec::new() };
        let input = pipeline::read(&Request { from: here()?, corrections, ..request })?;
        report(&input, terminal)?;
        for path in input.read_from() {
            terminal.detail("read", &path);
        }
        Ok(Side::of_input(input)?)
    }
}

/// Returns whether the path is a spec file rather than an archive.
fn is_spec(path: &Path) -> bool {
    let kinds = ["json", "yaml", "yml"];
    path.is_file() && path.extension().is_some_and(|kind| kinds.iter().any(|k| kind == *k))
}
