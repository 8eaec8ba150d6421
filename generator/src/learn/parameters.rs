//! Compares the parameters that were sent with those that are declared.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    matching::{Call, covers},
    secret::{People, is_password},
    shape::Texts,
    yaml::{key, quoted},
};
use crate::ir::{Endpoint, Kind, Param, Style, Type};

/// What was sent under one name, or under one family of names.
#[derive(Debug, Default)]
struct Seen {
    texts: Texts,
    files: usize,
    numbered: BTreeSet<u32>,
    is_bare: bool,
    is_list: bool,
    exchanges: Vec<String>,
}

/// What was found out about the parameters of an endpoint.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// The entries of `add`.
    pub(super) added: Vec<Added>,
    /// What contradicts a declaration or a correction, with the exchanges that show it.
    pub(super) contradictions: BTreeMap<String, Vec<String>>,
    /// Declared parameters that were never sent.
    pub(super) unseen: Vec<String>,
    /// What cannot be told, or cannot be declared.
    pub(super) untold: Vec<String>,
}

/// A parameter to declare.
#[derive(Debug)]
pub(super) struct Added {
    /// Its name.
    pub(super) name: String,
    /// Its type, in the format of corrections; `None` for text.
    pub(super) kind: Option<String>,
    /// The exchanges that send it.
    pub(super) exchanges: Vec<String>,
}

impl Findings {
    fn contradict(&mut self, what: String, call: &Call<'_>) {
        let names = self.contradictions.entry(what).or_default();
        if names.last() != Some(&call.exchange.name) {
            names.push(call.exchange.name.clone());
        }
    }
}

impl Added {
    /// Returns the entry as one line of YAML.
    pub(super) fn yaml(&self) -> String {
        match &self.kind {
            Some(kind) => format!("{{ name: {}, type: {kind} }}", key(&self.name)),
            None => format!("{{ name: {} }}", key(&self.name)),
        }
    }
}

/// Names of parameters that take the path of a node, where their values look like one.
const NODES: [&str; 9] = ["file", "dir", "node", "path", "dest", "target", "folder", "from", "to"];

