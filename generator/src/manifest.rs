//! Reading the manifests of an installation: XML to the effective actions of every plugin.
//!
//! [`read`] takes a directory laid out like a Pydio installation (`plugins/<id>/manifest.xml`
//! with the files they include) and answers what each plugin declares once includes, exclusions
//! and overrides are applied as the server applies them.

mod files;
mod include;
mod merge;
mod plugin;
mod xml;

use std::sync::Arc;

pub use files::{Installation, PluginIds};
pub use xml::{Attribute, Document, Element, parse};

use crate::diagnostic::{Diagnostic, Place, SourceFile};

/// The plugins of one installation, ordered by id.
#[derive(Debug, Default)]
pub struct ManifestSet {
    /// The plugins whose manifests were read.
    pub plugins: Vec<Plugin>,
    /// The ids of plugins that could not be read; there is a diagnostic for each.
    pub failed: Vec<String>,
    /// What was found on the way.
    pub diagnostics: Vec<Diagnostic>,
}

impl ManifestSet {
    /// What there is to say of plugins that could not be read, unless the others do.
    pub(crate) fn unread(&self, keep_going: bool) -> Option<Diagnostic> {
        plugins_failed(&self.failed, keep_going && !self.plugins.is_empty())
    }
}

/// Says that there are plugins that cannot be read, unless the others do.
pub(crate) fn plugins_failed(failed: &[String], others_do: bool) -> Option<Diagnostic> {
    let message = match failed {
        _ if others_do => return None,
        [] => return None,
        [one] => format!("the plugin `{one}` cannot be read, so nothing was done"),
        many => {
            let names = many.join("`, `");
            format!("{} plugins cannot be read, so nothing was done: `{names}`", many.len())
        }
    };
    let help = "mend what is said above, or pass `--keep-going` to go on without";
    Some(Diagnostic::error("plugins-failed", message).help(help))
}

/// A plugin as its manifest declares it.
#[derive(Debug)]
pub struct Plugin {
    /// The name of the plugin's directory, which is its id whatever the manifest says.
    pub id: String,
    /// Its effective actions, ordered by name.
    pub actions: Vec<Action>,
}

/// An action after includes and overrides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Action {
    /// Its name on the wire.
    pub name: String,
    /// Where it is declared.
    pub place: Place,
    /// The id of the plugin whose directory holds the declaring file.
    pub declared_in: String,
    /// The attributes of `rightsContext`, as declared; `None` without one.
    pub rights: Option<Vec<(String, String)>>,
    /// What the server runs; an action of the web interface alone has none.
    pub callback: Option<Callback>,
}

/// The `serverCallback` of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// Where it is declared.
    pub place: Place,
    /// `methodName`.
    pub method: String,
    /// `restParams`: there, the action is reachable over REST v1.
    pub rest_params: Option<String>,
    /// `preferredHttp`, as declared.
    pub preferred_http: Option<String>,
    /// `checkParams="true"`: the server drops parameters that are not declared.
    pub check_params: bool,
    /// `developerComment`, with its white space normalised.
    pub comment: Option<String>,
    /// Its `input_param`s, in order.
    pub params: Vec<Param>,
    /// The `type` of its `output`.
    pub output: Option<String>,
}

/// An `input_param`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// Where it is declared.
    pub place: Place,
    /// `name`.
    pub name: String,
    /// `type`, as declared.
    pub kind: String,
    /// `mandatory="true"`.
    pub mandatory: bool,
    /// `default`.
    pub default: Option<String>,
    /// `description`, with its white space normalised.
    pub description: Option<String>,
}

/// Reads every plugin of an installation.
///
/// A plugin that cannot be read is left out of the set and named in [`ManifestSet::failed`];
/// whether that is the end of the matter is the caller's to say.
///
/// # Errors
///
/// When the directory of plugins cannot be listed, and when there is no plugin in it: that is no
/// installation.
pub fn read(installation: &Installation) -> Result<ManifestSet, Diagnostic> {
    let mut set = ManifestSet::default();
    let PluginIds { ids, refused } = installation.plugin_ids()?;
    if ids.is_empty() && refused.is_empty() {
        let message = format!("`{}` has no plugin with a `manifest.xml`", installation.name());
        return Err(Diagnostic::error("no-installation", message)
            .help("an installation has manifests in `plugins/<id>/manifest.xml`"));
    }
    for id in ids {
        let mut findings = Vec::new();
        match read_plugin(installation, &id, &mut findings) {
            Ok(plugin) => set.plugins.push(plugin),
            Err(diagnostic) => {
                set.failed.push(id);
                findings.push(diagnostic);
            }
        }
        set.find(findings);
    }
    for (name, diagnostic) in refused {
        set.failed.push(name);
        set.find([diagnostic]);
    }
    Ok(set)
}

/// Reads one plugin.
///
/// # Errors
///
/// What makes its manifest, or a file that it includes actions from, unusable.
pub fn read_plugin(
    installation: &Installation,
    id: &str,
    findings: &mut Vec<Diagnostic>,
) -> Result<Plugin, Diagnostic> {
    plugin::read(installation, id, findings)
}

impl ManifestSet {
    /// Adds findings that are not there yet: a file that many plugins include has its own once.
    fn find(&mut self, findings: impl IntoIterator<Item = Diagnostic>) {
        for finding in findings {
            if !self.diagnostics.contains(&finding) {
                self.diagnostics.push(finding);
            }
        }
    }
}

/// Whether an `external_file` could bring actions, rather than parts of the web interface.
pub fn is_about_actions(external: &Element) -> bool {
    plugin::is_about_actions(external)
}

/// How many actions an `external_file` selects of the file it names, whose root is given.
pub(crate) fn included_actions(external: &Element, root: &Element) -> usize {
    plugin::included_actions(external, root)
}

fn place(file: &Arc<SourceFile>, element: &Element) -> Place {
    Place { file: Arc::clone(file), span: element.span.clone() }
}
