//! Reads the manifests of an installation: XML to the effective actions of every plugin.
//!
//! [`read`] takes a directory laid out like a Pydio installation (`plugins/<id>/manifest.xml` with
//! the files they include) and returns what each plugin declares once includes, exclusions and
//! overrides are applied as the server applies them.

mod documents;
mod include;
mod merge;
mod plugin;
mod xml;
mod xpath;

use std::collections::HashSet;

pub(crate) use documents::Documents;
pub(crate) use plugin::{TYPES, externals, included_actions, is_about_actions};
pub use xml::{Attribute, Document, Element, parse};

use crate::{
    diagnostic::{Diagnostic, Place, Severity},
    input::{Installation, PluginIds},
};

/// The plugins of one installation, ordered by id.
#[derive(Debug, Default)]
pub struct ManifestSet {
    /// The plugins whose manifests were read.
    pub plugins: Vec<Plugin>,
    /// The ids of plugins that could not be read; there is a finding for each.
    pub failed: Vec<String>,
    /// The findings.
    pub diagnostics: Vec<Diagnostic>,
}

/// Which findings are requested: those about these plugins, and about these actions of them.
#[derive(Clone, Copy)]
pub struct Wanted<'w> {
    /// Whether a plugin is requested, by its id.
    pub plugin: &'w dyn Fn(&str) -> bool,
    /// Whether an action is requested, by the id of its plugin and its name.
    pub action: &'w dyn Fn(&str, &str) -> bool,
}

/// A plugin as its manifest declares it.
#[derive(Debug)]
pub struct Plugin {
    /// The name of the plugin's directory, which is its id whatever the manifest says.
    pub id: String,
    /// Its effective actions, ordered by name.
    pub actions: Vec<Action>,
    /// The names of requested actions that could not be read; there is a finding for each.
    pub skipped: Vec<String>,
    /// The files that could not be included, as named by `external_file`; there is a finding for
    /// each.
    pub skipped_includes: Vec<String>,
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
    /// What the server runs; an action of the web interface only has none.
    pub callback: Option<Callback>,
}

/// The `serverCallback` of an action.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// Where it is declared.
    pub place: Place,
    /// `methodName`.
    pub method: String,
    /// The `restParams`: if present, the action is reachable over REST v1.
    pub rest_params: Option<String>,
    /// `preferredHttp`, as declared.
    pub preferred_http: Option<String>,
    /// `checkParams="true"`: the server drops undeclared parameters.
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
/// An error affects only the smallest part: an unreadable plugin is omitted from the set and named
/// in [`ManifestSet::failed`], an unreadable action in [`Plugin::skipped`], each with a finding.
///
/// # Errors
///
/// Returns an error when the directory of plugins cannot be listed, and when there is no plugin in
/// it, since it is then not an installation.
pub fn read(installation: &Installation) -> Result<ManifestSet, Diagnostic> {
    read_wanted(installation, Wanted { plugin: &|_| true, action: &|_, _| true })
}

/// Reads every plugin of an installation, with findings about the requested ones.
///
/// # Errors
///
/// Returns the errors of [`read`].
pub fn read_wanted(
    installation: &Installation,
    wanted: Wanted<'_>,
) -> Result<ManifestSet, Diagnostic> {
    let (mut set, mut known) = (ManifestSet::default(), HashSet::new());
    let PluginIds { ids, refused, ignored } = installation.plugin_ids()?;
    let documents = Documents::of(installation);
    if ids.is_empty() && refused.is_empty() {
        let message = format!("`{}` has no plugin with a `manifest.xml`", installation.name());
        return Err(Diagnostic::error("no-installation", message)
            .help("an installation has manifests in `plugins/<type>.<name>/manifest.xml`"));
    }
    for id in ids {
        let mut findings = Vec::new();
        let wanted_action = |name: &str| (wanted.action)(&id, name);
        match plugin::read(&documents, &id, &wanted_action, &mut findings) {
            Ok(mut plugin) => {
                if !(wanted.plugin)(&id) {
                    plugin.skipped_includes.clear();
                }
                set.plugins.push(plugin);
            }
            Err(diagnostic) => {
                findings.push(Diagnostic { severity: Severity::Warning, ..diagnostic });
                set.failed.extend((wanted.plugin)(&id).then(|| id.clone()));
            }
        }
        if (wanted.plugin)(&id) {
            set.find(findings, &mut known);
        }
    }
    for (name, diagnostic) in refused.into_iter().filter(|(name, _)| (wanted.plugin)(name)) {
        set.failed.push(name);
        set.find([Diagnostic { severity: Severity::Warning, ..diagnostic }], &mut known);
    }
    let ignored = ignored.iter().map(|name| {
        let message = format!("`plugins/{name}` is not a plugin: its name has no dot");
        Diagnostic::note("plugin-ignored", message)
            .help("the server reads `plugins/<type>.<name>`, and skips the others")
    });
    set.find(ignored, &mut known);
    Ok(set)
}

/// What identifies a finding.
type Key = (&'static str, String, Option<(String, usize)>);

impl ManifestSet {
    /// Adds findings that are not `known` yet: a file that many plugins include is reported once.
    fn find(&mut self, findings: impl IntoIterator<Item = Diagnostic>, known: &mut HashSet<Key>) {
        for finding in findings {
            let place = finding.place.as_ref();
            let place = place.map(|place| (place.file.name.clone(), place.span.start));
            if known.insert((finding.code, finding.message.clone(), place)) {
                self.diagnostics.push(finding);
            }
        }
    }
}
