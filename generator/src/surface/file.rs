//! The file of a surface: one item per line, and each definition of an action once.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{FORMAT, Fact, Item, Property, Surface};
use crate::{
    diagnostic::{Diagnostic, SourceFile, is_bidi},
    input,
    openapi::read_own,
};

/// The help for a file that this tool did not write.
const AGAIN: &str = "generate the crate again with this version of the tool";

/// The part of any format that names it.
#[derive(Deserialize)]
struct Head {
    format: u32,
}

/// The actions of a file: definitions, and the actions that are the same as another one except for
/// a few facts.
#[derive(Deserialize)]
struct Line {
    #[serde(rename = "as")]
    same_as: Option<String>,
    #[serde(flatten)]
    item: Item,
}

#[derive(Deserialize)]
struct File {
    format: u32,
    title: String,
    version: String,
    bindings: Item,
    modules: BTreeMap<String, Item>,
    actions: BTreeMap<String, Line>,
    operations: BTreeMap<String, Item>,
    models: BTreeMap<String, Item>,
}

impl Surface {
    /// Formats the surface as the text of a file, one item per line, which [`Surface::parse`] reads
    /// back; `origin` is the statement of its author.
    ///
    /// # Errors
    ///
    /// No error is known: the types are plain data.
    pub fn to_text(&self, origin: &str) -> serde_json::Result<String> {
        let mut text = format!(
            "{{\n\"x-origin\": {},\n\"format\": {},\n\"title\": {},\n\"version\": {},\n\"bindings\": {},\n",
            serde_json::to_string(origin)?,
            self.format,
            serde_json::to_string(&self.title)?,
            serde_json::to_string(&self.version)?,
            serde_json::to_string(&self.bindings)?,
        );
        let line = |item: &Item| serde_json::to_string(item);
        let parts = [
            lines("modules", &self.modules, |_, item| line(item))?,
            lines("actions", &self.actions, |name, item| self.action(name, item))?,
            lines("operations", &self.operations, |_, item| line(item))?,
            lines("models", &self.models, |_, item| line(item))?,
        ];
        text.push_str(&parts.join(",\n"));
        text.push_str("\n}\n");
        Ok(escaped(&text))
    }

    /// Formats an action: what differs from the definition that its plugin shares.
    fn action(&self, name: &str, item: &Item) -> serde_json::Result<String> {
        let home = item.get(Property::Home).zip(name.split_once('/'));
        let home = home.map(|(home, (_, action))| format!("{home}/{action}"));
        let shared = home.filter(|home| home != name).and_then(|home| {
            let shared = self.actions.get(&home)?;
            Some((home, differing(item, shared)?))
        });
        let Some((home, rest)) = shared else { return serde_json::to_string(item) };
        #[derive(Serialize)]
        struct Shared<'s> {
            #[serde(rename = "as")]
            same_as: &'s str,
            #[serde(flatten)]
            rest: Item,
        }
        serde_json::to_string(&Shared { same_as: &home, rest })
    }

    /// Reads the file of a generated crate.
    ///
    /// # Errors
    ///
    /// Returns an error when it cannot be read, or was written by another version of this tool.
    pub fn read(path: &Path) -> Result<Self, Diagnostic> {
        Self::parse(&input::read_file(path)?)
    }

    /// Parses the output of [`Surface::to_text`].
    ///
    /// # Errors
    ///
    /// Returns an error when it is something else, or in another format than that of this version of
    /// the tool.
    pub fn parse(file: &Arc<SourceFile>) -> Result<Self, Diagnostic> {
        let head: Head = read_own(file).map_err(|error| error.help(AGAIN))?;
        if head.format != FORMAT {
            let message = format!(
                "`{}` is of the format {}; this tool knows {FORMAT}",
                file.path(),
                head.format
            );
            return Err(Diagnostic::error("no-surface", message).help(AGAIN));
        }
        let File { format, title, version, bindings, modules, actions, operations, models } =
            read_own(file).map_err(|error| error.help(AGAIN))?;
        let mut whole = BTreeMap::new();
        for (name, line) in &actions {
            let item = match &line.same_as {
                None => line.item.clone(),
                Some(other) => match actions.get(other).filter(|one| one.same_as.is_none()) {
                    Some(shared) => overlaid(&shared.item, &line.item),
                    None => {
                        let message = format!(
                            "`{}` has no action `{other}`, which `{name}` is the same as",
                            file.path()
                        );
                        return Err(Diagnostic::error("no-surface", message).help(AGAIN));
                    }
                },
            };
            whole.insert(name.clone(), item);
        }
        Ok(Self { format, title, version, bindings, modules, actions: whole, operations, models })
    }
}

/// Returns the facts of an item that differ from another one; `None` where more than facts differ,
/// or one is missing.
fn differing(item: &Item, shared: &Item) -> Option<Item> {
    let is_missing = |property: &Property| !item.facts.contains_key(property);
    if item.holds != shared.holds || shared.facts.keys().any(is_missing) {
        return None;
    }
    let own = |(property, fact): &(&Property, &Fact)| shared.facts.get(*property) != Some(*fact);
    let facts = item.facts.iter().filter(own).map(|(property, fact)| (*property, fact.clone()));
    let mut rest = Item { facts: facts.collect(), ..Item::default() };
    let is_same_set =
        |a: &BTreeMap<String, Item>, b: &BTreeMap<String, Item>| a.keys().eq(b.keys());
    if !item.parts.keys().eq(shared.parts.keys()) {
        return None;
    }
    for (part, all) in &item.parts {
        let others = shared.parts.get(part).filter(|others| is_same_set(all, others))?;
        for (name, one) in all {
            let own = differing(one, others.get(name)?)?;
            if own != Item::default() {
                rest.part(*part, name, own);
            }
        }
    }
    Some(rest)
}

/// Returns an item with the facts of another one instead of its own.
fn overlaid(shared: &Item, own: &Item) -> Item {
    let mut item = shared.clone();
    item.facts.extend(own.facts.iter().map(|(property, fact)| (*property, fact.clone())));
    for (part, all) in &own.parts {
        let known = item.parts.entry(*part).or_default();
        for (name, one) in all {
            let whole = known.get(name).map(|shared| overlaid(shared, one));
            known.insert(name.clone(), whole.unwrap_or_else(|| one.clone()));
        }
    }
    item
}

/// Escapes characters that would control a terminal or hide other text.
fn escaped(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b'\n' | b' '..=b'~')) {
        return text.to_owned();
    }
    let acts = |c: char| is_bidi(c) || (c.is_control() && c != '\n');
    let shown = |c: char| if acts(c) { format!("\\u{:04x}", u32::from(c)) } else { c.to_string() };
    match text.contains(acts) {
        true => text.chars().map(shown).collect(),
        false => text.to_owned(),
    }
}

fn lines(
    name: &str,
    items: &BTreeMap<String, Item>,
    line: impl Fn(&str, &Item) -> serde_json::Result<String>,
) -> serde_json::Result<String> {
    let mut text = format!("{name:?}: {{");
    for (index, (name, item)) in items.iter().enumerate() {
        text.push_str(if index == 0 { "\n" } else { ",\n" });
        text.push_str(&serde_json::to_string(name)?);
        text.push_str(": ");
        text.push_str(&line(name, item)?);
    }
    text.push_str("\n}");
    Ok(text)
}
