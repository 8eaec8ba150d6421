//! What the operations and models of a spec mean: `manifests/docs/v2/*.yaml` for the bundled
//! ones, the spec's own words for somebody's own.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use serde::Deserialize;

use super::parse;
use crate::{
    diagnostic::{Diagnostic, SourceFile},
    model::{self, Words},
};

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
    /// Reads `operations.yaml` and `models.yaml`, where they are among the files.
    ///
    /// # Errors
    ///
    /// When one is not of the expected shape.
    pub fn read(files: &[Arc<SourceFile>]) -> Result<Self, Diagnostic> {
        let named = |name: &str| files.iter().find(|file| Path::new(&file.name).ends_with(name));
        let operations = named("operations.yaml").map(parse::<OperationsFile>).transpose()?;
        let models = named("models.yaml").map(parse::<ModelsFile>).transpose()?;
        Ok(Self {
            operations: operations.map(|file| file.operations).unwrap_or_default(),
            models: models.map(|file| file.models).unwrap_or_default(),
        })
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
        let (summary, description) = (text(summary), text(description));
        let (summary, details) = match summary {
            Some(summary) => (Some(summary), description),
            None => (description, None),
        };
        let details = details.filter(|details| Some(details) != summary.as_ref());
        model::Docs { summary, details, answer: None, foreign: true }
    }

    /// What a parameter or body means.
    pub(crate) fn param(&self, id: &str, name: &str, described: Option<&str>) -> Option<Words> {
        let ours = self.operations.get(id).and_then(|docs| docs.params.get(name));
        words(ours, || text(described))
    }

    /// What a model stands for.
    pub(crate) fn model(
        &self,
        name: &str,
        title: Option<&str>,
        description: Option<&str>,
    ) -> model::Docs {
        if let Some(docs) = self.models.get(name) {
            return model::Docs {
                summary: Some(docs.summary.clone()),
                details: docs.details.clone(),
                answer: None,
                foreign: false,
            };
        }
        let (title, description) = (title_of(name, title, description), text(description));
        let (summary, details) = match title {
            Some(title) => (Some(title), description),
            None => (description, None),
        };
        model::Docs { summary, details, answer: None, foreign: true }
    }

    /// What a field means.
    pub(crate) fn field(
        &self,
        model: &str,
        name: &str,
        title: Option<&str>,
        description: Option<&str>,
    ) -> Option<Words> {
        let ours = self.models.get(model).and_then(|docs| docs.fields.get(name));
        words(ours, || match (title_of(name, title, description), text(description)) {
            (Some(title), Some(description)) => Some(format!("{} {description}", sentence(&title))),
            (title, description) => title.or(description),
        })
    }

    /// What is missing for the operations and models of specs, and what is documented and in none
    /// of them.
    pub fn check(&self, specs: &[&model::SpecModel]) -> Vec<Diagnostic> {
        let mut operations = Declared::new();
        let mut models = Declared::new();
        for spec in specs {
            declared_operations(spec, &mut operations);
            declared_models(spec, &mut models);
        }
        let documented = self.operations.iter().map(|(id, docs)| (&**id, &docs.params));
        let mut findings = compare("operation", &operations, &documented.collect());
        let documented = self.models.iter().map(|(name, docs)| (&**name, &docs.fields));
        findings.extend(compare("model", &models, &documented.collect()));
        findings
    }
}

/// What there is to document, with its parts.
type Declared<'m> = BTreeMap<&'m str, BTreeSet<&'m str>>;

fn declared_operations<'m>(spec: &'m model::SpecModel, declared: &mut Declared<'m>) {
    for operation in &spec.operations {
        let parts = declared.entry(&operation.id).or_default();
        parts.extend(operation.params.iter().map(|param| &*param.name));
        parts.extend(operation.body.as_ref().map(|body| &*body.name));
    }
}

/// Models but enumerations: those stand for the field that has them, which is documented.
fn declared_models<'m>(spec: &'m model::SpecModel, declared: &mut Declared<'m>) {
    for model in &spec.models {
        match &model.shape {
            model::Shape::Choice(_) => {}
            model::Shape::Alias(_) => drop(declared.entry(&model.name).or_default()),
            model::Shape::Struct { fields, .. } => {
                let fields = fields.iter().map(|field| &*field.name);
                declared.entry(&model.name).or_default().extend(fields);
            }
        }
    }
}

/// What of `declared` is not documented, and the other way round.
fn compare(
    kind: &str,
    declared: &Declared<'_>,
    documented: &BTreeMap<&str, &BTreeMap<String, String>>,
) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (name, parts) in declared {
        let Some(docs) = documented.get(name) else {
            findings.push(missing(format!("the {kind} `{name}`")));
            continue;
        };
        let undocumented = parts.iter().filter(|part| !docs.contains_key(**part));
        findings
            .extend(undocumented.map(|part| missing(format!("`{part}` of the {kind} `{name}`"))));
        let gone = docs.keys().filter(|part| !parts.contains(&***part));
        findings.extend(gone.map(|part| stale(format!("`{part}` of the {kind} `{name}`"))));
    }
    let gone = documented.keys().filter(|name| !declared.contains_key(**name));
    findings.extend(gone.map(|name| stale(format!("the {kind} `{name}`"))));
    findings
}

fn missing(what: String) -> Diagnostic {
    super::missing_docs(what).help("add it to the files in `manifests/docs/v2`")
}

fn stale(what: String) -> Diagnostic {
    let help = "take it out of the files in `manifests/docs/v2`, or mend its name";
    super::stale_docs(what).help(help)
}

/// Our words, or those of the spec.
fn words(ours: Option<&String>, theirs: impl FnOnce() -> Option<String>) -> Option<Words> {
    match ours {
        Some(text) => Some(Words { text: text.clone(), foreign: false }),
        None => theirs().map(|text| Words { text, foreign: true }),
    }
}

/// Text that says something.
pub(crate) fn text(described: Option<&str>) -> Option<String> {
    let says = |text: &&str| text.chars().any(|c| !c.is_whitespace() && !c.is_control());
    described.filter(says).map(str::to_owned)
}

/// A title that says more than the name and the description do.
fn title_of(name: &str, title: Option<&str>, description: Option<&str>) -> Option<String> {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let said = |title: &str| description.is_some_and(|text| text.trim().starts_with(title));
    text(title).filter(|title| letters(title) != letters(name) && !said(title.trim()))
}

/// Text that ends like a sentence.
pub(crate) fn sentence(text: &str) -> String {
    let text = text.trim_end();
    let ends = text.ends_with(['.', '!', '?', ':', ';', '\u{3002}']);
    format!("{text}{}", if ends { "" } else { "." })
}
