//! What was sent under a name that is not declared, and what to declare for it.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    fields::Sent,
    matching::Call,
    secret::{People, is_password},
    shape::Texts,
    yaml::{key, quoted},
};

/// What was sent under one name, or under one family of names.
#[derive(Debug, Default)]
pub(super) struct Seen {
    texts: Texts,
    files: usize,
    numbered: BTreeSet<u32>,
    is_bare: bool,
    is_list: bool,
    exchanges: Vec<String>,
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

impl Added {
    /// Returns the change of a declared parameter as one line of YAML.
    pub(super) fn change(&self) -> String {
        let kind = self.kind.as_deref().unwrap_or("text");
        format!("{}: {{ type: {kind} }}", key(&self.name))
    }

    /// Returns the new parameter as one line of YAML.
    pub(super) fn yaml(&self) -> String {
        match &self.kind {
            Some(kind) => format!("{{ name: {}, type: {kind} }}", key(&self.name)),
            None => format!("{{ name: {} }}", key(&self.name)),
        }
    }
}

/// Names of parameters that take the path of a node, where their values look like one.
const NODES: [&str; 9] = ["file", "dir", "node", "path", "dest", "target", "folder", "from", "to"];

/// The name of a field that says of what type the field without this ending is. The forms of
/// Pydio's settings have them.
const TYPE_OF: &str = "_ajxptype";

/// The beginnings of the names in those forms.
const FORMS: [&str; 2] = ["DRIVER_OPTION_", "PREFERENCES_"];

/// The number of names with one beginning from which they are those of a form.
const SEVERAL: usize = 4;

/// Returns what to declare for the names that were sent.
pub(super) fn declarations(mut seen: BTreeMap<String, Seen>, people: &People) -> Vec<Added> {
    let form: Vec<_> = seen.keys().filter(|name| is_of_form(name, &seen)).cloned().collect();
    let form: Vec<_> = form.iter().filter_map(|name| seen.remove(name)).collect();
    let mut all: Vec<_> =
        seen.into_iter().flat_map(|(name, seen)| seen.declarations(&name, people)).collect();
    if let Some(first) = form.into_iter().next() {
        let kind = Some("fields".to_owned());
        all.push(Added { name: "fields".to_owned(), kind, exchanges: first.exchanges });
    }
    all
}

/// Returns whether a name is one of a form whose names are not fixed.
fn is_of_form(name: &str, seen: &BTreeMap<String, Seen>) -> bool {
    let types = seen.keys().filter(|one| one.ends_with(TYPE_OF)).count();
    let start = |name: &str| {
        let second = name.match_indices('_').nth(1).map_or(0, |(at, _)| at + 1);
        name[..second].to_owned()
    };
    let own = start(name);
    let alike = seen.keys().filter(|other| start(other) == own).count();
    types >= 2 && seen.len() > SEVERAL * 3
        || FORMS.iter().any(|form| name.starts_with(form))
        || name.ends_with(TYPE_OF)
        || seen.contains_key(&format!("{name}{TYPE_OF}"))
        || !own.is_empty() && alike >= SEVERAL
}

/// Splits a name into that of its family, and its number in it.
pub(super) fn base(name: &str) -> (&str, Option<u32>) {
    let name = name.strip_suffix("[]").unwrap_or(name);
    let family = name.rsplit_once('_').and_then(|(base, number)| {
        let is_number = number.len() <= 3 && number.bytes().all(|b| b.is_ascii_digit());
        let number = number.parse().ok().filter(|_| is_number && !base.is_empty())?;
        Some((base, Some(number)))
    });
    family.unwrap_or((name, None))
}

impl Seen {
    /// Counts a field.
    pub(super) fn add(&mut self, call: &Call<'_>, sent: &Sent) {
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
        // The nodes that are selected: one under the name, several under the name and a number.
        let is_selection = name == "file" && !numbered.is_empty();
        if is_selection && self.texts.paths == self.texts.count {
            return vec![added(name.to_owned(), Some("selection".to_owned()))];
        }
        if *is_list {
            let is_nodes = self.texts.paths == self.texts.count;
            let kind = if is_nodes { "nodes" } else { "texts" };
            return vec![added(name.to_owned(), Some(kind.to_owned()))];
        }
        // Several texts: the first under the name, the next ones under the name and a number.
        if *is_bare && numbered.first() == Some(&1) {
            return vec![added(name.to_owned(), Some("series".to_owned()))];
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
            () if all(texts.integers) && !is_id(name) && texts.distinct() > 1 => "integer",
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
