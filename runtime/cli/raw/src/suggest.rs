//! Suggestions for commands that are not understood.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{
    Table,
    tree::{self, NAME, V1, V2},
};

/// The maximum number of useful suggestions.
const MOST: usize = 3;

/// Returns the error with the best of its suggestions, and with other places where a name exists.
pub(super) fn to(mut error: clap::Error, table: &'static Table, said: &[OsString]) -> clap::Error {
    if let Some(ContextValue::Strings(all)) = error.get(ContextKind::SuggestedSubcommand) {
        // The best come last: names of plugins are similar to each other.
        let best = all.iter().rev().take(MOST).cloned().collect();
        error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(best));
    }
    if error.kind() != ErrorKind::InvalidSubcommand {
        return error;
    }
    let Some(ContextValue::String(word)) = error.get(ContextKind::InvalidSubcommand) else {
        return error;
    };
    let places = places(table, word);
    if !places.is_empty() {
        error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(places));
    } else if error.get(ContextKind::SuggestedSubcommand).is_none() && is_call(said) {
        let tip = format!("`{NAME} list {word}` searches names and descriptions").into();
        error.insert(ContextKind::Suggested, ContextValue::StyledStrs(vec![tip]));
    }
    error
}

/// Returns whether a call was intended, rather than something else of the program.
fn is_call(said: &[OsString]) -> bool {
    said.iter().any(|word| word == V1 || word == V2)
}

/// Returns where there is an action or operation of that name: files on the server's disk come
/// first.
fn places(table: &'static Table, word: &str) -> Vec<String> {
    let with = table.groups.iter().filter(|group| table.of(group).any(|one| one.name == word));
    let mut all: Vec<_> =
        with.map(|group| format!("{} {} {word}", tree::name_of(group.api), group.name)).collect();
    all.sort_by_key(|place| !place.contains(" access.fs "));
    all.truncate(MOST);
    all
}
