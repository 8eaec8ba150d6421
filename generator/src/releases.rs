//! Which releases declare which actions, operations and parameters: `manifests/releases.yaml`.
//!
//! The file has only what some of the releases lack, so that nothing is said of the rest, nor of a
//! plugin that none of them has. It is about declarations: a server may read a parameter before any
//! manifest declares it, and corrections add such parameters.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use serde::Deserialize;

use crate::{
    diagnostic::{Diagnostic, SourceFile},
    ir::{self, Api, Endpoint, Span},
    openapi::offset_of_character,
    version,
};

/// The name of the file in `manifests`.
pub const FILE: &str = "releases.yaml";

/// The file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Every release that was looked at, oldest first.
    releases: Vec<String>,
    /// By plugin and name.
    actions: BTreeMap<String, BTreeMap<String, Entry>>,
    /// By id.
    operations: BTreeMap<String, Entry>,
}

/// What only some releases declare of a call, as spans of releases.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    /// The releases that declare the call, where not all do.
    #[serde(default, rename = "in")]
    call: Option<String>,
    /// The releases that declare a parameter, where not all do that declare the call.
    #[serde(default)]
    params: BTreeMap<String, String>,
}

/// What only some releases declare.
#[derive(Debug, Default)]
pub struct Releases {
    releases: Vec<String>,
    actions: BTreeMap<String, BTreeMap<String, Seen>>,
    operations: BTreeMap<String, Seen>,
}

impl Releases {
    /// Reads the file.
    ///
    /// # Errors
    ///
    /// Returns an error when it does not have the expected format.
    pub fn read(file: &Arc<SourceFile>) -> Result<Self, Diagnostic> {
        let read: File = serde_yaml::from_str(&file.text).map_err(|error| {
            let at = error
                .location()
                .map_or(0, |at| offset_of_character(&file.text, at.line(), at.column()));
            malformed(file, &error.to_string()).at(file, at..at + 1)
        })?;
        let File { releases, actions, operations } = read;
        let parse = |entries: BTreeMap<String, Entry>| {
            let seen = entries.into_iter().map(|(name, entry)| Ok((name, entry.seen(&releases)?)));
            seen.collect::<Result<BTreeMap<_, _>, String>>()
        };
        let parsed = actions.into_iter().map(|(plugin, entries)| Ok((plugin, parse(entries)?)));
        let actions = parsed.collect::<Result<_, String>>();
        let actions = actions.map_err(|error| malformed(file, &error))?;
        let operations = parse(operations).map_err(|error| malformed(file, &error))?;
        Ok(Self { releases, actions, operations })
    }

    /// Notes the releases of everything in a model that not all of them declare.
    pub fn apply(&self, api: &mut Api) {
        api.known_releases.clone_from(&self.releases);
        for endpoint in &mut api.endpoints {
            let all: BTreeSet<usize> = (0..self.releases.len()).collect();
            let entries = self.entries(endpoint);
            // A call of several plugins is where one of them has it.
            let union = |of: &dyn Fn(&Seen) -> &BTreeSet<usize>| match &entries {
                Some(entries) => entries.iter().flat_map(|seen| of(seen)).copied().collect(),
                None => all.clone(),
            };
            let call = union(&|seen| &seen.call);
            for param in &mut endpoint.params {
                let declared = union(&|seen| seen.params.get(&param.name).unwrap_or(&seen.call));
                param.releases = self.said(&declared, &call);
            }
            endpoint.releases = self.said(&call, &all);
        }
    }

    /// Returns what is to be said of something in these releases that could be in `all`.
    fn said(&self, seen: &BTreeSet<usize>, all: &BTreeSet<usize>) -> ir::Releases {
        if seen == all {
            return ir::Releases::default();
        }
        let release = |index: usize| self.releases.get(index).cloned();
        let spans = spans(seen).into_iter().map(|(from, to)| Span {
            from: release(from).filter(|_| from > 0),
            to: release(to).filter(|_| to + 1 < self.releases.len()),
        });
        ir::Releases::new(spans.collect())
    }

    /// Returns the releases of an endpoint, from each plugin that has it; `None` where one of them
    /// has it in every release, or none is known. A command of an action, which no manifest declares,
    /// is where the action is.
    fn entries(&self, endpoint: &Endpoint) -> Option<Vec<&Seen>> {
        if !endpoint.is_action() {
            return self.operations.get(&endpoint.id).map(|seen| vec![seen]);
        }
        let name = if endpoint.is_command { endpoint.sent_name() } else { &endpoint.id };
        endpoint.groups().map(|plugin| self.actions.get(plugin)?.get(name)).collect()
    }
}

impl Entry {
    /// Returns the releases of an entry, or what it has that is none of `releases`.
    fn seen(self, releases: &[String]) -> Result<Seen, String> {
        let call = match &self.call {
            Some(call) => parse(call, releases)?,
            None => (0..releases.len()).collect(),
        };
        let params = self.params.into_iter().map(|(name, text)| {
            let seen = parse(&text, releases)?;
            Ok((name, seen))
        });
        Ok(Seen { call, params: params.collect::<Result<_, String>>()? })
    }
}

