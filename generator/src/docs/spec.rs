//! What the operations and models of a spec mean: `manifests/docs/v2/*.yaml` for the bundled
//! ones, the spec's own words for somebody's own.

use std::{collections::BTreeMap, path::Path};

use serde::Deserialize;

use super::read_yaml;
use crate::{diagnostic::Diagnostic, model};

/// The documentation of a spec, in our words where there are any.
#[derive(Debug, Default)]
pub struct SpecDocs {
    operations: BTreeMap<String, OperationDocs>,
    models: BTreeMap<String, ModelDocs>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OperationsFile {
    operations: BTreeMap<String, OperationDocs>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelsFile {
    models: BTreeMap<String, ModelDocs>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct OperationDocs {
    summary: String,
    #[serde(default)]
    details: Option<String>,
    #[serde(default)]
    answer: Option<String>,
    #[serde(default)]
    params: BTreeMap<String, String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ModelDocs {
    summary: String,
    #[serde(default)]
    details: Option<String>,
    #[serde(default)]
    fields: BTreeMap<String, String>,
}

impl SpecDocs {
    /// Reads `operations.yaml` and `models.yaml` of a directory.
    ///
    /// # Errors
    ///
    /// When one cannot be read or is not of the expected shape.
    pub fn read(directory: &Path) -> Result<Self, Diagnostic> {
        let operations: OperationsFile = read_yaml(&directory.join("operations.yaml"))?;
        let models: ModelsFile = read_yaml(&directory.join("models.yaml"))?;
        Ok(Self { operations: operations.operations, models: models.models })
    }

    /// What an operation does; the spec's words where there are none of ours.
    pub(crate) fn operation(
        &self,
        id: &str,
        summary: Option<&str>,
        description: Option<&str>,
    ) -> model::Docs {
        if let Some(docs) = self.operations.get(id) {
            return model::Docs {
                summary: Some(docs.summary.clone()),
                details: docs.details.clone(),
                answer: docs.answer.clone(),
                foreign: false,
            };
        }
        let summary = summary.filter(|text| !text.trim().is_empty());
        let description = description.filter(|text| !text.trim().is_empty());
        model::Docs {
            summary: summary.or(description).map(str::to_owned),
            details: summary.and(description).filter(|d| Some(*d) != summary).map(str::to_owned),
            answer: None,
            foreign: true,
        }
    }

    /// What a parameter or body means.
    pub(crate) fn param(&self, id: &str, name: &str, described: Option<&str>) -> Option<String> {
        let ours = self.operations.get(id).and_then(|docs| docs.params.get(name));
        ours.cloned().or_else(|| text(described))
    }

    /// What a model stands for.
    pub(crate) fn model(&self, name: &str, described: Option<&str>) -> model::Docs {
        match self.models.get(name) {
            Some(docs) => model::Docs {
                summary: Some(docs.summary.clone()),
                details: docs.details.clone(),
                answer: None,
                foreign: false,
            },
            None => model::Docs { summary: text(described), foreign: true, ..Default::default() },
        }
    }

    /// What a field means.
    pub(crate) fn field(&self, model: &str, name: &str, described: Option<&str>) -> Option<String> {
        let ours = self.models.get(model).and_then(|docs| docs.fields.get(name));
        ours.cloned().or_else(|| text(described))
    }

    /// What is missing for a spec's operations and models, and what is documented and not there.
    pub fn check(&self, spec: &model::SpecModel) -> Vec<Diagnostic> {
        let mut declared: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for operation in &spec.operations {
            let mut params: Vec<_> = operation.params.iter().map(|param| &*param.name).collect();
            match &operation.body {
                Some(model::Body::Json { name, .. } | model::Body::Raw { name, .. }) => {
                    params.push(name);
                }
                None => {}
            }
            declared.insert(&operation.id, params);
        }
        let documented = self.operations.iter().map(|(id, docs)| (&**id, &docs.params));
        let mut findings = compare("operation", &declared, &documented.collect());
        // An enumeration stands for the field that has it, which is documented.
        let structs = spec.models.iter().filter_map(|model| match &model.shape {
            model::Shape::Choice(_) => None,
            model::Shape::Alias(_) => Some((&*model.name, Vec::new())),
            model::Shape::Struct { fields, .. } => {
                Some((&*model.name, fields.iter().map(|field| &*field.name).collect()))
            }
        });
        let documented = self.models.iter().map(|(name, docs)| (&**name, &docs.fields));
        findings.extend(compare("model", &structs.collect(), &documented.collect()));
        findings
    }
}

/// What of `declared` is not documented, and the other way round.
fn compare(
    kind: &str,
    declared: &BTreeMap<&str, Vec<&str>>,
    documented: &BTreeMap<&str, &BTreeMap<String, String>>,
) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (name, parts) in declared {
        let Some(docs) = documented.get(name) else {
            findings.push(super::missing_docs(format!("the {kind} `{name}`")));
            continue;
        };
        let missing = parts.iter().filter(|part| !docs.contains_key(**part));
        findings.extend(
            missing.map(|part| super::missing_docs(format!("`{part}` of the {kind} `{name}`"))),
        );
        let stale = docs.keys().filter(|part| !parts.contains(&&***part));
        findings.extend(
            stale.map(|part| super::stale_docs(format!("`{part}` of the {kind} `{name}`"))),
        );
    }
    let stale = documented.keys().filter(|name| !declared.contains_key(**name));
    findings.extend(stale.map(|name| super::stale_docs(format!("the {kind} `{name}`"))));
    findings
}

fn text(described: Option<&str>) -> Option<String> {
    described.filter(|text| !text.trim().is_empty()).map(str::to_owned)
}
