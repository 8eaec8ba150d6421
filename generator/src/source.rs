//! Where the input comes from: a bundled version, or an installation on disk.

mod corrections;
mod spec;

use std::{
    fs,
    panic::resume_unwind,
    path::{Path, PathBuf},
    thread,
};

use crate::{
    correct::{actions, overlay},
    diagnostic::Diagnostic,
    docs::{Docs, SpecDocs},
    manifest::{self, Installation, ManifestSet},
    model::{Api, SpecModel},
};

pub use corrections::{Corrections, Loaded};
pub use spec::{Foreign, find as find_spec, foreign, read_foreign};

/// An input as it was asked for.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// The directory of an installation.
    pub installation: Option<PathBuf>,
    /// The server version: of the bundle to take, or of the installation when it does not say.
    pub version: Option<String>,
    /// Where to begin looking for the project's `manifests` directory.
    pub from: PathBuf,
    /// What corrects the declarations.
    pub corrections: Corrections,
}

/// An input that was read.
#[derive(Debug)]
pub struct Input {
    /// The server version.
    pub version: String,
    /// What its manifests declare.
    pub set: ManifestSet,
    /// What that means.
    pub docs: Docs,
    /// What corrects it. The spec is corrected already.
    pub corrections: Loaded,
    /// What its spec of the v2 API declares, corrected.
    pub spec: SpecModel,
    /// The corrections of the spec.
    pub overlaid: Vec<overlay::Applied>,
    /// The directory that holds the project's `manifests`, where there is one.
    pub project: Option<PathBuf>,
}

impl Input {
    /// The model of the input, corrected.
    ///
    /// # Errors
    ///
    /// Every correction that does not fit.
    pub fn api(&self) -> Result<Api, Vec<Diagnostic>> {
        self.corrected().map(|(api, _)| api)
    }

    /// The model of the input, with the corrections of its actions.
    ///
    /// # Errors
    ///
    /// Every correction that does not fit.
    pub fn corrected(&self) -> Result<(Api, Vec<actions::Applied>), Vec<Diagnostic>> {
        let mut api = Api::build(&self.version, &self.set, &self.docs)
            .with_spec(self.spec.clone())
            .with_models(self.corrections.models.clone());
        let version = spec::semantic(&self.version);
        let (mut applied, mut failed) = (Vec::new(), Vec::new());
        for corrections in &self.corrections.actions {
            match corrections.apply(&mut api, &version, &self.docs) {
                Ok(done) => applied.extend(done),
                Err(errors) => failed.extend(errors),
            }
        }
        if failed.is_empty() { Ok((api, applied)) } else { Err(failed) }
    }
}

/// Reads the input that is asked for: the newest bundle when nothing is.
///
/// # Errors
///
/// When it is not there, cannot be read, or does not tell its version; and everything that is
/// wrong with its spec or does not fit in what corrects it.
pub fn read(request: &Request) -> Result<Input, Vec<Diagnostic>> {
    let project = project_above(&request.from);
    let given = request.version.as_deref();
    let mut findings = Vec::new();
    let (installation, version) = match &request.installation {
        Some(directory) => {
            let installation = Installation::open(directory)?;
            let version = version_of(directory, &installation, given, &mut findings)?;
            (installation, version)
        }
        None => {
            let (directory, version) = bundle(project.as_deref(), given)?;
            let shown = directory.strip_prefix(&request.from).unwrap_or(&directory).display();
            (Installation::open(&directory)?.shown_as(shown.to_string()), version)
        }
    };
    let own = project.as_deref();
    // The YAML of documentation and corrections takes as long as all else, and waits for nothing.
    let (docs, set, corrections) = thread::scope(|scope| {
        let docs = scope.spawn(|| documentation(own));
        let set = manifest::read(&installation);
        let corrections = Loaded::read(own, &request.corrections);
        (docs.join().unwrap_or_else(|panic| resume_unwind(panic)), set, corrections)
    });
    let ((docs, spec_docs), mut set, corrections) = (docs?, set?, corrections?);
    findings.append(&mut set.diagnostics);
    set.diagnostics = findings;
    let (spec, overlaid) = spec::read(&installation, &version, &spec_docs, &corrections.overlays)?;
    Ok(Input { version, set, docs, corrections, spec, overlaid, project })
}

