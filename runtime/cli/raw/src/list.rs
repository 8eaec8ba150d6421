//! Search for actions and operations.

use std::collections::BTreeMap;

use clap::ArgMatches;
use pydio_runtime::Json;
use serde_json::json;

use super::{
    Failed, Table,
    print::{Output, Row},
    tree,
};

/// Prints the commands that have all of the words in their name or description.
pub(super) fn list(
    table: &'static Table,
    top: &ArgMatches,
    matches: &ArgMatches,
) -> Result<(), Failed> {
    let words = matches.get_many::<String>("pattern").unwrap_or_default();
    let words: Vec<_> = words.map(|word| word.to_lowercase()).collect();
    let found: BTreeMap<String, &str> = all(table)
        .filter(|(command, about)| {
            let text = format!("{command} {about}").to_lowercase();
            words.iter().all(|word| text.contains(&**word))
        })
        .collect();
    let json = || -> Json {
        found.iter().map(|(command, about)| json!({ "command": command, "about": about })).collect()
    };
    let rows = found.iter().map(|(command, about)| Row::of([&**command, about]));
    let output = Output::of(top, matches)?;
    match (output.is_json, found.is_empty()) {
        (true, _) => output.json(&json())?,
        (false, false) => output.table(&["command", "what it does"], rows)?,
        (false, true) => {}
    }
    match found.is_empty() {
        true => Err(Failed::refused("no action or operation matches in its name or description")),
        false => Ok(()),
    }
}

/// Returns every command that makes a call, with its description.
fn all(table: &'static Table) -> impl Iterator<Item = (String, &'static str)> {
    table.groups.iter().flat_map(|group| {
        let api = tree::name_of(group.api);
        let entries = table.of(group);
        entries.map(move |one| (format!("{api} {} {}", group.name, one.name), one.about))
    })
}
