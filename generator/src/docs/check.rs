//! Checks that everything is documented, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use super::Docs;
use crate::{
    diagnostic::Diagnostic,
    ir::{Api, Endpoint, EndpointKind, Kind, Shape},
};

/// Things to document, each with its parts.
type Declared<'m> = BTreeMap<&'m str, BTreeSet<&'m str>>;

impl Docs {
    /// Finds what is not documented in `apis`, and what is documented but in none of them.
    pub fn check(&self, apis: &[&Api]) -> Vec<Diagnostic> {
        let mut findings = self.undocumented_actions(apis);
        findings.extend(self.stale_actions(apis));
        findings.extend(self.stale_examples(apis));
        if apis.iter().any(|api| api.has_operations()) {
            let (operations, models) = declared(apis);
            let documented = self.operations.iter().map(|(id, docs)| (&**id, &docs.params));
            findings.extend(compare("operation", &operations, &documented.collect()));
            let documented = self.models.iter().map(|(name, docs)| (&**name, &docs.fields));
            findings.extend(compare("model", &models, &documented.collect()));
        }
        findings
    }

    /// Finds values in examples of operations that these do not have, and results of calls that the
    /// release does not have.
    fn stale_examples(&self, apis: &[&Api]) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for (id, docs) in &self.operations {
            let operations = || apis.iter().flat_map(|api| api.operations());
            let is_gone = |param: &&String| {
                !operations().any(|one| one.id == *id && one.param(param).is_some())
            };
            findings.extend(docs.example.keys().filter(is_gone).map(|param| {
                stale(format!("`{param}` in the example of the operation `{id}`"), SPEC)
            }));
        }
        let release = apis.iter().find(|api| api.version == self.results.release);
        let endpoints = release.iter().flat_map(|api| &api.endpoints);
        let known: BTreeSet<_> = endpoints.map(Endpoint::name).collect();
        let gone = self.results.results.keys().filter(|name| !known.contains(*name));
        findings.extend(gone.map(|name| stale(format!("the result of `{name}`"), RESULTS)));
        findings
    }

    fn undocumented_actions(&self, apis: &[&Api]) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for (api, action) in apis.iter().flat_map(|api| api.actions().map(move |one| (api, one))) {
            let docs = self.endpoint(action);
            let what = format!("`{}` of `{}` ({})", action.id, action.group, api.version);
            if docs.is_none() {
                findings.push(missing(format!("the action {what}"), PLUGIN));
            }
            let is_documented =
                |name: &&str| docs.is_some_and(|docs| docs.params.contains_key(*name));
            let names = parts(action).filter(|name| !is_documented(name));
            findings.extend(
                names.map(|name| missing(format!("the parameter `{name}` of {what}"), PLUGIN)),
            );
        }
        findings
    }

    /// Finds documentation of actions and parameters that no version has.
    fn stale_actions(&self, apis: &[&Api]) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        for (plugin, docs) in &self.plugins {
            if !apis.iter().flat_map(|api| api.plugins()).any(|known| known.id == *plugin) {
                findings.push(stale(format!("the plugin `{plugin}`"), PLUGIN));
                continue;
            }
            for (name, docs) in &docs.actions {
                let actions = apis.iter().flat_map(|api| api.actions());
                let definitions: Vec<_> =
                    actions.filter(|one| one.id == *name && one.is_in(plugin)).collect();
                if definitions.is_empty() {
                    findings.push(stale(format!("the action `{name}` of `{plugin}`"), PLUGIN));
                    continue;
                }
                let is_gone =
                    |param: &&String| definitions.iter().all(|one| one.param(param).is_none());
                findings.extend(docs.params.keys().filter(is_gone).map(|param| {
                    stale(format!("the parameter `{param}` of `{name}` of `{plugin}`"), PLUGIN)
                }));
                findings.extend(docs.example.keys().filter(is_gone).map(|param| {
                    let what = format!("`{param}` in the example of `{name}` of `{plugin}`");
                    stale(what, PLUGIN)
                }));
            }
        }
        findings
    }
}

/// Returns the names of the parameters to document.
fn parts(endpoint: &Endpoint) -> impl Iterator<Item = &str> {
    let is_documented = |kind: &Kind| !matches!(kind, Kind::Constant(_) | Kind::MediaType { .. });
    let params = endpoint.params.iter().filter(move |param| is_documented(&param.kind));
    params.map(|param| &*param.name)
}

/// Returns the operations and models of all versions. Enumerations are skipped: the field that has
/// them is documented.
fn declared<'m>(apis: &[&'m Api]) -> (Declared<'m>, Declared<'m>) {
    let (mut operations, mut models) = (Declared::new(), Declared::new());
    for api in apis {
        for operation in api.operations() {
            operations.entry(&operation.id).or_default().extend(parts(operation));
        }
        for model in api.models_of(EndpointKind::Operation) {
            match &model.shape {
                Shape::Choice(_) | Shape::Codes(_) => {}
                Shape::Alias(_) => drop(models.entry(&*model.name).or_default()),
                Shape::Struct { fields, .. } => {
                    let fields = fields.iter().map(|field| &*field.name);
                    models.entry(&*model.name).or_default().extend(fields);
                }
            }
        }
    }
    (operations, models)
}

/// Compares `declared` with what is documented, both ways.
fn compare(
    kind: &str,
    declared: &Declared<'_>,
    documented: &BTreeMap<&str, &BTreeMap<String, String>>,
) -> Vec<Diagnostic> {
    let mut findings = Vec::new();
    for (name, parts) in declared {
        let Some(docs) = documented.get(name) else {
            findings.push(missing(format!("the {kind} `{name}`"), SPEC));
            continue;
        };
        let part = |part: &str| format!("`{part}` of the {kind} `{name}`");
        let undocumented = parts.iter().filter(|part| !docs.contains_key(**part));
        findings.extend(undocumented.map(|name| missing(part(name), SPEC)));
        let gone = docs.keys().filter(|part| !parts.contains(&***part));
        findings.extend(gone.map(|name| stale(part(name), SPEC)));
    }
    let gone = documented.keys().filter(|name| !declared.contains_key(**name));
    findings.extend(gone.map(|name| stale(format!("the {kind} `{name}`"), SPEC)));
    findings
}

/// Where the documentation of actions is.
const PLUGIN: &str = "the plugin's file in `manifests/docs`";

/// Where the documentation of operations and models is.
const SPEC: &str = "the files in `manifests/docs/v2`";

/// Where the results of examples are.
const RESULTS: &str = "`manifests/docs/results.yaml`";

fn missing(what: String, at: &str) -> Diagnostic {
    Diagnostic::warning("docs-missing", format!("{what} is not documented"))
        .help(format!("add it to {at}"))
}

fn stale(what: String, at: &str) -> Diagnostic {
    Diagnostic::warning("docs-stale", format!("{what} is documented but does not exist"))
        .help(format!("remove it from {at}, or fix its name"))
}