/// The project's documentation of actions and of the spec.
fn documentation(project: Option<&Path>) -> Result<(Docs, SpecDocs), Diagnostic> {
    let directory = project.map(|project| project.join("manifests/docs"));
    let Some(directory) = directory.filter(|directory| directory.is_dir()) else {
        return Ok(Default::default());
    };
    let of_spec = directory.join("v2");
    let spec = if of_spec.is_dir() { SpecDocs::read(&of_spec)? } else { SpecDocs::default() };
    Ok((Docs::read(&directory)?, spec))
}

/// The versions that are bundled with the project, oldest first.
pub fn bundled(project: &Path) -> Vec<String> {
    let entries = fs::read_dir(project.join("manifests")).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut versions: Vec<_> = names.filter(|name| numbers(name).is_some()).collect();
    versions.sort_by_key(|version| numbers(version));
    versions
}

/// The nearest directory at or above `from` that bundles a version.
pub fn project_above(from: &Path) -> Option<PathBuf> {
    from.ancestors().find(|directory| !bundled(directory).is_empty()).map(Path::to_owned)
}

fn bundle(project: Option<&Path>, version: Option<&str>) -> Result<(PathBuf, String), Diagnostic> {
    let Some(project) = project else {
        let message = "no directory `manifests` with a bundled version here or above";
        return Err(Diagnostic::error("no-bundle", message)
            .help("run this inside the project, or name an installation with `--pydio DIR`"));
    };
    let versions = bundled(project);
    let chosen = match version {
        Some(version) => versions.iter().find(|bundled| *bundled == version),
        None => versions.last(),
    };
    let Some(chosen) = chosen else {
        let message = format!("no bundle of version {}", version.unwrap_or("any"));
        return Err(Diagnostic::error("no-bundle", message).help(format!(
            "bundled are: {}; `import` adds one from an installation",
            versions.join(", ")
        )));
    };
    Ok((project.join("manifests").join(chosen), chosen.clone()))
}

/// The version as given, or as the installation or its directory's name says.
///
/// # Errors
///
/// When what is given is no version, and when nothing says.
pub fn version_of(
    directory: &Path,
    installation: &Installation,
    given: Option<&str>,
    findings: &mut Vec<Diagnostic>,
) -> Result<String, Diagnostic> {
    let name = fs::canonicalize(directory).ok();
    let name = name.as_deref().and_then(Path::file_name).and_then(|name| name.to_str());
    let named = name.filter(|name| numbers(name).is_some()).map(str::to_owned);
    let says = declared_version(installation).or(named);
    match (given, says) {
        (Some(given), _) if numbers(given).is_none() => {
            Err(Diagnostic::error("version", format!("`{given}` is no version"))
                .help("versions are three numbers, such as 8.2.5"))
        }
        (Some(given), says) => {
            findings.extend(says.filter(|says| says != given).map(|says| {
                let message = format!("`{}` says it is {says}, not {given}", directory.display());
                Diagnostic::warning("version-differs", message)
                    .help(format!("{given} is taken, as asked for: is this the right directory?"))
            }));
            Ok(given.to_owned())
        }
        (None, Some(says)) => Ok(says),
        (None, None) => {
            let message = format!("`{}` does not say which version it is", directory.display());
            Err(Diagnostic::error("version", message)
                .help("pass `--version`, such as `--version 8.2.5`"))
        }
    }
}

/// What `conf/VERSION.php` defines.
fn declared_version(installation: &Installation) -> Option<String> {
    let file = installation.source("conf/VERSION.php").ok()?;
    let (_, rest) = ['"', '\''].iter().find_map(|quote| {
        let name = format!("{quote}AJXP_VERSION{quote}");
        file.text.split_once(&name)
    })?;
    let version = rest.split(['"', '\'']).nth(1)?;
    numbers(version).map(|_| version.to_owned())
}

/// The three numbers of a version.
fn numbers(version: &str) -> Option<[u32; 3]> {
    if !version.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
        return None;
    }
    let mut parts = version.split('.').map(|part| part.parse::<u32>().ok());
    let numbers = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(numbers)
}
