//! Inputs as bytes and versions: bundled releases, installations, archives and running servers.

mod archive;
mod encoding;
mod installation;
mod library;
pub mod live;
mod release;

use std::{path::Path, sync::Arc};

use crate::diagnostic::{Diagnostic, SourceFile};

pub(crate) use installation::MAX_FILE;
pub use installation::{Installation, PluginIds};
pub use library::Library;
pub(crate) use library::{read_file, read_file_from};
pub use release::version_of;

/// The location of the v2 API's spec in releases and bundles. Older ones have none.
const SPECS: [&str; 3] =
    ["openapi.json", "plugins/core.ajaxplorer/routes/api2.json", "core/doc/api2.json"];

/// Opens the installation in a directory, or in an archive of a release.
///
/// # Errors
///
/// Returns an error when there is none.
pub fn open(path: &Path) -> Result<Installation, Diagnostic> {
    if path.is_file() { archive::open(path) } else { Installation::open(path) }
}

/// Returns the spec file of an installation or bundle, if it has one.
///
/// # Errors
///
/// Returns an error when it exists but cannot be read.
pub fn find_spec(installation: &Installation) -> Result<Option<Arc<SourceFile>>, Diagnostic> {
    match SPECS.into_iter().find(|place| installation.has(place)) {
        Some(place) => installation.source(place).map(Some),
        None => Ok(None),
    }
}
