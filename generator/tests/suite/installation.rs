//! A small Pydio installation on disk, for reading and generating.

use std::{fs, path::Path};

use pydio_codegen::{
    diagnostic::Severity,
    emit::{Options, emit},
    input,
    inspect::inspect,
    ir::Api,
    lower,
    manifest::{self, ManifestSet},
    write::Files,
};
use tempfile::TempDir;

use crate::specs::rendered;

/// The name of the installation in messages: its path differs each time.
const SHOWN: &str = "pydio";

pub(crate) struct Installation {
    directory: TempDir,
}

impl Installation {
    /// Creates one without any plugin.
    pub(crate) fn new() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        fs::create_dir(directory.path().join("plugins")).expect("a directory in it");
        Self { directory }
    }

    /// Creates one with the plugin `id` that has `actions`.
    pub(crate) fn of(id: &str, actions: &str) -> Self {
        Self::new().plugin(id, actions)
    }

    /// Adds a file unchanged.
    pub(crate) fn file(self, path: &str, content: impl AsRef<[u8]>) -> Self {
        let full = self.path().join(path);
        fs::create_dir_all(full.parent().expect("a parent")).expect("a directory");
        fs::write(full, content).expect("a file");
        self
    }

    /// Adds a plugin that has `actions`.
    pub(crate) fn plugin(self, id: &str, actions: &str) -> Self {
        self.manifest(id, &format!("<actions>\n{actions}\n</actions>"))
    }

    /// Adds a plugin with the given contributions.
    pub(crate) fn manifest(self, id: &str, contributions: &str) -> Self {
        let text = format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ajxp_plugin id=\"wrong.id\">\n\
             <registry_contributions>\n{contributions}\n</registry_contributions>\n</ajxp_plugin>\n"
        );
        self.file(&format!("plugins/{id}/manifest.xml"), text)
    }

    pub(crate) fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn open(&self) -> input::Installation {
        input::Installation::open(self.path()).expect("an installation").shown_as(SHOWN)
    }

    pub(crate) fn read(&self) -> ManifestSet {
        manifest::read(&self.open()).expect("a listing of the plugins")
    }

    /// Returns the model of a valid installation.
    pub(crate) fn api(&self) -> Api {
        let set = self.read();
        let warnings = set.diagnostics.iter().filter(|found| found.severity > Severity::Note);
        assert_eq!(rendered(&warnings.cloned().collect::<Vec<_>>()), "");
        lower::manifests("8.2.5", &set)
    }

    pub(crate) fn emit(&self) -> Files {
        emit(&self.api(), &Options { crate_name: "pydio-client".to_owned() }).expect("Rust")
    }

    /// Returns the model of one plugin, and the module that is emitted for it.
    pub(crate) fn picture(&self, id: &str, module: &str) -> String {
        let model = inspect(&self.api(), false).expect("JSON");
        let model: serde_json::Value = serde_json::from_str(&model).expect("JSON");
        let plugins = model["plugins"].as_array().expect("plugins");
        let plugin = plugins.iter().find(|plugin| plugin["id"] == id).expect("the plugin");
        let files = self.emit();
        let source = files.get(&format!("src/v1/{module}.rs")).map_or("(no module)", |text| text);
        format!("{}\n\n{source}", serde_json::to_string_pretty(plugin).expect("JSON"))
    }

    /// Returns the messages about an invalid installation.
    pub(crate) fn findings(&self) -> String {
        rendered(&self.read().diagnostics)
    }
}

/// Returns an action with a callback that takes `params`.
pub(crate) fn action(name: &str, rest_params: &str, params: &str) -> String {
    format!(
        "<action name=\"{name}\"><processing><serverCallback methodName=\"switchAction\" \
         {rest_params}>{params}</serverCallback></processing></action>"
    )
}

/// Returns the lines of emitted code that declare something public or hold text, such as a name of the
/// wire: what shows how names become Rust, without documentation and bodies.
pub(crate) fn names_in(source: &str) -> String {
    let is_variant = |line: &str| line.ends_with(',') && line.starts_with(char::is_uppercase);
    let names = source.lines().map(str::trim).filter(|line| {
        !line.starts_with("//")
            && !line.starts_with("#[must_use")
            && (line.starts_with("pub ") || line.contains('"') || is_variant(line))
    });
    names.collect::<Vec<_>>().join("\n")
}