fn malformed(file: &SourceFile, message: &str) -> Diagnostic {
    let message = format!("`{}` does not list which releases declare what: {message}", file.name);
    Diagnostic::error("releases-malformed", message)
        .help("regenerate it with `pydio-codegen releases`")
}

/// Parses spans: `8.0.0-`, `-7.0.4`, `6.5.1-7.0.4` or `6.0.6`, with commas between them.
fn parse(text: &str, releases: &[String]) -> Result<BTreeSet<usize>, String> {
    let index = |release: &str| releases.iter().position(|one| one == release);
    let span = |span: &str| {
        let (from, to) = span.split_once('-').unwrap_or((span, span));
        let from = if from.is_empty() { Some(0) } else { index(from) };
        let to = if to.is_empty() { releases.len().checked_sub(1) } else { index(to) };
        Some(from?..=to?)
    };
    let spans: Option<Vec<_>> = text.split(", ").map(span).collect();
    let spans = spans.ok_or_else(|| format!("`{text}` is not one of its releases"))?;
    Ok(spans.into_iter().flatten().collect())
}

/// Returns the first and the last index of each run of consecutive ones.
fn spans(seen: &BTreeSet<usize>) -> Vec<(usize, usize)> {
    let mut spans: Vec<(usize, usize)> = Vec::new();
    for &index in seen {
        match spans.last_mut() {
            Some((_, to)) if *to + 1 == index => *to = index,
            _ => spans.push((index, index)),
        }
    }
    spans
}

/// The releases, by their index, that declare a call and each of its parameters.
#[derive(Debug, Default)]
struct Seen {
    call: BTreeSet<usize>,
    params: BTreeMap<String, BTreeSet<usize>>,
}

impl Seen {
    fn add(&mut self, release: usize, endpoint: &Endpoint) {
        self.call.insert(release);
        for param in &endpoint.params {
            self.params.entry(param.name.clone()).or_default().insert(release);
        }
    }

    /// Writes what not all of `releases` declare; `None` where they all do.
    fn text(&self, releases: &[String]) -> Option<String> {
        let is_everywhere = self.call.len() == releases.len();
        let call = (!is_everywhere).then(|| format!("in: {:?}", span_text(&self.call, releases)));
        let params = self.params.iter().filter(|(_, seen)| **seen != self.call);
        let params =
            params.map(|(name, seen)| format!("{name:?}: {:?}", span_text(seen, releases)));
        let params: Vec<_> = params.collect();
        let params = (!params.is_empty()).then(|| format!("params: {{ {} }}", params.join(", ")));
        let parts: Vec<_> = call.into_iter().chain(params).collect();
        (!parts.is_empty()).then(|| format!("{{ {} }}", parts.join(", ")))
    }
}

/// Writes a set of releases as spans.
fn span_text(seen: &BTreeSet<usize>, releases: &[String]) -> String {
    let text = |(from, to): (usize, usize)| match (from == 0, to + 1 == releases.len()) {
        (false, false) if from == to => releases[from].clone(),
        (true, _) => format!("-{}", releases[to]),
        (false, true) => format!("{}-", releases[from]),
        (false, false) => format!("{}-{}", releases[from], releases[to]),
    };
    spans(seen).into_iter().map(text).collect::<Vec<_>>().join(", ")
}

/// Writes the file from what each release declares, before corrections.
pub fn record(mut declared: Vec<(String, Api)>) -> String {
    declared.sort_by_key(|(release, _)| version::lenient(release));
    let releases: Vec<_> = declared.iter().map(|(release, _)| release.clone()).collect();
    let mut actions: BTreeMap<&str, BTreeMap<&str, Seen>> = BTreeMap::new();
    let mut operations: BTreeMap<&str, Seen> = BTreeMap::new();
    for (index, (_, api)) in declared.iter().enumerate() {
        for plugin in api.plugins() {
            let of_plugin = actions.entry(&plugin.id).or_default();
            for action in api.members(plugin) {
                of_plugin.entry(&action.id).or_default().add(index, action);
            }
        }
        for operation in api.operations() {
            operations.entry(&operation.id).or_default().add(index, operation);
        }
    }
    let mut text = format!(
        "# What only some of these releases declare, written by `pydio-codegen releases`.\n\
         # `8.0.0-` is since 8.0.0, `-7.0.4` until 7.0.4; a parameter stands here where it is not \
         in all\n# releases that declare its call.\nreleases: [{}]\nactions:\n",
        releases.join(", ")
    );
    for (plugin, actions) in actions {
        let entries = entries(actions, &releases, "    ");
        if !entries.is_empty() {
            text += &format!("  {plugin:?}:\n{entries}");
        }
    }
    text += "operations:\n";
    text += &entries(operations, &releases, "  ");
    text
}

