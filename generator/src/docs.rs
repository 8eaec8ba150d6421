//! What actions and parameters mean, in the project's own words: `manifests/docs/*.yaml`.
//!
//! One file a plugin. A definition that several plugins share is documented in the file of the
//! plugin it is at home in.

mod spec;

use std::{collections::BTreeMap, iter, path::Path, sync::Arc};

use serde::{Deserialize, de::DeserializeOwned};

pub use spec::SpecDocs;
pub(crate) use spec::{sentence, text};

use crate::{
    diagnostic::{Diagnostic, SourceFile},
    model::{Api, Kind},
};

/// The documentation of all plugins, by plugin id.
#[derive(Debug, Default)]
pub struct Docs(BTreeMap<String, PluginDocs>);

/// The documentation of one plugin's actions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PluginDocs {
    plugin: String,
    actions: BTreeMap<String, ActionDocs>,
}

/// The documentation of an action.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActionDocs {
    /// One sentence: what it does.
    pub summary: String,
    /// What else a caller should know.
    #[serde(default)]
    pub details: Option<String>,
    /// What a success answers.
    #[serde(default)]
    pub answer: Option<String>,
    /// What each parameter means.
    #[serde(default)]
    pub params: BTreeMap<String, String>,
}

impl Docs {
    /// Reads files of the directory `docs`, each called by its plugin's id.
    ///
    /// # Errors
    ///
    /// When one is not of the expected shape.
    pub fn read(files: &[Arc<SourceFile>]) -> Result<Self, Diagnostic> {
        let mut docs = BTreeMap::new();
        for file in files {
            if let Some(plugin) = Path::new(&file.name).file_stem().and_then(|stem| stem.to_str()) {
                docs.insert(plugin.to_owned(), parse(file)?);
            }
        }
        Ok(Self(docs))
    }

    /// What the plugin is for.
    pub fn plugin(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(|plugin| &*plugin.plugin)
    }

    /// The documentation of an action that is at home in `owner`: what is said there, or else in
    /// the first of the other plugins that share the definition, since its home is not the same
    /// in every version.
    pub fn action<'p>(
        &self,
        owner: &'p str,
        also: impl IntoIterator<Item = &'p String>,
        name: &str,
    ) -> Option<&ActionDocs> {
        let plugins = iter::once(owner).chain(also.into_iter().map(String::as_str));
        plugins.filter_map(|plugin| self.0.get(plugin)).find_map(|docs| docs.actions.get(name))
    }

    /// What is missing for `apis`, and what refers to nothing in any of them.
    pub fn check(&self, apis: &[&Api]) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for api in apis {
            for action in &api.actions {
                let docs = self.action(&action.owner, &action.also, &action.name);
                let missing = action
                    .params
                    .iter()
                    .filter(|param| !matches!(param.kind, Kind::Constant(_)))
                    .filter(|param| docs.is_none_or(|docs| !docs.params.contains_key(&param.name)));
                let what = format!("`{}` of `{}` ({})", action.name, action.owner, api.version);
                if docs.is_none() {
                    findings.push(missing_docs(format!("the action {what}")));
                }
                findings.extend(missing.map(|param| {
                    missing_docs(format!("the parameter `{}` of {what}", param.name))
                }));
            }
        }
        findings.extend(self.unused(apis));
        findings
    }

    /// Documentation of actions and parameters that no version has.
    fn unused(&self, apis: &[&Api]) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for (plugin, docs) in &self.0 {
            if !apis.iter().flat_map(|api| &api.plugins).any(|known| known.id == *plugin) {
                findings.push(stale_docs(format!("the plugin `{plugin}`")));
                continue;
            }
            for (name, action) in &docs.actions {
                let definitions: Vec<_> = apis
                    .iter()
                    .flat_map(|api| &api.actions)
                    .filter(|action| action.name == *name && action.is_in(plugin))
                    .collect();
                if definitions.is_empty() {
                    findings.push(stale_docs(format!("the action `{name}` of `{plugin}`")));
                    continue;
                }
                let params = action.params.keys().filter(|param| {
                    !definitions.iter().any(|d| d.params.iter().any(|p| p.name == **param))
                });
                findings.extend(params.map(|param| {
                    stale_docs(format!("the parameter `{param}` of `{name}` of `{plugin}`"))
                }));
            }
        }
        findings
    }
}

fn missing_docs(what: String) -> Diagnostic {
    Diagnostic::warning("docs-missing", format!("{what} is not documented"))
        .help("add it to the plugin's file in `manifests/docs`")
}

fn stale_docs(what: String) -> Diagnostic {
    Diagnostic::warning("docs-stale", format!("{what} is documented and does not exist"))
        .help("take it out of the plugin's file in `manifests/docs`, or mend its name")
}

fn parse<T: DeserializeOwned>(file: &Arc<SourceFile>) -> Result<T, Diagnostic> {
    if let Some(docs) = file.json.and_then(|json| serde_json::from_str(json).ok()) {
        return Ok(docs);
    }
    serde_yaml::from_str(&file.text).map_err(|error| {
        let at = error
            .location()
            .map_or(0, |location| offset(&file.text, location.line(), location.column()));
        Diagnostic::error("docs-malformed", format!("not the documentation of a plugin: {error}"))
            .at(file, at..at + 1)
            .help("a file has `plugin`, a text, and `actions`, each with a `summary`")
    })
}

/// The byte at a line and column, both from 1 and in characters: the parser's own index counts
/// characters too.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let rest = text[start..].char_indices().nth(column.saturating_sub(1));
    rest.map_or(text.len(), |(at, _)| start + at)
}

/// Inline code: with its white space folded, and without backticks that could end it.
pub(crate) fn code(text: &str) -> String {
    let text = text.replace('`', "'");
    format!("`{}`", text.split_whitespace().collect::<Vec<_>>().join(" "))
}
