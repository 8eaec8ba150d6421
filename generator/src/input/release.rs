//! Detects the release of an installation.

use std::{fs, ops::Range, path::Path};

use semver::Version;

use super::{Installation, live};
use crate::{diagnostic::Diagnostic, version};

/// The supported releases: from the first to before the last.
const KNOWN: Range<Version> = Version::new(6, 0, 0)..Version::new(8, 3, 0);

/// Folder names inside a release that do not name it.
const INNER: [&str; 3] = ["plugins", "src", "core"];

/// Returns the given version, or the one stated by the installation, its folder's name, or the
/// import of a running server.
///
/// # Errors
///
/// Returns an error when the given version is invalid, when no version is stated, and when it is
/// not of a supported release.
pub fn version_of(
    path: &Path,
    installation: &Installation,
    given: Option<&str>,
    remarks: &mut Vec<Diagnostic>,
) -> Result<String, Diagnostic> {
    let server = live::active(installation);
    // The import of a running server has the declarations of a supported release.
    let is_import = server.as_ref().is_some_and(|server| server.bundle.is_some());
    let of_server = || server.and_then(|server| server.version);
    let says = declared(installation).or_else(|| named(path)).or_else(of_server);
    let shown = path.display();
    match (given, says) {
        (Some(given), _) if version::release(given).is_none() => {
            Err(Diagnostic::error("version", format!("`{given}` is not a version"))
                .help("versions are three numbers, such as 8.2.5"))
        }
        (Some(given), _) if !is_known(given) => Err(unknown(format!("{given} was requested"))),
        (Some(given), says) => {
            remarks.extend(says.filter(|says| says != given).map(|says| {
                let message = format!("`{shown}` is {says} by its own declaration, not {given}");
                Diagnostic::warning("version-differs", message).help(format!(
                    "{given} is used, as requested; check that this is the right \
                                   directory"
                ))
            }));
            Ok(given.to_owned())
        }
        (None, Some(says)) if is_import || is_known(&says) => Ok(says),
        (None, Some(says)) => Err(unknown(format!("`{shown}` is Pydio {says}"))),
        (None, None) => {
            let message = format!("`{shown}` does not declare its version");
            Err(Diagnostic::error("version", message)
                .help("pass `--version`, such as `--version 8.2.5`"))
        }
    }
}

fn is_known(version: &str) -> bool {
    version::release(version).is_some_and(|version| KNOWN.contains(&version))
}

fn unknown(what: String) -> Diagnostic {
    let message = format!("{what}, and only the releases 6.0 to 8.2 are known");
    Diagnostic::error("version-unknown", message).help(
        "pass the known release with the nearest API, such as `--version 6.0.8`, to read it as \
         that release",
    )
}

/// Returns the version at the end of the name of a folder or archive, such as
/// `pydio-core-8.2.5.zip`; for a folder inside an installation, that of the enclosing folder.
fn named(path: &Path) -> Option<String> {
    let full = fs::canonicalize(path).ok()?;
    let names = full.ancestors().filter_map(|folder| folder.file_name()?.to_str());
    let name = names.into_iter().find(|name| !INNER.contains(name))?;
    let endings = [".zip", ".tar.gz", ".tgz"];
    let name = endings.iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
    let version = name.rsplit('-').next().unwrap_or(name);
    let version = version.strip_prefix('v').unwrap_or(version);
    version::release(version).map(|_| version.to_owned())
}

/// Returns the version that the installation's files define: `conf/VERSION.php` as a constant,
/// `conf/VERSION` before the date. A checkout has placeholders there.
fn declared(installation: &Installation) -> Option<String> {
    let defined = || {
        let file = installation.source("conf/VERSION.php").ok()?;
        let (_, rest) = ['"', '\''].iter().find_map(|quote| {
            let name = format!("{quote}AJXP_VERSION{quote}");
            file.text.split_once(&name)
        })?;
        release(rest.split(['"', '\'']).nth(1)?)
    };
    let noted = || release(installation.source("conf/VERSION").ok()?.text.split("__").next()?);
    defined().or_else(noted)
}

/// Returns the release of a version, without anything after its three numbers.
fn release(version: &str) -> Option<String> {
    let is_number = |c: char| c.is_ascii_digit() || c == '.';
    let version = version.trim();
    let end = version.find(|c| !is_number(c)).unwrap_or(version.len());
    let version = &version[..end];
    version::release(version).map(|_| version.to_owned())
}