fn entries(calls: BTreeMap<&str, Seen>, releases: &[String], indent: &str) -> String {
    let lines = calls.into_iter().filter_map(|(name, seen)| {
        seen.text(releases).map(|text| format!("{indent}{name:?}: {text}\n"))
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{EndpointKind, Group, Kind, Location, Method, Param, Style};

    fn api(actions: &[(&str, &[&str])]) -> Api {
        let mut api = Api::default();
        for (name, params) in actions {
            let mut action = Endpoint::new(
                EndpointKind::Action,
                (*name).to_owned(),
                "a.b".to_owned(),
                Method::Get,
            );
            action.params = params
                .iter()
                .map(|name| Param::new(*name, Location::Form, Kind::TEXT, Style::Plain))
                .collect();
            api.endpoints.push(action);
        }
        api.groups.push(Group {
            kind: EndpointKind::Action,
            id: "a.b".to_owned(),
            doc: None,
            endpoints: (0..actions.len()).collect(),
            client_only: Vec::new(),
        });
        api
    }

    fn recorded() -> Releases {
        let text = record(vec![
            ("8.0.0".to_owned(), api(&[("all", &["old", "new"]), ("new", &["x"]), ("gap", &[])])),
            ("6.0.0".to_owned(), api(&[("all", &["old"]), ("gone", &[]), ("gap", &[])])),
            ("7.0.0".to_owned(), api(&[("all", &["old", "middle"]), ("gone", &[])])),
        ]);
        Releases::read(&SourceFile::new("releases.yaml".to_owned(), text)).expect("what is written")
    }

    #[test]
    fn what_some_releases_lack_is_said() {
        let releases = recorded();
        assert_eq!(releases.releases, ["6.0.0", "7.0.0", "8.0.0"]);
        let mut api = api(&[
            ("all", &["old", "middle", "new", "unknown"]),
            ("new", &["x"]),
            ("gone", &[]),
            ("gap", &[]),
            ("unknown", &[]),
        ]);
        releases.apply(&mut api);
        let words: Vec<_> =
            api.endpoints.iter().map(|endpoint| endpoint.releases.words()).collect();
        let said = |text: &str| Some(text.to_owned());
        assert_eq!(
            words,
            [
                None,
                said("since 8.0.0"),
                said("until 7.0.0"),
                said("until 6.0.0 and since 8.0.0"),
                None
            ]
        );
        let params = api.endpoints[0].params.iter().map(|param| param.releases.words());
        assert_eq!(params.collect::<Vec<_>>(), [None, said("in 7.0.0"), said("since 8.0.0"), None]);
        // Nothing more than of the call itself.
        assert!(api.endpoints[1].params[0].releases.is_empty());
        let ends = |index: usize| {
            let releases = &api.endpoints[index].releases;
            (releases.since(), releases.until())
        };
        assert_eq!(ends(1), (Some("8.0.0"), None));
        assert_eq!(ends(2), (None, Some("7.0.0")));
        assert_eq!(ends(3), (None, None));
    }

    #[test]
    fn a_call_is_where_one_of_its_plugins_has_it() {
        let text = "releases: [6.0.0, 7.0.0, 8.0.0]\nactions:\n  a.b: { x: { in: \"-6.0.0\" }, y: { in: \
                    \"6.0.0\" } }\n  a.c: { x: { in: \"8.0.0-\" } }\noperations: {}\n";
        let releases = Releases::read(&SourceFile::new("r.yaml".to_owned(), text)).expect("YAML");
        let mut api = api(&[("x", &[]), ("y", &[])]);
        for action in &mut api.endpoints {
            action.shared_with = vec!["a.c".to_owned()];
        }
        releases.apply(&mut api);
        let words: Vec<_> = api.endpoints.iter().map(|one| one.releases.words()).collect();
        assert_eq!(words, [Some("until 6.0.0 and since 8.0.0".to_owned()), None]);
    }

    #[test]
    fn a_plugin_of_that_name_is_meant_and_no_other() {
        let mut other = api(&[("new", &[])]);
        other.endpoints[0].group = "private.plugin".to_owned();
        recorded().apply(&mut other);
        assert!(other.endpoints[0].releases.is_empty());
    }

    #[test]
    fn a_malformed_file_is_refused() {
        for text in [
            "releases: []\nactions: { a.b: { x: { in: \"then\" } } }\noperations: {}\n",
            "releases: [6.0.0]\nactions: {}\noperations: { x: { params: { y: \"8.0.0-\" } } }\n",
            "releases: []\nactions: { a.b: { x: { since: \"8.0.0\" } } }\noperations: {}\n",
        ] {
            let error = Releases::read(&SourceFile::new("r.yaml".to_owned(), text)).unwrap_err();
            assert!(error.message.contains("r.yaml"), "{}", error.message);
        }
    }
}
