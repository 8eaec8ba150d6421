//! The project's own documentation of plugins, actions, operations and models, applied to the
//! intermediate representation: `manifests/docs/*.yaml` and `manifests/docs/v2/*.yaml`.
//!
//! There is one file for each plugin. A definition that several plugins share is documented in the
//! file of the plugin that defines it. `results.yaml` has the results of the examples, as one release
//! returned them.

mod check;

use std::{collections::BTreeMap, path::Path, sync::Arc};

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value as Json;

use crate::{
    diagnostic::{Diagnostic, SourceFile},
    ir::{self, Api, Endpoint, EndpointKind, Model, Shape, Text},
    openapi::offset_of_character,
};

/// Everything that is documented.
#[derive(Debug, Default)]
pub struct Docs {
    /// By id.
    plugins: BTreeMap<String, PluginDocs>,
    /// By id.
    operations: BTreeMap<String, EndpointDocs>,
    /// By name.
    models: BTreeMap<String, ModelDocs>,
    results: Results,
}

/// What the examples returned.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Results {
    /// The release that they are of: others may return something else.
    release: String,
    /// By `plugin/action` or the id of an operation.
    results: BTreeMap<String, String>,
}

/// The documentation of one plugin's actions.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct PluginDocs {
    plugin: String,
    /// The slug of the workspace that the examples are called on.
    #[serde(default)]
    workspace: Option<String>,
    actions: BTreeMap<String, EndpointDocs>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OperationsFile {
    operations: BTreeMap<String, EndpointDocs>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelsFile {
    models: BTreeMap<String, ModelDocs>,
}

/// The documentation of an action or an operation.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct EndpointDocs {
    summary: String,
    #[serde(default)]
    details: Option<String>,
    #[serde(default)]
    answer: Option<String>,
    #[serde(default)]
    params: BTreeMap<String, String>,
    /// The values of the example, by parameter.
    #[serde(default)]
    example: BTreeMap<String, Json>,
    /// The slug of the workspace that the example is called on.
    #[serde(default)]
    workspace: Option<String>,
}

/// The documentation of a model.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelDocs {
    summary: String,
    #[serde(default)]
    details: Option<String>,
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

impl Docs {
    /// Reads the files of the directory `docs`: those of plugins are named by their ids, those of
    /// the v2 API are in `v2`.
    ///
    /// # Errors
    ///
    /// Returns an error when one does not have the expected format.
    pub fn read(files: &[Arc<SourceFile>]) -> Result<Self, Diagnostic> {
        let mut docs = Self::default();
        for file in files {
            let path = Path::new(&file.name);
            let is_of_spec = path.parent().is_some_and(|parent| parent.ends_with("v2"));
            match path.file_stem().and_then(|stem| stem.to_str()) {
                Some("operations") if is_of_spec => {
                    docs.operations = parse::<OperationsFile>(file)?.operations;
                }
                Some("models") if is_of_spec => docs.models = parse::<ModelsFile>(file)?.models,
                Some("results") if !is_of_spec => docs.results = parse(file)?,
                Some(plugin) if !is_of_spec => {
                    docs.plugins.insert(plugin.to_owned(), parse(file)?);
                }
                _ => {}
            }
        }
        Ok(docs)
    }

    /// Replaces the documentation of everything that the project documents.
    pub fn apply(&self, api: &mut Api) {
        for group in api.groups.iter_mut().filter(|group| group.kind == EndpointKind::Action) {
            group.doc = self.plugins.get(&group.id).map(|docs| docs.plugin.clone());
        }
        for endpoint in &mut api.endpoints {
            if let Some(docs) = self.original(endpoint) {
                docs.apply_to_params(endpoint);
            }
            if let Some(docs) = self.endpoint(endpoint) {
                docs.apply(endpoint);
            }
            let name = endpoint.name();
            let example = &mut endpoint.docs.example;
            let plugin = self.plugins.get(&endpoint.group);
            let workspace = plugin.and_then(|plugin| plugin.workspace.as_ref());
            example.workspace = example.workspace.take().or_else(|| workspace.cloned());
            if api.version == self.results.release {
                let result = self.results.results.get(&name);
                example.result =
                    result.into_iter().flat_map(|text| text.lines()).map(str::to_owned).collect();
            }
        }
        for model in api.models.iter_mut().filter(|model| model.kind == EndpointKind::Operation) {
            self.model(model);
        }
    }

    /// Returns the documentation of an endpoint. That of an action is in the file of the plugin
    /// that defines it, or else of the first that shares the definition: which one defines it
    /// differs between versions.
    fn endpoint(&self, endpoint: &Endpoint) -> Option<&EndpointDocs> {
        match endpoint.is_action() {
            true => self.action(&endpoint.id, endpoint),
            false => self.operations.get(&endpoint.id),
        }
    }

    /// Returns the documentation of an action of that name in the plugins of `endpoint`.
    fn action(&self, name: &str, endpoint: &Endpoint) -> Option<&EndpointDocs> {
        let plugins = endpoint.groups().filter_map(|plugin| self.plugins.get(plugin));
        plugins.into_iter().find_map(|docs| docs.actions.get(name))
    }

    /// Returns the documentation of the action that a call is a command of: its parameters mean the
    /// same unless the command has texts of its own.
    fn original(&self, endpoint: &Endpoint) -> Option<&EndpointDocs> {
        endpoint.action.as_deref().and_then(|action| self.action(action, endpoint))
    }

    fn model(&self, model: &mut Model) {
        if let Some(docs) = self.models.get(&model.name) {
            let (summary, details) = (Some(docs.summary.clone()), docs.details.clone());
            model.docs = ir::Docs { summary, details, ..ir::Docs::default() };
        }
        let Shape::Struct { fields, .. } = &mut model.shape else { return };
        for field in fields {
            let docs = self.models.get(&field.from);
            if let Some(text) = docs.and_then(|docs| docs.fields.get(&field.name)) {
                field.doc = Some(Text::own(text));
            }
        }
    }
}

impl EndpointDocs {
    fn apply(&self, endpoint: &mut Endpoint) {
        endpoint.docs = ir::Docs {
            summary: Some(self.summary.clone()),
            details: self.details.clone(),
            response: self.answer.clone(),
            external: false,
            example: ir::ExampleData {
                workspace: self.workspace.clone(),
                values: self.example.clone(),
                result: Vec::new(),
            },
        };
        self.apply_to_params(endpoint);
    }

    fn apply_to_params(&self, endpoint: &mut Endpoint) {
        for param in &mut endpoint.params {
            if let Some(text) = self.params.get(&param.name) {
                param.doc = Some(Text::own(text));
            }
        }
    }
}

fn parse<T: DeserializeOwned>(file: &Arc<SourceFile>) -> Result<T, Diagnostic> {
    serde_yaml::from_str(&file.text).map_err(|error| {
        let at = error
            .location()
            .map_or(0, |at| offset_of_character(&file.text, at.line(), at.column()));
        Diagnostic::error("docs-malformed", format!("not the documentation of a plugin: {error}"))
            .at(file, at..at + 1)
            .help("a file has `plugin`, a text, and `actions`, each with a `summary`")
    })
}
