//! Compares the parameters that were sent with those that are declared.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    matching::{Call, covers, declares},
    report::listed,
    secret::People,
    seen::{Added, Seen, base, declarations},
};
use crate::ir::{Endpoint, Kind, Param, Style, Type};

/// What was found out about the parameters of an endpoint.
#[derive(Debug, Default)]
pub(super) struct Findings {
    /// The entries of `add`.
    pub(super) added: Vec<Added>,
    /// The entries of `change`: parameters that are declared as one value, and sent as several.
    pub(super) changed: Vec<Added>,
    /// What contradicts a declaration or a correction, with the exchanges that show it.
    pub(super) contradictions: BTreeMap<String, Vec<String>>,
    /// Declared parameters that were never sent.
    pub(super) unseen: Vec<String>,
    /// What is unclear, or that corrections cannot declare.
    pub(super) unclear: Vec<String>,
}

impl Findings {
    /// Notes the names that only calls which failed have sent.
    fn only_tried(&mut self, endpoint: &Endpoint, people: &People, failed: &[&Call<'_>]) {
        let has_fields = self.added.iter().any(|added| added.kind.as_deref() == Some("fields"));
        let is_new = |name: &&str| {
            is_name(name)
                && !people.is_data(name)
                && !declares(endpoint, name)
                && !self.added.iter().any(|added| base(&added.name).0 == *name)
        };
        let tried = failed.iter().flat_map(|call| call.params());
        let tried: BTreeSet<_> = tried.map(|sent| base(&sent.name).0).filter(is_new).collect();
        if !has_fields && !tried.is_empty() {
            let names: Vec<_> = tried.into_iter().map(|name| format!("`{name}`")).collect();
            self.unclear.push(format!("{}: sent only by calls that failed", names.join(", ")));
        }
    }

    fn contradict(&mut self, what: String, call: &Call<'_>) {
        let names = self.contradictions.entry(what).or_default();
        if names.last() != Some(&call.exchange.name) {
            names.push(call.exchange.name.clone());
        }
    }
}

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
    let mut odd: BTreeMap<String, &str> = BTreeMap::new();
    for call in calls {
        for sent in call.params().filter(|sent| !call.in_path.contains(&sent.name)) {
            let declared = endpoint.params.iter().find(|param| covers(param, &sent.name));
            match declared {
                Some(param) if !fits(param, &sent.value, sent.is_file) => {
                    let what = format!("`{}` is not of its declared type", param.name);
                    findings.contradict(what, call);
                }
                Some(_) => {}
                None if !is_name(&sent.name) || people.is_data(base(&sent.name).0) => {
                    odd.insert(shown(&sent.name, people), &call.exchange.name);
                }
                None if removed.contains(&*sent.name) => {
                    let what = format!("`{}` is sent, but a correction removes it", sent.name);
                    findings.contradict(what, call);
                }
                None if endpoint.complete => {
                    let what = format!(
                        "`{}` is sent, but a correction says that the server reads no others",
                        sent.name
                    );
                    findings.contradict(what, call);
                }
                None => seen.entry(base(&sent.name).0.to_owned()).or_default().add(call, sent),
            }
        }
    }
    for added in declarations(seen, people) {
        match endpoint.param(&added.name) {
            None => findings.added.push(added),
            Some(param) if param.location.is_path() => findings.unclear.push(format!(
                "`{}` is declared in the path, and sent as several fields by {}",
                added.name,
                listed(&added.exchanges)
            )),
            Some(_) => findings.changed.push(added),
        }
    }
    findings.unclear.extend(odd.iter().map(|(name, exchange)| {
        format!("{name} is sent by {exchange}, but corrections cannot declare such a name")
    }));
    findings.only_tried(endpoint, people, failed);
    let is_sent = |param: &Param, call: &Call<'_>| {
        call.in_path.contains(&param.name) || call.params().any(|sent| covers(param, &sent.name))
    };
    let all = || calls.iter().chain(failed);
    let is_unseen =
        |param: &&Param| !param.is_constant() && !all().any(|call| is_sent(param, call));
    findings.unseen = endpoint.params.iter().filter(is_unseen).map(|p| p.name.clone()).collect();
    findings
}

/// Returns a name that cannot be declared for display; it may be data.
fn shown(name: &str, people: &People) -> String {
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"_-[]".contains(&b);
    let is_short = name.len() <= 60 && name.contains('[');
    let is_data = name.split(['[', ']']).any(|part| people.is_data(part));
    match is_short && name.bytes().all(is_plain) && !is_data {
        true => format!("`{name}`"),
        false => "a parameter".to_owned(),
    }
}

/// Returns whether a name can be declared.
fn is_name(name: &str) -> bool {
    let name = name.strip_suffix("[]").unwrap_or(name);
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b"_-.".contains(&b);
    !name.is_empty() && name.len() <= 60 && name.bytes().all(is_plain)
}

/// Returns whether a value is one that the parameter takes. An empty value means none.
fn fits(param: &Param, value: &str, is_file: bool) -> bool {
    if is_file || value.is_empty() {
        return true;
    }
    match (&param.kind, &param.style) {
        (Kind::Value(Type::Integer | Type::Time), Style::Plain) => {
            value.trim().parse::<i64>().is_ok()
        }
        (Kind::Value(Type::Boolean), Style::Plain) => {
            matches!(value, "true" | "false" | "0" | "1" | "on" | "off")
        }
        (Kind::Value(_), Style::Json) => {
            serde_json::from_str::<serde::de::IgnoredAny>(value).is_ok()
        }
        _ => true,
    }
}