/// Compares what successful calls sent with what the endpoint declares; `failed` are the others.
pub(super) fn compare(
    endpoint: &Endpoint,
    people: &People,
    removed: &BTreeSet<&str>,
    calls: &[&Call<'_>],
    failed: &[&Call<'_>],
) -> Findings {
    let mut findings = Findings::default();
    let mut seen: BTreeMap<String, Seen> = BTreeMap::new();
    let mut odd = BTreeSet::new();
    for call in calls {
        for sent in call.params() {
            if call.in_path.contains(&sent.name) {
                continue;
            }
            let declared = endpoint.params.iter().find(|param| covers(param, &sent.name));
            match declared {
                Some(param) if !fits(param, &sent.value, sent.is_file) => {
                    let what = format!("`{}` is not of its declared type", param.name);
                    findings.contradict(what, call);
                }
                Some(_) => {}
                None if !is_name(&sent.name) || people.is_data(base(&sent.name).0) => {
                    odd.insert(&call.exchange.name);
                }
                None if removed.contains(&*sent.name) => {
                    let what = format!("`{}` is sent, but a correction removes it", sent.name);
                    findings.contradict(what, call);
                }
                None => seen.entry(base(&sent.name).0.to_owned()).or_default().add(call, sent),
            }
        }
    }
    for (name, seen) in seen {
        findings.added.extend(seen.declarations(&name, people));
    }
    if let Some(first) = odd.first() {
        let text =
            format!("{first}: a parameter whose name the format of corrections cannot declare");
        findings.untold.push(text);
    }
    let is_sent = |param: &Param, call: &&&Call<'_>| {
        call.in_path.contains(&param.name) || call.params().any(|sent| covers(param, &sent.name))
    };
    let all = || calls.iter().chain(failed);
    let is_unseen =
        |param: &&Param| !param.is_constant() && !all().any(|call| is_sent(param, &call));
    findings.unseen = endpoint.params.iter().filter(is_unseen).map(|p| p.name.clone()).collect();
    let tried = failed.iter().flat_map(|call| call.params());
    let is_new = |name: &&str| {
        is_name(name)
            && !people.is_data(name)
            && !endpoint.params.iter().any(|param| covers(param, name))
            && !findings.added.iter().any(|added| base(&added.name).0 == *name)
    };
    let tried: BTreeSet<_> = tried.map(|sent| base(&sent.name).0).filter(is_new).collect();
    findings
        .untold
        .extend(tried.iter().map(|name| format!("`{name}` was sent only by calls that failed")));
    findings
}

/// Returns whether a name can be declared.
fn is_name(name: &str) -> bool {
    let name = name.strip_suffix("[]").unwrap_or(name);
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"_-.".contains(&b);
    !name.is_empty() && name.len() <= 60 && name.bytes().all(is_plain)
}

/// Splits a name into that of its family, and its number in it.
fn base(name: &str) -> (&str, Option<u32>) {
    let name = name.strip_suffix("[]").unwrap_or(name);
    let family = name.rsplit_once('_').and_then(|(base, number)| {
        let is_number = number.len() <= 3 && number.bytes().all(|b| b.is_ascii_digit());
        let number = number.parse().ok().filter(|_| is_number && !base.is_empty())?;
        Some((base, Some(number)))
    });
    family.unwrap_or((name, None))
}

impl Seen {
    fn add(&mut self, call: &Call<'_>, sent: &super::fields::Sent) {
        match base(&sent.name).1 {
            Some(number) => drop(self.numbered.insert(number)),
            None if sent.name.ends_with("[]") => self.is_list = true,
            None => self.is_bare = true,
        }
        self.files += usize::from(sent.is_file);
        self.texts.add(&sent.value);
        if self.exchanges.last() != Some(&call.exchange.name) {
            self.exchanges.push(call.exchange.name.clone());
        }
    }

    /// Returns what to declare for a family of names.
    fn declarations(self, name: &str, people: &People) -> Vec<Added> {
        let Self { numbered, is_bare, is_list, .. } = &self;
        let added = |name: String, kind: Option<String>| Added {
            name,
            kind,
            exchanges: self.exchanges.clone(),
        };
        let mut all = Vec::new();
        // The nodes that are selected: one by itself, several by number.
        let is_selection = name == "file" && !numbered.is_empty();
        if is_selection && self.texts.paths == self.texts.count {
            return vec![added(name.to_owned(), Some("selection".to_owned()))];
        }
        if *is_list {
            let is_nodes = self.texts.paths == self.texts.count;
            let kind = if is_nodes { "nodes" } else { "texts" };
            return vec![added(name.to_owned(), Some(kind.to_owned()))];
        }
        if *is_bare {
            all.push(added(name.to_owned(), self.kind(name, people)));
        }
        match (numbered.len(), is_bare) {
            (0, _) => {}
            // A single one may be no family, but a name that ends in a number.
            (1, false) => {
                let number = numbered.first().copied().unwrap_or_default();
                let name = format!("{name}_{number}");
                let kind = self.kind(&name, people);
                all.push(added(name, kind));
            }
            _ => all.push(added(format!("{name}_[n]"), Some("numbered".to_owned()))),
        }
        all
    }

    /// Returns the type of a single parameter; `None` for text.
    fn kind(&self, name: &str, people: &People) -> Option<String> {
        let texts = &self.texts;
        let all = |count: usize| count == texts.count && count > 0;
        let is_node = NODES.iter().any(|word| name.eq_ignore_ascii_case(word))
            || NODES.iter().any(|word| name.ends_with(&format!("_{word}")));
        let kind = match () {
            () if self.files > 0 => "file",
            () if is_password(name) => "secret",
            () if all(texts.yes) => "flag",
            () if all(texts.yes + texts.no) => "switch",
            () if all(texts.documents) => "json",
            () if all(texts.paths) && is_node => "node",
            () if all(texts.integers) && !is_id(name) => "integer",
            () => {
                let values = people.choice(name, texts)?;
                let values: Vec<_> = values.iter().map(|value| quoted(value)).collect();
                return Some(format!("{{ choice: [{}] }}", values.join(", ")));
            }
        };
        Some(kind.to_owned())
    }
}

/// Returns whether a name is that of an id, which may be a number by chance.
fn is_id(name: &str) -> bool {
    name.ends_with("id") || name.ends_with("Id") || name.ends_with("ID")
}

/// Returns whether a value is one that the parameter takes. An empty value stands for none.
fn fits(param: &Param, value: &str, is_file: bool) -> bool {
    if is_file || value.is_empty() {
        return true;
    }
    match (&param.kind, &param.style) {
        (Kind::Value(Type::Integer), Style::Plain) => value.trim().parse::<i64>().is_ok(),
        (Kind::Value(Type::Boolean), Style::Plain) => {
            matches!(value, "true" | "false" | "0" | "1" | "on" | "off")
        }
        (Kind::Value(_), Style::Json) => {
            serde_json::from_str::<serde::de::IgnoredAny>(value).is_ok()
        }
        _ => true,
    }
}
